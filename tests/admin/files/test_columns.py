"""Headings that no layout knows: a person says once what the columns are."""

import pytest

from performance.sheets.models import ColumnMap, Upload, UploadState
from performance.sheets.receiving import receive
from performance.sheets.stored import load_plan
from tests.admin.desk import at_desk, everything, told, upload_url, visible
from tests.builders import UNIT, clean_sheet, make_file, make_grid, make_workbook

STRANGE = ("处室", "事项", "目的", "指标A", "指标B", "指标C", "数")
ROW = (UNIT, "工作制服经费", "做好", "1-产出指标", "11-数量指标", "111000898-订制制服数", "5套")
FIELDS = ("unit", "project", "annual_goal", "level1", "level2", "level3", "annual_value")
MAPPED = {f"column-{number}": field for number, field in enumerate(FIELDS, 1)}


def strange(*rows, title="2025年目标") -> bytes:
    text = "\n".join("\t".join(row) for row in ((title,), STRANGE, *(rows or (ROW,))))
    return text.encode()


@pytest.fixture
def upload(clerk) -> Upload:
    return receive(strange(), "怪表.csv", by=clerk)


def page_of(upload: Upload) -> str:
    return upload_url("columns", upload.pk)


def map_it(user, upload: Upload, **changes):
    return at_desk(user).post(page_of(upload), {"row": "2"} | MAPPED | changes)


def test_the_refusal_leads_to_the_page_that_shows_headings_and_values(clerk, upload):
    refused = at_desk(clerk).get(upload_url("change", upload.pk))
    page = at_desk(clerk).get(page_of(upload))

    text = visible(page)
    assert page_of(upload) in refused.content.decode()
    assert 'value="2"' in page.content.decode()  # the row of the headings was found
    assert all(heading in text for heading in STRANGE)
    assert "工作制服经费" in text


def test_mapped_columns_are_read_and_can_be_imported(clerk, upload):
    answer = map_it(clerk, upload)
    upload.refresh_from_db()

    (operation,) = load_plan(upload.plan).operations
    assert told(answer) == ["已按对应的各栏读取；以后遇到同样的表头，会自动这样读取。"]
    assert upload.state == UploadState.PREVIEW
    assert operation.sheet.project == "工作制服经费"
    assert operation.sheet.lines[0].annual_value == "5套"


def test_the_next_file_with_such_headings_is_read_at_once_and_says_so(clerk, upload):
    map_it(clerk, upload)

    again = receive(strange(title="2025年别的目标"), "又一个.csv", by=clerk)

    page = visible(at_desk(clerk).get(upload_url("change", again.pk)))
    assert again.state == UploadState.PREVIEW
    assert "按您对应过的各栏读取" in page


def test_what_one_person_has_mapped_is_nobody_elses_business(clerk, bureau, upload):
    map_it(clerk, upload)

    assert receive(strange(), "表.csv", by=bureau).state == UploadState.UNREADABLE


def test_a_mapping_can_be_forgotten(clerk, upload):
    map_it(clerk, upload)

    answer = at_desk(clerk).post(page_of(upload), {"row": "2", "forget": "1"})
    upload.refresh_from_db()

    assert told(answer) == ["已不再使用这个对应，文件已重新读取。"]
    assert upload.state == UploadState.UNREADABLE
    assert not ColumnMap.objects.exists()
    assert upload.file


def test_a_mapping_can_be_changed(clerk, upload):
    map_it(clerk, upload)
    map_it(clerk, upload, **{"column-3": "overall_goal"})
    upload.refresh_from_db()

    (operation,) = load_plan(upload.plan).operations
    assert (operation.sheet.overall_goal, operation.sheet.annual_goal) == ("做好", "")
    assert ColumnMap.objects.count() == 1


def test_all_that_is_wrong_is_said_at_once_and_the_choices_stay(clerk, upload):
    before = everything()

    response = map_it(clerk, upload, **{"column-6": "level1", "column-2": ""})

    text = visible(response)
    assert "还没有对应“三级指标”、“项目名称”" in text
    assert "“一级指标”对应了 D、F 几栏" in text
    assert '<option value="annual_value" selected>' in response.content.decode()
    assert everything() == before
    assert not ColumnMap.objects.exists()


@pytest.mark.parametrize("odd", ["999", "0", "-1", "x", "", "二"])
def test_an_odd_row_or_worksheet_is_taken_as_none(clerk, upload, odd):
    page = at_desk(clerk).get(page_of(upload), {"row": odd, "sheet": odd})

    assert page.status_code == 200
    assert STRANGE[0] in visible(page)


def test_a_blank_row_is_no_heading(clerk):
    upload = receive(strange() + b"\n\n\n", "表.csv", by=clerk)

    assert "第9行是空行，请选择表头所在的行。" in visible(map_it(clerk, upload, row="9"))


def test_a_field_that_does_not_exist_is_not_read(clerk, upload):
    map_it(clerk, upload, **{"column-1": "password"})

    assert "password" not in ColumnMap.objects.get().columns


def test_headings_that_were_understood_can_be_mapped_otherwise(clerk):
    upload = receive(make_file(clean_sheet()), "表.xlsx", by=clerk)
    page = at_desk(clerk).get(page_of(upload))
    values = {f"column-{n}": f for n, f in enumerate(("unit", "project", "category"), 1)}
    goals = {"column-4": "annual_goal", "column-5": "overall_goal", "column-8": "level3"}
    row = page.context["choice"].row

    at_desk(clerk).post(page_of(upload), {"row": str(row)} | values | goals)
    upload.refresh_from_db()

    (operation,) = load_plan(upload.plan).operations
    assert operation.sheet.annual_goal == clean_sheet().overall_goal


def test_another_worksheet_can_be_chosen(clerk):
    other = make_grid(("甲", "乙"), headings=STRANGE[:2])
    data = make_workbook(make_grid(("x",), headings=("不",)), other)
    upload = receive(data, "表.xlsx", by=clerk)

    page = at_desk(clerk).get(page_of(upload), {"sheet": "1"})

    assert STRANGE[1] in visible(page)


def test_only_who_brought_it_may_map_it(clerk, bureau, upload):
    assert map_it(bureau, upload).status_code == 403
    assert not ColumnMap.objects.exists()


def test_an_imported_file_is_not_mapped_any_more(clerk):
    upload = receive(make_file(clean_sheet()), "表.xlsx", by=clerk)
    at_desk(clerk).post(upload_url("confirm", upload.pk), {"plan": upload.plan_hash})
    before = everything()

    answer = at_desk(clerk).get(page_of(upload))

    assert told(answer) == ["这个文件已经导入，各栏不能再对应；需要时请重新上传。"]
    assert map_it(clerk, upload).status_code == 302
    assert everything() == before


def test_a_file_that_could_not_be_read_has_no_columns(clerk):
    upload = receive(b"", "空.xlsx", by=clerk)

    assert at_desk(clerk).get(page_of(upload)).status_code == 403
