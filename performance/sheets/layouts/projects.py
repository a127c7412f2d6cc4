"""Which rows of a list are one project."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from performance.goals.sheet import FIELDS
from performance.library.levels import Level
from performance.sheets.grid import Grid, address
from performance.sheets.layouts.rows import Row
from performance.sheets.layouts.table import hint
from performance.sheets.located import Located

_GOALS = ("overall_goal", "annual_goal")


@dataclass
class Project:
    """The rows of one project while they are being gathered."""

    unit: str
    rows: list[Row] = field(default_factory=list)

    @property
    def head(self) -> Row:
        return self.rows[0]

    @property
    def name(self) -> str:
        return self.head.texts["project"]


def gather(rows: Iterable[Row], grid: Grid, notes: list[Located]) -> list[Project]:
    """Rows of the same unit and name belong together, also when others stand between them."""
    rows = list(rows)
    units_repeat = repeats(rows, "unit")
    projects: list[Project] = []
    known: dict[tuple[str, str], Project] = {}
    current: Project | None = None
    for row in rows:
        if current is None or _begins(current, row):
            current = _project_of(row, current, units_repeat, known, grid, notes)
            if not current.rows:
                projects.append(current)
        current.rows.append(row)
        _note_empty(current, row, grid, notes)
        _note_other_head(current, row, grid, notes)
    return projects


def repeats(rows: Sequence[Row], name: str) -> bool:
    """Whether a list prints again what stands just above: there a blank is a blank."""
    return any(
        above.owns(name) and below.owns(name) and above.texts[name] == below.texts[name]
        for above, below in pairwise(rows)
    )


def _begins(current: Project, row: Row) -> bool:
    last = current.rows[-1]
    if "project" in row.cells and row.cells["project"] == last.cells["project"]:
        return False
    other_unit = row.owns("unit") and row.texts["unit"] != current.unit
    if row.texts["project"]:
        return row.texts["project"] != current.name or other_unit
    return other_unit or any(
        row.owns(name) and row.texts[name] != current.head.texts[name] for name in _GOALS
    )


def _project_of(
    row: Row,
    before: Project | None,
    units_repeat: bool,
    known: dict[tuple[str, str], Project],
    grid: Grid,
    notes: list[Located],
) -> Project:
    unit = row.texts["unit"]
    if not unit and before and not units_repeat:
        unit = before.unit
    name = row.texts["project"]
    if name and (unit, name) in known:
        first = address(*known[unit, name].head.cells["project"])
        message = f"项目“{name}”在单元格 {first} 已出现过，两处的指标合并为一个项目，请核对。"
        cell = address(*row.cells["project"])
        notes.append(Located("F08", Level.WARNING, message, grid.name, cell))
        return known[unit, name]
    project = Project(unit)
    if name:
        known[unit, name] = project
    return project


def _note_empty(project: Project, row: Row, grid: Grid, notes: list[Located]) -> None:
    if not row.is_line and len(project.rows) > 1:
        cell = address(*row.cells["level3"])
        notes.append(hint(grid, cell, f"第{row.number}行没有三级指标和指标值，未读入。"))


def _note_other_head(project: Project, row: Row, grid: Grid, notes: list[Located]) -> None:
    for name in ("category", *_GOALS):
        text = row.texts[name]
        if row.owns(name) and text != project.head.texts[name]:
            message = (
                f"{FIELDS[name]}“{text[:30]}”与同一项目第一行的"
                f"“{project.head.texts[name][:30]}”不同，取第一行的，请核对。"
            )
            cell = address(*row.cells[name])
            notes.append(Located("F11", Level.WARNING, message, grid.name, cell))
