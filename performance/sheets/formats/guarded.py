"""Reading in a child process with limits on memory and time, so that no file can hurt the server.

`python -m performance.sheets.formats.guarded xlsx` reads a file from stdin and writes JSON lines.
"""

import gc
import json
import resource
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import astuple
from pathlib import Path
from typing import IO, Any

from performance.sheets.formats import FORMATS, detect
from performance.sheets.grid import Grid, Note, SheetError

MEMORY = 1024**3
CPU_SECONDS = 50
WALL_SECONDS = 60

ROOT = Path(__file__).parents[3]
TOO_SLOW = (
    "文件内容过多或结构异常，在限定的时间内没有读完；"
    "请删去无关的工作表、行和列，另存为新的 .xlsx 后再上传。"
)
TOO_MUCH = (
    "文件展开后占用的内存过多，不予读取；请删去无关的工作表、行和列，或分成几个文件后再上传。"
)
BROKEN = "读取文件时出错，文件可能已损坏；请在 Excel 或 WPS 中打开并另存为 .xlsx 后再上传。"

_STOPPED = {-signal.SIGKILL, -signal.SIGXCPU}
# What the child gets of our environment: nothing secret, nothing that changes what it imports.
_ENVIRONMENT = {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}


def read_guarded(data: bytes) -> tuple[Grid, ...]:
    """The grids of a file from outside. Every failure is a SheetError."""
    extension = detect(data).extension
    try:
        done = _child(extension, data)
    except subprocess.TimeoutExpired as error:
        raise SheetError("too_large", TOO_SLOW) from error
    if done.returncode in _STOPPED:
        raise SheetError("too_large", TOO_SLOW)
    try:
        return _grids(done.stdout)
    except (ValueError, LookupError, TypeError, StopIteration, RuntimeError) as error:
        raise SheetError("damaged", BROKEN) from error


def _child(extension: str, data: bytes) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-m", __spec__.name, extension],
        input=data,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=WALL_SECONDS,
        cwd=ROOT,
        env=_ENVIRONMENT,
        check=False,
    )


def _grids(output: bytes) -> tuple[Grid, ...]:
    lines = (json.loads(line) for line in output.decode("ascii").splitlines())
    head = next(lines)
    if "kind" in head:
        raise SheetError(head["kind"], head["message"])
    return tuple(_grid(next(lines), lines) for _ in range(head["grids"]))


def _grid(head: dict[str, Any], lines: Iterator[Any]) -> Grid:
    rows = {number: tuple(cells) for number, cells in _take(lines, head["rows"])}
    merges = tuple((top, left, bottom, right) for top, left, bottom, right in head["merges"])
    return Grid(head["name"], rows, merges, tuple(Note(*note) for note in head["notes"]))


def _take(lines: Iterator[Any], count: int) -> Iterator[Any]:
    return (next(lines) for _ in range(count))


def _lines(grids: Iterable[Grid]) -> Iterator[Any]:
    """A line a row: one string with everything in it would need all the memory once more."""
    grids = tuple(grids)
    yield {"grids": len(grids)}
    for grid in grids:
        notes = [astuple(note) for note in grid.notes]
        size = len(grid.rows)
        yield {"name": grid.name, "rows": size, "merges": grid.merges, "notes": notes}
        yield from grid.rows.items()


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 5))


def _answer(extension: str, data: bytes, output: IO[str]) -> None:
    read = FORMATS[extension].read
    if read is None:
        raise SheetError("damaged", BROKEN)
    for line in _lines(read(data)):
        output.write(f"{json.dumps(line)}\n")


def main() -> None:
    _limit()
    gc.disable()  # a process that ends soon has no use for it
    refusal = None
    try:
        _answer(sys.argv[1], sys.stdin.buffer.read(), sys.stdout)
    except SheetError as error:
        refusal = {"kind": error.kind, "message": str(error)}
    except MemoryError:
        refusal = {"kind": "too_large_inflated", "message": TOO_MUCH}
    if refusal:
        sys.stdout.write(json.dumps(refusal) + "\n")


if __name__ == "__main__":
    main()
