"""A sheet as the bureau's table on a page: cells with their change and findings. No queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from performance.goals.compare import Difference, LineChange, compare
from performance.goals.copied import LABELS
from performance.goals.sheet import (
    EXTRA_FIELDS,
    FIELDS,
    HEAD_FIELDS,
    LINE_FIELDS,
    Line,
    Sheet,
    shown,
)
from performance.quality.finding import Finding, cell_of

_LONG = ("overall_goal", "annual_goal")
TAGS = {"added": "新增", "removed": "删除"}
COPY_TAGS = LABELS | {"": LABELS["kept"]}
"""Beside the indicator of each row, by its kind: since an earlier version, and since a copy."""


@dataclass(frozen=True)
class Cell:
    """`before` is what stood there, when that is something else; None when nothing changed.

    `place`: the cell of the file that it came from.
    """

    field: str
    text: str
    before: str | None = None
    findings: tuple[Finding, ...] = ()
    place: str | None = None

    @property
    def label(self) -> str:
        return FIELDS[self.field]

    @property
    def css(self) -> str:
        names = ["sheet-long"] if self.field in _LONG else []
        if self.before is not None:
            names.append("sheet-changed")
        if self.findings:
            names.append(f"sheet-{self.findings[0].level.value}")
        return " ".join(names)


@dataclass(frozen=True)
class ViewRow:
    """`kind` is "", added, changed or removed; `tag` says so in words where that helps.

    `key` of the line, "" of one that is gone.
    """

    kind: str
    cells: tuple[Cell, ...]
    tag: str = ""
    key: str = ""


@dataclass(frozen=True)
class SheetView:
    """Head cells span all rows. Extra cells are on the form only, and only where they say or said
    something."""

    headings: tuple[str, ...]
    head: tuple[Cell, ...]
    extra: tuple[Cell, ...]
    rows: tuple[ViewRow, ...]
    moved: bool
    changed: bool
    other: tuple[Finding, ...]


def sheet_view(
    sheet: Sheet,
    before: Sheet | None = None,
    findings: Iterable[Finding] = (),
    tags: Mapping[str, str] = TAGS,
) -> SheetView:
    """With `before`, each cell tells what changed since."""
    difference = compare(before, sheet) if before else Difference()
    at = defaultdict(list)
    for finding in findings:
        at[finding.line, finding.field].append(finding)
    head = tuple(_head_cell(sheet, name, difference, at) for name in HEAD_FIELDS)
    extra = (_head_cell(sheet, name, difference, at) for name in EXTRA_FIELDS)
    rows = tuple(replace(row, tag=tags.get(row.kind, "")) for row in _rows(sheet, difference, at))
    return SheetView(
        headings=(*HEAD_FIELDS.values(), *LINE_FIELDS.values()),
        head=head,
        extra=tuple(cell for cell in extra if cell.text or cell.before),
        rows=rows or (ViewRow("", tuple(Cell(name, "") for name in LINE_FIELDS)),),
        moved=difference.moved,
        changed=bool(difference),
        other=tuple(at.get((None, "lines"), ())),
    )


def _head_cell(sheet: Sheet, name: str, difference: Difference, at: dict) -> Cell:
    change = difference.head_cell(name)
    before = change.before if change else None
    found = tuple(at.get((None, name), ()))
    return Cell(name, shown(getattr(sheet, name)), before, found, cell_of(sheet, None, name))


def _rows(sheet: Sheet, difference: Difference, at: dict) -> tuple[ViewRow, ...]:
    changes = {id(c.after): c for c in difference.lines if c.after is not None}
    rows = [_row(line, i, changes.get(id(line)), at) for i, line in enumerate(sheet.lines)]
    removed = [c.before for c in difference.lines if c.after is None and c.before is not None]
    rows += [ViewRow("removed", _cells(line)) for line in removed]
    return tuple(rows)


def _row(line: Line, index: int, change: LineChange | None, at: dict) -> ViewRow:
    before = {cell.field: cell.before for cell in change.cells} if change else {}
    cells = tuple(
        Cell(
            name,
            shown(getattr(line, name)),
            before.get(name),
            tuple(at.get((index, name), ())),
            line.ref.cell(name) if line.ref else None,
        )
        for name in LINE_FIELDS
    )
    return ViewRow(change.kind if change else "", cells, key=line.key)


def _cells(line: Line) -> tuple[Cell, ...]:
    return tuple(Cell(name, shown(getattr(line, name))) for name in LINE_FIELDS)
