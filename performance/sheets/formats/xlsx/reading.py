"""Workbooks in: from the parts of a package to grids.

The cells come from one streaming pass of our own, for openpyxl's readers need minutes and
gigabytes where a sheet has a million blank rows (docs/decisions/0001).
"""

from collections.abc import Callable, Mapping
from zipfile import ZipFile

from openpyxl.utils.datetime import from_excel, from_ISO8601

from performance.sheets.formats import packed
from performance.sheets.formats.budget import Budget
from performance.sheets.formats.cells import RawCell, count_cells, read_cells
from performance.sheets.formats.gather import Gathered
from performance.sheets.formats.hidden import hidden_sheet
from performance.sheets.formats.readings import (
    BLANK,
    Reading,
    error_value,
    no_date,
    number,
    truth,
    uncalculated,
)
from performance.sheets.formats.shown import shown
from performance.sheets.formats.streamed import tidy
from performance.sheets.formats.xlsx.book import Book, Listed, read_book
from performance.sheets.grid import Grid, SheetError

UNREADABLE = (
    "文件的内部结构不规范，无法读取；"
    "请在 Excel 或 WPS 中打开，另存为“Excel 工作簿（.xlsx）”后再上传。"
)
NO_FORMATS = (
    "文件里的数字格式读不出来，这个数按存储的“{text}”读取，表上显示的可能是百分数、日期或带单位的数；"
    "请核对，或在 Excel、WPS 中打开并另存为 .xlsx 后再上传。"
)


def read(data: bytes, hidden: bool = False) -> tuple[Grid, ...]:
    """All worksheets in order. Macros, links and pictures are never looked at.

    Of a hidden worksheet only its being there is told, unless `hidden`; one that Excel's own
    menus do not show (veryHidden) is a program's business and not even told.
    """
    archive = packed.opened(data)
    try:
        packed.refuse_declarations(archive)
        book = read_book(archive)
        budget = Budget()
        return tuple(
            _grid(archive, book, sheet, budget, hidden)
            for sheet in book.sheets
            if hidden or sheet.state != "veryHidden"
        )
    except (SheetError, MemoryError):
        raise
    except Exception as error:  # zipfile and dates raise a dozen kinds on files made badly
        raise SheetError("damaged", UNREADABLE) from error


def _grid(archive: ZipFile, book: Book, sheet: Listed, budget: Budget, hidden: bool) -> Grid:
    if sheet.state != "visible" and not hidden:
        return hidden_sheet(sheet.name)
    with archive.open(sheet.part) as source:
        count_cells(source, budget)
    gathered = Gathered(budget)
    with archive.open(sheet.part) as source:
        read_cells(source, lambda cell: _reading(book, cell), gathered)
    return gathered.grid(sheet.name, hidden=hidden)


def _reading(book: Book, cell: RawCell) -> Reading:
    if cell.formula is not None and _is_uncalculated(cell):
        return uncalculated(cell.formula)
    return _KINDS.get(cell.kind, _number)(book, cell) if cell.value else BLANK


def _is_uncalculated(cell: RawCell) -> bool:
    """A formula's text may be empty, but then there is an empty value of the kind text."""
    return cell.value is None or (cell.value == "" and cell.kind != "str")


def _number(book: Book, cell: RawCell) -> Reading:
    value = _cast(cell.value or "")
    if isinstance(value, str):
        return Reading(tidy(value))
    style = book.format(cell.style)
    if style.is_date:
        return _date(book, cell, value)
    read = number(value, style.code)
    if book.knows(cell.style):
        return read
    return Reading(read.text, NO_FORMATS.format(text=read.text), "warning")


def _cast(text: str) -> int | float | str:
    """The number, or the text where a file says number and means none."""
    try:
        return int(text) if text.isdecimal() else float(text)
    except ValueError:
        return text


def _date(book: Book, cell: RawCell, value: float) -> Reading:
    is_duration = book.format(cell.style).is_duration
    try:
        moment = from_excel(value, book.epoch, timedelta=is_duration)
    except (OverflowError, ValueError):
        return no_date(value)
    return Reading(shown(moment, None)[0])


def _iso_date(book: Book, cell: RawCell) -> Reading:
    try:
        return Reading(shown(from_ISO8601(cell.value), None)[0])
    except ValueError:
        return Reading(tidy(cell.value or ""))


def _shared(book: Book, cell: RawCell) -> Reading:
    text = book.strings[int(cell.value or 0)]
    return Reading(shown(text, book.format(cell.style).code)[0])


def _text(book: Book, cell: RawCell) -> Reading:
    return Reading(shown(tidy(cell.value or ""), book.format(cell.style).code)[0])


def _truth(book: Book, cell: RawCell) -> Reading:
    return truth(cell.value in ("1", "true"))


def _error(book: Book, cell: RawCell) -> Reading:
    return error_value(cell.value or "")


_KINDS: Mapping[str, Callable[[Book, RawCell], Reading]] = {
    "s": _shared,
    "str": _text,
    "inlineStr": _text,
    "b": _truth,
    "e": _error,
    "d": _iso_date,
}
