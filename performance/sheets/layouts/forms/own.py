"""The form as the portal writes it: every cell at a known place, so that any text comes back.

Whatever somebody else has typed into it is found by its labels instead, as in any form.
"""

import re
from collections.abc import Iterator, Mapping

from performance.goals.sheet import FIELDS, LINE_FIELDS, Coded, Line, Ref, Sheet, shown
from performance.sheets.grid import Area, Grid, Look, address
from performance.sheets.layouts.forms.declared import FormLayout
from performance.sheets.layouts.heading import find_title
from performance.sheets.layouts.table import Place, Table, notes_of_cells, year_finding

TITLE_ROW, YEAR_ROW, FIRST_ROW, BLOCK_ROW = 1, 2, 3, 8
WIDTHS = (15.0, 18.0, 22.0, 40.0, 24.0, 24.0)
LAST_COLUMN = len(WIDTHS)
_PLACES: Mapping[str, Place] = {
    "project": (3, 2),
    "project_code": (3, 6),
    "unit": (4, 2),
    "category": (4, 6),
    "filler": (5, 2),
    "phone": (5, 6),
    "overall_goal": (6, 2),
    "annual_goal": (7, 2),
}
_COLUMNS = {name: number for number, name in enumerate(LINE_FIELDS, 2)}
_LABELS: Mapping[Place, str] = {
    **{(row, column - 1): FIELDS[name] for name, (row, column) in _PLACES.items()},
    (5, 5): "填报人电话",
    (BLOCK_ROW, 1): "绩效指标",
    **{(BLOCK_ROW, column): FIELDS[name] for name, column in _COLUMNS.items()},
}
_HEAD_MERGES: tuple[Area, ...] = (
    (TITLE_ROW, 1, TITLE_ROW, LAST_COLUMN),
    (YEAR_ROW, 1, YEAR_ROW, LAST_COLUMN),
    *((row, 2, row, 4) for row in (3, 4, 5)),
    *((row, 2, row, LAST_COLUMN) for row in (6, 7)),
)
_YEAR = re.compile(r"（(\d{4})年度）")
_GROUPED = ("level1", "level2")


def write_own(layout: FormLayout, title: str, sheet: Sheet) -> Grid:
    """One worksheet; levels that are the same as above are merged, as offices print them."""
    cells = dict(_LABELS)
    cells[TITLE_ROW, 1], cells[YEAR_ROW, 1] = title, f"（{sheet.year}年度）"
    cells |= {place: shown(getattr(sheet, name)) for name, place in _PLACES.items()}
    merges = list(_HEAD_MERGES)
    last = BLOCK_ROW + len(sheet.lines)
    if sheet.lines:
        merges.append((BLOCK_ROW, 1, last, 1))
    for row, line in enumerate(sheet.lines, BLOCK_ROW + 1):
        cells |= {(row, c): shown(getattr(line, name)) for name, c in _COLUMNS.items()}
    for first, end, depth in _runs(sheet):
        merges.append((first, 2 + depth, end, 2 + depth))
        cells |= {(row, 2 + depth): "" for row in range(first + 1, end + 1)}
    rows = {
        row: tuple(cells.get((row, column), "") for column in range(1, LAST_COLUMN + 1))
        for row in range(1, last + 1)
    }
    look = Look(TITLE_ROW, 0, WIDTHS, frozenset(range(2, LAST_COLUMN + 1)), BLOCK_ROW)
    return Grid(sheet.project or layout.sheet_name, rows, tuple(merges), look=look)


def is_own(layout: FormLayout, grid: Grid) -> bool:
    """Whether every label stands exactly where the portal writes it."""
    return (
        not layout.marks
        and all(_cell(grid, place) == label for place, label in _LABELS.items())
        and _YEAR.fullmatch(_cell(grid, (YEAR_ROW, 1))) is not None
    )


def read_own(layout: FormLayout, grid: Grid, year: int | None) -> Table:
    match = _YEAR.fullmatch(_cell(grid, (YEAR_ROW, 1)))
    printed = int(match[1]) if match else None
    found_year = year or printed
    texts = {name: grid.text(*place) for name, place in _PLACES.items()}
    sheet = Sheet(
        year=found_year or 0,
        unit=Coded.parse(texts["unit"]),
        project="".join(texts["project"].split("\n")),
        category=Coded.parse(texts["category"]),
        overall_goal=texts["overall_goal"],
        annual_goal=texts["annual_goal"],
        lines=tuple(_lines(grid)),
        project_code=texts["project_code"],
        filler=texts["filler"],
        phone=texts["phone"],
        ref=Ref(grid.name, {name: address(*place) for name, place in _PLACES.items()}),
    )
    notes = list(notes_of_cells(grid, [sheet]))
    if printed != found_year:
        notes.append(year_finding(grid, printed, found_year, address(YEAR_ROW, 1)))
    title = find_title(grid, YEAR_ROW) or _cell(grid, (TITLE_ROW, 1))
    return Table(title, found_year, (sheet,), tuple(notes), frozenset())


def _lines(grid: Grid) -> Iterator[Line]:
    for row in sorted(number for number in grid.rows if number > BLOCK_ROW):
        texts = {name: grid.text(row, column) for name, column in _COLUMNS.items()}
        if not any(texts[name] for name in ("level3", "cycle_value", "annual_value")):
            continue
        places = {name: grid.origin(row, column) for name, column in _COLUMNS.items()}
        yield Line(
            level1=Coded.parse(texts["level1"]),
            level2=Coded.parse(texts["level2"]),
            level3=Coded.parse(texts["level3"]),
            cycle_value=texts["cycle_value"],
            annual_value=texts["annual_value"],
            ref=Ref(grid.name, {name: address(*place) for name, place in places.items()}),
        )


def _runs(sheet: Sheet) -> Iterator[tuple[int, int, int]]:
    """(first row, last row, depth) of levels that go on: level 2 within level 1."""
    for depth in range(len(_GROUPED)):
        names = _GROUPED[: depth + 1]
        keys = [tuple(shown(getattr(line, name)) for name in names) for line in sheet.lines]
        first = 0
        for index in range(1, len(keys) + 1):
            if index < len(keys) and keys[index] == keys[first]:
                continue
            if index - first > 1 and keys[first][-1]:
                yield BLOCK_ROW + 1 + first, BLOCK_ROW + index, depth
            first = index


def _cell(grid: Grid, place: Place) -> str:
    cells = grid.rows.get(place[0], ())
    return cells[place[1] - 1] if place[1] <= len(cells) else ""
