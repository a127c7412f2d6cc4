"""Drawing a page, in a process of its own.

`python -m performance.sheets.formats.pdf.marked 3 40 52.5 90 70` draws the third page of a PDF
from stdin as PNG, the area marked; with `around` behind it, only what is around the area.
"""

import sys
from io import BytesIO

import pypdfium2
from PIL import Image, ImageDraw

from performance.sheets.formats.guarded import limit
from performance.sheets.formats.pdf.drawn import Area
from performance.sheets.formats.pdf.opened import BROKEN, opened, refuse_unreadable
from performance.sheets.formats.pdf.picture import AROUND
from performance.sheets.grid import SheetError

SCALE = 2.0
MAX_SIDE = 2_000

_FILL, _OUTLINE = (255, 196, 0, 60), (200, 30, 30, 255)
_ROOM, _THICK = 2.0, 3
_AROUND = 70.0  # points: some rows


def picture(data: bytes, number: int, marked: Area | None = None, around: bool = False) -> bytes:
    """A PNG of a page, drawn in this process."""
    refuse_unreadable(data)
    with opened(data) as document:
        if not 1 <= number <= len(document):
            raise SheetError("damaged", BROKEN)
        page = document[number - 1]
        scale = min(SCALE, MAX_SIDE / max(*page.get_size(), 1))
        image = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
        if marked is not None:
            _mark(image, marked, _corner(page), scale)
        if marked is not None and around:
            image = _band(image, marked, _corner(page), scale)
    target = BytesIO()
    image.save(target, "PNG", optimize=True)
    return target.getvalue()


def _corner(page: pypdfium2.PdfPage) -> tuple[float, float]:
    """Where the picture begins: a page shows its crop box, areas count from the media box."""
    if page.get_rotation():
        return 0.0, 0.0
    left, _, _, top = page.get_mediabox()
    shown_left, _, _, shown_top = page.get_cropbox()
    return max(shown_left - left, 0.0), max(top - shown_top, 0.0)


def _mark(image: Image.Image, area: Area, corner: tuple[float, float], scale: float) -> None:
    left, top = corner
    x0, y0 = (area.x0 - left - _ROOM) * scale, (area.top - top - _ROOM) * scale
    x1, y1 = (area.x1 - left + _ROOM) * scale, (area.bottom - top + _ROOM) * scale
    if x0 < x1 and y0 < y1:
        pen = ImageDraw.Draw(image, "RGBA")
        pen.rectangle((x0, y0, x1, y1), fill=_FILL, outline=_OUTLINE, width=_THICK)


def _band(image: Image.Image, area: Area, corner: tuple[float, float], scale: float) -> Image.Image:
    """The page's whole width, so that the columns beside it can be read, and some rows around."""
    top = max((area.top - corner[1] - _AROUND) * scale, 0)
    bottom = min((area.bottom - corner[1] + _AROUND) * scale, image.height)
    if bottom - top < 1:  # marked outside of what the page shows
        return image
    return image.crop((0, int(top), image.width, int(bottom)))


def main() -> int:
    limit()
    number, *marked = (argument for argument in sys.argv[1:] if argument != AROUND)
    area = Area(*map(float, marked)) if marked else None
    around = AROUND in sys.argv[1:]
    try:
        sys.stdout.buffer.write(picture(sys.stdin.buffer.read(), int(number), area, around))
    except (SheetError, MemoryError, OSError, ValueError):
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
