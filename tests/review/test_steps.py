"""A goal's way through several reviews, back and forth, to 备案 and into an adjustment."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from performance.goals.actions import Outcome, save_sheet
from performance.goals.models import Goal, Origin, State
from performance.notices.models import Notice
from tests.builders import change_goal, clean_sheet, make_draft, make_goal, make_user
from tests.review.workflow import remark, set_steps, take

THREE = ("unit_reviewer", "reviewer", "finance_reviewer")


@pytest.fixture
def leader(portal):
    return make_user("leader", ("unit_reviewer", "101009"), full_name="刘洋")


@pytest.fixture
def finance(portal):
    return make_user("finance", ("finance_reviewer", None), full_name="赵琳")


def now(goal):
    goal.refresh_from_db()
    return goal.state, goal.step


def test_three_reviews_lead_to_one_approval(portal, clerk, leader, reviewer, finance):
    set_steps(portal, *THREE)
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)

    assert now(goal) == (State.SUBMITTED, 1)
    take(goal, "approve", leader)
    assert now(goal) == (State.SUBMITTED, 2)
    take(goal, "approve", reviewer)
    assert now(goal) == (State.SUBMITTED, 3)
    assert goal.approved_revision is None
    last = take(goal, "approve", finance)

    assert now(goal)[0] == State.APPROVED
    assert goal.approved_revision == goal.revisions.get()
    assert (last.step, last.step_name, last.label) == (3, "财政审核", "财政审核：审核通过")


def test_each_step_is_its_own_roles(portal, clerk, leader, reviewer, finance):
    set_steps(portal, *THREE)
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)

    for person in (reviewer, finance):
        with pytest.raises(PermissionDenied, match=r"现在的环节是“单位审核”.*刘洋"):
            take(goal, "approve", person)


def test_nobody_acts_at_two_steps(portal, clerk, reviewer):
    set_steps(portal, "unit_reviewer", "reviewer")
    both = make_user("both", ("unit_reviewer", "101009"), ("reviewer", "101"))
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)
    take(goal, "approve", both)

    for name in ("approve", "return", "reject"):
        with pytest.raises(ValidationError, match=r"已在“单位审核”办理过.*李国强"):
            take(goal, name, both, "意见")
    assert take(goal, "approve", reviewer).target == State.APPROVED


def test_a_reviewer_chooses_an_earlier_step(portal, clerk, leader, reviewer, finance):
    set_steps(portal, *THREE)
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)
    with pytest.raises(ValidationError, match="前面没有环节可退"):
        take(goal, "step_back", leader, "意见", to_step=1)
    take(goal, "approve", leader)
    take(goal, "approve", reviewer)

    for wrong in (0, 3, 4):
        with pytest.raises(ValidationError, match="请选择退回到前面的哪一个"):
            take(goal, "step_back", finance, "请再核", to_step=wrong)
    with pytest.raises(ValidationError, match="必须写明原因"):
        take(goal, "step_back", finance, to_step=1)
    event = take(goal, "step_back", finance, "请再核", to_step=1)

    assert now(goal) == (State.SUBMITTED, 1)
    assert (event.step, event.to_step) == (3, 1)
    assert not goal.is_editable
    take(goal, "approve", leader)
    assert now(goal) == (State.SUBMITTED, 2)


def test_a_submission_is_withdrawn_until_somebody_acted(portal, clerk, leader):
    set_steps(portal, "unit_reviewer", "reviewer")
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)
    take(goal, "withdraw", clerk)
    assert now(goal) == (State.DRAFT, 0)
    take(goal, "submit", clerk)
    take(goal, "approve", leader)

    with pytest.raises(ValidationError, match=r"刘洋已办理（单位审核：审核通过），不能再取消送审"):
        take(goal, "withdraw", clerk)


def test_withdrawing_opens_no_more_than_the_return_did(clerk, reviewer):
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)
    remark(goal, "annual_goal", reviewer)
    take(goal, "return", reviewer)
    change_goal(Goal.objects.get(), replace(goal.sheet(), annual_goal="改了"), by=clerk)
    take(goal, "submit", clerk)
    take(goal, "withdraw", clerk)

    assert now(goal)[0] == State.RETURNED
    draft = make_draft(replace(goal.sheet(), overall_goal="也改"), goal)
    saved = save_sheet(draft, by=clerk, origin=Origin.FORM)
    assert saved.outcome is Outcome.REFUSED
    assert "不能修改：总体绩效目标" in saved.message


def test_only_the_bureau_reopens_what_was_rejected(clerk, reviewer, bureau):
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)
    with pytest.raises(ValidationError, match="不予通过必须写明原因"):
        take(goal, "reject", reviewer)
    take(goal, "reject", reviewer, "没有政策依据")

    assert now(goal)[0] == State.REJECTED
    saved = save_sheet(
        make_draft(clean_sheet(annual_goal="改"), goal), by=clerk, origin=Origin.FORM
    )
    assert saved.outcome is Outcome.REFUSED
    for person in (clerk, reviewer):
        with pytest.raises(PermissionDenied):
            take(goal, "reopen", person, "请再看")
    with pytest.raises(ValidationError, match="必须写明原因"):
        take(goal, "reopen", bureau)
    take(goal, "reopen", bureau, "补充了依据")
    assert now(goal)[0] == State.DRAFT


def issued(clerk, reviewer, bureau):
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)
    take(goal, "approve", reviewer)
    take(goal, "issue", bureau, "财预〔2025〕1号")
    return Goal.objects.get(pk=goal.pk)


def test_issued_and_filed_content_is_frozen_but_for_an_adjustment(clerk, reviewer, bureau):
    goal = issued(clerk, reviewer, bureau)
    approved = goal.approved_revision
    take(goal, "file", bureau)

    for name in ("return", "withdraw", "void", "submit"):
        with pytest.raises((ValidationError, PermissionDenied)):
            take(goal, name, reviewer if name == "return" else clerk, "意见")
    take(goal, "adjust", clerk, "项目内容变化")

    goal.refresh_from_db()
    assert (goal.state, goal.cycle, goal.is_adjustment) == (State.ADJUSTING, 1, True)
    goal = change_goal(goal, clean_sheet(annual_goal="调整后的目标"), by=clerk)
    assert goal.approved_revision == goal.issued_revision == approved
    take(goal, "submit", clerk)
    take(goal, "approve", reviewer)

    goal.refresh_from_db()
    assert goal.state == State.APPROVED
    assert goal.approved_revision.number == 2
    assert goal.issued_revision == approved
    take(goal, "issue", bureau)
    goal.refresh_from_db()
    assert goal.issued_revision.number == 2
    assert not goal.is_adjustment


def test_an_adjustment_that_is_returned_or_reopened_stays_one(clerk, reviewer, bureau):
    goal = issued(clerk, reviewer, bureau)
    take(goal, "adjust", clerk, "项目内容变化")
    change_goal(Goal.objects.get(), clean_sheet(annual_goal="调整后的目标"), by=clerk)
    take(goal, "submit", clerk)
    take(goal, "approve", reviewer)
    take(goal, "return", reviewer, "再想想")

    goal.refresh_from_db()
    assert (goal.state, goal.approved_revision.number) == (State.RETURNED, 1)
    with pytest.raises(ValidationError, match="已批复过，不能作废"):
        take(goal, "void", clerk, "不要了")
    change_goal(goal, clean_sheet(annual_goal="又改"), by=clerk)
    take(goal, "submit", clerk)
    take(goal, "reject", reviewer, "不同意调整")
    take(goal, "reopen", bureau, "再给一次机会")
    assert now(goal)[0] == State.ADJUSTING


def test_dropping_an_adjustment_needs_the_issued_content(clerk, reviewer, bureau):
    goal = issued(clerk, reviewer, bureau)
    take(goal, "file", bureau)
    take(goal, "adjust", clerk, "项目内容变化")
    goal = change_goal(Goal.objects.get(), clean_sheet(annual_goal="调整"), by=clerk)
    with pytest.raises(ValidationError, match="内容与已批复的不同"):
        take(goal, "drop", clerk, "不调整了")

    change_goal(goal, clean_sheet(), by=clerk)
    take(goal, "drop", clerk, "不调整了")
    assert now(goal)[0] == State.FILED


def test_who_may_act_next_is_told_once_and_the_actor_is_not(portal, clerk, leader, reviewer):
    set_steps(portal, "unit_reviewer", "reviewer")
    goal = make_goal(by=clerk)

    def told():
        found = list(Notice.objects.order_by("pk").values_list("to__username", "kind"))
        Notice.objects.all().delete()
        return found

    take(goal, "submit", clerk)
    assert told() == [("leader", "submit")]
    take(goal, "approve", leader)
    assert told() == [("li", "approve")]
    take(goal, "approve", reviewer)
    assert told() == [("zhang", "approve")]
    take(goal, "return", reviewer, "再改")
    assert told() == [("zhang", "return")]
