"""What review would allow, and what it compared with."""

import pytest

from performance.goals.models import Goal, State
from performance.review.actions import Decision, perform
from performance.review.queries import errors_of, events_of, last_decided, steps_for
from performance.review.transitions import TRANSITIONS
from tests.builders import change_goal, clean_sheet, make_goal, make_user


def steps(user, goal, errors=0):
    return {step.transition.name: step.reason for step in steps_for(user, goal, errors)}


@pytest.mark.parametrize("state", State)
def test_the_steps_of_a_state_are_those_of_the_table(clerk, state):
    goal = make_goal(by=clerk, state=state)

    elsewhere = {"accept", "step_back"}  # only where there are proposals, or steps before
    if not goal.is_adjustment:
        elsewhere.add("drop")
    assert (
        set(steps(clerk, goal))
        == {row.name for row in TRANSITIONS.values() if state in row.sources} - elsewhere
    )


def test_a_step_is_open_or_says_why_it_is_not(clerk, reviewer):
    goal = make_goal(by=clerk, state=State.SUBMITTED)
    both = make_user("both", ("clerk", "101009"), ("reviewer", "101"), full_name="何双")
    mine = make_goal(clean_sheet("乙"), by=both, state=State.SUBMITTED)
    nobody = "您没有“审核”权限（现在的环节是“主管部门审核”），可以办理的有：何双、李国强。"

    assert steps(clerk, goal) == {
        "withdraw": "",
        "approve": nobody,
        "return": nobody,
        "reject": nobody,
    }
    assert steps(reviewer, goal) == {
        "withdraw": "您没有“送审”权限，可以办理的有：何双、张敏。",
        "approve": "",
        "return": "",
        "reject": "",
    }
    assert steps(both, mine) == {
        "withdraw": "",
        "approve": "您填写或导入过这个目标，不能审核自己的内容。可以办理的有：李国强。",
        "return": "",
        "reject": "",
    }


def test_errors_grey_a_submission(clerk):
    goal = make_goal(clean_sheet(annual_goal=""), by=clerk)

    assert len(errors_of(goal)) == 1
    assert steps(clerk, goal, 1) == {"submit": "还有 1 处错误，改正后才能送审。", "void": ""}


def test_a_step_for_which_there_is_nobody_says_so(clerk):
    goal = make_goal(by=clerk, state=State.SUBMITTED)

    reason = steps(clerk, goal)["approve"]

    assert reason == (
        "您没有“审核”权限（现在的环节是“主管部门审核”），可以办理的有：目前没有，请联系系统管理员。"
    )


def test_what_was_submitted_last_is_what_review_compares_with(clerk, reviewer):
    def compared():
        now = Goal.objects.get()
        found = last_decided(events_of(now))
        return found.number if found else None

    def take(name, by):
        decision = Decision(opinion="意见")
        perform(goal.pk, name, by=by, seen=Goal.objects.get().chain_hash, decision=decision)

    goal = make_goal(clean_sheet(annual_goal="一"), by=clerk)
    assert compared() is None
    take("submit", clerk)
    assert compared() is None
    take("withdraw", clerk)
    change_goal(Goal.objects.get(), clean_sheet(annual_goal="一半"), by=clerk)
    take("submit", clerk)
    assert compared() is None  # nobody has read what was withdrawn
    take("return", reviewer)
    assert compared() == 2
    change_goal(Goal.objects.get(), clean_sheet(annual_goal="二"), by=clerk)
    take("submit", clerk)
    assert compared() == 2
    take("withdraw", clerk)
    take("submit", clerk)
    assert compared() == 2
    take("approve", reviewer)
    take("return", reviewer)
    change_goal(Goal.objects.get(), clean_sheet(annual_goal="三"), by=clerk)
    take("submit", clerk)
    assert compared() == 3
