"""Files of the flat lists, as import-export's formats: whatever is read, .xlsx and .csv out."""

from collections.abc import Iterator, Sequence
from typing import Any

from import_export.formats.base_formats import Format
from tablib import Dataset

from performance.people.flat_table import FlatDataset
from performance.sheets.formats import FORMATS
from performance.sheets.formats.guarded import read_guarded
from performance.sheets.formats.hidden import AND_NOW
from performance.sheets.formats.kinds import PDF, recognise
from performance.sheets.grid import Grid, Look, Note, SheetError, address

MAX_ROWS = 5_000
SHOWN = 5
UNREADABLE = "文件无法读取，可能已损坏；请在 Excel 或 WPS 中打开，另存为 .xlsx 后再上传。"
NO_PDF = f"文件是{PDF.label}，这里读不出其中的表格；{PDF.advice}"
ONE_TABLE = "文件里的“{name}”也有内容，没有读入：一次只导入第一张表，其余的请分别上传。"
UNHIDE = "请取消隐藏或筛选后重新上传，不需要的请删去。"
WIDTH = 24.0


class _Binary(Format):
    """Bytes in, bytes out: encodings are settled here and not by the admin."""

    def __init__(self, encoding: str | None = None):
        """The admin's `encoding` says nothing here."""

    def is_binary(self) -> bool:
        return True


class SheetFile(_Binary):
    """Whatever is uploaded: its content decides how it is read. Raises SheetError."""

    def get_title(self) -> str:
        return "Excel（.xlsx）或 CSV"

    def can_import(self) -> bool:
        return True

    def create_dataset(self, in_stream: bytes) -> FlatDataset:
        grid, *others = _tables(in_stream)
        _refuse_doubts(grid)
        numbers = sorted(grid.rows)
        if len(numbers) - 1 > MAX_ROWS:
            raise SheetError("too_large", f"一次最多导入{MAX_ROWS}行，请分成几个文件后再上传。")
        width = max(map(len, grid.rows.values()))
        heading, *body = ([*grid.rows[n], *[""] * (width - len(grid.rows[n]))] for n in numbers)
        dataset = FlatDataset(*body, headers=heading)
        dataset.places = numbers[1:]
        dataset.remarks = (
            *(ONE_TABLE.format(name=other.name) for other in others[:SHOWN]),
            *map(_placed, grid.notes[:SHOWN]),
        )
        return dataset


class _Written(_Binary):
    """Every cell is text: codes keep their zeros, and nothing becomes a formula."""

    extension = ""

    def get_title(self) -> str:
        return self.extension

    def get_extension(self) -> str:
        return self.extension

    def can_export(self) -> bool:
        return True

    def export_data(self, dataset: Dataset, **kwargs: Any) -> bytes:
        headings = tuple(dataset.headers)
        rows = {1: headings, **{number: tuple(row) for number, row in enumerate(dataset, 2)}}
        look = Look(title_row=0, header_row=1, widths=(WIDTH,) * len(headings))
        write = FORMATS[self.extension].write
        assert write is not None
        return write([Grid(dataset.title or "数据", rows, look=look)])


class ExcelFile(_Written):
    extension = "xlsx"
    CONTENT_TYPE = FORMATS["xlsx"].mime

    def get_title(self) -> str:
        return "Excel（.xlsx）"


class CsvFile(_Written):
    extension = "csv"
    CONTENT_TYPE = FORMATS["csv"].mime

    def get_title(self) -> str:
        return "CSV"


def _tables(data: bytes) -> Sequence[Grid]:
    """What has rows; the first one has some below its heading."""
    if recognise(data) is PDF:
        raise SheetError("unsupported", NO_PDF)
    grids = read_guarded(data)
    filled = [grid for grid in grids if grid.rows]
    if not filled or len(filled[0].rows) < 2:
        hidden = "".join(_hidden(grids))
        message = "表中没有数据：第一行应是表头，下面至少有一行数据。"
        raise SheetError("no_table", message + hidden)
    return filled


def _refuse_doubts(grid: Grid) -> None:
    """A reference table is read whole or not at all: a cell that was not told would change it."""
    doubts = [note for note in grid.notes if note.level == "warning"]
    if doubts:
        more = f"……共{len(doubts)}处。" if len(doubts) > SHOWN else ""
        raise SheetError("damaged", "".join(map(_placed, doubts[:SHOWN])) + more)


def _placed(note: Note) -> str:
    where = f"{address(note.row, note.column)}：" if note.row else ""
    return where + _without_switch(note.message)


def _hidden(grids: Sequence[Grid]) -> Iterator[str]:
    return (_without_switch(note.message) for grid in grids for note in grid.notes if not note.row)


def _without_switch(message: str) -> str:
    """These pages have no switch that reads hidden rows."""
    return message.replace(AND_NOW, UNHIDE)
