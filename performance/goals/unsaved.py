"""What people typed and have not saved, and who has a form open: one row per person and form."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from performance.goals.models import Goal, Unsaved
from performance.people.models import User

OPEN_FOR = timedelta(seconds=75)
"""A page says every 25 seconds that it is still open."""
_NEW = re.compile(r"new-[0-9]{4}-[0-9a-z]{6,20}", re.ASCII)


@dataclass(frozen=True)
class Desk:
    """One form as its person finds it: what they left there, and who else sits at it."""

    own: Unsaved | None
    others: tuple[str, ...]


def place_of(goal: Goal) -> str:
    return f"goal-{goal.pk}"


def is_new_place(place: str) -> bool:
    """Whether this can be the form of a project that was never saved."""
    return _NEW.fullmatch(place) is not None


def keep(*, by: User, place: str, goal: Goal | None, content: str) -> datetime:
    """One upsert, whatever was there; the moment it was kept."""
    now = timezone.now()
    row = Unsaved(by=by, place=place, goal=goal, content=content, typed_at=now, seen_at=now)
    _upsert(row, "content", "typed_at", "seen_at")
    return now


def stay(*, by: User, place: str, goal: Goal | None) -> None:
    """The form is still open; what was typed there stays as it is."""
    _upsert(Unsaved(by=by, place=place, goal=goal, seen_at=timezone.now()), "seen_at")


def forget(*, by: User, place: str) -> None:
    """Saved, or given up."""
    Unsaved.objects.filter(by=by, place=place).update(content="", typed_at=None)


def forget_all(goal: Goal) -> None:
    """What anybody typed belongs to a content that is settled by now."""
    Unsaved.objects.filter(goal=goal).update(content="", typed_at=None)


def leave(*, by: User, place: str) -> None:
    """Nothing typed and the form closed: no row is needed."""
    Unsaved.objects.filter(by=by, place=place).delete()


def desk_of(user: User, goal: Goal) -> Desk:
    """One query."""
    since = timezone.now() - OPEN_FOR
    rows = Unsaved.objects.filter(goal=goal).filter(Q(by=user) | Q(seen_at__gte=since))
    return _desk(user, rows.select_related("by"))


def new_of(user: User) -> list[Unsaved]:
    """Projects that the person began and never saved, the latest first."""
    return list(
        Unsaved.objects.filter(by=user, goal=None, place__startswith="new-")
        .exclude(content="")
        .order_by("-typed_at")
    )


def _desk(user: User, rows: Iterable[Unsaved]) -> Desk:
    found = list(rows)
    own = next((row for row in found if row.by_id == user.pk and row.content), None)
    others = dict.fromkeys(str(row.by) for row in found if row.by_id != user.pk)
    return Desk(own, tuple(others))


def _upsert(row: Unsaved, *fields: str) -> None:
    Unsaved.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["by", "place"], update_fields=fields
    )
