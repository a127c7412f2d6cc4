"""The export page and the file that comes out of it."""

from urllib.parse import unquote

import pytest

from performance.goals.models import Goal, State
from performance.library.models import Year
from performance.people.models import Unit
from performance.sheets.formats import xlsx
from tests.admin.desk import (
    LISTING_XLSX,
    at_desk,
    fresh,
    goal_url,
    told,
    typed,
    visible,
)
from tests.builders import HEADINGS, change_goal, clean_sheet, make_goal, make_sheet

PROJECT = HEADINGS.index("项目名称")
ANNUAL = HEADINGS.index("年度绩效目标")
EXPORT = "/admin/performance/goal/export/"
LIST = "/admin/performance/goal/"


@pytest.fixture
def shelf(clerk, stranger) -> dict[str, Goal]:
    """Goals by project; 外 belongs to a unit that the clerk may not see."""
    Year.objects.create(year=2024)
    rows = (
        (clean_sheet("草"), clerk, State.DRAFT),
        (clean_sheet("审"), clerk, State.SUBMITTED),
        (clean_sheet("过"), clerk, State.APPROVED),
        (clean_sheet("废"), clerk, State.VOID),
        (make_sheet("旧", year=2024), clerk, State.APPROVED),
        (clean_sheet("外", unit="202001-区教育局"), stranger, State.APPROVED),
    )
    return {sheet.project: make_goal(sheet, by=by, state=state) for sheet, by, state in rows}


def rows_of(response) -> list[tuple[str, ...]]:
    """Rows below title and headings, of all worksheets of a downloaded file."""
    assert response.status_code == 200
    assert response["Content-Type"] == LISTING_XLSX
    found = []
    for grid in xlsx.read(response.content):
        assert grid.rows[2] == HEADINGS
        found += [
            tuple(grid.text(number, column) for column in range(1, 11))
            for number in sorted(grid.rows)[2:]
        ]
    return found


def projects(response) -> list[str]:
    return list(dict.fromkeys(row[PROJECT] for row in rows_of(response)))


def download(user, query: str = "", **data):
    return at_desk(user).post(EXPORT + query, {"download": "1"} | data)


# --- the page ------------------------------------------------------------------------------------
def test_the_page_says_what_goes_out_and_marks_what_is_not_approved(clerk, shelf):
    response = at_desk(clerk).get(EXPORT)

    text = visible(response)
    assert "将导出 4 个项目" in text
    assert "其中 2 个按审核通过的版本导出" in text
    assert response.content.decode().count("未审核通过，按现状") == 2
    assert text.count("审核通过的第1版") == 2
    assert "废" not in [goal.project for goal in response.context["goals"]]
    assert "区教育局" not in response.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"草", "审", "过", "旧"}),
        ("?year=2024", {"旧"}),
        ("?year=2025&state=approved", {"过"}),
        ("?state=void", set()),
        ("?text=草", {"草"}),
        ("?year=abc", {"草", "审", "过", "旧"}),
        ("?state=xx&unit=zzz", {"草", "审", "过", "旧"}),
        ("?unit=99999999999999999999", {"草", "审", "过", "旧"}),
        ("?text=%00", {"草", "审", "过", "旧"}),
        ("?password__startswith=a", {"草", "审", "过", "旧"}),
        ("?p=99&o=zz&e=1", {"草", "审", "过", "旧"}),
    ],
)
def test_the_filters_of_the_list_choose(clerk, shelf, query, found):
    response = at_desk(clerk).get(EXPORT + query)

    assert {goal.project for goal in response.context["goals"]} == found


def test_a_unit_goes_out_with_all_below_it(bureau, shelf):
    unit = Unit.objects.get(code="101")

    response = at_desk(bureau).get(EXPORT, {"unit": unit.pk, "year": 2025})

    assert {goal.project for goal in response.context["goals"]} == {"草", "审", "过"}


def test_a_foreign_unit_brings_nothing_foreign(clerk, shelf):
    foreign = Unit.objects.get(code="202001")

    response = at_desk(clerk).get(EXPORT, {"unit": foreign.pk})

    assert "外" not in [goal.project for goal in response.context["goals"]]
    assert "区教育局" not in response.content.decode()


