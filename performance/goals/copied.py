"""What became of a copy since it was made: each line and each head field. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from performance.goals.compare import LineChange, compare
from performance.goals.sheet import FORM_FIELDS, Line, Sheet

LABELS = {"kept": "沿用", "changed": "调整", "added": "新增", "removed": "已删去"}


@dataclass(frozen=True)
class Mark:
    """Of one line; `before` is what the source says in the cells that say something else now."""

    kind: str
    before: Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return LABELS[self.kind]


@dataclass(frozen=True)
class Marks:
    """`lines` in the order of the sheet; `head` is the source's text of each changed field."""

    lines: tuple[Mark, ...]
    head: Mapping[str, str]
    removed: tuple[Line, ...]

    @property
    def summary(self) -> str:
        """As people count: every kind that there is, and 沿用 always."""
        kinds = Counter(mark.kind for mark in self.lines) + Counter(removed=len(self.removed))
        told = [kind for kind in LABELS if kinds[kind] or kind == "kept"]
        return "、".join(f"{LABELS[kind]} {kinds[kind]} 项" for kind in told)

    @property
    def head_labels(self) -> tuple[str, ...]:
        return tuple(FORM_FIELDS[name] for name in self.head)

    @property
    def head_texts(self) -> tuple[tuple[str, str], ...]:
        return tuple((FORM_FIELDS[name], text) for name, text in self.head.items())


def comparable(source: Sheet, year: int) -> Sheet:
    """The source as a copy can be compared with it: a copy has its own year and line keys."""
    return replace(source, year=year, lines=tuple(replace(line, key="") for line in source.lines))


def marks(source: Sheet, sheet: Sheet) -> Marks:
    """What `sheet` keeps, changes and adds to the `source` it was copied from."""
    difference = compare(comparable(source, sheet.year), sheet)
    changes = {id(change.after): change for change in difference.lines if change.after}
    return Marks(
        lines=tuple(_mark(changes.get(id(line))) for line in sheet.lines),
        head={cell.field: cell.before for cell in difference.head},
        removed=tuple(c.before for c in difference.lines if c.after is None and c.before),
    )


def _mark(change: LineChange | None) -> Mark:
    if change is None:
        return Mark("kept")
    return Mark(change.kind, {cell.field: cell.before for cell in change.cells})
