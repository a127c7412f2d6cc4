"""How many files are worked on at once on this machine: each takes a processor, and up to a
gigabyte. A slot is a locked file, which the system frees however its process ends."""

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from performance.sheets.grid import SheetError

SLOTS = max(4, os.cpu_count() or 1)
WAIT_SECONDS = 30.0
BUSY = "服务器正在处理的文件太多，没有轮到这一个；请过一分钟再试。"

_FOLDER = Path(tempfile.gettempdir()) / f"performance-slots-{os.getuid()}"
_PAUSE = 0.05


@contextmanager
def slot() -> Iterator[None]:
    """One of the slots, held until the block ends. Raises SheetError (busy) after a while."""
    _FOLDER.mkdir(mode=0o700, exist_ok=True)
    latest = time.monotonic() + WAIT_SECONDS
    while (taken := _taken()) is None:
        if time.monotonic() > latest:
            raise SheetError("busy", BUSY)
        time.sleep(_PAUSE)
    try:
        yield
    finally:
        os.close(taken)


def _taken() -> int | None:
    """The open file of a slot that was free."""
    for number in range(SLOTS):
        file = os.open(_FOLDER / str(number), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return file
        os.close(file)
    return None
