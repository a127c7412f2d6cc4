"""Workbooks in: openpyxl tells worksheets, styles and dates.

The cells come from one streaming pass of our own, for openpyxl's readers need minutes and
gigabytes where a sheet has a million blank rows (docs/decisions/0001).
"""

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from zipfile import ZipFile

from openpyxl.packaging.manifest import Manifest
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils.datetime import from_excel, from_ISO8601
from openpyxl.xml.constants import SHARED_STRINGS

from performance.sheets.formats import packed
from performance.sheets.formats.cells import Budget, RawCell, count_cells, read_strings
from performance.sheets.formats.gather import Reading, gather
from performance.sheets.formats.shown import shown
from performance.sheets.formats.streamed import tidy
from performance.sheets.grid import Grid, SheetError

UNREADABLE = (
    "文件的内部结构不规范，无法读取；"
    "请在 Excel 或 WPS 中打开，另存为“Excel 工作簿（.xlsx）”后再上传。"
)
# Formats that a Chinese Excel numbers without writing them down: dates and times, all of them.
CHINESE_DATES = frozenset((*range(27, 37), *range(50, 59)))
SHOWN_FORMULA = 60


def read(data: bytes) -> tuple[Grid, ...]:
    """All visible worksheets in order. Macros, links and pictures are never looked at."""
    archive = packed.opened(data)
    try:
        packed.refuse_declarations(archive)
        book = _book(data, archive)
        budget = Budget()
        return tuple(_grid(archive, book, sheet, budget) for sheet in book.sheets)
    except (SheetError, MemoryError):
        raise
    except Exception as error:  # openpyxl and zipfile raise a dozen kinds on files made badly
        raise SheetError("damaged", UNREADABLE) from error


@dataclass(frozen=True)
class _Sheet:
    name: str
    part: str


@dataclass(frozen=True)
class _Book:
    sheets: tuple[_Sheet, ...]
    strings: Sequence[str]
    formats: tuple[str, ...]
    dates: frozenset[int]
    durations: frozenset[int]
    epoch: datetime

    def format(self, style: int) -> str:
        return self.formats[style] if style < len(self.formats) else "General"


def _book(data: bytes, archive: ZipFile) -> _Book:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reader = ExcelReader(BytesIO(data), read_only=True, data_only=True, keep_links=False)
        reader.read_manifest()
        reader.read_workbook()
        apply_stylesheet(archive, reader.wb)
        listed = list(reader.parser.find_sheets())
    styles = [style.numFmtId for style in reader.wb._cell_styles]
    chinese = {index for index, style in enumerate(styles) if style in CHINESE_DATES}
    if not listed:
        raise SheetError("damaged", UNREADABLE)
    return _Book(
        sheets=tuple(_visible(listed)),
        strings=_strings(archive, reader.package),
        formats=tuple(_format(number, reader.wb._number_formats) for number in styles),
        dates=frozenset(reader.wb._date_formats) | chinese,
        durations=frozenset(reader.wb._timedelta_formats),
        epoch=reader.wb.epoch,
    )


def _visible(listed: Iterable[tuple]) -> Iterator[_Sheet]:
    for sheet, relation in listed:
        if sheet.state == "visible" and relation.Type.endswith("/worksheet"):
            yield _Sheet(sheet.name, relation.target)


def _format(number: int, own: Sequence[str]) -> str:
    if number < BUILTIN_FORMATS_MAX_SIZE:
        return BUILTIN_FORMATS.get(number, "General")
    return own[number - BUILTIN_FORMATS_MAX_SIZE]


def _strings(archive: ZipFile, manifest: Manifest) -> list[str]:
    part = manifest.find(SHARED_STRINGS)
    if part is None or part.PartName[1:] not in archive.namelist():
        return []
    with archive.open(part.PartName[1:]) as source:
        return read_strings(source)


def _grid(archive: ZipFile, book: _Book, sheet: _Sheet, budget: Budget) -> Grid:
    with archive.open(sheet.part) as source:
        count_cells(source, budget)
    with archive.open(sheet.part) as source:
        return gather(sheet.name, source, lambda cell: _reading(book, cell), budget)


def _reading(book: _Book, cell: RawCell) -> Reading:
    if cell.formula is not None and _is_uncalculated(cell):
        return Reading("", _formula_message(cell.formula), "warning")
    return _KINDS.get(cell.kind, _number)(book, cell) if cell.value else Reading("")


def _is_uncalculated(cell: RawCell) -> bool:
    """A formula's text may be empty, but then there is an empty value of the kind text."""
    return cell.value is None or (cell.value == "" and cell.kind != "str")


def _formula_message(formula: str) -> str:
    written = f"={formula}" if len(formula) <= SHOWN_FORMULA else f"={formula[:SHOWN_FORMULA]}…"
    named = f"“{written}”" if formula else ""
    return f"单元格是没有计算结果的公式{named}，请在 Excel 中重新计算并保存后再上传。"


def _number(book: _Book, cell: RawCell) -> Reading:
    value = _cast(cell.value or "")
    if isinstance(value, str):
        return Reading(tidy(value))
    if cell.style in book.dates:
        return _date(book, cell, value)
    text, message = shown(value, book.format(cell.style))
    return Reading(text.strip(), message)


def _cast(text: str) -> int | float | str:
    """The number, or the text where a file says number and means none."""
    try:
        return int(text) if text.isdecimal() else float(text)
    except ValueError:
        return text


def _date(book: _Book, cell: RawCell, value: float) -> Reading:
    try:
        moment = from_excel(value, book.epoch, timedelta=cell.style in book.durations)
    except (OverflowError, ValueError):
        plain = shown(value, None)[0]
        message = f"单元格是日期格式，但数值 {plain} 不是有效的日期，请改正后再上传。"
        return Reading(plain, message, "warning")
    return Reading(shown(moment, None)[0])


def _iso_date(book: _Book, cell: RawCell) -> Reading:
    try:
        return Reading(shown(from_ISO8601(cell.value), None)[0])
    except ValueError:
        return Reading(tidy(cell.value or ""))


def _shared(book: _Book, cell: RawCell) -> Reading:
    return Reading(book.strings[int(cell.value or 0)])


def _text(book: _Book, cell: RawCell) -> Reading:
    return Reading(tidy(cell.value or ""))


def _truth(book: _Book, cell: RawCell) -> Reading:
    return Reading(*shown(cell.value == "1", None))


def _error(book: _Book, cell: RawCell) -> Reading:
    message = f"单元格是错误值“{cell.value}”，已按空白读取；请改正公式或直接填写后再上传。"
    return Reading("", message, "warning")


_KINDS: Mapping[str, Callable[[_Book, RawCell], Reading]] = {
    "s": _shared,
    "str": _text,
    "inlineStr": _text,
    "b": _truth,
    "e": _error,
    "d": _iso_date,
}
