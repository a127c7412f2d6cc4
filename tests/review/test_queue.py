"""What waits for whom: the tabs tell the same as the steps themselves."""

from datetime import timedelta

import pytest
from django.utils import timezone

from performance.goals.models import Goal, State
from performance.library.models import RuleLevel
from performance.people.models import Membership, Unit, User
from performance.review.case import Case
from performance.review.queries import findings_of, refusal_of
from performance.review.queue import queues, to_review, under_review, with_step
from performance.review.standing import standings
from performance.review.tabs import counts, in_order, tab_named, tabs_of
from performance.review.transitions import TRANSITIONS
from tests.builders import change_goal, clean_sheet, make_goal, make_line, make_sheet, make_user
from tests.review.workflow import remark, set_steps, take

STEPS = ("unit_reviewer", "reviewer", "finance_reviewer")


def waiting(user: User) -> list[str]:
    person = User.objects.get(pk=user.pk)  # rights are kept on the object
    found = with_step(Goal.objects.all()).filter(to_review(person))
    return sorted(found.values_list("project", flat=True))


def numbers(user: User) -> dict[str, int]:
    person = User.objects.get(pk=user.pk)
    found = counts(person, Goal.objects.all())
    return {tab.label: found[tab.name] for tab in tabs_of(person)}


@pytest.fixture
def three(portal) -> dict[str, User]:
    """A reviewer for each of three steps."""
    set_steps(portal, *STEPS)
    units = {"unit_reviewer": "101009", "reviewer": "101", "finance_reviewer": None}
    return {role: make_user(role, (role, unit)) for role, unit in units.items()}


def test_a_goal_waits_for_the_reviewer_of_its_step_alone(clerk, three):
    goal = make_goal(clean_sheet("甲"), by=clerk)
    found = []
    for role in ("", *STEPS):
        take(goal, "approve" if role else "submit", three[role] if role else clerk)
        found.append([name for name in STEPS if waiting(three[name]) == ["甲"]])

    assert found == [["unit_reviewer"], ["reviewer"], ["finance_reviewer"], []]


def test_a_year_without_steps_has_the_one_of_the_department(portal, clerk, reviewer):
    set_steps(portal)
    make_goal(clean_sheet("甲"), by=clerk, state=State.SUBMITTED)

    assert waiting(reviewer) == ["甲"]


def test_nothing_waits_for_who_wrote_it_or_acted_at_another_step(portal, clerk, three):
    author = make_user("author", ("clerk", "101009"), ("reviewer", "101"))
    both = make_user("both", ("unit_reviewer", "101009"), ("reviewer", "101"))
    goals = [make_goal(clean_sheet(name), by=by) for name, by in (("甲", author), ("乙", clerk))]
    for goal in goals:
        take(goal, "submit", clerk)
        take(goal, "approve", both)

    assert waiting(author) == ["乙"]
    assert waiting(both) == []
    assert waiting(three["reviewer"]) == ["乙", "甲"]


@pytest.mark.parametrize("role", STEPS)
def test_the_queue_says_what_the_step_itself_says(clerk, three, role, stranger):
    """Over goals at every step, in two units, by several authors."""
    mixed = make_user("mixed", (role, {"unit_reviewer": "101009", "reviewer": "101"}.get(role)))
    elsewhere = Unit.objects.get(code="202001")
    for number in range(4):
        goal = make_goal(clean_sheet(f"第{number}个"), by=clerk)
        take(goal, "submit", clerk)
        for done in STEPS[:number]:
            take(goal, "approve", three[done])
    foreign = make_goal(clean_sheet("外单位", unit="202001-区教育局"), by=stranger)
    take(foreign, "submit", stranger)
    Membership.objects.create(user=clerk, role="reviewer", unit=elsewhere)

    for user in (mixed, three[role], clerk):
        person = User.objects.get(pk=user.pk)
        may = [
            goal.project
            for goal in Goal.objects.all()
            if not next(refusal_of(TRANSITIONS["approve"], Case(person, goal)), "")
        ]
        assert waiting(user) == sorted(may)


def test_a_deputy_sees_for_whom(portal, clerk, reviewer):
    deputy = make_user("deputy")
    today = timezone.localdate()
    unit = Unit.objects.get(code="101")
    held = Membership.objects.create(
        user=deputy, role="reviewer", unit=unit, deputy_of=reviewer, ends_on=today
    )
    make_goal(clean_sheet("甲"), by=clerk, state=State.SUBMITTED)
    make_goal(clean_sheet("乙"), by=reviewer_as_clerk(reviewer), state=State.SUBMITTED)

    person = User.objects.get(pk=deputy.pk)
    assert list(queues(person)) == ["李国强"]
    assert waiting(deputy) == ["甲"]  # not what the absent one wrote
    held.ends_on = today - timedelta(days=1)
    held.save()
    assert waiting(deputy) == []


def reviewer_as_clerk(user: User) -> User:
    unit = Unit.objects.get(code="101009")
    Membership.objects.create(user=user, role="clerk", unit=unit)
    return User.objects.get(pk=user.pk)


