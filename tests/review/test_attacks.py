"""Several people at one goal at the same moment: what is sealed stays true, nothing is half."""

import pytest
from django.core.management import call_command
from django.utils import timezone

from performance.goals.actions import save_sheet
from performance.goals.models import Goal, Origin, State
from performance.people.deputies import appoint, end_deputy
from performance.people.models import Membership, User
from performance.review.accepting import accept_proposals
from performance.review.actions import perform
from performance.review.bulk import take_all
from performance.review.eligible import Seen
from performance.review.models import Event, Remark
from performance.review.remarking import answer_remarks, drop_remark, reopen_cell, write_remark
from tests.builders import clean_sheet, make_draft, make_goal, make_user
from tests.racing import race
from tests.review.workflow import remark, take

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 3


def now(user: User) -> User:
    """The person as a request of their own meets them."""
    return User.objects.get(pk=user.pk)


def submitted(clerk, project: str) -> Goal:
    goal = make_goal(clean_sheet(project), by=clerk)
    take(goal, "submit", clerk)
    return Goal.objects.get(pk=goal.pk)


def returned(clerk, reviewer, project: str, **said) -> Goal:
    goal = submitted(clerk, project)
    remark(goal, "annual_goal", reviewer, **said)
    take(goal, "return", reviewer)
    return Goal.objects.get(pk=goal.pk)


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_remark_dropped_while_it_is_sent_was_sent_or_never_was(clerk, reviewer, number):
    goal = submitted(clerk, f"项目{number}")
    kept = remark(goal, "annual_goal", reviewer, text="改年度目标。")
    doubtful = remark(goal, "overall_goal", reviewer, text="改总体目标。")
    seen = goal.chain_hash

    race(
        lambda: perform(goal.pk, "return", by=now(reviewer), seen=seen),
        lambda: drop_remark(doubtful.pk, by=now(reviewer)),
    )

    sent = set(Remark.objects.filter(goal=goal).values_list("event__transition", flat=True))
    assert sent == {"return"}
    assert Remark.objects.filter(pk=kept.pk).exists()
    call_command("verify_records")


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_remark_written_while_another_is_sent_is_a_draft_or_was_sent(clerk, reviewer, number):
    goal = submitted(clerk, f"项目{number}")
    remark(goal, "annual_goal", reviewer)
    seen = goal.chain_hash
    said = {"key": "", "field": "overall_goal", "kind": "填写错误", "text": "改。"}

    race(
        lambda: perform(goal.pk, "return", by=now(reviewer), seen=seen),
        lambda: write_remark(goal.pk, by=now(reviewer), seen=seen, **said),
    )

    opened = Goal.objects.get(pk=goal.pk).open_cells
    rows = Remark.objects.filter(goal=goal).exclude(event=None)
    assert sorted([r.key, r.field] for r in rows) == opened
    call_command("verify_records")


@pytest.mark.parametrize("number", range(ROUNDS))
def test_an_answer_and_a_submission_leave_no_remark_open_behind(clerk, reviewer, number):
    goal = returned(clerk, reviewer, f"项目{number}")
    pk = Remark.objects.get(goal=goal).pk
    race(
        lambda: answer_remarks(goal.pk, {pk: "不用改，因为已写明。"}, by=now(clerk)),
        lambda: perform(goal.pk, "submit", by=now(clerk), seen=goal.chain_hash),
    )
    after = Goal.objects.get(pk=goal.pk)
    assert after.state == State.RETURNED or Remark.objects.get(pk=pk).answer
    call_command("verify_records")


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_save_and_what_accepts_all_proposals_do_not_mix(clerk, reviewer, number):
    goal = returned(clerk, reviewer, f"项目{number}", proposal="本年订制制服6套。")
    draft = make_draft(clean_sheet(goal.project, annual_goal="我改的5套。"), goal)
    race(
        lambda: save_sheet(draft, by=now(clerk), origin=Origin.FORM),
        lambda: accept_proposals(goal.pk, by=now(clerk), seen=goal.chain_hash),
    )
    after = Goal.objects.get(pk=goal.pk)
    taken = after.annual_goal == "本年订制制服6套。"
    assert (after.state == State.SUBMITTED) is taken
    call_command("verify_records")


@pytest.mark.parametrize("number", range(ROUNDS))
def test_asking_for_a_cell_and_submitting_exclude_each_other(clerk, reviewer, number):
    goal = returned(clerk, reviewer, f"项目{number}")
    answer_remarks(goal.pk, {Remark.objects.get(goal=goal).pk: "已写明，不用修改。"}, by=now(clerk))
    asked = {"key": "", "field": "overall_goal", "reason": "也要改。"}
    race(
        lambda: reopen_cell(goal.pk, by=now(clerk), **asked),
        lambda: perform(goal.pk, "submit", by=now(clerk), seen=goal.chain_hash),
    )
    assert Goal.objects.get(pk=goal.pk).state == State.SUBMITTED
    call_command("verify_records")


@pytest.mark.parametrize("number", range(ROUNDS))
def test_in_bulk_and_singly_at_once_is_one_step(clerk, reviewer, number):
    goal = make_goal(clean_sheet(f"项目{number}"), by=clerk)
    seen = Seen(goal.pk, goal.stage, goal.chain_hash)
    race(
        lambda: take_all(now(clerk), "submit", [seen, seen]),
        lambda: take_all(now(clerk), "submit", [seen]),
        lambda: perform(goal.pk, "submit", by=now(clerk), seen=goal.chain_hash),
    )
    assert Event.objects.filter(goal=goal).count() == 1
    call_command("verify_records")


def test_who_deputises_no_more_acts_no_more(clerk, reviewer):
    other = make_user("zhou", ("reviewer", "202001"))
    today = timezone.localdate()
    made = appoint([reviewer.memberships.get().pk], other.pk, today, today, by=now(reviewer))
    goal = submitted(clerk, "代理")
    race(
        lambda: perform(goal.pk, "approve", by=now(other), seen=goal.chain_hash),
        lambda: end_deputy(made[0].pk, by=now(reviewer)),
    )
    for event in Event.objects.filter(transition="approve"):
        assert (event.by, event.on_behalf_of) == (other, reviewer)
    assert not Membership.objects.filter(pk=made[0].pk, ends_on__gte=today).exists()
    call_command("verify_records")
