"""A page that was opened before somebody else acted: what it says then, and what is not lost."""

import pytest

from performance.goals.models import Goal, State
from performance.library.review_form import ReviewPoint
from performance.people.models import User
from performance.review.models import Remark
from tests.admin.desk import at_desk, everything, form_on, fresh, goal_url, told, visible
from tests.builders import clean_sheet, make_goal, make_user
from tests.review.workflow import remark, set_steps, take

OPINION = "同意，数量与预算<b>相符。"


@pytest.fixture
def leader(portal) -> User:
    return make_user("leader", ("unit_reviewer", "101009"), full_name="赵建华")


@pytest.fixture
def goal(portal, clerk, leader) -> Goal:
    """At the first of two steps."""
    set_steps(portal, "unit_reviewer", "reviewer")
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)
    return fresh(goal)


def decide(user: User, goal: Goal, name: str = "approve", **changes):
    """From the page as it was when the goal was `goal`."""
    grades = {f"grade:{point.name}": "良" for point in ReviewPoint.objects.all()}
    data = {"seen": goal.chain_hash, "state": goal.stage, f"opinion:{name}": OPINION}
    return at_desk(user).post(goal_url("perform", goal.pk, name), data | grades | changes)


# --- where the goal went to another step ---------------------------------------------------------
@pytest.mark.parametrize("name", ["approve", "return", "reject"])
def test_a_decision_on_a_goal_that_moved_on_shows_it_with_what_was_typed(goal, leader, name):
    other = make_user("other", ("unit_reviewer", "101009"))
    take(goal, "approve", leader)
    before = everything()

    response = decide(other, goal, name)

    assert response.status_code == 200
    assert everything() == before
    text = visible(response)
    assert "您打开页面后，赵建华在“单位审核”已办理“审核通过”，现在等待“主管部门审核”。" in text
    assert "您这一次没有办理。" in text
    assert OPINION in text
    for point in ReviewPoint.objects.all():
        assert f"{point.name} 良" in text


def test_a_goal_that_left_review_is_told_in_the_same_way(goal, clerk, leader):
    take(goal, "withdraw", clerk)

    response = decide(leader, goal)

    text = visible(response)
    assert response.status_code == 200
    assert "您打开页面后，张敏已办理“取消送审”，现在是“草稿”。" in text
    assert OPINION in text


def test_what_still_has_its_place_on_the_page_stands_there_again(goal, clerk, leader, reviewer):
    """The second reviewer gave it back and got it again: their old tab is of another stage."""
    take(goal, "approve", leader)
    old = fresh(goal)
    take(goal, "step_back", reviewer, "请再看", to_step=1)
    old.step = 2
    take(goal, "approve", leader)

    response = decide(reviewer, old, state="submitted-1")

    assert "赵建华在“单位审核”已办理“审核通过”" in visible(response)
    assert form_on(response, "decision")["opinion:approve"] == [OPINION]
    assert response.context["typed"] is None


def test_the_own_step_in_another_tab_is_called_so(goal, leader):
    take(goal, "approve", leader)

    response = decide(leader, goal, "return")

    assert "您打开页面后，您自己在“单位审核”已办理“审核通过”" in visible(response)


def test_a_second_press_is_told_as_before(goal, leader):
    answers = [decide(leader, goal) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert "没有重复办理" in told(answers[1])[-1]


def test_a_clerk_s_old_tab_leads_to_the_form_with_the_sentence(portal, clerk, reviewer):
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)
    old = fresh(goal)
    take(goal, "return", reviewer, "请改")

    response = decide(clerk, old, "withdraw")

    assert (response.status_code, response.url) == (302, goal_url("change", goal.pk))
    assert "李国强在“主管部门审核”已办理“退回”，现在是“被退回”。" in told(response)[-1]


# --- a real lack of right ------------------------------------------------------------------------
@pytest.mark.parametrize("state", ["", "submitted-1", "submitted-2", "draft", "x", "\x00"])
@pytest.mark.parametrize("role", ["clerk", "auditor", "bureau"])
def test_who_reviews_nowhere_is_refused_whatever_stage_they_name(goal, leader, role, state):
    user = make_user("any", (role, "101009" if role == "clerk" else None))
    take(goal, "approve", leader)
    before = everything()

    assert decide(user, goal, state=state).status_code == 403
    assert everything() == before


def test_a_reviewer_of_another_step_is_refused_on_the_page_as_it_is(goal, reviewer):
    assert decide(reviewer, goal).status_code == 403


def test_a_goal_out_of_reach_does_not_exist(goal, leader, portal):
    far = make_user("far", ("unit_reviewer", "202001"))
    take(goal, "approve", leader)

    assert decide(far, goal).status_code == 404


# --- a remark ------------------------------------------------------------------------------------
def written(user: User, goal: Goal, **changes):
    data = {"seen": goal.chain_hash, "state": goal.stage, "key": "", "field": "annual_goal"}
    said = {"kind": "填写错误", "text": "请写明<b>依据", "proposal": "另一句"}
    return at_desk(user).post(goal_url("remark", goal.pk), data | said | changes)


def test_a_remark_on_a_goal_that_moved_on_is_there_to_be_copied(goal, leader):
    other = make_user("other", ("unit_reviewer", "101009"))
    take(goal, "approve", leader)

    response = written(other, goal)

    assert response.status_code == 200
    text = visible(response)
    assert "赵建华在“单位审核”已办理“审核通过”，现在等待“主管部门审核”" in text
    assert "请写明<b>依据" in text
    assert "另一句" in text
    assert not Remark.objects.exists()


def test_a_remark_without_the_right_is_still_refused(goal, clerk, leader, reviewer):
    assert written(reviewer, goal).status_code == 403
    take(goal, "approve", leader)
    assert written(clerk, goal).status_code == 403
    assert written(leader, goal, state=fresh(goal).stage).status_code == 403


# --- given back to an earlier step ---------------------------------------------------------------
@pytest.fixture
def given_back(goal, leader, reviewer) -> Goal:
    take(goal, "approve", leader)
    remark(goal, "annual_goal", reviewer, text="请单位核对<b>数量。")
    take(goal, "step_back", reviewer, to_step=1)
    return fresh(goal)


def test_the_earlier_reviewer_reads_what_the_later_one_said(given_back, leader):
    text = visible(at_desk(leader).get(goal_url("change", given_back.pk)))

    assert "李国强在“主管部门审核”退回，请重新审核： 年度绩效目标 ：请单位核对<b>数量。" in text
    assert "后面环节的意见" in text
    for wrong in ("上一轮", "没有改动，也没有答复", "提出后没有改动"):
        assert wrong not in text


def test_the_start_page_and_the_queue_say_that_it_was_given_back(given_back, leader, clerk):
    take(make_goal(clean_sheet("别的"), by=clerk), "submit", clerk)
    desk = at_desk(leader)

    for address in ("/admin/", goal_url("changelist") + "?tab=review"):
        text = visible(desk.get(address))
        assert "退回重审 李国强：请单位核对<b>数量" in text
        assert text.count("退回重审") == 1
        assert text.index(given_back.project) < text.index("别的")


def test_once_it_went_on_nothing_says_so_any_more(given_back, leader, reviewer):
    take(given_back, "approve", leader)

    for address in ("/admin/", goal_url("changelist") + "?tab=review"):
        assert "退回重审" not in visible(at_desk(reviewer).get(address))
    assert fresh(given_back).state == State.SUBMITTED
