"""Excel 97–2003 workbooks. The only module that knows xlrd."""

import os
import struct
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import timedelta
from typing import Any

import xlrd
from xlrd.book import Book
from xlrd.sheet import Sheet
from xlrd.xldate import xldate_as_datetime

from performance.sheets.formats.budget import Budget
from performance.sheets.formats.decoded import plain
from performance.sheets.formats.gather import Gathered
from performance.sheets.formats.hidden import Spans, hidden_sheet
from performance.sheets.formats.packed import BROKEN, LOCKED
from performance.sheets.formats.readings import (
    Reading,
    error_value,
    no_date,
    number,
    truth,
    uncalculated,
)
from performance.sheets.formats.shown import shown
from performance.sheets.grid import Grid, SheetError

VISIBLE, VERY_HIDDEN = 0, 2
LAST_DAY = 2_958_465  # 9999-12-31
_FORMULA, _END, _RECORD = 0x0006, 0x000A, struct.Struct("<HH")
_FORMULA_HEAD = struct.Struct("<HHHdH")
_CALCULATE_ON_LOAD = 2

Place = tuple[int, int]


def read(data: bytes, hidden: bool = False) -> tuple[Grid, ...]:
    """All worksheets in order; of a hidden one only its being there is told, unless `hidden`."""
    try:
        with open(os.devnull, "w", encoding="utf-8") as silent:
            book = xlrd.open_workbook(
                file_contents=data,
                logfile=silent,
                formatting_info=True,
                on_demand=True,
                ragged_rows=True,
            )
            return tuple(_grids(book, hidden))
    except (SheetError, MemoryError):
        raise
    except Exception as error:  # xlrd raises a dozen kinds on files made badly
        if "encrypted" in str(error):
            raise SheetError("encrypted", LOCKED) from error
        raise SheetError("damaged", BROKEN) from error


def _grids(book: Book, hidden: bool) -> Iterator[Grid]:
    budget = Budget()
    for index in range(book.nsheets):
        sheet = book.sheet_by_index(index)
        if hidden or sheet.visibility == VISIBLE:
            yield _grid(book, sheet, budget, hidden)
        elif sheet.visibility != VERY_HIDDEN:
            yield hidden_sheet(sheet.name)


def _grid(book: Book, sheet: Sheet, budget: Budget, hidden: bool) -> Grid:
    gathered = Gathered(budget)
    for top, bottom, left, right in sheet.merged_cells:
        gathered.merge((top + 1, left + 1, bottom, right))
    _hide(gathered.hidden_rows, sheet.rowinfo_map)
    _hide(gathered.hidden_columns, sheet.colinfo_map)
    unsure = frozenset(_uncalculated(book.mem, book._sh_abs_posn[sheet.number]))
    for row in range(sheet.nrows):
        for column, kind in enumerate(sheet.row_types(row)):
            if kind in _KINDS:
                budget.spend("cells")
                reading = _reading(book, sheet, (row, column), unsure)
                gathered.take(row + 1, column + 1, reading)
    return gathered.grid(sheet.name, hidden=hidden)


def _hide(spans: Spans, told: Mapping[int, Any]) -> None:
    for index, info in told.items():
        if info.hidden:
            spans.add(index + 1, index + 1)


def _uncalculated(stream: bytes, start: int) -> Iterator[Place]:
    """Formulas that a program wrote with a zero in place of a result, to be calculated by Excel.

    xlrd hands out results without telling what is a formula.
    """
    while start + _RECORD.size <= len(stream):
        code, size = _RECORD.unpack_from(stream, start)
        start += _RECORD.size
        if code == _END:
            return
        if code == _FORMULA and size >= _FORMULA_HEAD.size:
            row, column, _, result, flags = _FORMULA_HEAD.unpack_from(stream, start)
            if result == 0 and flags & _CALCULATE_ON_LOAD:
                yield row, column
        start += size


def _reading(book: Book, sheet: Sheet, place: Place, unsure: Collection[Place]) -> Reading:
    if place in unsure:
        return uncalculated()
    style = book.xf_list[sheet.cell_xf_index(*place)]
    code = book.format_map[style.format_key].format_str
    return _KINDS[sheet.cell_type(*place)](book, sheet.cell_value(*place), code)


def _text(book: Book, value: str, code: str) -> Reading:
    return Reading(shown(plain(value), code)[0])


def _number(book: Book, value: float, code: str) -> Reading:
    return number(value, code)


def _date(book: Book, value: float, code: str) -> Reading:
    if not 0 <= value <= LAST_DAY + 1:
        return no_date(value)
    if "[h" in code.lower():
        return Reading(shown(timedelta(days=value), None)[0])
    moment = xldate_as_datetime(value, book.datemode)
    return Reading(shown(moment.time() if value < 1 else moment, None)[0])


def _truth(book: Book, value: int, code: str) -> Reading:
    return truth(bool(value))


def _error(book: Book, value: int, code: str) -> Reading:
    return error_value(xlrd.error_text_from_code.get(value, "#N/A"))


_KINDS: Mapping[int, Callable[[Book, Any, str], Reading]] = {
    xlrd.XL_CELL_TEXT: _text,
    xlrd.XL_CELL_NUMBER: _number,
    xlrd.XL_CELL_DATE: _date,
    xlrd.XL_CELL_BOOLEAN: _truth,
    xlrd.XL_CELL_ERROR: _error,
}
