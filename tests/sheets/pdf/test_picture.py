"""A page as a picture, with the cell that a person asks about."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from performance.sheets.formats import pdf
from performance.sheets.formats.pdf.drawn import Area
from performance.sheets.formats.pdf.marked import MAX_SIDE, picture
from performance.sheets.formats.pdf.picture import page_picture
from performance.sheets.grid import SheetError
from tests.sheets.pdf.drawing import Style, printed
from tests.sheets.pdf.test_drawn import SHEETS, grid_of

PRINT = (Path(__file__).parents[1] / "files" / "s09-drawn.pdf").read_bytes()


def image_of(png: bytes) -> Image.Image:
    return Image.open(BytesIO(png)).convert("RGB")


def changed(one: bytes, other: bytes) -> tuple[int, int, int, int] | None:
    """Where two pictures differ: left, top, right, bottom."""
    return ImageChops.difference(image_of(one), image_of(other)).getbbox()


def test_the_box_of_a_cell_is_marked_on_its_page():
    (grid,) = pdf.read(PRINT)
    box = grid.boxes[4, 1]

    found = changed(page_picture(PRINT, box.page), page_picture(PRINT, box.page, box))

    assert found == pytest.approx((52, 188, 184, 900), abs=3)


def test_a_page_that_shows_only_a_part_is_marked_at_the_right_place():
    cropped = printed(grid_of(SHEETS[0]), Style(), cropBox=(20, 10, 800, 500))
    (grid,) = pdf.read(cropped)
    box = grid.boxes[3, 1]
    area = Area(*box[1:])

    found = changed(picture(cropped, 1), picture(cropped, 1, area))

    assert found is not None
    assert found[0] == pytest.approx((box.x0 - 20 - 2) * 2, abs=2)
    assert found[1] == pytest.approx((box.top - 95 - 2) * 2, abs=2)


def test_a_picture_is_never_larger_than_a_screen_can_show():
    poster = printed(grid_of(SHEETS[0]), Style()).replace(b"[ 0 0 842 595 ]", b"[ 0 0 9420 9950]")

    assert max(image_of(picture(poster, 1)).size) <= MAX_SIDE


@pytest.mark.parametrize(("data", "page"), [(PRINT, 4), (PRINT, 0), (b"%PDF-1.7\n", 1)])
def test_what_cannot_be_drawn_is_refused(data, page):
    with pytest.raises(SheetError) as caught:
        page_picture(data, page)

    assert str(caught.value) == "这一页不能显示为图片；请打开原来的 PDF 核对。"
