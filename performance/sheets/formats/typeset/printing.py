"""Printing in a child process with limits on memory and time, so that no text can hurt the server:
what breaks inside the typesetter is no Python exception, and ends the process."""

import signal
import subprocess
from collections.abc import Sequence

from performance.sheets.formats.carried import packed
from performance.sheets.formats.guarded import STOPPED, child
from performance.sheets.grid import Grid, SheetError

DRAWING = "performance.sheets.formats.typeset.writing"
TOO_MUCH = (
    "要导出的内容过多，在限定的时间内没有排成 PDF；请按单位筛选，分几次导出，"
    "或者改为导出 Excel 工作簿（.xlsx）。"
)
FAILED = "没有能够排成 PDF；请改为导出 Excel 工作簿（.xlsx），再从 Excel 或 WPS 打印。"

_PDF = b"%PDF"
_OUT_OF_MEMORY = -signal.SIGABRT  # how the typesetter ends then


def printed(grids: Sequence[Grid]) -> bytes:
    """Every failure is a SheetError."""
    lines = "".join(packed(grids)).encode("ascii")
    try:
        done = child(DRAWING, lines)
    except subprocess.TimeoutExpired as error:
        raise SheetError("too_large", TOO_MUCH) from error
    if done.returncode in {*STOPPED, _OUT_OF_MEMORY}:
        raise SheetError("too_large", TOO_MUCH)
    if done.returncode or not done.stdout.startswith(_PDF):
        raise SheetError("unsupported", FAILED)
    return done.stdout
