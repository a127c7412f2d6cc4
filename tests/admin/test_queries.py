"""What a page costs does not grow with what it shows."""

from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from performance.goals.models import EDITABLE, Goal, State
from performance.library.models import Frame, Indicator
from tests.admin.desk import at_desk, fresh, goal_url, typed, upload_url
from tests.builders import change_goal, clean_sheet, make_file, make_goal, make_line, make_sheet

LIST_LIMIT, FORM_LIMIT = 10, 12
WAIVERS = 1  # what was let pass is shown beside the form of a goal
REVIEW_LIMIT = 17  # remarks, waivers, steps, last year, and what the person looked at last


def cost(client, path: str, data: dict | None = None, expected: int = 200) -> int:
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path) if data is None else client.post(path, data)
    assert response.status_code == expected
    return len(queries)


def long_sheet(lines: int, project: str = "长表"):
    """Each line another indicator of the library."""
    level2 = Frame.objects.get(year__year=2025, code="11")
    codes = [f"11190{number:04}" for number in range(lines)]
    Indicator.objects.bulk_create(
        (Indicator(year=level2.year, code=c, name=f"指标{c}", parent=level2) for c in codes),
        ignore_conflicts=True,
    )
    return make_sheet(project, *(make_line(f"{code}-指标{code}") for code in codes))


@pytest.mark.parametrize("role", ["clerk", "reviewer", "bureau"])
def test_the_list_costs_the_same_for_1_3_and_9_goals(request, clerk, role):
    user = request.getfixturevalue(role)
    found = {}
    for number in range(1, 10):
        make_goal(clean_sheet(f"第{number}个"), by=clerk, state=list(State)[number % 4])
        if number in (1, 3, 9):
            found[number] = cost(at_desk(user), goal_url("changelist"))

    assert len(set(found.values())) == 1
    assert found[9] <= LIST_LIMIT


def test_the_filtered_list_costs_no_more(clerk):
    make_goal(by=clerk)
    unit = clerk.memberships.get().unit_id
    query = f"?year=2025&unit={unit}&category=331&state=draft&text=制服"

    assert cost(at_desk(clerk), goal_url("changelist") + query) <= LIST_LIMIT


@pytest.mark.parametrize("role", ["clerk", "reviewer", "bureau"])
@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED, State.RETURNED, State.APPROVED])
def test_a_goals_page_costs_the_same_for_1_13_and_200_lines(request, clerk, role, state):
    user = request.getfixturevalue(role)
    found = {}
    for lines in (1, 13, 200):
        goal = make_goal(long_sheet(lines, f"{lines}行"), by=clerk, state=state)
        found[lines] = cost(at_desk(user), goal_url("change", goal.pk))

    types = role != "reviewer" and state in EDITABLE
    assert len(set(found.values())) == 1
    form = FORM_LIMIT + WAIVERS + (state == State.RETURNED)  # the remarks
    assert found[200] <= (form if types else REVIEW_LIMIT)


def test_a_page_after_much_review_costs_no_more(clerk, reviewer):
    goal = make_goal(by=clerk)
    mine, theirs = at_desk(clerk), at_desk(reviewer)
    for round_ in range(3):
        goal = change_goal(fresh(goal), clean_sheet(annual_goal=f"第{round_}稿"), by=clerk)
        mine.post(goal_url("perform", goal.pk, "submit"), {"seen": goal.chain_hash})
        reason = {"seen": goal.chain_hash, "opinion": f"第{round_}次退回"}
        theirs.post(goal_url("perform", goal.pk, "return"), reason)
    assert fresh(goal).events.count() == 6

    assert cost(mine, goal_url("change", goal.pk)) <= FORM_LIMIT + WAIVERS
    assert cost(theirs, goal_url("change", goal.pk)) <= REVIEW_LIMIT


def test_the_empty_form_is_cheap(clerk):
    assert cost(at_desk(clerk), goal_url("add")) <= FORM_LIMIT


def test_a_save_costs_the_same_for_1_and_60_changed_lines(clerk):
    found = {}
    for lines in (1, 60):  # more need a second batch on SQLite
        goal = make_goal(long_sheet(lines, f"{lines}行"), by=clerk)
        sheet = goal.sheet()
        changed = replace(
            sheet, lines=tuple(replace(line, annual_value="改") for line in sheet.lines)
        )
        data = typed(changed, base=str(goal.revision_number))
        found[lines] = cost(at_desk(clerk), goal_url("change", goal.pk), data, expected=302)
        assert {line.annual_value for line in fresh(goal).lines.all()} == {"改"}

    assert len(set(found.values())) == 1


def test_revisions_cost_the_same_for_1_and_9(clerk):
    goal = make_goal(by=clerk)
    page = at_desk(clerk)
    first = cost(page, goal_url("history", goal.pk))
    for number in range(8):
        goal = change_goal(goal, clean_sheet(annual_goal=f"第{number}稿"), by=clerk)

    assert cost(page, goal_url("history", goal.pk)) == first <= FORM_LIMIT


def test_the_export_page_costs_the_same_for_1_and_9_goals(clerk):
    make_goal(clean_sheet("第0个"), by=clerk, state=State.APPROVED)
    page = at_desk(clerk)
    first = cost(page, goal_url("export"))
    for number in range(1, 9):
        make_goal(clean_sheet(f"第{number}个"), by=clerk, state=State.APPROVED)

    assert cost(page, goal_url("export")) == first <= FORM_LIMIT


def test_the_picker_costs_the_same_for_1_and_20_hits(clerk):
    page = at_desk(clerk)
    one = cost(page, f"{goal_url('indicators')}?year=2025&q=订制制服数")

    assert cost(page, f"{goal_url('indicators')}?year=2025&q=1") == one <= 6


def test_a_preview_costs_the_same_for_1_and_20_goals(clerk):
    found = {}
    for number in (1, 20):
        sheets = [clean_sheet(f"{number}之{n}") for n in range(number)]
        for sheet in sheets:
            make_goal(sheet, by=clerk)
        changed = [replace(sheet, annual_goal="改过") for sheet in sheets]
        page = at_desk(clerk)
        file = {"file": SimpleUploadedFile("表.xlsx", make_file(*changed))}
        path = page.post(upload_url("add"), file).url
        found[number] = cost(page, path)

    assert len(set(found.values())) == 1
    assert found[20] <= FORM_LIMIT
    assert Goal.objects.count() == 21
