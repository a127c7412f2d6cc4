"""Who hears of a step, once, and only of steps that were taken."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from performance.goals.models import Goal, State
from performance.library.queries import kinds_of
from performance.library.review_form import ReviewStep
from performance.notices.models import Notice
from performance.people.models import Membership, Unit, User
from performance.review.actions import Decision, perform
from performance.review.remarking import write_remark
from performance.review.telling import tell_assigned
from tests.admin.desk import fresh
from tests.builders import clean_sheet, make_goal, make_user
from tests.racing import race


def told() -> list[tuple[str, str]]:
    return [(str(notice.to), notice.text) for notice in Notice.objects.order_by("pk")]


def step(goal, name: str, by: User, **decision):
    goal = fresh(goal)
    return perform(goal.pk, name, by=by, seen=goal.chain_hash, decision=Decision(**decision))


@pytest.fixture
def two_steps(portal):
    """单位审核 by the unit's own reviewer, then 主管部门审核."""
    ReviewStep.objects.filter(year=portal).delete()
    ReviewStep.objects.create(year=portal, number=1, name="单位审核", role="unit_reviewer")
    ReviewStep.objects.create(year=portal, number=2, name="主管部门审核", role="reviewer")
    return make_user("zhou", ("unit_reviewer", "101009"), full_name="周洁")


def test_a_submission_is_told_to_those_who_may_review_it(clerk, reviewer, stranger, bureau):
    goal = make_goal(by=clerk)

    step(goal, "submit", clerk)

    assert told() == [("李国强", "张敏送审了区政数局的“工作制服经费”，现在等待“主管部门审核”。")]
    notice = Notice.objects.get()
    assert notice.link == reverse("admin:performance_goal_change", args=[goal.pk])
    assert (notice.kind, notice.read_at, notice.mailed_at) == ("submit", None, None)


def test_a_return_is_told_to_who_wrote_with_the_opinion(clerk, reviewer):
    goal = make_goal(by=clerk, state=State.SUBMITTED)

    step(goal, "return", reviewer, opinion="请核对\n年度指标值" + "很长" * 40)

    assert told() == [
        (
            "张敏",
            "李国强在“主管部门审核”退回了区政数局的“工作制服经费”（1 条意见），"
            "请修改或答复后再送审。意见：请核对 年度指标值" + "很长" * 25 + "很…",
        )
    ]


def test_the_first_of_two_approvals_is_told_to_the_next_step_only(clerk, reviewer, two_steps):
    goal = make_goal(by=clerk, state=State.SUBMITTED)

    step(goal, "approve", two_steps)

    sentence = "周洁在“单位审核”审核通过了区政数局的“工作制服经费”，现在等待“主管部门审核”。"
    assert told() == [("李国强", sentence)]


def test_the_last_approval_is_told_to_who_wrote(clerk, reviewer, two_steps):
    goal = make_goal(by=clerk, state=State.SUBMITTED)
    step(goal, "approve", two_steps)
    Notice.objects.all().delete()

    step(goal, "approve", reviewer)

    sentence = "李国强在“主管部门审核”审核通过了区政数局的“工作制服经费”。"
    assert told() == [("张敏", sentence)]


def test_who_acted_at_another_step_is_not_asked_to_act_at_this_one(clerk, reviewer, two_steps):
    Membership.objects.create(user=two_steps, role="reviewer", unit=Unit.objects.get(code="101"))
    goal = make_goal(by=clerk, state=State.SUBMITTED)

    step(goal, "approve", two_steps)

    assert [name for name, _ in told()] == ["李国强"]


def test_a_step_back_is_told_to_who_acted_there(clerk, reviewer, two_steps):
    goal = make_goal(by=clerk, state=State.SUBMITTED)
    step(goal, "approve", two_steps)
    Notice.objects.all().delete()

    step(goal, "step_back", reviewer, opinion="请再看一次", to_step=1)

    assert told() == [
        (
            "周洁",
            "李国强在“主管部门审核”把区政数局的“工作制服经费”退回“单位审核”（1 条意见），"
            "请重新审核。意见：请再看一次",
        )
    ]


