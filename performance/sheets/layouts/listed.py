"""Reading any list layout: rows of a grid, grouped into one sheet per project."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from performance.goals.sheet import FIELDS, LINE_FIELDS, Coded, Line, Ref, Sheet
from performance.library.levels import Level
from performance.sheets.grid import Grid, address
from performance.sheets.layouts.declared import ListLayout
from performance.sheets.layouts.heading import (
    Heading,
    find_heading,
    find_title,
    find_year,
    is_heading,
    year_cell,
)
from performance.sheets.located import Located

Place = tuple[int, int]
_TOTAL = re.compile(r"^(合计|小计|总计|总\s*计|合\s*计|小\s*计)")
_REMARK = re.compile(r"^(备注|说明|注[:：]|填表|填报|制表|审核人|复核|单位负责人|负责人|联系|示例)")
_GOALS = ("overall_goal", "annual_goal")


@dataclass(frozen=True)
class Table:
    """What one grid holds. `missing`: fields whose column is not there."""

    title: str
    year: int | None
    sheets: tuple[Sheet, ...]
    findings: tuple[Located, ...]
    missing: frozenset[str]


@dataclass(frozen=True)
class Row:
    """A data row: each field's text, and the cell that holds it (a merged area's first)."""

    number: int
    texts: Mapping[str, str]
    cells: Mapping[str, Place]

    def owns(self, name: str) -> bool:
        """Whether the text stands in this very row, not in a merged area from above."""
        return bool(self.texts[name]) and self.cells.get(name, (0, 0))[0] == self.number


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


def read_table(layout: ListLayout, grid: Grid, year: int | None) -> Table | None:
    """None when the grid holds no such list. A `year` that is given wins over the one printed."""
    heading = find_heading(layout, grid)
    if heading is None:
        return None
    printed = find_year(grid, heading.row)
    found_year = year or printed
    notes: list[Located] = list(_missing_headings(heading, grid))
    if printed and printed != found_year:
        message = f"表格上写的是{printed}年，按选择的{found_year}年读取，请核对。"
        cell = year_cell(grid, heading.row)
        notes.append(Located("F10", Level.WARNING, message, grid.name, cell))
    rows = list(_data_rows(layout, grid, heading, notes))
    projects = _gather(rows, grid, notes)
    fill = not _repeats(rows, "level1")
    sheets = tuple(_sheet(project, found_year or 0, grid, fill) for project in projects)
    goal_of = {row.number: i for i, project in enumerate(projects) for row in project.rows}
    notes += _cell_notes(grid, heading, goal_of)
    missing = frozenset(column.field for column in heading.missing)
    return Table(find_title(grid, heading.row), found_year, sheets, tuple(notes), missing)


def _missing_headings(heading: Heading, grid: Grid) -> Iterator[Located]:
    for column in heading.missing:
        refuses = column.field == "unit"  # the one field without which no row has a place
        kept = "" if refuses else "；已有项目的这一栏保持不变，新项目的这一栏为空"
        message = f"第{heading.row}行的表头中没有“{column.heading}”一栏{kept}，请补上后再上传。"
        yield Located("F01", Level.ERROR, message, grid.name, None, refuses=refuses)


def _data_rows(
    layout: ListLayout, grid: Grid, heading: Heading, notes: list[Located]
) -> Iterator[Row]:
    for number in sorted(grid.rows):
        if number <= heading.row or is_heading(layout, grid, number):
            continue
        row = _row(grid, heading, number)
        first = next((text for text in grid.rows[number] if text), "")
        if _TOTAL.match(first) or (not row.texts["level3"] and _REMARK.match(first)):
            message = f"第{number}行“{first[:20]}”不是指标，未读入。"
            notes.append(_hint(grid, address(number, 1), message))
        elif any(row.texts.values()):
            yield row


def _row(grid: Grid, heading: Heading, number: int) -> Row:
    columns = heading.columns
    return Row(
        number,
        {name: grid.text(number, columns[name]) if name in columns else "" for name in FIELDS},
        {name: grid.origin(number, column) for name, column in columns.items()},
    )


def _gather(rows: Iterable[Row], grid: Grid, notes: list[Located]) -> list[Project]:
    """Rows of the same unit and name belong together, also when others stand between them."""
    rows = list(rows)
    units_repeat = _repeats(rows, "unit")
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


def _repeats(rows: Sequence[Row], name: str) -> bool:
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
    if not _is_line(row) and len(project.rows) > 1:
        cell = address(*row.cells["level3"])
        notes.append(_hint(grid, cell, f"第{row.number}行没有三级指标和指标值，未读入。"))


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


def _is_line(row: Row) -> bool:
    return any(row.texts[name] for name in ("level3", "cycle_value", "annual_value"))


def _sheet(project: Project, year: int, grid: Grid, fill: bool) -> Sheet:
    head = project.head
    return Sheet(
        year=year,
        unit=Coded.parse(project.unit),
        project="".join(head.texts["project"].split("\n")),
        category=Coded.parse(head.texts["category"]),
        overall_goal=head.texts["overall_goal"],
        annual_goal=head.texts["annual_goal"],
        lines=tuple(_lines(project, grid, fill)),
        ref=_ref(head, grid),
    )


def _lines(project: Project, grid: Grid, fill: bool) -> Iterator[Line]:
    """With `fill`, blank levels are those above in the project; a new level 1 ends a level 2."""
    level1 = level2 = ""
    for row in project.rows:
        if not fill:
            level1 = level2 = ""
        if row.texts["level1"] and row.texts["level1"] != level1:
            level1, level2 = row.texts["level1"], ""
        level2 = row.texts["level2"] or level2
        if _is_line(row):
            yield Line(
                level1=Coded.parse(level1),
                level2=Coded.parse(level2),
                level3=Coded.parse(row.texts["level3"]),
                cycle_value=row.texts["cycle_value"],
                annual_value=row.texts["annual_value"],
                ref=_ref(row, grid, LINE_FIELDS),
            )


def _ref(row: Row, grid: Grid, fields: Iterable[str] = FIELDS) -> Ref:
    cells = {name: address(*row.cells[name]) for name in fields if name in row.cells}
    return Ref(grid.name, cells)


def _cell_notes(grid: Grid, heading: Heading, goal_of: Mapping[int, int]) -> Iterator[Located]:
    read = set(heading.columns.values())
    for note in grid.notes:
        if note.row in goal_of and note.column in read:
            level = Level(note.level)
            cell = address(note.row, note.column)
            yield Located("F03", level, note.message, grid.name, cell, goal_of[note.row])


def _hint(grid: Grid, cell: str, message: str) -> Located:
    return Located("F04", Level.HINT, message, grid.name, cell)
