"""Excel workbooks. The only module that knows openpyxl.

Reading: openpyxl tells worksheets, styles and dates; the cells come from one streaming pass of our
own, for openpyxl's readers need minutes and gigabytes where a sheet has a million blank rows.
"""

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.packaging.manifest import Manifest
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import from_excel, from_ISO8601
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter
from openpyxl.xml.constants import SHARED_STRINGS

from performance.sheets.formats import packed
from performance.sheets.formats.cells import Budget, RawCell, count_cells, read_strings
from performance.sheets.formats.gather import Reading, gather
from performance.sheets.formats.page import escaped, heights, last_row, look_of, sheet_names
from performance.sheets.formats.shown import shown
from performance.sheets.formats.streamed import tidy
from performance.sheets.grid import Grid, Look, SheetError, address

UNREADABLE = (
    "文件的内部结构不规范，无法读取；"
    "请在 Excel 或 WPS 中打开，另存为“Excel 工作簿（.xlsx）”后再上传。"
)
# Formats that a Chinese Excel numbers without writing them down: dates and times, all of them.
CHINESE_DATES = frozenset((*range(27, 37), *range(50, 59)))
SHOWN_FORMULA = 60

CREATED = datetime(2000, 1, 1)
FONT = "宋体"
MAX_TEXT = 32_767
A4 = 9


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


def write(grids: Sequence[Grid]) -> bytes:
    """A workbook with a worksheet a grid, the same bytes for the same grids."""
    book = Workbook()
    book.remove(book.active)
    book.properties.created = book.properties.modified = CREATED
    styles = _styles(book)
    for grid, name in zip(grids, sheet_names(grid.name for grid in grids), strict=True):
        _draw(book.create_sheet(name), grid, styles)
    return _saved(book)


@dataclass(frozen=True)
class _Style:
    font: Font
    border: Border
    alignment: Alignment
    number_format: str = "@"
    quotePrefix: bool = True  # noqa: N815  (openpyxl's name)


_EDGE = Side(style="thin", color="FF000000")
_BOX = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
_CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)
_LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
_STYLES = {
    "title": _Style(Font(name=FONT, size=16, bold=True), Border(), _CENTRED),
    "above": _Style(Font(name=FONT, size=10), Border(), _CENTRED),
    "header": _Style(Font(name=FONT, size=10, bold=True), _BOX, _CENTRED),
    "body": _Style(Font(name=FONT, size=10), _BOX, _CENTRED),
    "left": _Style(Font(name=FONT, size=10), _BOX, _LEFT),
}


def _styles(book: Workbook) -> dict[str, StyleArray]:
    """Each style is made once; setting five properties on every cell takes most of the time."""
    sheet = book.create_sheet("styles")
    made = {}
    for row, (name, style) in enumerate(_STYLES.items(), 1):
        cell = sheet.cell(row, 1)
        for field, value in vars(style).items():
            setattr(cell, field, value)
        made[name] = cell._style
    book.remove(sheet)
    return made


def _draw(sheet: Worksheet, grid: Grid, styles: Mapping[str, StyleArray]) -> None:
    look = look_of(grid)
    for row in range(1, last_row(grid) + 1):
        texts = grid.rows.get(row, ())
        for column in range(1, len(look.widths) + 1):
            cell = sheet.cell(row, column)
            cell._style = styles[_style_name(look, row, column)]
            if column <= len(texts) and texts[column - 1]:
                cell._value, cell.data_type = _writable(texts[column - 1], row, column), "s"
    # openpyxl's own merging blanks the borders inside an area, and looks at all areas for each.
    sheet.merged_cells = [f"{address(*area[:2])}:{address(*area[2:])}" for area in grid.merges]
    for row, height in heights(grid, look).items():
        sheet.row_dimensions[row].height = height
    for column, width in enumerate(look.widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    _set_page(sheet, grid, look)


def _style_name(look: Look, row: int, column: int) -> str:
    if row == look.title_row:
        return "title"
    if row < look.header_row:
        return "above"
    if row == look.header_row:
        return "header"
    return "left" if column in look.left_columns else "body"


def _writable(text: str, row: int, column: int) -> str:
    """The text as it goes into the file, set past openpyxl's guess that “=1” is a formula."""
    if len(text) > MAX_TEXT:
        place = address(row, column)
        raise SheetError(
            "too_large",
            f"单元格 {place} 的文字有 {len(text)} 个字，超过 Excel 每格 {MAX_TEXT} 字的上限；"
            "请缩短后再导出。",
        )
    return escaped(text)


def _set_page(sheet: Worksheet, grid: Grid, look: Look) -> None:
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.print_options.horizontalCentered = True
    sheet.page_margins = PageMargins(0.4, 0.4, 0.5, 0.7, 0.5, 0.3)
    footer = sheet.oddFooter.center
    footer.text, footer.font, footer.size = "第 &P 页，共 &N 页", FONT, 9
    if grid.rows:
        sheet.print_area = f"A1:{address(last_row(grid), len(look.widths))}"
    if look.header_row:
        sheet.print_title_rows = f"{look.header_row}:{look.header_row}"
        sheet.freeze_panes = f"A{look.header_row + 1}"


class _SteadyZip(ZipFile):
    """Writes the same bytes at any time of day."""

    def writestr(self, name: Any, data: Any, *options: Any) -> None:
        super().writestr(ZipInfo(name), data, ZIP_DEFLATED)

    def write(self, filename: Any, arcname: Any = None, *options: Any) -> None:
        self.writestr(arcname, Path(filename).read_bytes())


def _saved(book: Workbook) -> bytes:
    """As Workbook.save, which would write the time of saving."""
    if not book.sheetnames:
        book.create_sheet("工作表1")
    target = BytesIO()
    with _SteadyZip(target, "w", ZIP_DEFLATED) as archive:
        ExcelWriter(book, archive).save()
    return target.getvalue()
