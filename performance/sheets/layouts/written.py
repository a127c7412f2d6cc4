"""Writing any list layout: sheets into a grid as the office lays it out."""

from collections.abc import Iterable, Iterator

from performance.goals.sheet import LINE_FIELDS, Line, Sheet, shown
from performance.sheets.grid import Area, Grid, Look
from performance.sheets.layouts.declared import ListLayout
from performance.sheets.layouts.heading import find_year

TITLE_ROW = 1


def write_table(
    layout: ListLayout, title: str, sheets: Iterable[Sheet], name: str = "", year: int = 0
) -> Grid:
    """Title, headings, then each project's lines; a project without lines has one row.

    A title that does not say the year, which is that of the sheets, has it below.
    """
    sheets = list(sheets)
    headings = tuple(column.heading for column in layout.columns)
    above = [title, *_years(title, sheets[0].year if sheets else year)]
    rows: dict[int, tuple[str, ...]] = {n: (text,) for n, text in enumerate(above, TITLE_ROW)}
    merges: list[Area] = [(row, 1, row, len(headings)) for row in rows]
    header_row = number = TITLE_ROW + len(above)
    rows[header_row] = headings
    for sheet in sheets:
        first = number + 1
        for number, cells in enumerate(_rows(layout, sheet), first):
            rows[number] = cells
        if number > first:
            merges += [(first, column, number, column) for column in _merged_columns(layout)]
    return Grid(name or layout.sheet_name, rows, tuple(merges), look=_look(layout, header_row))


def _years(title: str, year: int) -> Iterator[str]:
    if year and find_year(Grid("", {TITLE_ROW: (title,)}), TITLE_ROW + 1) is None:
        yield f"（{year}年度）"


def flat_rows(layout: ListLayout, sheet: Sheet) -> Iterator[tuple[str, ...]]:
    """The same rows without merging: every cell filled."""
    for line in sheet.lines or (Line(),):
        yield tuple(_text(sheet, line, column.field) for column in layout.columns)


def _rows(layout: ListLayout, sheet: Sheet) -> Iterator[tuple[str, ...]]:
    hidden = set(_merged_columns(layout))
    for index, cells in enumerate(flat_rows(layout, sheet)):
        if index == 0:
            yield cells
        else:
            yield tuple("" if c in hidden else text for c, text in enumerate(cells, 1))


def _text(sheet: Sheet, line: Line, field: str) -> str:
    return shown(getattr(line if field in LINE_FIELDS else sheet, field))


def _merged_columns(layout: ListLayout) -> Iterator[int]:
    for number, column in enumerate(layout.columns, 1):
        if column.field in layout.merged:
            yield number


def _look(layout: ListLayout, header_row: int) -> Look:
    return Look(
        title_row=TITLE_ROW,
        header_row=header_row,
        widths=tuple(column.width for column in layout.columns),
        left_columns=frozenset(n for n, c in enumerate(layout.columns, 1) if c.left),
    )
