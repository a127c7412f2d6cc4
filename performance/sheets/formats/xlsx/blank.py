"""A workbook to be filled in: an empty table, cells that offer lists, and a sheet of notes."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from openpyxl import load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from performance.sheets.formats.page import escaped, last_row
from performance.sheets.formats.xlsx.writing import FONT, write
from performance.sheets.grid import Grid

LISTS = "选项"
NOTES_WIDTH = 110.0


@dataclass(frozen=True)
class Choice:
    """What a column offers. With `parent_column`, only what stands under that column's text;
    `parents` then tells each text's parent, equal ones one after the other.
    """

    heading: str
    column: int
    texts: tuple[str, ...]
    parent_column: int = 0
    parents: tuple[str, ...] = ()


def write_blank(grid: Grid, notes: Grid, choices: Sequence[Choice], first_row: int) -> bytes:
    """The lists stand on a hidden sheet and are named by range: long ones fit in no formula."""
    book = load_workbook(BytesIO(write([grid, notes])))
    table, told = book.worksheets
    for sheet in (table, told):
        sheet.print_area = None  # rows that people add below are to be printed too
    _draw_notes(told)
    _draw_lists(book.create_sheet(LISTS), choices)
    for index, choice in enumerate(choices):
        if choice.texts:
            _offer(table, choice, 2 * index + 1, (first_row, last_row(grid)))
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _draw_lists(sheet: Worksheet, choices: Sequence[Choice]) -> None:
    """Two columns a choice: the parents and, right of them, the texts."""
    sheet.sheet_state = "veryHidden"  # no list of ours is a table that somebody hid
    columns = [texts for choice in choices for texts in (choice.parents, choice.texts)]
    for column, texts in enumerate(columns, 1):
        for row, text in enumerate(texts, 1):
            cell = sheet.cell(row, column, escaped(text))
            cell.data_type, cell.quotePrefix = "s", True  # “=1” is a name like any other


def _offer(sheet: Worksheet, choice: Choice, list_column: int, rows: tuple[int, int]) -> None:
    offered = DataValidation(
        type="list",
        formula1=_source(choice, list_column, rows[0]),
        allow_blank=True,
        showErrorMessage=True,
        errorStyle="warning",
        errorTitle=choice.heading,
        error=f"“{choice.heading}”的列表里没有这一项。可以保留，但送审前须改为列表中的。",
    )
    letter = get_column_letter(choice.column)
    offered.add(f"{letter}{rows[0]}:{letter}{rows[1]}")
    sheet.add_data_validation(offered)


def _source(choice: Choice, list_column: int, first_row: int) -> str:
    """The texts' range or, where the parent's cell names a parent, the part that is under it."""
    parents = _range(list_column, len(choice.texts))
    texts = _range(list_column + 1, len(choice.texts))
    if not choice.parent_column:
        return texts
    chosen = f"${get_column_letter(choice.parent_column)}{first_row}"
    start = f"IFERROR(MATCH({chosen},{parents},0)-1,0)"
    count = f"COUNTIF({parents},{chosen})"
    height = f"IF({count}=0,{len(choice.texts)},{count})"
    return f"OFFSET({texts.partition(':')[0]},{start},0,{height},1)"


def _range(column: int, rows: int) -> str:
    letter = get_column_letter(column)
    return f"{LISTS}!${letter}$1:${letter}${rows}"


def _draw_notes(sheet: Worksheet) -> None:
    sheet.column_dimensions["A"].width = NOTES_WIDTH
    for row in sheet.iter_rows():
        row[0].font = Font(name=FONT, size=14 if row[0].row == 1 else 11, bold=row[0].row == 1)
        row[0].alignment = Alignment(vertical="center", wrap_text=True)
        sheet.row_dimensions[row[0].row].height = 34
