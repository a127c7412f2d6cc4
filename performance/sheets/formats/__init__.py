"""File formats: a new one is a module with `read` and/or `write`, and a row here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from performance.sheets.formats import csv, html, ods, pdf, text, typeset, xls, xlsx
from performance.sheets.formats.kinds import recognise
from performance.sheets.grid import Grid, SheetError


class Read(Protocol):
    def __call__(self, data: bytes, hidden: bool = False) -> tuple[Grid, ...]:
        """With `hidden`, hidden rows, columns and worksheets are read like all others."""


@dataclass(frozen=True)
class FileFormat:
    """`also`: other extensions that such files have. `lists_only`: it has no worksheets, so
    that lists are written to it, and no forms."""

    extension: str
    label: str
    mime: str
    read: Read | None = None
    write: Callable[[Sequence[Grid]], bytes] | None = None
    also: tuple[str, ...] = ()
    lists_only: bool = False


FORMATS: dict[str, FileFormat] = {
    row.extension: row
    for row in (
        FileFormat(
            "xlsx",
            "Excel 工作簿",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            read=xlsx.read,
            write=xlsx.write,
            also=("xlsm", "xltx", "xltm"),
        ),
        FileFormat(
            "xls",
            "Excel 97–2003 工作簿",
            "application/vnd.ms-excel",
            read=xls.read,
            also=("xlt", "et"),
        ),
        FileFormat(
            "ods",
            "OpenDocument 表格",
            "application/vnd.oasis.opendocument.spreadsheet",
            read=ods.read,
            also=("ots",),
        ),
        FileFormat(
            "csv",
            "CSV",
            "text/csv; charset=utf-8",
            read=csv.read,
            write=csv.write,
            also=("tsv",),
            lists_only=True,
        ),
        FileFormat("html", "网页表格", "text/html", read=html.read, also=("htm",)),
        FileFormat(
            "pdf",
            "PDF",
            "application/pdf",
            read=pdf.read,
            write=typeset.write,
            lists_only=True,
        ),
        FileFormat("txt", "纯文本", "text/plain", read=text.read),
    )
}


def detect(data: bytes) -> FileFormat:
    """The format that can read these bytes; a SheetError says why there is none."""
    kind = recognise(data)
    found = FORMATS.get(kind.extension)
    if found is None or found.read is None:
        raise SheetError("unsupported", f"文件是{kind.label}，不能直接读取；{kind.advice}")
    return found
