"""Voiding a goal with a reason, where it is gone from then on, and bringing it back."""

import pytest

from performance.goals.models import Goal, State
from performance.review.actions import perform as take
from performance.review.models import Event
from performance.sheets.actions import confirm
from performance.sheets.plan import Kind
from performance.sheets.receiving import receive
from performance.sheets.stored import load_plan
from tests.admin.desk import at_desk, everything, fresh, goal_url, told, visible
from tests.builders import clean_sheet, make_file, make_goal
from tests.racing import race


def void(by, goal, opinion="今年不再安排"):
    data = {"seen": goal.chain_hash, "state": goal.state, "opinion": opinion}
    return at_desk(by).post(goal_url("perform", goal.pk, "void"), data)


def restore(by, goal):
    data = {"seen": goal.chain_hash, "state": "void"}
    return at_desk(by).post(goal_url("perform", goal.pk, "restore"), data)


@pytest.fixture
def voided(clerk):
    return make_goal(by=clerk, state=State.VOID)


def test_a_void_goal_is_read_with_its_reason_and_can_be_restored(clerk):
    goal = make_goal(by=clerk)
    void(clerk, goal, "今年<b>不再\r\n安排")

    response = at_desk(clerk).get(goal_url("change", goal.pk))

    html = response.content.decode()
    assert fresh(goal).state == State.VOID
    assert Event.objects.get().opinion == "今年<b>不再\n安排"
    assert "作废：</strong>今年&lt;b&gt;不再<br>安排" in html
    assert goal_url("perform", goal.pk, "restore") in html
    assert 'name="line_level3"' not in html
    restore(clerk, goal)
    assert fresh(goal).state == State.DRAFT


@pytest.mark.parametrize("opinion", ["", "  \r\n", "\u3000"])
def test_a_reason_is_asked_for_in_words_that_fit(clerk, opinion):
    goal = make_goal(by=clerk)

    response = void(clerk, goal, opinion)

    assert told(response) == ["作废必须写明原因，以后查得到为什么不再申报。"]
    assert fresh(goal).state == State.DRAFT


@pytest.mark.parametrize("opinion", ["甲\x00", "长" * 2001])
def test_a_reason_that_cannot_be_kept_is_refused(clerk, opinion):
    goal = make_goal(by=clerk)

    assert void(clerk, goal, opinion).status_code == 302
    assert fresh(goal).state == State.DRAFT


def test_the_form_keeps_voiding_apart_and_asks_for_its_own_reason(clerk):
    goal = make_goal(by=clerk)

    html = at_desk(clerk).get(goal_url("change", goal.pk)).content.decode()

    main, _, apart = html.partition("<summary>其他办理</summary>")
    assert goal_url("perform", goal.pk, "void") not in main
    assert "作废原因（必填，会留在办理记录里）" in apart
    assert "退回原因" not in html


def test_a_returned_goal_can_be_voided_too_but_not_one_under_review(clerk):
    returned = make_goal(clean_sheet("甲"), by=clerk, state=State.RETURNED)
    submitted = make_goal(clean_sheet("乙"), by=clerk, state=State.SUBMITTED)

    void(clerk, returned)
    response = void(clerk, submitted)

    assert fresh(returned).state == State.VOID
    assert fresh(submitted).state == State.SUBMITTED
    assert "只有草稿、被退回的可以作废，现在是“已送审”。" in told(response)[0]


def test_the_bureau_voids_and_a_reviewer_does_not(clerk, bureau, reviewer):
    first, second = make_goal(clean_sheet("甲"), by=clerk), make_goal(clean_sheet("乙"), by=clerk)

    assert void(bureau, first).status_code == 302
    assert void(reviewer, second).status_code == 403
    assert [fresh(goal).state for goal in (first, second)] == [State.VOID, State.DRAFT]


def test_voiding_what_has_changed_shows_the_change_first(clerk):
    goal = make_goal(by=clerk)
    goal.chain_hash = "0" * 64

    assert void(clerk, goal).status_code == 200
    assert fresh(goal).state == State.DRAFT


# --- where it is gone ----------------------------------------------------------------------------
def test_the_list_shows_void_goals_only_when_they_are_asked_for(clerk, voided):
    other = make_goal(clean_sheet("还在的"), by=clerk)
    desk = at_desk(clerk)

    def listed(**query):
        response = desk.get(goal_url("changelist"), query)
        return [goal.pk for goal in response.context["cl"].queryset]

    assert listed() == [other.pk]
    assert listed(state="") == [other.pk]
    assert listed(text="制服") == [other.pk]
    assert listed(state="void") == [voided.pk]


def test_void_goals_are_neither_counted_nor_exported(clerk, voided):
    desk = at_desk(clerk)

    cards = desk.get("/admin/").context["cards"]
    assert {card["number"] for card in cards} == {0}
    for query in ({}, {"state": "void"}):
        assert desk.get(goal_url("export"), query).context["count"] == 0


def test_a_file_with_the_name_of_a_void_goal_makes_a_new_one(clerk, voided):
    upload = receive(make_file(clean_sheet()), "目标.xlsx", by=clerk)

    assert [op.kind for op in load_plan(upload.plan).operations] == [Kind.NEW]
    confirm(upload.pk, by=clerk, plan_hash=upload.plan_hash)

    assert Goal.objects.exclude(state=State.VOID).get().pk != voided.pk


def test_a_void_goal_cannot_be_typed_into(clerk, voided):
    before = everything()

    at_desk(clerk).post(goal_url("change", voided.pk), {"base": "1", "project": "改"})

    assert everything() == before


# --- bringing it back ----------------------------------------------------------------------------
def test_a_name_that_is_taken_again_is_told_on_the_page_and_by_the_step(clerk, voided):
    make_goal(by=clerk)
    sentence = (
        "本单位本年度已有同名项目“工作制服经费”（草稿），不能恢复；请先把那个项目改名或作废。"
    )

    page = at_desk(clerk).get(goal_url("change", voided.pk))
    response = restore(clerk, voided)

    assert sentence in visible(page)
    assert told(response) == [sentence]
    assert fresh(voided).state == State.VOID


def test_of_two_void_goals_with_one_name_the_second_is_refused(clerk, voided):
    second = make_goal(by=clerk, state=State.VOID)

    restore(clerk, voided)
    response = restore(clerk, second)

    assert "已有同名项目" in told(response)[-1]
    assert [fresh(goal).state for goal in (voided, second)] == [State.DRAFT, State.VOID]


@pytest.mark.django_db(transaction=True)
def test_restoring_against_restoring_and_opening_leaves_one_of_the_name(clerk):
    goals = [make_goal(by=clerk, state=State.VOID) for _ in range(3)]

    def run(goal):
        person = type(clerk).objects.get(pk=clerk.pk)
        return lambda: take(goal.pk, "restore", by=person, seen=goal.chain_hash)

    answers = race(
        *(run(goal) for goal in goals),
        lambda: make_goal(by=type(clerk).objects.get(pk=clerk.pk)),
    )

    kinds = sorted(type(answer).__name__ for answer in answers)
    assert set(kinds) <= {"Event", "Goal", "ValidationError", "AssertionError"}, answers
    assert Goal.objects.exclude(state=State.VOID).count() == 1
