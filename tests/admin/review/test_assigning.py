"""改派 from the list and from the page of one goal, through HTTP."""

import pytest
from django.test import RequestFactory

from performance.admin.review.assigning import assign_context
from performance.goals.models import State
from performance.people.models import User
from performance.review.assigning import MOST
from tests.admin.desk import (
    at_desk,
    english_words,
    form_on,
    fresh,
    goal_url,
    inline_scripts,
    told,
    visible,
)
from tests.builders import clean_sheet, make_goal, make_user

ASSIGN = "/admin/performance/goal/assign/"


@pytest.fixture
def second(portal) -> User:
    return make_user("zhou", ("reviewer", "101"), full_name="周明")


@pytest.fixture
def goals(clerk):
    return [make_goal(clean_sheet(f"项目{n}"), by=clerk, state=State.SUBMITTED) for n in range(3)]


def ids(goals) -> list[str]:
    return [str(goal.pk) for goal in goals]


def test_from_the_list_goals_are_assigned_in_two_presses(reviewer, second, goals):
    desk = at_desk(reviewer)
    chosen = {"action": "assign_chosen", "_selected_action": ids(goals[:2])}

    page = desk.post("/admin/performance/goal/", chosen)
    form = form_on(page, "assign-form")
    response = desk.post(ASSIGN, form | {"to": str(second.pk)})

    assert "周明（zhou） 能办理其中 2 个" in visible(page)
    assert form["goal"] == ids(goals[:2])
    assert response.url == goal_url("changelist")
    assert told(response) == ["2 个目标已指定 周明 办理。"]
    assert [fresh(goal).assigned_to for goal in goals] == [second, second, None]


def test_those_that_are_refused_are_listed(reviewer, second, goals, clerk):
    draft = make_goal(clean_sheet("还没有送审"), by=clerk)

    page = at_desk(reviewer).post(ASSIGN, {"goal": ids([*goals, draft]), "to": str(second.pk)})

    assert "没有改派的（1）" in visible(page)
    assert "还没有送审" in visible(page)
    assert inline_scripts(page) == []


@pytest.mark.parametrize("to", ["me", "nobody"])
def test_the_small_control_leads_back_to_the_goal(reviewer, second, goals, to):
    goal = goals[0]
    goal.assigned_to = second
    goal.save()

    response = at_desk(reviewer).post(ASSIGN, {"goal": str(goal.pk), "one": "1", "to": to})

    assert response.url == goal_url("change", goal.pk)
    assert fresh(goal).assigned_to == (reviewer if to == "me" else None)


@pytest.mark.parametrize("to", ["", "abc", "\x00", "9" * 30, "999999", "-1"])
@pytest.mark.parametrize("one", [{}, {"one": "1"}])
def test_nobody_chosen_or_a_tampered_choice_is_told(reviewer, goals, to, one):
    posted = {"goal": str(goals[0].pk), "to": to} | one

    response = at_desk(reviewer).post(ASSIGN, posted, follow=True)

    assert "没有选择经办人" in visible(response)
    assert fresh(goals[0]).assigned_to is None


@pytest.mark.parametrize("posted", [[], ["abc"], ["\x00"], ["9" * 30], ["999999"]])
@pytest.mark.parametrize("to", [{}, {"to": "me"}])
def test_no_goals_or_tampered_ones_harm_nothing(reviewer, posted, to):
    response = at_desk(reviewer).post(ASSIGN, {"goal": posted} | to, follow=True)

    assert response.status_code == 200


def test_a_stranger_assigns_nothing_of_others(stranger, goals):
    response = at_desk(stranger).post(ASSIGN, {"goal": ids(goals), "to": "me"})

    assert response.status_code == 302
    assert [fresh(goal).assigned_to for goal in goals] == [None] * 3


@pytest.mark.parametrize("role", ["auditor", "system"])
def test_who_acts_on_nothing_assigns_nothing(portal, goals, role):
    desk = at_desk(make_user("x", (role, None)))

    assert desk.post(ASSIGN, {"goal": ids(goals), "to": "me"}).status_code == 403


def test_more_than_the_most_are_told(reviewer, goals):
    many = [*ids(goals), *map(str, range(10**6, 10**6 + MOST))]

    page = at_desk(reviewer).post(ASSIGN, {"goal": many, "to": "me"})

    assert f"一次最多改派 {MOST} 个目标" in visible(page)
    assert fresh(goals[0]).assigned_to is None


def test_by_its_address_the_page_leads_to_the_list(reviewer):
    assert at_desk(reviewer).get(ASSIGN).url == goal_url("changelist")


def test_the_page_is_chinese(reviewer, second, goals):
    page = at_desk(reviewer).post(ASSIGN, {"goal": ids(goals)})

    assert set(english_words(page)) <= {"li", "zhou"}
    assert inline_scripts(page) == []


def shown_to(user: User, goal):
    request = RequestFactory().get("/")
    request.user = User.objects.get(pk=user.pk)
    return assign_context(request, fresh(goal))["assignment"]


def test_a_reviewer_may_take_it_or_ask_another(reviewer, second, goals):
    shown = shown_to(reviewer, goals[0])

    assert shown.may_take
    assert set(shown.people) == {reviewer, second}


def test_others_see_only_who_was_asked(reviewer, clerk, goals):
    goal = goals[0]
    assert not shown_to(clerk, goal).shown

    goal.assigned_to = reviewer
    goal.save()

    shown = shown_to(clerk, goal)
    assert (shown.shown, shown.people, shown.may_take) == (True, (), False)


def test_an_author_is_not_offered_and_takes_nothing(portal, reviewer):
    both = make_user("both", ("clerk", "101009"), ("reviewer", "101"))
    goal = make_goal(by=both, state=State.SUBMITTED)

    shown = shown_to(both, goal)

    assert not shown.may_take
    assert shown.people == (reviewer,)


def test_alone_nobody_is_offered_another_to_ask(reviewer, clerk):
    make_user("gone", ("reviewer", "101"), is_active=False)
    goal = make_goal(by=clerk, state=State.SUBMITTED)

    response = at_desk(reviewer).get(goal_url("change", goal.pk))

    assert "我来办" in visible(response)
    assert 'id="assign-to"' not in response.content.decode()
