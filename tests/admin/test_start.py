"""The start page: what waits for whom, and what came back and why."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from performance.goals.models import Goal, State
from performance.people.models import Membership, Unit
from tests.admin.desk import at_desk, visible
from tests.builders import clean_sheet, make_goal, make_user
from tests.review.workflow import remark, set_steps, take

START = "/admin/"


def start(user):
    return at_desk(user).get(START)


def cards(response) -> list[tuple[str, int]]:
    return [(card["label"], card["number"]) for card in response.context["cards"]]


def queues(response) -> dict[str, list[str]]:
    return {
        listed.section.title: [goal.project for goal, _, _ in listed.rows]
        for listed in response.context["sections"]
    }


def test_the_cards_count_what_the_role_waits_for_first(clerk, reviewer, bureau, stranger):
    make_goal(clean_sheet("外单位", unit="202001-区教育局"), by=stranger)
    states = (State.DRAFT, State.SUBMITTED, State.SUBMITTED, State.APPROVED, State.ISSUED)
    for number, state in enumerate(states):
        make_goal(clean_sheet(f"第{number}个"), by=clerk, state=state)

    assert cards(start(clerk)) == [("被退回", 0), ("草稿", 1), ("已送审", 2), ("审核通过", 1)]
    assert cards(start(reviewer)) == [
        ("待审核", 2),
        ("已送审", 2),
        ("被退回", 0),
        ("审核通过", 1),
        ("草稿", 1),
    ]
    assert cards(start(bureau))[:4] == [
        ("待批复", 1),
        ("待备案", 1),
        ("不予通过", 0),
        ("已送审", 2),
    ]


def test_a_card_leads_to_the_goals_that_it_counts(clerk, reviewer, bureau):
    for number, state in enumerate(State):
        if state != State.VOID:
            make_goal(clean_sheet(f"第{number}个"), by=clerk, state=state)

    for user in (clerk, reviewer, bureau):
        page = at_desk(user)
        for card in page.get(START).context["cards"]:
            if "goal/" in card["link"]:
                found = page.get(card["link"]).context["cl"]
                assert found.result_count == card["number"], card


def test_what_came_back_stands_on_top_with_the_reason(clerk, reviewer):
    make_goal(clean_sheet("草稿"), by=clerk)
    goal = make_goal(clean_sheet("退回的"), by=clerk)
    take(goal, "submit", clerk)
    for field in ("annual_goal", "overall_goal", "category"):
        remark(goal, field, reviewer, text=f"请改正<b>{field}</b>。")
    take(goal, "return", reviewer)

    response = start(clerk)

    assert queues(response) == {"被退回，请修改后再送审": ["退回的"], "待送审": ["草稿"]}
    assert "李国强：请改正<b>annual_goal</b>；请改正<b>overall_goal</b>；另有 1 条" in visible(
        response
    )
    assert "<b>annual_goal" not in response.content.decode()


def test_the_reason_of_a_return_without_remarks_is_its_opinion(clerk, reviewer):
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)
    take(goal, "return", reviewer, "长" * 100)

    assert "李国强：" + "长" * 60 + "…" in visible(start(clerk))


def test_a_goal_waits_for_the_reviewer_of_its_step(portal, clerk, reviewer):
    set_steps(portal, "unit_reviewer", "reviewer")
    unit = make_user("unit", ("unit_reviewer", "101009"))
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)
    first = [queues(start(user)) for user in (unit, reviewer)]
    take(goal, "approve", unit)
    second = [queues(start(user)) for user in (unit, reviewer)]

    assert first == [{"待审核": [goal.project]}, {}]
    assert second == [{}, {"待审核": [goal.project]}]


def test_a_deputy_sees_for_whom_the_work_is(portal, clerk, reviewer):
    deputy = make_user("deputy")
    today = timezone.localdate()
    Membership.objects.create(
        user=deputy,
        role="reviewer",
        unit=Unit.objects.get(code="101"),
        deputy_of=reviewer,
        ends_on=today + timedelta(days=7),
    )
    make_goal(clean_sheet("甲"), by=clerk, state=State.SUBMITTED)

    assert queues(start(deputy)) == {"待审核（代 李国强）": ["甲"]}


def test_the_bureau_sees_what_to_issue_to_file_and_what_was_rejected(clerk, reviewer, bureau):
    for name, state in (("批", State.APPROVED), ("备", State.ISSUED)):
        make_goal(clean_sheet(name), by=clerk, state=state)
    goal = make_goal(clean_sheet("差"), by=clerk)
    take(goal, "submit", clerk)
    take(goal, "reject", reviewer, "不属于本部门职责。")

    response = start(bureau)

    assert queues(response) == {"待批复": ["批"], "待备案": ["备"], "不予通过": ["差"]}
    assert "李国强：不属于本部门职责" in visible(response)


def test_a_clerk_is_told_what_was_rejected(clerk):
    make_goal(by=clerk, state=State.REJECTED)

    assert ("不予通过", 1) in cards(start(clerk))


def test_somebody_with_two_roles_sees_both_queues(portal, clerk, stranger):
    both = make_user("both", ("clerk", "202001"), ("reviewer", "101"))
    make_goal(clean_sheet("甲"), by=clerk, state=State.SUBMITTED)
    make_goal(clean_sheet("外单位", unit="202001-区教育局"), by=stranger)

    assert queues(start(both)) == {"待审核": ["甲"], "待送审": ["外单位"]}


def test_an_auditor_has_no_queue_and_no_button_to_write(portal, clerk):
    make_goal(by=clerk, state=State.SUBMITTED)

    response = start(make_user("auditor", ("auditor", None)))

    assert queues(response) == {}
    assert "已送审" in visible(response)
    html = response.content.decode()
    assert "填报绩效目标" not in html
    assert "goal/export" not in html


def test_nothing_to_do_is_said(reviewer):
    assert "现在没有等您办理的绩效目标" in visible(start(reviewer))


def test_the_system_administrator_has_a_start_page_without_goals(portal):
    user = make_user("chen", ("system", None), full_name="陈伟")

    response = start(user)

    assert response.context["cards"] == []
    assert "绩效目标按状态" not in response.content.decode()


def test_a_long_queue_shows_its_first_rows_and_leads_to_the_rest(clerk, reviewer):
    for number in range(12):
        make_goal(clean_sheet(f"第{number}个"), by=clerk, state=State.SUBMITTED)

    response = start(reviewer)

    assert len(queues(response)["待审核"]) == 10
    assert "全部 12 个" in visible(response)


@pytest.mark.parametrize("role", ["clerk", "reviewer", "bureau"])
def test_the_start_page_costs_the_same_for_1_and_5_of_each(request, clerk, reviewer, role):
    user = request.getfixturevalue(role)
    found = []
    for number in range(1, 6):
        for state in (State.DRAFT, State.SUBMITTED, State.RETURNED, State.APPROVED):
            make_goal(clean_sheet(f"{state.label}{number}"), by=clerk, state=state)
        if number in (1, 5):
            page = at_desk(user)
            with CaptureQueriesContext(connection) as queries:
                page.get(START)
            found.append(len(queries))

    assert len(set(found)) == 1
    assert found[0] <= 17
    assert Goal.objects.count() == 20
