"""The blank workbook: what it offers, and that what is picked from it comes back by an import."""

from io import BytesIO
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook
from openpyxl.utils import range_boundaries

from performance.goals.models import Goal
from performance.library.models import Category, Frame, Indicator, Listing, Year
from performance.people.models import Unit
from performance.sheets.models import Upload
from performance.sheets.stored import load_plan
from tests.admin.desk import LISTING_XLSX, at_desk, everything, goal_url, upload_url
from tests.builders import HEADINGS, clean_sheet, make_goal, make_user

FIRST = 3
FIELDS = dict(zip(HEADINGS, "ABCDEFGHIJ", strict=True))


def fetch(user, query: str = "?year=2025"):
    return at_desk(user).get(goal_url("template") + query)


def book_of(user, query: str = "?year=2025") -> Workbook:
    response = fetch(user, query)
    assert response.status_code == 200
    assert response["Content-Type"] == LISTING_XLSX
    return load_workbook(BytesIO(response.content))


def offers(book: Workbook) -> dict[str, str]:
    """Column letter → the formula of its list."""
    found = {}
    for rule in book.worksheets[0].data_validations.dataValidation:
        [area] = rule.sqref.ranges
        assert (area.min_row, area.max_row) == (FIRST, 202)
        assert len(rule.formula1) <= 255
        assert rule.errorStyle == "warning"
        found[area.coord[0]] = rule.formula1
    return found


def listed(book: Workbook, where: str) -> list[str]:
    """The texts of a range on the sheet of lists."""
    name, _, area = where.partition("!")
    left, top, _, bottom = range_boundaries(area.replace("$", ""))
    return [book[name].cell(row, left).value for row in range(top, bottom + 1)]


def under(book: Workbook, letter: str, parent: str) -> list[str]:
    """What the dependent list shows under a parent: as the spreadsheet reckons it."""
    formula = offers(book)[letter]
    keys_at = formula.partition(",IFERROR(MATCH(")[2].split(",")[1]
    keys = listed(book, keys_at)
    start = keys.index(parent) if parent in keys else 0
    height = keys.count(parent) or len(keys)
    first = formula.removeprefix("OFFSET(").partition(",")[0]
    name, _, cell = first.partition("!")
    column = range_boundaries(cell.replace("$", ""))[0]
    return [book[name].cell(1 + start + n, column).value for n in range(height)]


def filled(book: Workbook, *rows: dict[str, str]) -> bytes:
    """The workbook as saved after these cells were typed."""
    sheet = book.worksheets[0]
    for number, row in enumerate(rows, FIRST):
        for heading, text in row.items():
            sheet[f"{FIELDS[heading]}{number}"] = text
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def bring(user, data: bytes) -> Upload:
    file = SimpleUploadedFile("填好的.xlsx", data)
    at_desk(user).post(upload_url("add"), {"file": file})
    return Upload.objects.latest("pk")


def row_of(book: Workbook, **more: str) -> dict[str, str]:
    """A first row with the first entry of every list."""
    level2 = under(book, "G", "1-产出指标")[0]
    return {
        "用款单位": listed(book, offers(book)["A"])[0],
        "项目名称": "新项目",
        "项目类别": listed(book, offers(book)["C"])[0],
        "总体绩效目标": "总体",
        "年度绩效目标": "年度",
        "一级指标": "1-产出指标",
        "二级指标": level2,
        "三级指标": under(book, "H", level2)[0],
        "实施周期指标值": "100%",
        "年度指标值": "≥5套",
    } | more