def test_a_deputy_is_told_as_long_as_they_are_one(clerk, reviewer):
    deputy = make_user("qian", full_name="钱进")
    held = reviewer.memberships.get()
    today = timezone.localdate()
    row = Membership.objects.create(
        user=deputy, role="reviewer", unit=held.unit, deputy_of=reviewer, ends_on=today
    )
    goal = make_goal(by=clerk)
    step(goal, "submit", clerk)
    assert [name for name, _ in told()] == ["李国强", "钱进"]

    step(goal, "withdraw", clerk)
    Membership.objects.filter(pk=row.pk).update(ends_on=today - timedelta(days=1))
    Notice.objects.all().delete()
    step(goal, "submit", clerk)

    assert [name for name, _ in told()] == ["李国强"]


def test_nobody_hears_of_what_they_did_themselves_or_as_a_disabled_account(clerk, reviewer):
    make_user("gone", ("reviewer", "101"), full_name="离职", is_active=False)
    goal = make_goal(by=clerk, state=State.SUBMITTED)

    step(goal, "approve", reviewer)

    assert [name for name, _ in told()] == ["张敏"]


def test_who_was_still_writing_remarks_hears_that_another_decided(clerk, reviewer):
    other = make_user("wu", ("reviewer", "101"), full_name="吴静")
    goal = make_goal(by=clerk, state=State.SUBMITTED)
    for text in ("写得太笼统", "缺少依据"):
        _draft(goal, other, text)

    step(goal, "approve", reviewer)

    assert told()[1] == (
        "吴静",
        "李国强已办理区政数局的“工作制服经费”（主管部门审核：审核通过）。"
        "您写的 2 条审核意见没有送出，仍然留着；再轮到您审核时可以送出，不需要请删除。",
    )


def test_an_assignment_is_told_to_the_one_who_is_named(clerk, reviewer):
    other = make_user("wu", ("reviewer", "101"), full_name="吴静")
    goal = make_goal(by=clerk, state=State.SUBMITTED)

    tell_assigned([goal], other, by=reviewer)
    tell_assigned([goal], reviewer, by=reviewer)

    assert told() == [("吴静", "李国强把区政数局的“工作制服经费”指定给您办理。")]


def test_who_was_asked_hears_that_another_did_it(clerk, reviewer):
    other = make_user("wu", ("reviewer", "101"), full_name="吴静")
    gone = make_user("gone", full_name="离任")
    for name, asked in (("甲", other), ("乙", reviewer), ("丙", gone)):
        goal = make_goal(clean_sheet(name), by=clerk, state=State.SUBMITTED)
        Goal.objects.filter(pk=goal.pk).update(assigned_to=asked)
        step(goal, "approve", reviewer)

    assert [row for row in told() if row[0] != "张敏"] == [
        (
            "吴静",
            "李国强已办理区政数局的“甲”（主管部门审核：审核通过）；它曾指定给您办理，不用再办了。",
        )
    ]


def test_a_refused_step_tells_nobody(clerk, reviewer):
    goal = make_goal(by=clerk, state=State.SUBMITTED)

    with pytest.raises(ValidationError):
        step(goal, "return", reviewer)

    assert told() == []


def test_a_step_that_is_rolled_back_tells_nobody(clerk, reviewer):
    goal = make_goal(by=clerk)

    with pytest.raises(RuntimeError), transaction.atomic():
        _submit_and_fail(goal, clerk)

    assert told() == []
    assert fresh(goal).state == State.DRAFT


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_at_once_make_one_notice(clerk, reviewer):
    other = make_user("wu", ("reviewer", "101"), full_name="吴静")
    goal = make_goal(by=clerk, state=State.SUBMITTED)

    def approving(person):
        return lambda: step(goal, "approve", User.objects.get(pk=person.pk))

    answers = race(approving(reviewer), approving(other))

    assert sorted(type(answer).__name__ for answer in answers) == ["Event", "ValidationError"]
    assert [name for name, _ in told()] == ["张敏"]


def _submit_and_fail(goal, by: User) -> None:
    step(goal, "submit", by)
    assert Notice.objects.count() == 1
    raise RuntimeError


def _draft(goal, by: User, text: str) -> None:
    kind = kinds_of(goal.year_id)[0]
    write_remark(
        goal.pk, by=by, seen=goal.chain_hash, key="", field="annual_goal", kind=kind, text=text
    )
