"""Proposals taken over: the content, its author, the answers, and where the goal goes."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from performance.goals.models import Goal, Origin, Revision, State
from performance.people.models import User
from performance.review.accepting import accept_proposal, accept_proposals
from performance.review.actions import ContentChanged, perform
from performance.review.models import Event, Remark
from performance.review.remarking import reopen_cell
from tests.builders import change_goal, clean_sheet, make_goal, make_user
from tests.racing import race
from tests.review.workflow import remark, set_steps, take


def returned(clerk, reviewer, **proposals) -> Goal:
    """With a proposal for each field of line 1, or of the head, as `h_field`."""
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)
    for name, text in proposals.items():
        line = 0 if name.startswith("h_") else 1
        remark(goal, name.removeprefix("h_"), reviewer, line=line, proposal=text)
    take(goal, "return", reviewer)
    return Goal.objects.get()


def accept(goal, by) -> Event:
    return accept_proposals(goal.pk, by=by, seen=Goal.objects.get(pk=goal.pk).chain_hash)


def test_all_are_applied_answered_and_submitted_at_once(clerk, reviewer):
    goal = returned(clerk, reviewer, annual_value="6套", h_annual_goal="订制6套。")

    event = accept(goal, clerk)

    goal.refresh_from_db()
    sheet = goal.sheet()
    assert (sheet.lines[0].annual_value, sheet.annual_goal) == ("6套", "订制6套。")
    assert (goal.state, event.transition, event.revision.number) == ("submitted", "accept", 2)
    assert set(goal.remarks.values_list("answer", "answered_by")) == {("已采纳。", clerk.pk)}
    newest = goal.revisions.get(number=2)
    assert (newest.by, newest.origin) == (clerk, Origin.PROPOSAL)


def test_of_two_proposals_for_one_cell_only_the_one_taken_is_answered_so(clerk, reviewer):
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)
    for text in ("6套", "7套"):
        remark(goal, "annual_value", reviewer, line=1, proposal=text)
    take(goal, "return", reviewer)
    goal.refresh_from_db()

    accept(goal, clerk)

    goal.refresh_from_db()
    assert goal.sheet().lines[0].annual_value == "7套"
    answers = dict(goal.remarks.values_list("proposal", "answer"))
    assert answers == {"6套": "已采纳对同一处的另一条建议。", "7套": "已采纳。"}


def test_the_proposer_is_no_author_and_may_approve(clerk, reviewer):
    goal = returned(clerk, reviewer, annual_value="6套")
    accept(goal, clerk)

    assert take(goal, "approve", reviewer).target == State.APPROVED


def test_it_goes_back_to_the_step_that_proposed(clerk, reviewer, portal):
    set_steps(portal, "unit_reviewer", "reviewer")
    chief = make_user("chief", ("unit_reviewer", "101009"))
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)
    take(goal, "approve", chief)
    remark(goal, "annual_value", reviewer, line=1, proposal="6套")
    take(goal, "return", reviewer)

    accept(goal, clerk)

    goal.refresh_from_db()
    assert (goal.state, goal.step) == (State.SUBMITTED, 2)


@pytest.mark.parametrize("text", ["112000287", "验收合格率", "112000287-验收合格率"])
def test_an_indicator_is_looked_up_and_brings_its_levels(clerk, reviewer, text):
    goal = returned(clerk, reviewer, level3=text)

    accept(goal, clerk)

    line = Goal.objects.get().sheet().lines[0]
    assert (line.level3.text, line.level2.text) == ("112000287-验收合格率", "12-质量指标")
    assert line.annual_value == "5套"


def test_with_errors_nothing_is_accepted(clerk, reviewer):
    goal = returned(clerk, reviewer, h_category="999-没有的类别")

    with pytest.raises(ValidationError, match="错误，改正后才能采纳建议并送审"):
        accept(goal, clerk)
    assert Goal.objects.get().revision_number == 1
    assert not Remark.objects.exclude(answer="").exists()


def test_an_empty_proposal_empties_the_cell(clerk, reviewer):
    goal = make_goal(clean_sheet(phone="12345"), by=clerk)
    take(goal, "submit", clerk)
    remark(goal, "phone", reviewer, proposal="")
    take(goal, "return", reviewer)

    accept(goal, clerk)

    assert Goal.objects.get().phone == ""


def test_without_a_proposal_for_each_nothing_is_accepted(clerk, reviewer):
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)
    remark(goal, "annual_value", reviewer, line=1, proposal="6套")
    remark(goal, "annual_goal", reviewer)
    take(goal, "return", reviewer)

    with pytest.raises(ValidationError, match="不是每条意见都带有建议"):
        accept(goal, clerk)
    assert Goal.objects.get().revision_number == 1


def test_a_reopened_cell_ends_it(clerk, reviewer):
    goal = returned(clerk, reviewer, annual_value="6套")
    reopen_cell(goal.pk, by=clerk, key="", field="project", reason="名称也要改")

    with pytest.raises(ValidationError, match="不是每条意见都带有建议"):
        accept(goal, clerk)


def test_the_step_alone_is_taken_on_nothing_but_the_proposals(clerk, reviewer):
    goal = returned(clerk, reviewer, annual_value="6套")

    with pytest.raises(ValidationError, match="内容不是退回时的内容加上全部建议"):
        perform(goal.pk, "accept", by=clerk, seen=goal.chain_hash)
    lines = goal.sheet().lines
    changed = replace(goal.sheet(), lines=(replace(lines[0], annual_value="7套"), lines[1]))
    goal = change_goal(goal, changed, by=clerk)
    with pytest.raises(ValidationError, match="内容不是退回时的内容加上全部建议"):
        perform(goal.pk, "accept", by=clerk, seen=goal.chain_hash)


def test_one_accepted_and_the_rest_later_come_to_the_same(clerk, reviewer):
    goal = returned(clerk, reviewer, annual_value="6套", h_annual_goal="订制6套。")
    first = goal.remarks.order_by("pk").first()

    saved = accept_proposal(goal.pk, first.pk, by=clerk, seen=goal.chain_hash)
    accept(goal, clerk)

    assert saved.number == 2
    goal.refresh_from_db()
    assert (goal.state, goal.revision_number) == (State.SUBMITTED, 3)


def test_content_that_moved_on_is_not_accepted(clerk, reviewer):
    goal = returned(clerk, reviewer, annual_value="6套")
    first = goal.remarks.get()

    with pytest.raises(ContentChanged):
        accept_proposals(goal.pk, by=clerk, seen="0" * 64)
    with pytest.raises(ContentChanged):
        accept_proposal(goal.pk, first.pk, by=clerk, seen="0" * 64)
    assert Revision.objects.count() == 1


def test_only_who_writes_and_submits_accepts(clerk, reviewer, stranger, bureau):
    goal = returned(clerk, reviewer, annual_value="6套")
    before = list(Event.objects.values_list())

    for person in (reviewer, stranger, bureau):
        with pytest.raises(PermissionDenied):
            accept(goal, person)
    with pytest.raises((PermissionDenied, ValidationError)):
        accept_proposal(goal.pk, goal.remarks.get().pk, by=reviewer, seen=goal.chain_hash)
    assert Goal.objects.get().revision_number == 1
    assert list(Event.objects.values_list()) == before


def test_a_second_press_accepts_nothing_twice(clerk, reviewer):
    goal = returned(clerk, reviewer, annual_value="6套")
    seen = goal.chain_hash
    accept_proposals(goal.pk, by=clerk, seen=seen)

    with pytest.raises((ContentChanged, ValidationError)):
        accept_proposals(goal.pk, by=clerk, seen=seen)
    assert Revision.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_the_same_moment_accept_once(clerk, reviewer):
    goal = returned(clerk, reviewer, annual_value="6套")

    def press():
        person = User.objects.get(pk=clerk.pk)
        return accept_proposals(goal.pk, by=person, seen=goal.chain_hash)

    answers = race(press, press)

    assert sorted(type(answer).__name__ for answer in answers) in (
        ["ContentChanged", "Event"],
        ["Event", "ValidationError"],
    )
    assert Revision.objects.count() == 2
    assert Event.objects.filter(transition="accept").count() == 1
