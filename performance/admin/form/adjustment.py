"""An adjustment of what was issued, as the form shows it: its reason, and what it changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from performance.admin.review.adjustment_words import LABELS, counted
from performance.goals.compare import Difference, LineChange, compare
from performance.goals.models import Goal, Revision
from performance.goals.sheet import FORM_FIELDS, Line, Sheet, from_json
from performance.review.models import Event

SINCE = "已批复的内容"


@dataclass(frozen=True)
class Adjusted:
    """Of one line; `before` is what was issued in the cells that say something else now."""

    kind: str
    before: Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return LABELS[self.kind]


@dataclass(frozen=True)
class Adjustment:
    """`event` opened it; `lines` is in the order of the sheet, None where a line stays."""

    event: Event | None
    issued: Revision
    difference: Difference
    lines: tuple[Adjusted | None, ...]

    @property
    def removed(self) -> list[Line]:
        return [c.before for c in self.difference.lines if c.before and c.after is None]

    @property
    def head(self) -> dict[str, str]:
        """What was issued, by field. An empty cell is told too."""
        return {cell.field: cell.before or "（空）" for cell in self.difference.head}

    @property
    def head_texts(self) -> list[tuple[str, str]]:
        return [(FORM_FIELDS[name], text) for name, text in self.head.items()]

    @property
    def summary(self) -> str:
        return counted(self.difference) or "还没有改动"


def adjustment_of(goal: Goal, sheet: Sheet, events: Iterable[Event]) -> Adjustment | None:
    """Of the goal as `sheet` shows it; None where nothing that was issued is being changed."""
    if not goal.is_adjustment or goal.issued_revision is None:
        return None
    difference = compare(from_json(goal.issued_revision.content), sheet)
    changes = {id(change.after): change for change in difference.lines if change.after}
    lines = tuple(_adjusted(changes.get(id(line))) for line in sheet.lines)
    opened = next((event for event in events if event.transition == "adjust"), None)
    return Adjustment(opened, goal.issued_revision, difference, lines)


def _adjusted(change: LineChange | None) -> Adjusted | None:
    if change is None:
        return None
    return Adjusted(change.kind, {cell.field: cell.before or "（空）" for cell in change.cells})
