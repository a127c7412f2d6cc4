"""A page as a picture with one cell marked: what a preview shows beside what was read."""

import subprocess

from performance.sheets.formats.guarded import child
from performance.sheets.grid import Box, SheetError

DRAWING = "performance.sheets.formats.pdf.marked"
AROUND = "around"
NO_PICTURE = "这一页不能显示为图片；请打开原来的 PDF 核对。"

_PNG = b"\x89PNG"


def page_picture(data: bytes, number: int, box: Box | None = None, whole: bool = True) -> bytes:
    """A PNG of a page (from 1), drawn in a child process; a SheetError where that fails.

    Not `whole`: only what is around the box, over the page's width.
    """
    marked = () if box is None else (box.x0, box.top, box.x1, box.bottom)
    band = () if whole else (AROUND,)
    try:
        done = child(DRAWING, data, str(number), *map(str, marked), *band)
    except subprocess.TimeoutExpired as error:
        raise SheetError("too_large", NO_PICTURE) from error
    if done.returncode or not done.stdout.startswith(_PNG):
        raise SheetError("damaged", NO_PICTURE)
    return done.stdout
