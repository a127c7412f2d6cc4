"""Pages in: a grid for each table, its rows numbered through the page as Excel shows them."""

import re
from collections.abc import Iterator, Sequence

from performance.sheets.formats.budget import LAST_COLUMN, TOO_LARGE, Budget
from performance.sheets.formats.decoded import decoded
from performance.sheets.formats.gather import Gathered
from performance.sheets.formats.html.tables import (
    MOST_COLUMNS,
    MOST_ROWS,
    Cell,
    Row,
    Table,
    is_hidden,
    tables_of,
)
from performance.sheets.formats.readings import (
    Reading,
    error_value,
    printed,
    stored,
    truth,
    uncalculated,
)
from performance.sheets.grid import Grid, SheetError

NO_TABLE = (
    "网页文件里没有表格；如果表格存放在另外的文件里，请在 Excel 或 WPS 中打开，"
    "另存为 .xlsx 后再上传。"
)
TOO_WIDE = "网页里的表格超过 16384 列，无法读取；请在 Excel 或 WPS 中打开，另存为 .xlsx 后再上传。"
MAX_TAGS = 3_000_000
_CELL = re.compile(r"<t[dh]\b", re.I)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_-]+)""", re.I)
_SHEET_NAME = re.compile(r"<x:Name>([^<]*)</x:Name>", re.I)
_HEAD = 4096
_CHARSETS = {
    "utf-8": "utf-8",
    "big5": "big5",
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "gb_2312-80", "x-gbk", "cp936"), "gb18030"),
}
"""What a page may declare and be believed: under a Western name stands anything."""


def read(data: bytes, hidden: bool = False) -> tuple[Grid, ...]:
    """What stands above a table, such as its title, are its first rows; what stands below the
    last one, its last."""
    markup = decoded(data, _charset(data))
    budget = Budget()
    _refuse_masses(markup, budget)
    names = _SHEET_NAME.findall(markup[: _HEAD * 4])
    grids, first = [], 1
    tables = _joined(tables_of(markup))
    for number, table in enumerate(tables, 1):
        sheet = Gathered(budget)
        _place(sheet, table, first)
        first += len(table.rows)
        only = names and len(tables) == len(names) == 1
        grids.append(sheet.grid(names[0] if only else f"表格{number}", hidden=hidden))
    if not grids:
        raise SheetError("no_table", NO_TABLE)
    return tuple(grids)


def _refuse_masses(markup: str, budget: Budget) -> None:
    """A look ahead, which costs nothing: what is too much is not even taken apart."""
    cells = sum(1 for _ in _CELL.finditer(markup))
    if cells > budget.cells or markup.count("<") > MAX_TAGS:
        raise SheetError("too_large", TOO_LARGE)


def _charset(data: bytes) -> str:
    """As the page says; GBK in all its names is part of GB18030."""
    found = _DECLARED.search(data[:_HEAD])
    return _CHARSETS.get(found[1].decode("ascii").lower(), "") if found else ""


def _joined(tables: Sequence[Table]) -> list[Table]:
    """Each table with the texts above it."""
    found: list[Table] = []
    above: list[Row] = []
    for table in tables:
        if table.is_text:
            above += table.rows
        else:
            found.append(Table([*above, *table.rows], table.columns))
            above = []
    if found:
        found[-1].rows.extend(above)
    return found


def _place(sheet: Gathered, table: Table, first: int) -> None:
    _hide_columns(sheet, table)
    last = first + len(table.rows) - 1
    taken: dict[int, int] = {}
    for number, row in enumerate(table.rows, first):
        if is_hidden(row.attributes):
            sheet.hidden_rows.add(number, number)
        for column, cell in _columns(sheet, row, number, taken):
            _put(sheet, cell, number, column, last)


def _hide_columns(sheet: Gathered, table: Table) -> None:
    column = 1
    for count, hidden in table.columns[:LAST_COLUMN]:
        if hidden:
            sheet.hidden_columns.add(column, column + count - 1)
        column += count


def _columns(
    sheet: Gathered, row: Row, number: int, taken: dict[int, int]
) -> Iterator[tuple[int, Cell]]:
    """Each cell's column. `taken`: until which row a cell from above goes on in a column."""
    column = 1
    for cell in row.cells:
        while taken.get(column, 0) >= number:
            sheet.budget.spend("places")
            column += 1
        width, height = cell.span("colspan", MOST_COLUMNS), cell.span("rowspan", MOST_ROWS)
        if column + width > LAST_COLUMN:
            raise SheetError("too_large", TOO_WIDE)
        sheet.budget.spend("places", width)
        if height > 1:
            taken |= dict.fromkeys(range(column, column + width), number + height - 1)
        yield column, cell
        column += width


def _put(sheet: Gathered, cell: Cell, row: int, column: int, last: int) -> None:
    sheet.budget.spend("cells")
    bottom = min(row + cell.span("rowspan", MOST_ROWS) - 1, last)
    right = column + cell.span("colspan", MOST_COLUMNS) - 1
    if (bottom, right) != (row, column):
        sheet.merge((row, column, bottom, right))
    if cell.hidden:
        sheet.hidden_columns.add(column, right)
    sheet.take(row, column, _reading(cell))


def _reading(cell: Cell) -> Reading:
    """Excel's pages tell in attributes of their own (x:num and others) what a cell holds."""
    text, told = cell.text, cell.attributes
    if told.get("x:err"):
        return error_value(told["x:err"])
    if told.get("x:bool"):
        return truth(told["x:bool"].upper() == "TRUE")
    if not text and told.get("x:fmla"):
        return uncalculated(told["x:fmla"].removeprefix("="))
    try:
        return stored(text, float(told["x:num"]))
    except (KeyError, ValueError):
        return printed(text)
