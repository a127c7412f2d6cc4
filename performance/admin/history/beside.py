"""Two versions of a sheet beside each other, row by row, the differing cells marked. No queries."""

from collections.abc import Iterator
from dataclasses import dataclass

from performance.goals.matching import match_lines
from performance.goals.sheet import (
    EXTRA_FIELDS,
    FIELDS,
    FORM_FIELDS,
    LINE_FIELDS,
    Line,
    Sheet,
    shown,
)

TAGS = {"added": "新增", "removed": "删除", "changed": "修改"}


@dataclass(frozen=True)
class BesideCell:
    """The same cell in both versions; None where its line is not there."""

    field: str
    first: str | None
    second: str | None

    @property
    def label(self) -> str:
        return FIELDS[self.field]

    @property
    def differs(self) -> bool:
        return self.first != self.second


@dataclass(frozen=True)
class BesideRow:
    """A line in both versions. `kind` is "", added, changed or removed."""

    cells: tuple[BesideCell, ...]
    kind: str

    @property
    def tag(self) -> str:
        return TAGS.get(self.kind, "")


@dataclass(frozen=True)
class Beside:
    head: tuple[BesideCell, ...]
    rows: tuple[BesideRow, ...]
    moved: bool

    @property
    def changes(self) -> int:
        """Cells of the head and lines that differ."""
        return sum(cell.differs for cell in self.head) + sum(bool(row.kind) for row in self.rows)

    @property
    def differs(self) -> bool:
        return self.moved or bool(self.changes)

    def only_changes(self) -> "Beside":
        head = tuple(cell for cell in self.head if cell.differs)
        return Beside(head, tuple(row for row in self.rows if row.kind), self.moved)


def beside(first: Sheet, second: Sheet) -> Beside:
    found = match_lines(first.lines, second.lines)
    kept = [index for index in found if index is not None]
    return Beside(
        head=tuple(_head(first, second)),
        rows=tuple(_row(*pair) for pair in _pairs(first, second, found)),
        moved=kept != sorted(kept),
    )


def _head(first: Sheet, second: Sheet) -> Iterator[BesideCell]:
    for name in FORM_FIELDS:
        texts = [shown(getattr(sheet, name)) for sheet in (first, second)]
        if name not in EXTRA_FIELDS or any(texts):
            yield BesideCell(name, *texts)


def _pairs(
    first: Sheet, second: Sheet, found: list[int | None]
) -> list[tuple[Line | None, Line | None]]:
    """In the order of the second; a line that is gone stands where it stood, after the one that
    was before it."""
    order = [(index, line) for index, line in zip(found, second.lines, strict=True)]
    pairs: list[tuple[int | None, Line | None]] = list(order)
    for gone in sorted(set(range(len(first.lines))) - set(found)):
        above = next((n for n, (index, _) in enumerate(pairs) if index == gone - 1), -1)
        pairs.insert(above + 1, (gone, None))
    return [(None if index is None else first.lines[index], line) for index, line in pairs]


def _row(first: Line | None, second: Line | None) -> BesideRow:
    cells = tuple(BesideCell(name, _text(first, name), _text(second, name)) for name in LINE_FIELDS)
    if first is None or second is None:
        return BesideRow(cells, "added" if first is None else "removed")
    return BesideRow(cells, "changed" if any(cell.differs for cell in cells) else "")


def _text(line: Line | None, name: str) -> str | None:
    return None if line is None else shown(getattr(line, name))
