"""An earlier revision of a goal as its newest one: nothing that came between is lost."""

from dataclasses import replace

from django.db import transaction

from performance.goals.actions import Outcome, Saved, save_sheets, unchangeable
from performance.goals.models import Goal, Origin, Revision, Unsaved
from performance.goals.queries import closed, newest_sheets
from performance.goals.sheet import Sheet, from_json
from performance.goals.writing import Draft
from performance.people.models import User


@transaction.atomic
def restore_revision(goal_id: int, number: int, *, by: User, seen: str) -> Saved:
    """By who may write the goal now, on exactly the content named by `seen`, a chain hash.

    REFUSED, STALE and SAME as of any save; raises DoesNotExist for what never was.
    """
    goal = Goal.objects.get(pk=goal_id)
    revision = goal.revisions.get(number=number)
    if message := unsaved_text(goal, by):
        return Saved(Outcome.REFUSED, goal.pk, message)
    draft = Draft(restored(revision), goal.unit_id, goal.pk, base=_number_of(goal, seen))
    return save_sheets([draft], by=by, origin=Origin.RESTORE, origin_id=number)[0]


def restored(revision: Revision) -> Sheet:
    """What the revision says, with the keys of its lines: they are the same lines again. Cells of
    a file it may have come from are left behind."""
    sheet = from_json(revision.content)
    return replace(sheet, ref=None, lines=tuple(replace(line, ref=None) for line in sheet.lines))


def obstacle(goal: Goal, revision: Revision, by: User) -> str:
    """Why somebody who may write the goal could not restore this now, as a sentence, or ""."""
    in_time = "" if goal.is_adjustment else closed(goal.year, by, goal.unit_id)
    current = newest_sheets([goal.pk])[goal.pk]
    return in_time or unchangeable(goal, current, restored(revision)) or unsaved_text(goal, by)


def unsaved_text(goal: Goal, by: User) -> str:
    """What somebody typed stands on a form that would no longer be there."""
    if not Unsaved.objects.filter(by=by, goal=goal).exclude(content="").exists():
        return ""
    return (
        "您在这个项目的填报页上还有没有保存的内容，恢复会与它冲突；"
        "请先打开填报页保存或放弃这些内容，再来恢复。"
    )


def _number_of(goal: Goal, seen: str) -> int:
    """0, which no revision has, for a chain hash that is none of the goal's."""
    found = goal.revisions.filter(chain_hash=seen) if seen.isalnum() else goal.revisions.none()
    return found.values_list("number", flat=True).first() or 0
