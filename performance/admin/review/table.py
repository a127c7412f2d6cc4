"""The bureau's sheet as a reviewer reads it: with a margin, what is unchanged folded away.

No queries.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from performance.admin.review.notes import Note, Place, anchor_of, by_place
from performance.admin.sheet_view import Cell, SheetView, ViewRow
from performance.goals.copied import comparable
from performance.goals.matching import match_lines
from performance.goals.sheet import EXTRA_FIELDS, FORM_FIELDS, Sheet, shown
from performance.review.remarking import FIXED

FOLDS_ABOVE = 8
LEAST_FOLDED = 2
VALUES = ("cycle_value", "annual_value")


@dataclass(frozen=True)
class ReviewCell:
    """`last`: what last year's sheet says there; None where it says nothing of it."""

    cell: Cell
    key: str
    notes: tuple[Note, ...] = ()
    last: str | None = None

    @property
    def id(self) -> str:
        return anchor_of(self.key, self.cell.field)

    @property
    def place(self) -> str:
        """As an address names it."""
        return f"{self.key}.{self.cell.field}"

    @property
    def takes_remarks(self) -> bool:
        return self.cell.text is not None and self.cell.field not in FIXED

    @property
    def is_same_as_last(self) -> bool:
        return self.last == self.cell.text


@dataclass(frozen=True)
class ReviewRow:
    """`margin`: the notes that stand beside the row. `fold`: this row stands for so many folded
    ones; `folded`: it is one of them."""

    kind: str = ""
    tag: str = ""
    key: str = ""
    cells: tuple[ReviewCell, ...] = ()
    margin: tuple[Note, ...] = ()
    fold: int = 0
    folded: bool = False
    number: int = 0

    @property
    def id(self) -> str:
        return anchor_of(self.key, "line")

    @property
    def is_quiet(self) -> bool:
        return not self.kind and not self.margin


@dataclass(frozen=True)
class ReviewTable:
    headings: tuple[str, ...]
    head: tuple[ReviewCell, ...]
    head_margin: tuple[Note, ...]
    extra: tuple[ReviewCell, ...]
    extra_notes: tuple[Note, ...]
    rows: tuple[ReviewRow, ...]
    around: tuple[Note, ...]
    """Of the whole form, of adding lines, and of lines that are gone."""
    height: int


def review_table(
    view: SheetView,
    sheet: Sheet,
    notes: Sequence[Note],
    last_year: Sheet | None,
    tags: Mapping[int, str],
    *,
    folds: bool,
    all_extra: bool,
) -> ReviewTable:
    """`tags`: by index of a line, what an adjustment does to it."""
    at = by_place(notes)
    extra = _extra(view, at) if all_extra else tuple(c for c in view.extra if c.text or c.before)
    rows = _rows(view, sheet, at, last_year, tags)
    rows = tuple(_folded(rows)) if folds else rows
    head = tuple(_cell(cell, "", at) for cell in view.head)
    placed = {("", name) for name in FORM_FIELDS}
    placed |= {note.at for row in rows for note in row.margin}
    return ReviewTable(
        headings=view.headings,
        head=head,
        head_margin=tuple(note for cell in head for note in cell.notes),
        extra=tuple(_cell(cell, "", at) for cell in extra),
        extra_notes=tuple(n for n in notes if n.field in EXTRA_FIELDS and not n.key),
        rows=rows,
        around=tuple(note for note in notes if note.at not in placed),
        height=len(rows),
    )


def _extra(view: SheetView, at: Mapping[Place, tuple[Note, ...]]) -> tuple[Cell, ...]:
    """Also the empty ones: that something is missing there may be worth a remark."""
    known = {cell.field: cell for cell in view.extra}
    return tuple(known.get(name) or Cell(name, "") for name in EXTRA_FIELDS)


def _cell(
    cell: Cell, key: str, at: Mapping[Place, tuple[Note, ...]], last: str | None = None
) -> ReviewCell:
    return ReviewCell(cell, key, at.get((key, cell.field), ()), last)


def _rows(
    view: SheetView,
    sheet: Sheet,
    at: Mapping[Place, tuple[Note, ...]],
    last_year: Sheet | None,
    tags: Mapping[int, str],
) -> tuple[ReviewRow, ...]:
    last = _last_values(sheet, last_year)
    return tuple(
        _row(row, index, at, last.get(index, {}), tags.get(index, row.tag))
        for index, row in enumerate(view.rows)
    )


def _row(
    row: ViewRow,
    index: int,
    at: Mapping[Place, tuple[Note, ...]],
    last: Mapping[str, str],
    tag: str,
) -> ReviewRow:
    if not row.key:  # it is gone, or there is none at all: nothing can be said of it
        cells = tuple(ReviewCell(cell, "") for cell in row.cells)
        return ReviewRow(row.kind, row.tag, "", cells)
    cells = tuple(_cell(cell, row.key, at, last.get(cell.field)) for cell in row.cells)
    margin = (*at.get((row.key, "line"), ()), *(note for cell in cells for note in cell.notes))
    return ReviewRow(row.kind, tag, row.key, cells, margin, number=index + 1)


def _last_values(sheet: Sheet, last_year: Sheet | None) -> dict[int, dict[str, str]]:
    """Values of the same indicator last year, by index of the line."""
    if last_year is None:
        return {}
    old = comparable(last_year, sheet.year).lines
    new = [replace(line, key="") for line in sheet.lines]
    found = enumerate(match_lines(old, new, by_position=False))
    return {
        index: {name: shown(getattr(old[at], name)) for name in VALUES}
        for index, at in found
        if at is not None
    }


def _folded(rows: Sequence[ReviewRow]) -> Iterator[ReviewRow]:
    """Each run of rows about which there is nothing to say behind one that counts them."""
    run: list[ReviewRow] = []
    for row in [*rows, None]:
        if row is not None and row.is_quiet and row.key:
            run.append(row)
            continue
        if len(run) >= LEAST_FOLDED:
            yield ReviewRow(fold=len(run))
            run = [replace(one, folded=True) for one in run]
        yield from run
        run = []
        if row is not None:
            yield row