def test_without_goals_the_page_says_so_and_the_button_is_greyed(clerk):
    response = at_desk(clerk).get(EXPORT)

    assert "没有符合条件的绩效目标。" in visible(response)
    button = response.content.decode().partition('name="download"')[2].partition(">")[0]
    assert "disabled" in button


# --- the file ------------------------------------------------------------------------------------
def test_the_file_has_title_headings_and_every_goal(clerk, shelf):
    response = download(clerk, "?year=2025", **{"as": "listing.xlsx"})

    assert projects(response) == ["草", "审", "过"]
    [grid] = xlsx.read(response.content)
    assert grid.rows[1][0].startswith("2025年")


def test_the_file_comes_as_a_download_under_a_chinese_name(clerk, shelf):
    response = download(clerk)

    disposition = response["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert unquote(disposition.partition("UTF-8''")[2]) == "绩效目标.xlsx"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert disposition.isascii()


def test_the_filters_in_the_address_choose_for_the_file_too(clerk, shelf):
    assert projects(download(clerk, "?year=2024")) == ["旧"]


def test_the_box_leaves_out_what_is_not_approved(clerk, shelf):
    assert projects(download(clerk, "?year=2025", approved="on")) == ["过"]


def test_when_nothing_is_left_a_sentence_says_so(clerk):
    make_goal(by=clerk)

    response = download(clerk, "?year=2025", approved="on")

    assert response.status_code == 302
    assert response.url == f"{EXPORT}?year=2025"
    assert told(response) == ["没有符合条件的绩效目标可以导出。"]


def test_what_is_exported_says_what_the_goal_says(clerk):
    goal = make_goal(by=clerk)

    rows = rows_of(download(clerk))

    sheet = goal.sheet()
    assert rows[0] == (
        sheet.unit.text,
        sheet.project,
        sheet.category.text,
        sheet.overall_goal,
        sheet.annual_goal,
        "1-产出指标",
        "11-数量指标",
        "111000898-订制制服数",
        "15套",
        "5套",
    )
    assert len(rows) == 2


def test_a_goal_that_is_no_longer_approved_goes_out_as_it_stands(clerk, reviewer):
    goal = make_goal(by=clerk, state=State.APPROVED)
    reason = {"seen": goal.chain_hash, "opinion": "请改"}
    at_desk(reviewer).post(goal_url("perform", goal.pk, "return"), reason)
    at_desk(clerk).post(goal_url("change", goal.pk), typed(fresh(goal), annual_goal="退回后改的"))

    response = download(clerk)

    assert {row[ANNUAL] for row in rows_of(response)} == {"退回后改的"}
    assert "未审核通过，按现状" in visible(at_desk(clerk).get(EXPORT))


def test_an_approved_version_goes_out_although_newer_ones_stand_beside_it(clerk):
    goal = make_goal(by=clerk, state=State.APPROVED)
    Goal.objects.filter(pk=goal.pk).update(state=State.DRAFT)
    change_goal(fresh(goal), clean_sheet(annual_goal="还没有审核"), by=clerk)

    response = download(clerk, approved="on")

    assert {row[ANNUAL] for row in rows_of(response)} == {"本年为窗口人员订制制服5套。"}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0"])
def test_no_cell_is_a_formula(clerk, text):
    make_goal(clean_sheet(annual_goal=text), by=clerk)

    response = download(clerk)

    assert {row[ANNUAL] for row in rows_of(response)} == {text}


# --- chosen in the list ----------------------------------------------------------------------
def choose(user, *goals: Goal, **data):
    chosen = {"action": "export_chosen", "_selected_action": [goal.pk for goal in goals]}
    return at_desk(user).post(LIST, chosen | data)


def ids_of(response) -> str:
    return response.content.decode().partition('name="ids" value="')[2].partition('"')[0]


def action_of(response) -> str:
    html = response.content.decode()
    tag = next(part for part in html.split("<form") if 'class="export-form"' in part)
    return tag.partition('action="')[2].partition('"')[0]


def test_the_chosen_ones_alone_go_out(clerk, shelf):
    response = choose(clerk, shelf["审"], shelf["过"])

    assert {goal.project for goal in response.context["goals"]} == {"审", "过"}
    assert response.context["filterset"] is None
    file = at_desk(clerk).post(action_of(response), {"download": "1", "ids": ids_of(response)})
    assert projects(file) == ["审", "过"]


def test_foreign_goals_among_the_chosen_are_left_out(clerk, shelf):
    response = choose(clerk, shelf["审"], shelf["外"])

    assert {goal.project for goal in response.context["goals"]} == {"审"}
    assert "区教育局" not in response.content.decode()


def test_only_foreign_goals_chosen_means_nothing_and_not_everything(clerk, shelf):
    page = choose(clerk, shelf["外"])
    file = download(clerk, ids=[shelf["外"].pk])

    assert page.context["count"] == 0
    assert file.status_code == 302


def test_foreign_ids_posted_are_left_out_of_the_file(clerk, shelf):
    response = download(clerk, ids=",".join(str(goal.pk) for goal in shelf.values()))

    assert projects(response) == ["草", "审", "过", "旧"]


@pytest.mark.parametrize(
    "ids", ["abc", "99999999999999999999", "", ",,", "-1", "\x00", "1.5", "9" * 5000, "1;2"]
)
def test_ids_that_are_none_export_nothing(clerk, shelf, ids):
    response = download(clerk, ids=ids)

    assert response.status_code == 302
    assert told(response) == ["没有符合条件的绩效目标可以导出。"]


def test_all_of_a_filtered_list_can_be_chosen_across_pages(clerk, shelf):
    data = {"action": "export_chosen", "_selected_action": [shelf["草"].pk], "select_across": "1"}

    response = at_desk(clerk).post(f"{LIST}?year=2025", data)

    assert {goal.project for goal in response.context["goals"]} == {"草", "审", "过"}


def test_more_goals_than_one_post_has_fields_can_be_exported(clerk, settings):
    """`Select all` in a long list: their ids would be more fields than a post may have."""
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 8
    for number in range(12):
        make_goal(clean_sheet(f"第{number}个"), by=clerk)
    data = {"action": "export_chosen", "_selected_action": ["1"], "select_across": "1"}
    response = at_desk(clerk).post(LIST, data)

    file = at_desk(clerk).post(action_of(response), {"download": "1", "ids": ids_of(response)})

    assert len(projects(file)) == 12


# --- tampering -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "data",
    [
        {"as": "listing.exe"},
        {"as": "listing.xls"},
        {"as": "declaration.pdf"},
        {"as": "declaration.csv"},
        {"as": "listing"},
        {"as": ""},
        {"as": "listing.../../etc/passwd"},
        {"as": "listing.\x00"},
        {"as": "none.xlsx"},
        {"as": ".xlsx"},
        {"as": "__class__.xlsx"},
    ],
)
def test_a_format_or_layout_that_is_not_offered_is_refused_in_chinese(clerk, shelf, data):
    response = download(clerk, **data)

    assert response.status_code == 400
    assert "请求有误" in visible(response)


@pytest.mark.parametrize("role", ["clerk", "reviewer", "bureau"])
def test_who_exports_gets_the_own_reach(request, shelf, role):
    user = request.getfixturevalue(role)

    found = projects(download(user, "?year=2025"))

    assert set(found) == {"草", "审", "过"} | ({"外"} if role == "bureau" else set())


def test_exporting_changes_nothing(clerk, shelf):
    before = list(Goal.objects.order_by("pk").values_list())

    download(clerk)

    assert list(Goal.objects.order_by("pk").values_list()) == before


def test_more_ids_than_any_list_has_are_refused(clerk, shelf):
    ids = ",".join(map(str, range(1, 60_000)))

    response = at_desk(clerk).post(goal_url("export"), {"download": "1", "ids": ids})

    assert response.status_code == 400
