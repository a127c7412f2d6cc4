"""Giving up an adjustment: the working copy says again what was issued."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from performance.goals.actions import Outcome, save_sheet
from performance.goals.models import Goal, Origin, State
from performance.goals.queries import may
from performance.goals.sheet import from_json
from performance.goals.unsaved import forget, place_of
from performance.goals.writing import Draft
from performance.people.models import User
from performance.people.roles import Right
from performance.review.actions import Decision, perform
from performance.review.models import Event


@transaction.atomic
def drop_adjustment(
    goal_id: int, *, by: User, seen: str, decision: Decision | None = None
) -> Event:
    """What was adjusted stays in the history; the step and the restored content come together.

    A second press on the same content changes nothing and answers with the same event. Raises what
    `perform` raises, and ValidationError where the issued content has no place any more: another
    project has its name.
    """
    rows = Goal.objects.select_for_update(of=("self",)).select_related("year", "issued_revision")
    goal = rows.get(pk=goal_id)
    if given_up := _given_up(goal, by, seen):
        return given_up
    if goal.is_adjustment and goal.is_editable and seen == goal.chain_hash:
        seen = _restored(goal, by) or seen
    event = perform(goal_id, "drop", by=by, seen=seen, decision=decision)
    forget(by=by, place=place_of(goal))
    return event


def _given_up(goal: Goal, by: User, seen: str) -> Event | None:
    """The event, where this person gave up just this; of somebody else they are told."""
    last = goal.events.select_related("revision", "by").order_by("-number").first()
    if last is None or last.transition != "drop" or not may(by, Right.WRITE_GOALS, goal):
        return None
    of_this = {last.revision.number - 1, last.revision.number}
    if last.by_id == by.pk and goal.revisions.filter(chain_hash=seen, number__in=of_this).exists():
        return last
    raise ValidationError(
        f"{last.who} {timezone.localtime(last.at):%Y-%m-%d %H:%M} 已放弃这次调整，"
        f"现在是“{State(goal.state).label}”，不用再放弃一次。"
    )


def _restored(goal: Goal, by: User) -> str:
    """The chain hash after it; "" where the step itself says that the person may not."""
    issued = goal.issued_revision
    if issued is None or not may(by, Right.WRITE_GOALS, goal):
        return ""
    sheet = from_json(issued.content)
    draft = Draft(sheet, goal.unit_id, goal.pk, goal.revision_number, gives_up=True)
    saved = save_sheet(draft, by=by, origin=Origin.RESTORE)
    if saved.outcome not in (Outcome.SAVED, Outcome.SAME):
        raise ValidationError(f"没有放弃调整：{saved.message}")
    return saved.chain_hash
