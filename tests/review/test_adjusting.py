"""An adjustment of what was issued: beside it until it is approved, or given up whole."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from performance.goals.actions import Outcome, save_sheet
from performance.goals.models import Goal, Origin, State
from performance.goals.queries import sheets_to_file
from performance.goals.unsaved import desk_of, keep, place_of
from performance.library.models import Year
from performance.people.models import User
from performance.review.accepting import accept_proposals
from performance.review.actions import ContentChanged, Decision, perform
from performance.review.adjusting import drop_adjustment
from performance.review.eligible import candidates
from performance.review.models import Event
from performance.review.queries import steps_for
from tests.builders import change_goal, clean_sheet, make_draft, make_goal, make_line, make_user
from tests.racing import race
from tests.review.workflow import remark, take

ISSUED, ADJUSTED = "本年为窗口人员订制制服5套。", "本年订制3套。"


@pytest.fixture
def goal(clerk, reviewer, bureau) -> Goal:
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)
    take(goal, "approve", reviewer)
    take(goal, "issue", bureau)
    take(goal, "adjust", clerk, "预算调减。")
    return Goal.objects.get()


def adjusted(goal, by) -> Goal:
    sheet = replace(Goal.objects.get(pk=goal.pk).sheet(), annual_goal=ADJUSTED)
    return change_goal(Goal.objects.get(pk=goal.pk), sheet, by=by)


def filed() -> str:
    ((_, sheet),) = sheets_to_file(Goal.objects.all())
    return sheet.annual_goal


def drop(goal, by, opinion="不再调整。", seen=None):
    seen = seen or Goal.objects.get(pk=goal.pk).chain_hash
    return drop_adjustment(goal.pk, by=by, seen=seen, decision=Decision(opinion=opinion))


def test_what_is_filed_is_the_issued_content_until_the_adjustment_is_approved(
    goal, clerk, reviewer, bureau
):
    adjusted(goal, clerk)
    assert filed() == ISSUED
    take(goal, "submit", clerk)
    assert filed() == ISSUED
    take(goal, "return", reviewer, "请说明。")
    assert filed() == ISSUED
    remark_pk = Goal.objects.get().remarks.get(closed_at=None).pk
    Goal.objects.get().remarks.filter(pk=remark_pk).update(answer="已说明。")
    take(goal, "submit", clerk)
    take(goal, "approve", reviewer)
    assert filed() == ADJUSTED
    take(goal, "issue", bureau)
    goal.refresh_from_db()
    assert (filed(), goal.issued_revision.number, goal.cycle) == (ADJUSTED, 2, 1)


def test_no_window_binds_an_adjustment(goal, clerk):
    Year.objects.update(closes_at="2025-01-01T00:00:00Z")

    adjusted(goal, clerk)

    assert take(goal, "submit", clerk).target == State.SUBMITTED


def test_dropped_it_says_again_what_was_issued(goal, clerk):
    adjusted(goal, clerk)

    event = drop(goal, clerk)

    goal.refresh_from_db()
    assert (goal.state, event.transition, event.target) == ("issued", "drop", "issued")
    assert goal.sheet().annual_goal == ISSUED
    newest = goal.revisions.get(number=3)
    assert (newest.origin, newest.by, newest.content_hash) == (
        Origin.RESTORE,
        clerk,
        goal.issued_revision.content_hash,
    )
    assert goal.approved_revision == goal.issued_revision


def test_a_filed_goal_is_filed_again(clerk, reviewer, bureau):
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)
    take(goal, "approve", reviewer)
    take(goal, "issue", bureau)
    take(goal, "file", bureau)
    take(goal, "adjust", clerk, "预算调减。")
    adjusted(goal, clerk)

    assert drop(goal, clerk).target == State.FILED


def test_nothing_changed_makes_no_version(goal, clerk):
    drop(goal, clerk)

    goal.refresh_from_db()
    assert (goal.state, goal.revision_number) == ("issued", 1)


def test_a_returned_adjustment_is_dropped_though_its_cells_are_closed(goal, clerk, reviewer):
    another = make_line("112000287-验收合格率", "12-质量指标")
    sheet = replace(goal.sheet(), annual_goal=ADJUSTED, lines=(*goal.sheet().lines[:1], another))
    change_goal(goal, sheet, by=clerk)
    take(goal, "submit", clerk)
    remark(goal, "annual_value", reviewer, line=1)
    take(goal, "return", reviewer)

    assert drop(goal, clerk).target == State.ISSUED

    goal.refresh_from_db()
    assert goal.sheet().annual_goal == ISSUED
    assert not goal.remarks.filter(closed_at=None).exists()
    take(goal, "adjust", clerk, "再调整。")
    adjusted(goal, clerk)
    assert take(goal, "submit", clerk).target == State.SUBMITTED


def test_giving_up_opens_no_other_content(goal, clerk, reviewer):
    """The one door lets closed cells be written for exactly what was issued, and nothing else."""
    adjusted(goal, clerk)
    take(goal, "submit", clerk)
    remark(goal, "annual_value", reviewer, line=1)
    take(goal, "return", reviewer)
    goal.refresh_from_db()
    other = replace(goal.sheet(), annual_goal="别的")

    saved = save_sheet(make_draft(other, goal, gives_up=True), by=clerk, origin=Origin.RESTORE)

    assert saved.outcome is Outcome.REFUSED


@pytest.mark.parametrize("state", [State.DRAFT, State.ISSUED, State.FILED, State.SUBMITTED])
def test_there_is_nothing_to_drop_elsewhere(clerk, state):
    goal = make_goal(by=clerk, state=state)

    with pytest.raises(ValidationError):
        drop(goal, clerk)
    assert Goal.objects.get().state == state


def test_without_a_reason_nothing_is_restored(goal, clerk):
    adjusted(goal, clerk)

    with pytest.raises(ValidationError, match="必须写明原因"):
        drop(goal, clerk, opinion=" ")
    goal.refresh_from_db()
    assert (goal.state, goal.annual_goal) == (State.ADJUSTING, ADJUSTED)


def test_nobody_else_drops_it_and_nobody_on_other_content(goal, clerk, reviewer, stranger):
    adjusted(goal, clerk)

    for person in (reviewer, stranger):
        with pytest.raises(PermissionDenied):
            drop(goal, person)
    with pytest.raises(ContentChanged):
        drop(goal, clerk, seen="0" * 64)
    goal.refresh_from_db()
    assert (goal.state, goal.revision_number) == (State.ADJUSTING, 2)


def test_a_name_that_was_taken_meanwhile_is_told(goal, clerk):
    renamed = replace(goal.sheet(), project="改名后")
    change_goal(goal, renamed, by=clerk)
    make_goal(clean_sheet(), by=clerk)

    with pytest.raises(ValidationError, match="没有放弃调整：本单位本年度已有同名项目"):
        drop(goal, clerk)


def test_what_changes_nothing_is_not_handed_over(goal, clerk):
    with pytest.raises(ValidationError, match="与已批复的内容（第1版）完全相同，没有调整任何内容"):
        take(goal, "submit", clerk)

    adjusted(goal, clerk)
    back = replace(Goal.objects.get().sheet(), annual_goal=ISSUED)
    change_goal(Goal.objects.get(), back, by=clerk)

    with pytest.raises(ValidationError, match="不再调整的请按“放弃调整”"):
        take(goal, "submit", clerk)
    assert Goal.objects.get().state == State.ADJUSTING


def test_proposals_that_take_it_all_back_are_not_handed_over(goal, clerk, reviewer):
    adjusted(goal, clerk)
    take(goal, "submit", clerk)
    remark(goal, "annual_goal", reviewer, proposal=ISSUED)
    take(goal, "return", reviewer)

    with pytest.raises(ValidationError, match="没有调整任何内容，不能采纳建议并送审"):
        accept_proposals(goal.pk, by=clerk, seen=Goal.objects.get().chain_hash)
    assert (Goal.objects.get().annual_goal, Goal.objects.get().state) == (ADJUSTED, "returned")


def test_the_reason_waits_at_its_step_and_among_many(goal, clerk):
    person = User.objects.get(pk=clerk.pk)
    step = next(s for s in steps_for(person, goal, 0) if s.transition.name == "submit")
    (candidate,) = candidates(person, "submit", Goal.objects.all())

    assert "没有调整任何内容" in step.reason
    assert candidate.reason == step.reason


def test_a_second_press_changes_nothing_and_is_answered_alike(goal, clerk):
    seen = adjusted(goal, clerk).chain_hash
    first = drop(goal, clerk, seen=seen)

    assert drop(goal, clerk, seen=seen) == first
    assert Event.objects.filter(transition="drop").count() == 1


def test_what_somebody_else_gave_up_is_told(goal, clerk):
    colleague = make_user("sun", ("clerk", "101009"), full_name="孙丽")
    seen = adjusted(goal, clerk).chain_hash
    drop(goal, clerk, seen=seen)

    with pytest.raises(ValidationError, match="已放弃这次调整，现在是“已批复”，不用再放弃一次"):
        drop(goal, colleague, seen=seen)


def test_an_adjustment_opens_without_what_was_typed_in_one_that_was_given_up(goal, clerk):
    adjusted(goal, clerk)
    drop(goal, clerk)
    keep(by=clerk, place=place_of(goal), goal=goal, content="一个没有关的标签页")
    assert desk_of(clerk, goal).own

    take(goal, "adjust", clerk, "又要调整。")

    assert desk_of(clerk, goal).own is None


def test_only_one_adjustment_is_open(goal, clerk):
    with pytest.raises(ValidationError, match="现在是“调整中”"):
        take(goal, "adjust", clerk, "再来一个。")


@pytest.mark.django_db(transaction=True)
def test_dropping_and_submitting_exclude_each_other(goal, clerk):
    changed = adjusted(goal, clerk)

    def person():
        return User.objects.get(pk=clerk.pk)

    answers = race(
        lambda: drop(goal, person(), seen=changed.chain_hash),
        lambda: perform(goal.pk, "submit", by=person(), seen=changed.chain_hash),
    )

    assert sum(isinstance(answer, Event) for answer in answers) == 1
    goal.refresh_from_db()
    dropped = goal.state == State.ISSUED
    assert goal.sheet().annual_goal == (ISSUED if dropped else ADJUSTED)
