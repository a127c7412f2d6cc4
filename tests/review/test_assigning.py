"""改派: asking one person to see to goals. A request, not a lock."""

import pytest

from performance.goals.models import State
from performance.notices.models import Notice
from performance.people.models import User
from performance.review.assigning import MOST, assign, could_act
from tests.admin.desk import fresh
from tests.builders import clean_sheet, make_goal, make_user
from tests.review.workflow import set_steps, take


@pytest.fixture
def second(portal) -> User:
    return make_user("zhou", ("reviewer", "101"), full_name="周明")


@pytest.fixture
def goal(clerk):
    return make_goal(by=clerk, state=State.SUBMITTED)


def asked(goals, to: User | None, by: User):
    """By and to people as the next request meets them."""
    return assign(
        [goal.pk for goal in goals],
        to and User.objects.get(pk=to.pk),
        by=User.objects.get(pk=by.pk),
    )


@pytest.mark.parametrize("by", ["reviewer", "bureau", "second"])
def test_a_reviewer_of_the_step_and_the_bureau_ask_a_reviewer(goal, second, by, request):
    result = asked([goal], second, request.getfixturevalue(by))

    assert (result.done, result.refused) == ((goal.pk,), ())
    assert fresh(goal).assigned_to == second


def test_who_is_asked_is_told_once_and_who_takes_it_is_not(goal, reviewer, second):
    asked([goal], second, reviewer)
    asked([goal], second, reviewer)
    asked([goal], reviewer, reviewer)

    [notice] = Notice.objects.all()
    assert notice.to == second
    assert "李国强" in notice.text
    assert "工作制服经费" in notice.text


def test_the_others_may_act_all_the_same(goal, reviewer, second):
    asked([goal], second, reviewer)

    take(goal, "approve", reviewer)

    assert fresh(goal).state == State.APPROVED
    assert fresh(goal).assigned_to is None


def test_clerks_of_the_unit_ask_each_other(clerk, reviewer, bureau):
    goal = make_goal(by=clerk)
    other = make_user("he", ("clerk", "101009"))

    assert asked([goal], other, clerk).done
    assert asked([goal], None, other).done
    refused = asked([goal], other, reviewer).refused
    assert "只有能办理“送审”的人和业务管理员" in refused[0].reason
    assert "没有办理它的权限" in asked([goal], reviewer, bureau).refused[0].reason


def test_an_author_and_who_acted_at_another_step_are_not_asked(portal, clerk, bureau, reviewer):
    set_steps(portal, "reviewer", "finance_reviewer")
    both = make_user("both", ("clerk", "101009"), ("reviewer", "101"), full_name="何双")
    goal = make_goal(by=both, state=State.SUBMITTED)
    [refused] = asked([goal], both, bureau).refused

    assert "何双 填写或导入过这个目标" in refused.reason
    assert "可以办理的有：李国强" in refused.reason

    finance = make_user("fin", ("finance_reviewer", None), ("reviewer", "101"), full_name="财审")
    take(goal, "approve", finance)
    [refused] = asked([goal], finance, bureau).refused
    assert "已在“主管部门审核”办理过" in refused.reason


def test_only_those_of_the_step_where_it_waits_are_asked(portal, clerk, bureau, reviewer):
    set_steps(portal, "reviewer", "finance_reviewer")
    goal = make_goal(by=clerk, state=State.SUBMITTED)
    finance = make_user("fin", ("finance_reviewer", None))

    assert asked([goal], finance, bureau).refused
    assert asked([goal], finance, finance).refused
    take(goal, "approve", reviewer)
    assert asked([goal], finance, finance).done


def test_a_switched_off_person_is_not_asked(goal, reviewer, second):
    User.objects.filter(pk=second.pk).update(is_active=False)

    assert asked([goal], second, reviewer).refused
    assert fresh(goal).assigned_to is None


def test_goals_out_of_sight_are_passed_over(goal, stranger, second):
    result = asked([goal], second, stranger)

    assert result == type(result)((), ())
    assert fresh(goal).assigned_to is None


@pytest.mark.parametrize("state", list(State))
def test_in_every_state_it_is_done_or_refused_with_a_sentence(clerk, bureau, state):
    goal = make_goal(by=clerk, state=state)

    result = asked([goal], bureau, bureau)

    assert bool(result.done) is (fresh(goal).assigned_to == bureau)
    assert all(row.reason.endswith("。") for row in result.refused)
    assert bool(result.done) is (state in (State.APPROVED, State.ISSUED, State.REJECTED))


def test_some_may_be_refused_and_the_others_are_done(clerk, reviewer, second):
    waiting = make_goal(clean_sheet("等待"), by=clerk, state=State.SUBMITTED)
    draft = make_goal(clean_sheet("草稿"), by=clerk)

    result = asked([waiting, draft], second, reviewer)

    assert result.done == (waiting.pk,)
    assert [row.goal for row in result.refused] == [draft]


def test_who_could_act_costs_the_same_for_one_and_many(
    clerk, reviewer, second, django_assert_num_queries
):
    goals = [make_goal(clean_sheet(f"项目{n}"), by=clerk, state=State.SUBMITTED) for n in range(5)]

    for some in (goals[:1], goals):
        by = User.objects.get(pk=reviewer.pk)
        with django_assert_num_queries(3):  # units' tree, members, steps
            found = could_act(some, by)
        assert {user.username: number for user, number in found} == {
            "li": len(some),
            "zhou": len(some),
        }


def test_more_than_the_most_are_left(goal, reviewer, second):
    ids = [*range(10**6, 10**6 + MOST), goal.pk]

    assert not assign(ids, second, by=reviewer).done
