"""The page of a PDF beside what was read of it."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from performance.sheets.models import Upload
from performance.sheets.receiving import receive
from tests.admin.desk import at_desk, upload_url, visible
from tests.builders import clean_sheet, make_file

PDF = Path(__file__).parents[2] / "sheets/files/s07-pages.pdf"
PRINT = PDF.with_name("goals-2025.pdf")
NAME, CELL = "第1至3页", "J4"
RED = (200, 30, 30)


@pytest.fixture
def upload(clerk) -> Upload:
    return receive(PDF.read_bytes(), "表.pdf", by=clerk)


def picture(user, upload: Upload, **more):
    asked = {"sheet": NAME, "cell": CELL} | more
    return at_desk(user).get(upload_url("picture", upload.pk), asked)


def marked(response) -> tuple[Image.Image, bool]:
    image = Image.open(BytesIO(response.content)).convert("RGB")
    return image, RED in {colour for _, colour in image.getcolors(1 << 24)}


def test_each_value_of_the_preview_leads_to_its_picture(clerk, upload):
    page = at_desk(clerk).get(upload_url("change", upload.pk)).content.decode()

    address = upload_url("picture", upload.pk)
    assert page.count(f'href="{address}?sheet=') > 50
    assert f"{NAME}的表格第" in page  # places in words, not worksheets that a PDF has not
    assert "工作表“第" not in page


def test_the_place_of_each_finding_leads_to_its_picture_wherever_it_is_listed(clerk):
    upload = receive(PRINT.read_bytes(), "表.pdf", by=clerk, year=2026)

    groups = at_desk(clerk).get(upload_url("change", upload.pk)).context["groups"]

    pictured = [where for group in groups for found, where in group.places if found.cell]
    assert pictured
    assert all(picture.startswith(upload_url("picture", upload.pk)) for picture in pictured)


def test_the_picture_is_what_is_around_the_cell_which_is_marked(clerk, upload):
    response = picture(clerk, upload)
    whole = picture(clerk, upload, whole="1")

    part, is_marked = marked(response)
    page, _ = marked(whole)
    assert response["Content-Type"] == "image/png"
    assert response["Page"] == "1"
    assert 0 < float(response["Across"]) < 1
    assert "private" in response["Cache-Control"]
    assert is_marked
    assert part.width == page.width
    assert part.height < page.height


@pytest.mark.parametrize("odd", [{"cell": "ZZ999"}, {"cell": ""}, {"sheet": "别的"}])
def test_a_cell_that_was_not_read_has_no_picture(clerk, upload, odd):
    assert picture(clerk, upload, **odd).status_code == 404


def test_a_file_that_is_gone_is_a_sentence(clerk, upload):
    upload.file.delete(save=False)

    Upload.objects.filter(pk=upload.pk).update(file="aa/gone.pdf")

    response = picture(clerk, upload)
    assert response.status_code == 422
    assert "保存的文件已找不到" in response.content.decode()


def test_a_workbook_has_no_pages(clerk):
    upload = receive(make_file(clean_sheet()), "表.xlsx", by=clerk)

    page = at_desk(clerk).get(upload_url("change", upload.pk))

    assert "cell-picture" not in page.content.decode()
    assert picture(clerk, upload).status_code == 404


def test_nobody_else_sees_the_page(clerk, upload, reviewer):
    assert picture(reviewer, upload).status_code in (403, 404)
    assert "表.pdf" not in visible(at_desk(reviewer).get("/admin/"))
