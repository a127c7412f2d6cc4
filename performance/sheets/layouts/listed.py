"""Reading any list layout: rows of a grid, grouped into one sheet per project."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from performance.goals.sheet import FIELDS, LINE_FIELDS, Coded, Line, Ref, Sheet
from performance.library.levels import Level
from performance.sheets.grid import Grid, address
from performance.sheets.layouts.bands import without_bands
from performance.sheets.layouts.declared import ListLayout
from performance.sheets.layouts.heading import (
    Heading,
    find_heading,
    find_title,
    find_unit,
    find_year,
    written_twice,
    year_cell,
)
from performance.sheets.layouts.joined import coded
from performance.sheets.layouts.projects import Project, gather, repeats
from performance.sheets.layouts.rows import Row, data_rows
from performance.sheets.layouts.table import Extras, Place, Table, year_finding
from performance.sheets.located import Located


def list_fit(layout: ListLayout, grid: Grid) -> int:
    """How many of the layout's headings stand in the grid, 0 if it holds no such list."""
    heading = find_heading(layout, grid)
    return len(heading.columns) if heading else 0


def read_table(layout: ListLayout, grid: Grid, year: int | None) -> Table | None:
    """None when the grid holds no such list. A `year` that is given wins over the one printed."""
    heading = find_heading(layout, grid)
    if heading is None:
        return None
    table = read_below(layout, grid, heading, year)
    twice = tuple(_repeated_headings(layout, heading, grid))
    return replace(table, findings=(*twice, *table.findings))


def read_below(layout: ListLayout, grid: Grid, heading: Heading, year: int | None) -> Table:
    """The list under this heading."""
    printed = find_year(grid, heading.first)
    found_year = year or printed
    above = None if "unit" in heading.columns else find_unit(grid, heading.first)
    notes: list[Located] = []
    if printed and printed != found_year:
        cell = year_cell(grid, heading.first)
        notes.append(year_finding(grid, printed, found_year, cell))
    rows = without_bands(data_rows(layout, grid, heading, notes), grid, heading, notes)
    if above is None and "unit" not in heading.columns:
        above = next(((r.texts["unit"], r.cells["unit"]) for r in rows if "unit" in r.cells), None)
    notes += _missing_headings(heading, grid, above)
    projects = gather(rows, grid, notes)
    for project in projects:
        project.unit = project.unit or (above[0] if above else "")
    fill = not repeats(rows, "level1")
    sheets = tuple(_sheet(project, found_year or 0, grid, fill) for project in projects)
    goal_of = {row.number: i for i, project in enumerate(projects) for row in project.rows}
    notes += _cell_notes(grid, heading, goal_of)
    missing = frozenset(c.field for c in heading.missing if c.field != "unit" or not above)
    title = find_title(grid, heading.first)
    extras = tuple(map(_extras, projects)) if "weight" in heading.columns else ()
    return Table(title, found_year, sheets, tuple(notes), missing, extras)


def _missing_headings(
    heading: Heading, grid: Grid, above: tuple[str, Place] | None
) -> Iterator[Located]:
    for column in heading.missing:
        if column.field == "unit" and above:
            unit, place = above
            told = f"表上方的“{unit}”" if place[0] < heading.row else f"“{unit}”等单独成行的名称"
            message = f"表头中没有“用款单位”一栏，各项目的单位按{told}读取，请核对。"
            yield Located("F01", Level.WARNING, message, grid.name, address(*place))
            continue
        refuses = column.field == "unit"  # the one field without which no row has a place
        kept = "" if refuses else "；已有项目的这一栏保持不变，新项目的这一栏为空"
        message = f"第{heading.row}行的表头中没有“{column.heading}”一栏{kept}，请补上后再上传。"
        yield Located("F01", Level.ERROR, message, grid.name, None, refuses=refuses)


def _repeated_headings(layout: ListLayout, heading: Heading, grid: Grid) -> Iterator[Located]:
    """What stands to the right is not read, and nobody would know. Two names are two lists."""
    twice = written_twice(layout, grid, heading)
    called = {column.field: column.heading for column in (*layout.columns, *layout.beside)}
    names = [field for field in layout.needed if field in twice]
    for field in names[:1] or twice:
        first, *others = (address(heading.row, column) for column in twice[field])
        advice = "请只保留一栏"
        if names:
            advice = "这可能是并排的两张表，请上下放置或分成两个工作表"
        message = (
            f"第{heading.row}行的表头里“{called[field]}”一栏不止一处，只读了{first}，"
            f"没有读{'、'.join(others)}；{advice}后再上传。"
        )
        level = Level.ERROR if names else Level.WARNING
        yield Located("F01", level, message, grid.name, first, refuses=bool(names))


def _sheet(project: Project, year: int, grid: Grid, fill: bool) -> Sheet:
    head = project.head
    return Sheet(
        year=year,
        unit=coded(project.unit),
        project="".join(head.texts["project"].split("\n")),
        category=coded(head.texts["category"]),
        overall_goal=head.texts["overall_goal"],
        annual_goal=head.texts["annual_goal"],
        lines=tuple(_lines(project, grid, fill)),
        project_code=head.texts["project_code"],
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
        if row.is_line:
            yield Line(
                level1=Coded.parse(level1),
                level2=Coded.parse(level2),
                level3=Coded.parse(row.texts["level3"]),
                cycle_value=row.texts["cycle_value"],
                annual_value=row.texts["annual_value"],
                ref=_ref(row, grid, LINE_FIELDS),
            )


def _extras(project: Project) -> Extras:
    return Extras(weights=tuple(row.weight for row in project.rows if row.is_line))


def _ref(row: Row, grid: Grid, fields: Iterable[str] = FIELDS) -> Ref:
    cells = {name: address(*row.cells[name]) for name in fields if name in row.cells}
    return Ref(grid.name, cells)


def _cell_notes(grid: Grid, heading: Heading, goal_of: Mapping[int, int]) -> Iterator[Located]:
    read = set(heading.columns.values())
    for note in grid.notes:
        if note.row in goal_of and note.column in read:
            level = Level(note.level)
            cell = address(note.row, note.column)
            yield Located(note.rule, level, note.message, grid.name, cell, goal_of[note.row])
