"""The listing as two workbooks.

The portal gets it as an office types it: merged cells, percentages as numbers. The stock admin
gets the flat table that it can read.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment

from benchmarks.listing import CATEGORIES, HEADINGS, LEVELS1, LEVELS2, UNITS, Cell, Project, rows_of

TITLE = "2025年大表绩效目标"
_WRAPPED = Alignment(vertical="center", wrap_text=True)


def write_flat(made: list[Project], path: Path) -> None:
    """Headings in row 1, every cell filled, codes only, every value a text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("flat")
    for row in (HEADINGS, *rows_of(made)):
        sheet.append(row)
    book.save(path)


def write_merged(made: list[Project], path: Path) -> None:
    """A title, headings in row 2, project and goals merged down, percentages as numbers."""
    book = Workbook()
    sheet = book.active
    sheet.append([TITLE])
    sheet.append(HEADINGS)
    merges, number = ["A1:J1"], 2
    for project in made:
        first = number + 1
        for number, cells in enumerate(_cells(project), first):
            for column, cell in enumerate(cells, 1):
                _write(sheet.cell(number, column), cell)
        merges += [f"{letter}{first}:{letter}{number}" for letter in "BDE"]
    sheet.merged_cells = merges  # openpyxl's own merging compares each area with all others
    book.save(path)


def _cells(project: Project) -> Iterator[list[Any]]:
    unit = f"{project.unit}-{UNITS[project.unit]}"
    category = f"{project.category}-{CATEGORIES[project.category]}"
    for index, (indicator, cycle, annual) in enumerate(project.lines):
        merged = (project.name, project.overall_goal, project.annual_goal)
        name, overall, year = merged if index == 0 else (None, None, None)
        level1, level2 = indicator.level2[0], indicator.level2
        yield [
            *(unit, name, category, overall, year),
            *(f"{level1}-{LEVELS1[level1]}", f"{level2}-{LEVELS2[level2]}"),
            *(f"{indicator.code}-{indicator.name}", cycle, annual),
        ]


def _write(target: Any, cell: str | Cell | None) -> None:
    if isinstance(cell, Cell):
        target.value, target.number_format = cell.value, cell.number_format
    else:
        target.value = cell
    target.alignment = _WRAPPED
