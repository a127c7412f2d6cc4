"""Files of the flat lists, as import-export's formats: whatever is read, .xlsx and .csv out."""

import csv
import io
from typing import Any

from import_export.formats.base_formats import Format
from tablib import Dataset

from performance.people.flat import FlatDataset
from performance.sheets.formats import FORMATS, xlsx
from performance.sheets.formats.guarded import read_guarded
from performance.sheets.formats.kinds import TEXT, recognise
from performance.sheets.grid import Grid, Look, SheetError

MAX_ROWS = 5_000
UNREADABLE = "文件无法读取，可能已损坏；请在 Excel 或 WPS 中打开，另存为 .xlsx 后再上传。"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
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
        rows = _csv_rows(in_stream) if recognise(in_stream) is TEXT else _sheet_rows(in_stream)
        numbers = [number for number, cells in sorted(rows.items()) if any(cells)]
        if len(numbers) < 2:
            raise SheetError("no_table", "表中没有数据：第一行应是表头，下面至少有一行数据。")
        if len(numbers) - 1 > MAX_ROWS:
            raise SheetError("too_large", f"一次最多导入{MAX_ROWS}行，请分成几个文件后再上传。")
        width = max(len(cells) for cells in rows.values())
        heading, *body = ([*rows[n], *[""] * (width - len(rows[n]))] for n in numbers)
        dataset = FlatDataset(*body, headers=heading)
        dataset.places = numbers[1:]
        return dataset


class ExcelFile(_Binary):
    CONTENT_TYPE = FORMATS["xlsx"].mime

    def get_title(self) -> str:
        return "Excel（.xlsx）"

    def get_extension(self) -> str:
        return "xlsx"

    def can_export(self) -> bool:
        return True

    def export_data(self, dataset: Dataset, **kwargs: Any) -> bytes:
        """Every cell is text: codes keep their zeros, and nothing becomes a formula."""
        headings = tuple(dataset.headers)
        rows = {1: headings, **dict(enumerate(dataset, 2))}
        look = Look(title_row=0, header_row=1, widths=(WIDTH,) * len(headings))
        return xlsx.write([Grid(dataset.title or "数据", rows, look=look)])


class CsvFile(_Binary):
    CONTENT_TYPE = "text/csv; charset=utf-8"

    def get_title(self) -> str:
        return "CSV"

    def get_extension(self) -> str:
        return "csv"

    def can_export(self) -> bool:
        return True

    def export_data(self, dataset: Dataset, **kwargs: Any) -> bytes:
        """With a BOM, or Excel takes the Chinese for another encoding."""
        target = io.StringIO()
        writer = csv.writer(target)
        writer.writerow(dataset.headers)
        writer.writerows([_harmless(cell) for cell in row] for row in dataset)
        return target.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    """Excel runs a CSV cell that begins like a formula; an apostrophe makes it text."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _csv_rows(data: bytes) -> dict[int, list[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", errors="strict")
    rows = {}
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), 1):
            rows[number] = [_plain(cell) for cell in row]
    except csv.Error as error:
        raise SheetError("damaged", f"第{len(rows) + 1}行的引号不成对，请改正后再上传。") from error
    return rows


def _plain(cell: str) -> str:
    """The cell without the apostrophe that `_harmless` may have put before it."""
    cell = cell[1:] if cell.startswith(tuple(f"'{sign}" for sign in FORMULA)) else cell
    return cell.strip()


def _sheet_rows(data: bytes) -> dict[int, tuple[str, ...]]:
    grids = [grid for grid in read_guarded(data) if grid.rows]
    return dict(grids[0].rows) if grids else {}