# --- the file ------------------------------------------------------------------------------------
def test_it_has_title_headings_and_empty_rows_to_type_texts_into(clerk):
    book = book_of(clerk)

    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[2]] == list(HEADINGS)
    assert sheet["A1"].value == "2025年项目绩效目标"
    assert sheet.freeze_panes == "A3"
    assert sheet.print_title_rows == "$2:$2"
    assert sheet.page_setup.orientation == "landscape"
    for place in ("A3", "J3", "A202", "J202"):
        assert sheet[place].value is None
        assert sheet[place].number_format == "@"
        assert sheet[place].border.left.style == "thin"
    assert [s.sheet_state for s in book] == ["visible", "visible", "veryHidden"]
    assert "下拉列表" in "".join(row[0].value for row in book.worksheets[1].iter_rows())


def test_it_comes_as_a_download_under_a_chinese_name(clerk):
    response = fetch(clerk)

    disposition = response["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert unquote(disposition.partition("UTF-8''")[2]) == "2025年绩效目标填报模板.xlsx"


def test_the_lists_are_the_years_library(clerk):
    Year.objects.create(year=2024)
    Category.objects.create(year=Year.objects.get(year=2024), code="999", name="旧类别")

    book = book_of(clerk)

    where = offers(book)
    assert set(where) == set("ACFGH")
    assert listed(book, where["A"]) == ["101009-区政数局"]
    assert listed(book, where["C"]) == [str(c) for c in Category.objects.filter(year__year=2025)]
    level1 = Frame.objects.filter(year__year=2025, parent=None)
    assert listed(book, where["F"]) == [str(entry) for entry in level1]
    for entry in level1:
        below = Frame.objects.filter(parent=entry).order_by("code")
        assert under(book, "G", str(entry)) == [str(below_it) for below_it in below]
    for entry in Frame.objects.filter(year__year=2025, indicator__isnull=False).distinct():
        found = Indicator.objects.filter(parent=entry).order_by("code")
        assert under(book, "H", str(entry)) == [str(indicator) for indicator in found]


def test_before_level_2_is_chosen_all_of_level_3_is_offered(clerk):
    book = book_of(clerk)

    assert len(under(book, "H", "")) == Indicator.objects.filter(year__year=2025).count()


def test_everyone_is_offered_the_own_units(clerk, bureau, stranger):
    units = {
        user.username: listed(book_of(user), offers(book_of(user))["A"])
        for user in (clerk, stranger, bureau)
    }

    assert units["zhang"] == ["101009-区政数局"]
    assert units["zhao"] == ["202001-区教育局"]
    assert units["wang"] == [str(unit) for unit in Unit.objects.order_by("code")]


def test_the_title_is_that_of_the_list_the_goals_came_in(clerk, stranger):
    year = Year.objects.get(year=2025)
    goal = make_goal(by=clerk)
    listing = Listing.objects.create(year=year, title="2025年重点项目绩效目标")
    Goal.objects.filter(pk=goal.pk).update(listing=listing)

    assert book_of(clerk).worksheets[0]["A1"].value == "2025年重点项目绩效目标"
    assert book_of(stranger).worksheets[0]["A1"].value == "2025年项目绩效目标"


def test_without_a_year_it_is_the_newest(clerk):
    Year.objects.create(year=2026)

    assert book_of(clerk, "").worksheets[0]["A1"].value == "2026年项目绩效目标"


def test_a_year_without_a_library_gives_a_table_with_the_units_alone(clerk):
    Year.objects.create(year=2026)

    assert set(offers(book_of(clerk, "?year=2026"))) == {"A"}


def test_2600_indicators_are_offered_each(clerk):
    level2 = Frame.objects.get(year__year=2025, code="12")
    Indicator.objects.bulk_create(
        Indicator(year=level2.year, code=f"1125{n:05}", name=f"{n}号指标", parent=level2)
        for n in range(2600)
    )

    book = book_of(clerk)

    found = under(book, "H", str(level2))
    assert len(found) == Indicator.objects.filter(parent=level2).count() > 2600
    assert found[-1] == "112502599-2599号指标"
    assert under(book, "H", "13-时效指标")[0].startswith("113")


@pytest.mark.parametrize("name", ["=1+1", "=cmd|' /C calc'!A0", "+1", "@SUM(A1)", "<b>&", "\x0b鈡"])
def test_names_of_the_library_stay_text(clerk, name):
    level2 = Frame.objects.get(year__year=2025, code="11")
    Indicator.objects.create(year=level2.year, name=name, parent=level2)
    Category.objects.create(year=level2.year, name=name)

    book = book_of(clerk)

    cells = [cell for row in book.worksheets[2].iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    assert any(cell.value.endswith(name[-1]) for cell in cells)


@pytest.mark.parametrize("query", ["?year=abc", "?year=1999", "?year=%00", "?year=" + "9" * 500])
def test_a_year_that_is_none_is_not_found(clerk, query):
    assert fetch(clerk, query).status_code == 404


def test_who_writes_no_goals_has_no_use_for_it(reviewer, portal):
    system = make_user("chen", ("system", None))

    assert [fetch(user).status_code for user in (reviewer, system)] == [403, 403]


def test_fetching_it_changes_nothing(clerk):
    before = everything()

    book_of(clerk)

    assert everything() == before
    assert at_desk(clerk).post(goal_url("template")).status_code == 405


def test_the_upload_page_leads_to_it(clerk):
    html = at_desk(clerk).get(upload_url("add")).content.decode()

    assert f'href="{goal_url("template")}"' in html


# --- back by the usual import --------------------------------------------------------------------
def test_what_is_picked_and_typed_comes_back_without_findings(clerk):
    book = book_of(clerk)
    first = row_of(book)
    level2 = under(book, "G", "3-满意度指标")[0]
    second = {
        "一级指标": "3-满意度指标",
        "二级指标": level2,
        "三级指标": under(book, "H", level2)[-1],
        "实施周期指标值": "＞90%",
        "年度指标值": "＞90%",
    }
    other = row_of(book, 项目名称="第二个项目")

    upload = bring(clerk, filled(book, first, second, other))

    plan = load_plan(upload.plan)
    assert plan.findings == ()
    assert plan.creations == ()
    assert [operation.kind.value for operation in plan.operations] == ["new", "new"]
    one, two = (operation.sheet for operation in plan.operations)
    assert (one.project, len(one.lines), two.project) == ("新项目", 2, "第二个项目")
    assert one.lines[0].cycle_value == "100%"
    assert one.lines[0].level3.text == first["三级指标"]
    assert one.year == 2025


def test_every_row_to_the_last_is_read(clerk):
    book = book_of(clerk)
    rows = [row_of(book, 项目名称=f"项目{number}") for number in range(200)]

    plan = load_plan(bring(clerk, filled(book, *rows)).plan)

    assert len(plan.operations) == 200
    assert plan.findings == ()


def test_what_is_exported_can_be_typed_over_into_it(clerk):
    """A goal that is there already, written again through the template, says the same."""
    goal = make_goal(clean_sheet(), by=clerk)
    sheet = goal.sheet()
    rows = [
        {
            "用款单位": sheet.unit.text,
            "项目名称": sheet.project,
            "项目类别": sheet.category.text,
            "总体绩效目标": sheet.overall_goal,
            "年度绩效目标": sheet.annual_goal,
            "一级指标": line.level1.text,
            "二级指标": line.level2.text,
            "三级指标": line.level3.text,
            "实施周期指标值": line.cycle_value,
            "年度指标值": line.annual_value,
        }
        for line in sheet.lines
    ]

    plan = load_plan(bring(clerk, filled(book_of(clerk), *rows)).plan)

    assert [operation.kind.value for operation in plan.operations] == ["same"]


def test_an_empty_one_is_told_so_and_nothing_else(clerk):
    upload = bring(clerk, fetch(clerk).content)

    plan = load_plan(upload.plan)
    assert plan.operations == ()
    assert [f.message for f in plan.findings] == ["表头下面没有任何数据行，请填写后再上传。"]
