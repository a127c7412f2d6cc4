"""Warnings let pass: by whom, of what, until when."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from performance.goals.models import Goal, State
from performance.library.models import RuleLevel
from performance.library.review_form import ReviewStep
from performance.people.models import Unit
from performance.review.models import Waiver
from performance.review.queries import findings_of, waived, waivers_of
from performance.review.waiving import MAX_REASON, grant, last_day, lift
from tests.builders import clean_sheet, make_goal, make_user
from tests.racing import race

REASON = "今年没有购置，周期指标值不适用。"


@pytest.fixture
def year(portal):
    """In which an empty cell is a warning, and an unknown entry only a hint."""
    RuleLevel.objects.update_or_create(year=portal, rule="R05", defaults={"level": "warning"})
    RuleLevel.objects.update_or_create(year=portal, rule="R02", defaults={"level": "hint"})
    return portal


@pytest.fixture
def goal(year, clerk) -> Goal:
    """Waits for review; its overall goal is empty, a warning, and its category a hint."""
    sheet = clean_sheet(overall_goal="", category="999-没有的类别")
    return make_goal(sheet, by=clerk, state=State.SUBMITTED)


def granting(goal, by, **changes):
    asked = {
        "rule": "R05",
        "key": "",
        "field": "overall_goal",
        "reason": REASON,
        "until": timezone.localdate(),
    }
    return grant(goal.pk, by=by, **asked | changes)


def still_counted(goal) -> list[str]:
    sheet = goal.sheet()
    findings = findings_of(sheet, goal.year)
    passed = waived(findings, sheet, waivers_of(goal))
    return [finding.rule for index, finding in enumerate(findings) if index not in passed]


def test_a_waived_warning_no_longer_counts(goal, reviewer):
    assert still_counted(goal) == ["R02", "R05"]

    waiver = granting(goal, reviewer, reason=f" {REASON}\r\n")

    assert still_counted(goal) == ["R02"]
    assert (waiver.by, waiver.reason, waiver.lifted_at) == (reviewer, REASON, None)


def test_a_second_grant_changes_nothing(goal, reviewer):
    first = granting(goal, reviewer)

    again = granting(goal, make_user("other", ("reviewer", "101")), reason="另一个理由")

    assert again == first
    assert Waiver.objects.get().reason == REASON


def test_lifting_counts_it_again_and_keeps_the_record(goal, reviewer):
    waiver = granting(goal, reviewer)

    lift(waiver.pk, by=reviewer)
    at = lift(waiver.pk, by=reviewer).lifted_at

    assert still_counted(goal) == ["R02", "R05"]
    lifted = Waiver.objects.get()
    assert (lifted.lifted_by, lifted.lifted_at) == (reviewer, at)
    granting(goal, reviewer)  # anew
    assert Waiver.objects.count() == 2


def test_it_ends_with_its_last_day(goal, reviewer, unguarded):
    yesterday = timezone.localdate() - timedelta(days=1)
    place = {"rule": "R05", "field": "overall_goal", "reason": REASON}
    at = timezone.now() - timedelta(days=9)
    Waiver.objects.create(goal=goal, **place, by=reviewer, at=at, until=yesterday)

    assert still_counted(goal) == ["R02", "R05"]
    granting(goal, reviewer)
    assert still_counted(goal) == ["R02"]


def test_a_waiver_is_of_what_stood_there(goal, reviewer):
    """Whatever is written there afterwards is another warning."""
    RuleLevel.objects.filter(rule="R02").update(level="warning")
    asked = {"rule": "R02", "field": "category"}
    granting(goal, reviewer, **asked)
    assert still_counted(goal) == ["R05"]

    Goal.objects.update(category_name="又一个没有的类别")
    goal.refresh_from_db()
    assert still_counted(goal) == ["R02", "R05"]
    granting(goal, reviewer, **asked)
    assert still_counted(goal) == ["R05"]
    assert Waiver.objects.count() == 2


@pytest.mark.parametrize("who", ["clerk", "stranger", "bureau"])
def test_only_reviewers_of_the_step_let_pass(request, goal, who, reviewer):
    person = request.getfixturevalue(who)
    waiver = granting(goal, reviewer)

    with pytest.raises(PermissionDenied, match="没有审核这个绩效目标的权限"):
        granting(goal, person, field="annual_goal")
    with pytest.raises(PermissionDenied):
        lift(waiver.pk, by=person)
    assert Waiver.objects.get().lifted_at is None


def test_a_reviewer_of_elsewhere_has_no_say(goal):
    with pytest.raises(PermissionDenied):
        granting(goal, make_user("far", ("reviewer", "202001")))


def test_the_step_that_the_goal_waits_at_decides_who(goal, year, reviewer):
    ReviewStep.objects.filter(year=year).delete()
    for number, role in enumerate(("reviewer", "finance_reviewer"), 1):
        ReviewStep.objects.create(year=year, number=number, name=f"第{number}审", role=role)
    finance = make_user("cai", ("finance_reviewer", None))

    with pytest.raises(PermissionDenied, match="第1审"):
        granting(goal, finance)
    Goal.objects.filter(pk=goal.pk).update(step=2)
    with pytest.raises(PermissionDenied, match="第2审"):
        granting(goal, reviewer)
    granting(goal, finance)


def test_nobody_lets_pass_what_they_wrote(goal, year):
    both = make_user("both", ("clerk", "101009"), ("reviewer", "101"))
    sheet = clean_sheet("自己写的", overall_goal="")
    own = make_goal(sheet, by=both, state=State.SUBMITTED)

    with pytest.raises(ValidationError, match="填写或导入过"):
        granting(own, both)
    assert not Waiver.objects.exists()


@pytest.mark.parametrize("state", [s for s in State if s != State.SUBMITTED])
def test_only_what_is_under_review_is_let_pass(goal, reviewer, state):
    Goal.objects.filter(pk=goal.pk).update(state=state)

    with pytest.raises(ValidationError, match="只有已送审的可以豁免"):
        granting(goal, reviewer)


def test_what_is_approved_already_may_still_be_lifted(goal, reviewer):
    waiver = granting(goal, reviewer)
    Goal.objects.filter(pk=goal.pk).update(state=State.APPROVED)
    lift(waiver.pk, by=reviewer)
    Goal.objects.filter(pk=goal.pk).update(state=State.ISSUED)

    with pytest.raises(ValidationError, match="现在是“已批复”"):
        lift(waiver.pk, by=reviewer)


def test_errors_are_never_let_pass(goal, year, reviewer):
    RuleLevel.objects.filter(year=year, rule="R05").update(level="error")

    with pytest.raises(ValidationError, match="错误不能豁免"):
        granting(goal, reviewer)


def test_a_waiver_of_what_became_an_error_no_longer_helps(goal, year, reviewer):
    granting(goal, reviewer)
    RuleLevel.objects.filter(year=year, rule="R05").update(level="error")

    assert still_counted(Goal.objects.get(pk=goal.pk)) == ["R02", "R05"]


@pytest.mark.parametrize(
    "place",
    [
        {"rule": "R02", "field": "category"},  # a hint needs none
        {"field": "annual_goal"},
        {"rule": "R99"},
        {"key": "unknown"},
        {"key": "\0", "field": "\0", "rule": "\0"},
        {"field": "x" * 5_000},
    ],
)
def test_what_is_no_warning_here_is_not_let_pass(goal, reviewer, place):
    with pytest.raises(ValidationError, match="现在没有"):
        granting(goal, reviewer, **place)
    assert not Waiver.objects.exists()


def test_a_waiver_speaks_of_one_line_only(year, clerk, reviewer):
    sheet = clean_sheet("两格空")
    blank = tuple(replace(line, cycle_value="") for line in sheet.lines)
    goal = make_goal(replace(sheet, lines=blank), by=clerk, state=State.SUBMITTED)
    assert still_counted(goal) == ["R05", "R05"]
    key = goal.sheet().lines[1].key

    granting(goal, reviewer, key=key, field="cycle_value")

    assert still_counted(goal) == ["R05"]
    assert Waiver.objects.get().key == key


@pytest.mark.parametrize("reason", ["", "  \n", "字" * (MAX_REASON + 1), "看\0见", "看\x07见"])
def test_a_reason_that_says_nothing_or_too_much_is_refused(goal, reviewer, reason):
    with pytest.raises(ValidationError, match="理由"):
        granting(goal, reviewer, reason=reason)


def test_the_last_day_lies_between_today_and_the_year_after_next(goal, reviewer):
    today = timezone.localdate()

    for until in (
        today - timedelta(days=1),
        last_day() + timedelta(days=1),
        date(1, 1, 1),
        date.max,
    ):
        with pytest.raises(ValidationError, match="有效期至"):
            granting(goal, reviewer, until=until)
    assert last_day() == date(today.year + 2, 12, 31)
    granting(goal, reviewer, until=last_day())


def test_a_deputy_lets_pass_as_themselves(goal, reviewer):
    deputy = make_user("deputy")
    unit = Unit.objects.get(code="101")
    deputy.memberships.create(role="reviewer", unit=unit, deputy_of=reviewer)

    assert granting(goal, deputy).by == deputy


@pytest.mark.django_db(transaction=True)
def test_of_many_grants_at_once_there_is_one_waiver(goal, reviewer):
    waivers = race(*[lambda: granting(goal, reviewer)] * 4)

    assert {waiver.pk for waiver in waivers} == {Waiver.objects.get().pk}
