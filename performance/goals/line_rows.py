"""A goal's lines as rows: only what changed is written.

Nobody but goals.writing calls this.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Q

from performance.goals.models import Goal, GoalLine
from performance.goals.sheet import Line
from performance.library.lookup import Library

_LEVELS = ("level1", "level2", "level3")
_VALUES = ("position", "cycle_value", "annual_value")
_ALL = (
    *_VALUES,
    *(f"{level}_{part}" for level in _LEVELS for part in ("code", "name")),
    "indicator",
)
_BATCH = 200  # goals in one deletion


@dataclass(frozen=True)
class Change:
    """A goal's lines before and after; all of them have keys. No library: no levels changed."""

    goal: Goal
    before: Sequence[Line]
    after: Sequence[Line]
    library: Library | None


def levels_changed(before: Sequence[Line], after: Sequence[Line]) -> bool:
    """Whether any line says another indicator than it did, so that the library must be asked."""
    old = {line.key: line for line in before}
    return any(line.key not in old or _moved_to(old[line.key], line) for line in after)


def write_lines(changes: Sequence[Change]) -> None:
    """At most one deletion, and one statement each for new indicators and for mere values."""
    _delete(changes)
    rows = [row for change in changes for row in _changed(change)]
    if all(not change.before for change in changes):
        GoalLine.objects.bulk_create(row for row, _ in rows)
        return
    _upsert((row for row, known in rows if not known), _ALL)
    _upsert((row for row, known in rows if known), _VALUES)


def _delete(changes: Sequence[Change]) -> None:
    gone = []
    for change in changes:
        kept = {line.key for line in change.after}
        if keys := [line.key for line in change.before if line.key not in kept]:
            gone.append(Q(goal=change.goal.pk, key__in=keys))
    for start in range(0, len(gone), _BATCH):
        condition = Q()
        for part in gone[start : start + _BATCH]:
            condition |= part
        GoalLine.objects.filter(condition).delete()


def _changed(change: Change) -> Iterator[tuple[GoalLine, bool]]:
    """Each row that differs, and whether it still says the same indicator."""
    old = {line.key: (place, line) for place, line in enumerate(change.before, 1)}
    for place, line in enumerate(change.after, 1):
        before = old.get(line.key)
        if before != (place, line):
            known = before is not None and not _moved_to(before[1], line)
            yield _row(change, place, line), known


def _moved_to(before: Line, after: Line) -> bool:
    return any(getattr(before, level) != getattr(after, level) for level in _LEVELS)


def _row(change: Change, place: int, line: Line) -> GoalLine:
    library = change.library
    known = library.level3(line.level1, line.level2, line.level3) if library else None
    levels = {
        f"{level}_{part}": getattr(getattr(line, level), part)
        for level in _LEVELS
        for part in ("code", "name")
    }
    return GoalLine(
        goal=change.goal,
        position=place,
        key=line.key,
        cycle_value=line.cycle_value,
        annual_value=line.annual_value,
        indicator_id=known.pk if known else None,
        **levels,
    )


def _upsert(rows: Iterable[GoalLine], fields: Sequence[str]) -> None:
    GoalLine.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["goal", "key"], update_fields=fields
    )
