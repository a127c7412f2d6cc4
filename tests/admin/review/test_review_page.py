"""The page on which a goal is reviewed: what it shows first, compares with, and costs."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from performance.goals.models import Goal, State
from performance.library.actions import open_year
from performance.library.models import Indicator
from performance.library.review_form import ReviewStep
from performance.review.actions import Decision, perform
from performance.review.models import Look
from performance.review.remarking import write_remark
from tests.admin.desk import at_desk, english_words, fresh, goal_url, inline_scripts, visible
from tests.builders import change_goal, clean_sheet, make_goal, make_line, make_sheet, make_user

PAGE_LIMIT = 17
STEPS = (
    ("单位审核", "unit_reviewer"),
    ("主管部门审核", "reviewer"),
    ("财政审核", "finance_reviewer"),
)


@pytest.fixture
def leader(portal):
    return make_user("zhao.jh", ("unit_reviewer", "101009"), full_name="赵建华")


@pytest.fixture
def three_steps(portal):
    ReviewStep.objects.filter(year=portal).delete()
    for number, (name, role) in enumerate(STEPS, 1):
        ReviewStep.objects.create(year=portal, number=number, name=name, role=role)


def step(goal: Goal, name: str, by, **decision) -> Goal:
    goal = fresh(goal)
    perform(goal.pk, name, by=by, seen=goal.chain_hash, decision=Decision(**decision))
    return fresh(goal)


def long(lines: int = 12):
    """Indicators of the library, one line each."""
    known = Indicator.objects.filter(year__year=2025).exclude(parent__code="31").order_by("code")
    known = known.select_related("parent__parent")[: lines - 1]
    rows = [make_line(str(row), str(row.parent), str(row.parent.parent)) for row in known]
    return make_sheet("长表", *rows, clean_sheet().lines[-1])


def keyed(goal: Goal, **changes):
    """The goal's sheet with other annual values, its lines' keys kept."""
    sheet = fresh(goal).sheet()
    lines = [
        replace(line, annual_value=changes.get(f"line{n}", line.annual_value))
        for n, line in enumerate(sheet.lines)
    ]
    return replace(sheet, lines=tuple(lines))


def open_page(user, goal: Goal, query: str = ""):
    response = at_desk(user).get(goal_url("change", goal.pk) + query)
    assert response.status_code == 200
    return response


def changed_cells(response) -> list[str]:
    table = response.context["table"]
    cells = [*table.head, *(cell for row in table.rows for cell in row.cells)]
    return [cell.cell.text for cell in cells if cell.cell.before is not None]


def returned_and_sent_again(clerk, reviewer, goal: Goal, **changes) -> Goal:
    goal = step(goal, "return", reviewer, opinion="请改")
    change_goal(goal, keyed(goal, **changes), by=clerk)
    return step(goal, "submit", clerk)


def taken_back(clerk, goal: Goal, **changes) -> Goal:
    """Withdrawn, changed and submitted again before anybody decided."""
    step(goal, "withdraw", clerk)
    change_goal(fresh(goal), keyed(goal, **changes), by=clerk)
    return step(goal, "submit", clerk)


# --- what it is compared with --------------------------------------------------------------------
def test_a_first_look_at_a_first_submission_compares_with_nothing(clerk, reviewer):
    goal = make_goal(long(), by=clerk, state=State.SUBMITTED)
    Goal.objects.update(step=1)

    response = open_page(reviewer, goal)

    assert not response.context["compared"]
    assert "没有变化" not in visible(response)


def test_what_changed_since_the_last_look_is_marked_and_says_so(clerk, reviewer):
    goal = taken_back(clerk, step(make_goal(long(), by=clerk), "submit", clerk), line2="早先")
    open_page(reviewer, goal)
    goal = taken_back(clerk, goal, line3="改过")

    response = open_page(reviewer, goal)

    assert changed_cells(response) == ["改过"]
    assert "已标出与上次看过（第2版）相比的改动。" in visible(response)


def test_a_look_is_recorded_for_reviewers_alone(clerk, reviewer, bureau):
    goal = step(make_goal(by=clerk), "submit", clerk)
    for user in (clerk, bureau):
        open_page(user, goal)
    assert not Look.objects.exists()

    open_page(reviewer, goal)
    open_page(reviewer, goal)

    [look] = Look.objects.all()
    assert (look.by, look.revision_number) == (reviewer, 1)


def test_a_post_is_no_look(clerk, reviewer):
    goal = step(make_goal(by=clerk), "submit", clerk)

    at_desk(reviewer).post(goal_url("perform", goal.pk, "return"), {"seen": goal.chain_hash})

    assert not Look.objects.exists()


def test_the_address_keeps_what_it_was_compared_with(clerk, reviewer):
    """The second time, the new version counts as looked at: the first comparison stays."""
    goal = taken_back(clerk, step(make_goal(long(), by=clerk), "submit", clerk), line2="早先")
    open_page(reviewer, goal)
    goal = taken_back(clerk, goal, line3="改过")
    assert 'data-since="2"' in open_page(reviewer, goal).content.decode()

    response = open_page(reviewer, goal, "?since=2")

    assert changed_cells(response) == ["改过"]
    assert "之前看过（第2版）" in visible(response)


def test_after_a_return_the_last_submission_is_what_it_is_compared_with(clerk, reviewer, bureau):
    goal = step(make_goal(long(), by=clerk), "submit", clerk)
    goal = returned_and_sent_again(clerk, reviewer, goal, line5="改过")

    for user in (reviewer, bureau):
        response = open_page(user, goal)
        assert changed_cells(response) == ["改过"]
        assert "上次审核时（第1版）" in visible(response)


def test_it_may_be_compared_with_nothing(clerk, reviewer):
    goal = step(make_goal(long(), by=clerk), "submit", clerk)
    goal = returned_and_sent_again(clerk, reviewer, goal, line5="改过")

    assert changed_cells(open_page(reviewer, goal, "?since=none")) == []


@pytest.mark.parametrize(
    "token", ["", "0", "99", "9" * 400, "x", "-1", "1'", "%00", "last-year", "²", "１"]
)
def test_an_unknown_base_is_the_usual_one(clerk, reviewer, token):
    goal = step(make_goal(long(), by=clerk), "submit", clerk)
    goal = returned_and_sent_again(clerk, reviewer, goal, line5="改过")

    assert changed_cells(open_page(reviewer, goal, f"?since={token}")) == ["改过"]


def test_unchanged_lines_are_folded_behind_their_number(clerk, reviewer):
    goal = step(make_goal(long(), by=clerk), "submit", clerk)
    goal = returned_and_sent_again(clerk, reviewer, goal, line5="改过")

    response = open_page(reviewer, goal)

    text = visible(response)
    assert "还有 5 行没有变化，展开" in text
    assert "还有 6 行没有变化，展开" in text
    assert response.content.decode().count("data-folded hidden") == 11


def test_without_a_script_a_link_unfolds_them(clerk, reviewer):
    goal = step(make_goal(long(), by=clerk), "submit", clerk)
    goal = returned_and_sent_again(clerk, reviewer, goal, line5="改过")

    html = open_page(reviewer, goal, "?since=1&all").content.decode()

    assert "data-folded hidden" not in html
    assert "收起没有变化的 5 行" in html


@pytest.mark.parametrize("lines", [2, 8])
def test_short_sheets_are_not_folded(clerk, reviewer, lines):
    goal = step(make_goal(long(lines), by=clerk), "submit", clerk)
    goal = returned_and_sent_again(clerk, reviewer, goal, line0="改过")

    assert "没有变化" not in visible(open_page(reviewer, goal))


def test_a_row_with_a_remark_or_finding_is_never_folded(clerk, reviewer):
    goal = step(make_goal(long(), by=clerk), "submit", clerk)
    goal = returned_and_sent_again(clerk, reviewer, goal, line5="改过")
    last = goal.sheet().lines[-1]
    said = {"key": last.key, "field": "annual_value", "kind": "其他", "text": "看这里"}
    write_remark(goal.pk, by=reviewer, seen=goal.chain_hash, **said)

    table = open_page(reviewer, goal).context["table"]

    [row] = [row for row in table.rows if row.key == last.key]
    assert not row.folded
    assert [note.remark.text for note in row.margin] == ["看这里"]


# --- last year -----------------------------------------------------------------------------------
@pytest.fixture
def last_year(portal, clerk):
    open_year(2024)
    lines = (make_line(annual_value="4套"), make_line("111009999-旧指标"))
    return make_goal(make_sheet("工作制服经费", *lines, year=2024), by=clerk)


def with_last_year(clerk) -> Goal:
    return step(make_goal(by=clerk), "submit", clerk)


def test_last_years_values_stand_beside_quietly(clerk, reviewer, last_year):
    goal = with_last_year(clerk)

    response = open_page(reviewer, goal)

    assert "上年：4套" in visible(response)
    assert "与上年相同" in visible(response)  # the cycle's value
    assert not response.context["compared"]


def test_the_goal_may_be_compared_with_last_year(clerk, reviewer, last_year):
    goal = with_last_year(clerk)

    response = open_page(reviewer, goal, "?since=last-year")

    assert "5套" in changed_cells(response)
    assert "上年：" not in visible(response)


def test_another_units_project_of_that_name_is_not_last_years(clerk, reviewer, stranger, portal):
    open_year(2024)
    make_goal(make_sheet(year=2024, unit="202001-区教育局"), by=stranger)

    assert "上年" not in visible(open_page(reviewer, with_last_year(clerk)))


def test_a_void_project_is_not_last_years(clerk, reviewer, last_year):
    Goal.objects.filter(pk=last_year.pk).update(state=State.VOID)

    assert "上年" not in visible(open_page(reviewer, with_last_year(clerk)))


def test_a_renamed_project_is_found_by_its_code(clerk, reviewer, portal):
    open_year(2024)
    old = make_sheet("旧名称", make_line(annual_value="3套"), year=2024, project_code="P-7")
    make_goal(old, by=clerk)
    goal = step(make_goal(clean_sheet(project_code="P-7"), by=clerk), "submit", clerk)

    assert "上年：3套" in visible(open_page(reviewer, goal))


# --- adjustments ---------------------------------------------------------------------------------
def issued(clerk, reviewer, bureau, sheet=None) -> Goal:
    goal = step(make_goal(sheet or long(), by=clerk), "submit", clerk)
    step(goal, "approve", reviewer)
    return step(goal, "issue", bureau)


def test_an_adjustment_marks_each_line_against_what_was_issued(clerk, reviewer, bureau):
    goal = step(issued(clerk, reviewer, bureau), "adjust", clerk, opinion="预算调减")
    sheet = keyed(goal, line2="改过")
    known = Indicator.objects.exclude(code__in=[x.level3.code for x in sheet.lines])
    new = known.select_related("parent__parent").exclude(parent__code="31").first()
    added = make_line(str(new), str(new.parent), str(new.parent.parent))
    change_goal(goal, replace(sheet, lines=(*sheet.lines[1:], added)), by=clerk)
    goal = step(goal, "submit", clerk)

    text = visible(open_page(reviewer, goal))

    assert "与已批复的内容相比，修改 1 行、新增 1 行、删除 1 行。原因：预算调减（张敏）" in text
    tags = [row.tag for row in open_page(reviewer, goal).context["table"].rows if row.tag]
    assert tags == ["修改", "新增", "删除"]


def test_an_issued_goal_offers_the_adjustment_to_its_clerk_and_filing_to_the_bureau(
    clerk, reviewer, bureau
):
    goal = issued(clerk, reviewer, bureau)

    assert "申请调整" in visible(open_page(clerk, goal))
    assert "备案" in [d.label for d in open_page(bureau, goal).context["deeds"].other]


def test_a_dropped_adjustment_says_again_what_was_issued(clerk, reviewer, bureau):
    goal = step(issued(clerk, reviewer, bureau), "adjust", clerk, opinion="试试")
    goal = change_goal(goal, keyed(goal, line2="改过"), by=clerk)

    data = {"seen": goal.chain_hash, "opinion": "不调了"}
    at_desk(clerk).post(goal_url("perform", goal.pk, "drop"), data)

    assert fresh(goal).state == State.ISSUED
    assert fresh(goal).sheet().lines[2].annual_value == "5套"


# --- the line of steps ---------------------------------------------------------------------------
def stops(response) -> list[tuple[str, str]]:
    return [(stop.title, stop.status) for stop in response.context["progress"]]


def test_the_steps_stand_in_one_line_with_who_did_what(clerk, leader, reviewer, three_steps):
    goal = step(make_goal(by=clerk), "submit", clerk)
    goal = step(goal, "approve", leader)

    response = open_page(reviewer, goal)

    assert stops(response) == [
        ("送审", "done"),
        ("单位审核", "done"),
        ("主管部门审核", "now"),
        ("财政审核", "ahead"),
    ]
    assert "赵建华" in visible(response)
    assert "审核通过，转财政审核" in visible(response)


def test_what_an_earlier_step_passed_on_is_no_earlier_submission(clerk, leader, three_steps):
    other = make_user("wu", ("reviewer", "101"))
    goal = step(step(make_goal(by=clerk), "submit", clerk), "approve", leader)

    assert not open_page(other, goal).context["compared"]


def test_a_return_shows_where_it_came_from(clerk, leader, reviewer, three_steps):
    goal = step(make_goal(by=clerk), "submit", clerk)
    goal = step(step(goal, "approve", leader), "return", reviewer, opinion="请改")

    auditor = make_user("audit", ("auditor", None))  # the bureau would see the form
    assert stops(open_page(auditor, goal))[1:] == [
        ("单位审核", "done"),
        ("主管部门审核", "back"),
        ("财政审核", "ahead"),
    ]


def test_the_last_step_is_named_as_such(clerk, leader, reviewer, three_steps):
    finance = make_user("zhou", ("finance_reviewer", None))
    goal = step(make_goal(by=clerk), "submit", clerk)
    goal = step(step(goal, "approve", leader), "approve", reviewer)

    assert "审核通过（最后一个环节）" in visible(open_page(finance, goal))


def test_issuing_and_filing_come_after_the_approval(clerk, reviewer, bureau):
    goal = issued(clerk, reviewer, bureau)

    assert stops(open_page(reviewer, goal))[-2:] == [("批复", "done"), ("备案", "now")]


# --- every state, every person -------------------------------------------------------------------
@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("role", ["reviewer", "unit_reviewer", "finance_reviewer", "auditor"])
def test_the_page_opens_in_every_state_in_chinese_without_inline_scripts(clerk, role, state):
    goal = make_goal(make_sheet(overall_goal=""), by=clerk, state=state)
    unit = "101009" if role in ("reviewer", "unit_reviewer") else None

    response = open_page(make_user("any", (role, unit)), goal)

    assert inline_scripts(response) == []
    known = {
        "any",
        "Enter",
        "Esc",
        "Excel",
        "MB",
        "xlsx",
        "xls",
        "docx",
        "doc",
        "pdf",
        "jpg",
        "png",
    }
    assert set(english_words(response)) - known == set()


@pytest.mark.parametrize("remark", ["", ".", "x.y", "..", "%00.form", ".unit", "a" * 5000])
def test_any_address_opens_the_page(clerk, reviewer, remark):
    goal = step(make_goal(by=clerk), "submit", clerk)

    open_page(reviewer, goal, f"?remark={remark}&all=1&since=%00")


def test_a_goal_without_lines_has_its_page(clerk, reviewer):
    goal = make_goal(replace(make_sheet(), lines=()), by=clerk, state=State.SUBMITTED)

    assert "审核通过" in visible(open_page(reviewer, goal))


# --- what it costs -------------------------------------------------------------------------------
def cost(user, goal: Goal) -> int:
    page = at_desk(user)
    with CaptureQueriesContext(connection) as queries:
        assert page.get(goal_url("change", goal.pk)).status_code == 200
    return len(queries)


@pytest.mark.parametrize("role", ["reviewer", "clerk", "bureau"])
def test_the_page_costs_the_same_for_1_and_200_lines_with_and_without_remarks(
    request, clerk, reviewer, role
):
    found = set()
    for lines in (1, 200):
        sheet = make_sheet(f"{lines}行", *(make_line(f"11190{n:04}-指标") for n in range(lines)))
        goal = make_goal(sheet, by=clerk, state=State.SUBMITTED)
        Goal.objects.filter(pk=goal.pk).update(step=1)
        goal = fresh(goal)
        cost(reviewer, goal)  # a first look is written, a second is not
        found.add(cost(request.getfixturevalue(role), goal))
        for line in goal.sheet().lines[:30]:
            said = {"key": line.key, "field": "annual_value", "kind": "其他", "text": "看"}
            write_remark(goal.pk, by=reviewer, seen=goal.chain_hash, **said)
        found.add(cost(request.getfixturevalue(role), goal))

    assert len(found) == 1
    assert found.pop() <= PAGE_LIMIT
