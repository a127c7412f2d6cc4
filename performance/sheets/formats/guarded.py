"""Reading in a child process with limits on memory and time, so that no file can hurt the server.

`python -m performance.sheets.formats.guarded xlsx` reads a file from stdin and writes JSON lines;
with `hidden` behind it, also what is hidden in the file.
"""

import gc
import resource
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO

from performance.sheets.formats import FORMATS, detect
from performance.sheets.formats.carried import DAMAGES, packed, refused, unpacked
from performance.sheets.formats.failures import BROKEN, TOO_MUCH, TOO_SLOW
from performance.sheets.formats.slots import slot
from performance.sheets.grid import Grid, SheetError

MEMORY = 1024**3
CPU_SECONDS = 50
WALL_SECONDS = 60
HIDDEN = "hidden"

ROOT = Path(__file__).parents[3]
STOPPED = {-signal.SIGKILL, -signal.SIGXCPU}
# What the child gets of our environment: nothing secret, nothing that changes what it imports.
_ENVIRONMENT = {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}


def read_guarded(data: bytes, hidden: bool = False) -> tuple[Grid, ...]:
    """The grids of a file from outside. Every failure is a SheetError.

    With `hidden`, hidden rows, columns and worksheets are read like all others.
    """
    extension = detect(data).extension
    try:
        done = child(__spec__.name, data, extension, *([HIDDEN] if hidden else ()))
    except subprocess.TimeoutExpired as error:
        raise TOO_SLOW.of(extension) from error
    if done.returncode in STOPPED:
        raise TOO_SLOW.of(extension)
    try:
        return unpacked(done.stdout)
    except DAMAGES as error:
        raise BROKEN.of(extension) from error


def child(module: str, data: bytes, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
    """A module of ours run on a file's bytes, in its turn; it has to call `limit` first."""
    with slot():
        return subprocess.run(
            [sys.executable, "-m", module, *arguments],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=WALL_SECONDS,
            cwd=ROOT,
            env=_ENVIRONMENT,
            check=False,
        )


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 5))


def _answer(extension: str, data: bytes, output: IO[str], hidden: bool = False) -> None:
    read = FORMATS[extension].read
    if read is None:
        raise BROKEN.of(extension)
    for line in packed(read(data, hidden=hidden)):
        output.write(line)


def main() -> None:
    limit()
    gc.disable()  # a process that ends soon has no use for it
    refusal: SheetError | None = None
    try:
        _answer(sys.argv[1], sys.stdin.buffer.read(), sys.stdout, HIDDEN in sys.argv[2:])
    except SheetError as error:
        refusal = error
    except MemoryError:
        refusal = TOO_MUCH.of(sys.argv[1])
    if refusal:
        sys.stdout.write(refused(refusal))


if __name__ == "__main__":
    main()
