"""The difference between two sheets, cell by cell: for previews, conflicts, revisions, review."""

from collections.abc import Iterator
from dataclasses import dataclass

from performance.goals.matching import match_lines
from performance.goals.sheet import FORM_FIELDS, LINE_FIELDS, Line, Sheet, shown


@dataclass(frozen=True)
class CellChange:
    """One cell whose text differs."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class LineChange:
    """One line that is added (before is None), removed (after is None) or has changed cells."""

    before: Line | None
    after: Line | None
    cells: tuple[CellChange, ...] = ()

    @property
    def kind(self) -> str:
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"

    @property
    def name(self) -> str:
        line = self.after or self.before
        return line.level3.text if line else ""


@dataclass(frozen=True)
class Difference:
    """From one sheet to another. `moved`: the same lines stand in another order."""

    head: tuple[CellChange, ...] = ()
    lines: tuple[LineChange, ...] = ()
    moved: bool = False

    def __bool__(self) -> bool:
        return bool(self.head or self.lines or self.moved)

    def head_cell(self, field: str) -> CellChange | None:
        return next((cell for cell in self.head if cell.field == field), None)


def compare(before: Sheet, after: Sheet) -> Difference:
    """What changed on the way from `before` to `after`."""
    found = match_lines(before.lines, after.lines)
    kept = [index for index in found if index is not None]
    return Difference(
        head=tuple(_cells(before, after, FORM_FIELDS)),
        lines=tuple(_lines(before, after, found)),
        moved=kept != sorted(kept),
    )


def _lines(before: Sheet, after: Sheet, found: list[int | None]) -> Iterator[LineChange]:
    for index, line in zip(found, after.lines, strict=True):
        old = None if index is None else before.lines[index]
        if old is None:
            yield LineChange(None, line)
        elif cells := tuple(_cells(old, line, LINE_FIELDS)):
            yield LineChange(old, line, cells)
    used = set(found)
    for index, line in enumerate(before.lines):
        if index not in used:
            yield LineChange(line, None)


def _cells(
    before: Sheet | Line, after: Sheet | Line, fields: dict[str, str]
) -> Iterator[CellChange]:
    for field in fields:
        old, new = shown(getattr(before, field)), shown(getattr(after, field))
        if old != new:
            yield CellChange(field, old, new)