def test_what_one_may_do_oneself_one_does_for_nobody(portal, clerk, reviewer):
    unit = Unit.objects.get(code="101")
    other = make_user("other", ("reviewer", "101"))
    Membership.objects.create(user=other, role="reviewer", unit=unit, deputy_of=reviewer)
    make_goal(clean_sheet("甲"), by=clerk, state=State.SUBMITTED)

    person = User.objects.get(pk=other.pk)
    found = {
        whose: with_step(Goal.objects.all()).filter(goals).count()
        for whose, goals in queues(person).items()
    }

    assert found == {"": 1, "李国强": 0}


def test_each_role_has_the_tabs_of_its_work(clerk, reviewer, bureau):
    auditor = make_user("auditor", ("auditor", None))
    for number, state in enumerate(State):
        if state != State.VOID:
            make_goal(clean_sheet(f"第{number}个"), by=clerk, state=state)

    assert numbers(clerk) == {
        "待送审": 3,
        "已送审": 1,
        "被退回": 1,
        "曾经办": 0,
        "全部": 8,
    }
    assert numbers(reviewer) == {
        "待审核": 1,
        "已送审": 1,
        "被退回": 1,
        "曾经办": 0,
        "全部": 8,
    }
    assert numbers(bureau) == {
        "待批复": 1,
        "待备案": 1,
        "不予通过": 1,
        "已送审": 1,
        "被退回": 1,
        "曾经办": 0,
        "全部": 8,
    }
    assert numbers(auditor) == {"已送审": 1, "被退回": 1, "全部": 8}


def test_what_one_did_a_step_on_stays_in_a_tab(clerk, reviewer):
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)
    take(goal, "return", reviewer, "请补充依据。")

    assert numbers(clerk)["曾经办"] == numbers(reviewer)["曾经办"] == 1
    assert numbers(make_user("third", ("reviewer", "101")))["曾经办"] == 0


def test_nobody_without_rights_has_a_tab_but_any_name_is_answered(portal):
    system = make_user("system", ("system", None))

    assert tabs_of(system) == []
    assert tab_named(system, "review").name == "all"


def test_ones_own_comes_first_then_what_came_back_then_the_oldest(clerk):
    now = timezone.now()
    rows = (("新", State.DRAFT, 0), ("老", State.DRAFT, 5), ("退", State.RETURNED, 1))
    for name, state, days in rows:
        goal = make_goal(clean_sheet(name), by=clerk, state=state)
        goal.waiting_since = now - timedelta(days=days)
        goal.save()
    make_goal(clean_sheet("没送过"), by=clerk)
    Goal.objects.filter(project="新").update(assigned_to=clerk)

    goals = in_order(clerk, tab_named(clerk, "submit"), Goal.objects.all())

    assert [goal.project for goal in goals] == ["新", "退", "老", "没送过"]


# --- how much there is to look at ------------------------------------------------------------
def test_a_goal_that_nobody_reviewed_has_nothing_to_compare_with(clerk):
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)

    found = standings([Goal.objects.select_related("year").get(pk=goal.pk)])

    assert (found[goal.pk].changes, found[goal.pk].told) == (None, "")


def test_the_changes_are_counted_since_the_last_review(clerk, reviewer):
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)
    remark(goal, "lines", reviewer)
    remark(goal, "annual_goal", reviewer)
    take(goal, "return", reviewer)
    line = make_line("112000287-验收合格率", "12-质量指标", key="")
    now = Goal.objects.get(pk=goal.pk)
    sheet = clean_sheet(annual_goal="改过的目标。")
    sheet = make_sheet("工作制服经费", *now.sheet().lines, line, annual_goal=sheet.annual_goal)
    change_goal(now, sheet, by=clerk)

    found = standings([Goal.objects.select_related("year").get(pk=goal.pk)])

    assert found[goal.pk].changes == 2


def test_what_one_step_passed_on_is_new_to_the_next(portal, clerk, three):
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)
    take(goal, "approve", three["unit_reviewer"])

    found = standings([Goal.objects.select_related("year").get(pk=goal.pk)])

    assert found[goal.pk].changes is None


def test_what_came_back_to_a_step_is_compared_with_what_it_decided_on(portal, clerk, three):
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)
    take(goal, "approve", three["unit_reviewer"])
    remark(goal, "annual_goal", three["reviewer"])
    take(goal, "step_back", three["reviewer"], to_step=1)

    found = standings([Goal.objects.select_related("year").get(pk=goal.pk)])

    assert found[goal.pk].changes == 0


def test_errors_and_warnings_are_told_apart(portal, clerk):
    goal = make_goal(make_sheet("有错", make_line("不认识的指标")), by=clerk)
    row = Goal.objects.select_related("year").get(pk=goal.pk)
    before = standings([row])[goal.pk]
    for rule in {finding.rule for finding in findings_of(goal.sheet(), portal)}:
        RuleLevel.objects.create(year=portal, rule=rule, level="warning")
    after = standings([row])[goal.pk]

    assert (before.warnings, after.errors) == (0, 0)
    assert before.errors == after.warnings > 0
    assert before.told == f"{before.errors} 处错误"
    assert after.told == f"{after.warnings} 处警告"
    assert not after.is_clean


def test_where_goals_wait_is_told_by_step(portal, clerk, three):
    assert under_review(portal) == ""
    for number in range(3):
        goal = make_goal(clean_sheet(f"第{number}个"), by=clerk)
        take(goal, "submit", clerk)
        if number:
            take(goal, "approve", three["unit_reviewer"])

    assert under_review(portal) == "“单位审核”1 个、“主管部门审核”2 个"
