"""Workbooks out: grids drawn as the bureau lays them out, every cell a text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from performance.sheets.formats.page import escaped, heights, last_row, look_of, sheet_names
from performance.sheets.grid import Grid, Look, SheetError, address

CREATED = datetime(2000, 1, 1)
FONT = "宋体"
MAX_TEXT = 32_767
A4 = 9


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
    if row in (look.header_row, look.block_row):
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
    if repeated := look.header_row or look.block_row:
        sheet.print_title_rows = f"{repeated}:{repeated}"
    if look.header_row:
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
