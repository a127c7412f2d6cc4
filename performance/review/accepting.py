"""Taking over what a reviewer proposed: whoever accepts it is its author, not the reviewer."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from performance.goals.actions import Outcome, Saved, save_sheet
from performance.goals.models import Goal, Origin, State
from performance.goals.queries import may
from performance.goals.unsaved import desk_of
from performance.goals.writing import Draft
from performance.people.models import User
from performance.people.roles import Right
from performance.review.actions import ContentChanged, Decision, perform
from performance.review.case import open_remarks
from performance.review.models import Event, Remark
from performance.review.proposing import proposed
from performance.review.remarking import answer_remarks

ACCEPTED = "已采纳。"
OTHER = "已采纳对同一处的另一条建议。"


@transaction.atomic
def accept_proposal(goal_id: int, remark_id: int, *, by: User, seen: str) -> Saved:
    """One proposal as a revision of its own; what else was remarked stays to be done."""
    goal = _locked(goal_id)
    if seen != goal.chain_hash:
        raise ContentChanged(seen)
    remarks = [r for r in open_remarks(goal) if r.pk == remark_id and r.proposal is not None]
    if not remarks:
        raise ValidationError("这条建议已经了结，或没有“建议改为”；请刷新页面。")
    _check_all_saved(goal, by)
    return _taken_over(goal, remarks, by)


@transaction.atomic
def accept_proposals(
    goal_id: int, *, by: User, seen: str, decision: Decision | None = None
) -> Event:
    """All of them, answered, and back to the step that proposed them: whole or not at all.

    Raises what `perform` raises, which also says why nothing can be accepted.
    """
    goal = _locked(goal_id)
    remarks = open_remarks(goal)
    whole = remarks and all(r.proposal is not None and not r.reopened for r in remarks)
    mine = may(by, Right.WRITE_GOALS, goal) and may(by, Right.SUBMIT_GOALS, goal)
    if whole and mine and goal.state == State.RETURNED and seen == goal.chain_hash:
        _check_all_saved(goal, by)
        seen = _taken_over(goal, remarks, by).chain_hash
    return perform(goal_id, "accept", by=by, seen=seen, decision=decision)


def _locked(goal_id: int) -> Goal:
    return Goal.objects.select_for_update(of=("self",)).select_related("year").get(pk=goal_id)


def _check_all_saved(goal: Goal, by: User) -> None:
    """What they typed and did not save began from content that is about to change."""
    if desk_of(by, goal).own:
        raise ValidationError("没有采纳：您还有填写而没有保存的内容，请先保存，再采纳。")


def _taken_over(goal: Goal, remarks: Sequence[Remark], by: User) -> Saved:
    sheet = proposed(goal.sheet(), remarks, goal.year)
    draft = Draft(sheet, goal.unit_id, goal.pk, goal.revision_number)
    saved = save_sheet(draft, by=by, origin=Origin.PROPOSAL)
    if saved.outcome not in (Outcome.SAVED, Outcome.SAME):
        raise ValidationError(f"没有采纳：{saved.message}")
    taken = {(remark.key, remark.field): remark.pk for remark in remarks}  # as in `proposed`
    answers = {
        remark.pk: ACCEPTED if remark.pk in taken.values() else OTHER
        for remark in remarks
        if not remark.answer
    }
    answer_remarks(goal.pk, answers, by=by)
    return saved
