"""Reading a text in row order. Its guesses are told, each with what a person can choose."""

from collections.abc import Iterator

from performance.goals.sheet import Coded, Line, Ref, Sheet
from performance.library.levels import Level
from performance.sheets.grid import Grid, address
from performance.sheets.layouts.heading import find_title, find_year, year_cell
from performance.sheets.layouts.table import Split, Table, hint, year_finding
from performance.sheets.layouts.text.gathering import Gathered, TextProject, TextRow, gather
from performance.sheets.layouts.text.marks import TextLine, is_heading, lines_of
from performance.sheets.layouts.text.splitting import learnt, parted, propose
from performance.sheets.layouts.text.values import Tail, tail_of
from performance.sheets.located import Located

_SHOWN = 12
_FEW_STRAY, _STRAY_SHARE = 5, 0.1


def is_text(grid: Grid) -> bool:
    """One column, and at least one line that is an indicator's row.

    Where many lines belong to nothing, they do not stand in row order but as on a page: whatever
    was read of them would be fragments.
    """
    if grid.merges or any(any(cells[1:]) for cells in grid.rows.values()):
        return False
    gathered = _gathered(grid)
    in_order = len(gathered.stray) <= max(_FEW_STRAY, len(grid.rows) * _STRAY_SHARE)
    return in_order and any(project.rows for project in gathered.projects)


def read_text(grid: Grid, year: int | None) -> Table:
    gathered = _gathered(grid)
    first = _first_row(grid, gathered)
    printed = find_year(grid, first)
    found_year = year or printed
    notes: list[Located] = []
    if printed and printed != found_year:
        notes.append(year_finding(grid, printed, found_year, year_cell(grid, first)))
    widths = learnt([project.goal for project in gathered.projects if project.goal])
    splits = tuple(propose(project.goal, widths) for project in gathered.projects)
    sheets: list[Sheet] = []
    for index, (project, split) in enumerate(zip(gathered.projects, splits, strict=True)):
        sheets.append(_sheet(project, split, found_year or 0, grid))
        notes += _of_split(project, split, sheets[-1], index, grid)
        notes += _of_rows(project, index, grid)
    notes += (
        hint(grid, address(line.number, 1), f"第{line.number}行“{line.text[:20]}”没有读入。")
        for line in gathered.stray
    )
    title = find_title(grid, first)
    return Table(title, found_year, tuple(sheets), tuple(notes), frozenset(), splits=splits)


def _gathered(grid: Grid) -> Gathered:
    return gather(lines_of(grid))


def _first_row(grid: Grid, gathered: Gathered) -> int:
    """Where the title ends: at the headings, else at the first project."""
    headings = (number for number in sorted(grid.rows) if is_heading(grid.rows[number][0]))
    return next(headings, gathered.projects[0].line.number)


def _sheet(project: TextProject, split: Split, year: int, grid: Grid) -> Sheet:
    goal = project.goal
    overall, annual = parted(split)
    return Sheet(
        year=year,
        unit=Coded.parse(project.unit),
        project=project.name,
        category=Coded.parse(project.category),
        overall_goal=overall,
        annual_goal=annual,
        lines=tuple(_line(row, grid) for row in project.rows),
        ref=Ref(
            grid.name,
            {
                "unit": _cell(project.line),
                "project": _cell(project.line),
                "category": _cell(goal[0] if goal else project.line),
                "overall_goal": _cell(goal[0] if goal else project.line),
                "annual_goal": _cell(goal[split.cut] if split.cut < len(goal) else project.line),
            },
        ),
    )


def _line(row: TextRow, grid: Grid) -> Line:
    tail = _tail(row)
    last = row.below[-1] if row.below else row.line
    cells = dict.fromkeys(("level1", "level2", "level3"), _cell(row.line))
    return Line(
        level1=Coded.parse(row.level1),
        level2=Coded.parse(row.level2),
        level3=Coded.parse(tail.level3),
        cycle_value=tail.cycle_value,
        annual_value=tail.annual_value,
        ref=Ref(grid.name, cells | dict.fromkeys(("cycle_value", "annual_value"), _cell(last))),
    )


def _tail(row: TextRow) -> Tail:
    return tail_of(row.rest, [line.text for line in row.below])


def _cell(line: TextLine) -> str:
    return address(line.number, 1)


def _of_split(
    project: TextProject, split: Split, sheet: Sheet, goal: int, grid: Grid
) -> Iterator[Located]:
    if not split.lines:
        return
    before, after = sheet.overall_goal[-_SHOWN:], sheet.annual_goal[:_SHOWN]
    where = (
        f"总体绩效目标到“{before}”为止，年度绩效目标从“{after}”开始"
        if after
        else "只看到一段绩效目标，作为总体绩效目标，年度绩效目标为空"
    )
    doubt = "，这一处没有把握" if split.doubtful else ""
    message = f"项目“{project.name}”的两个绩效目标是从文字中分开的：{where}{doubt}，请核对。"
    level = Level.WARNING if split.doubtful else Level.HINT
    cell = sheet.ref.cell("annual_goal") if sheet.ref else None
    yield Located("F16", level, message, grid.name, cell, goal)


def _of_rows(project: TextProject, goal: int, grid: Grid) -> Iterator[Located]:
    for row in project.rows:
        tail = _tail(row)
        if tail.doubt:
            message = (
                f"三级指标“{tail.level3[:30]}”的{tail.doubt}是从几行文字中推断的："
                f"实施周期指标值“{tail.cycle_value[:30]}”，年度指标值“{tail.annual_value[:30]}”，请核对。"
            )
            yield Located("F16", Level.WARNING, message, grid.name, _cell(row.line), goal)
