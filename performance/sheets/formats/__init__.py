"""File formats: a new one is a module with `read` and/or `write`, and a row here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from performance.sheets.formats import xlsx
from performance.sheets.formats.kinds import recognise
from performance.sheets.grid import Grid, SheetError


@dataclass(frozen=True)
class FileFormat:
    extension: str
    label: str
    mime: str
    read: Callable[[bytes], tuple[Grid, ...]] | None = None
    write: Callable[[Sequence[Grid]], bytes] | None = None


FORMATS: dict[str, FileFormat] = {
    row.extension: row
    for row in (
        FileFormat(
            "xlsx",
            "Excel 工作簿",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            read=xlsx.read,
            write=xlsx.write,
        ),
    )
}


def detect(data: bytes) -> FileFormat:
    """The format that can read these bytes; a SheetError says why there is none."""
    kind = recognise(data)
    found = FORMATS.get(kind.extension)
    if found is None or found.read is None:
        raise SheetError("unsupported", f"文件是{kind.label}，不能直接读取；{kind.advice}")
    return found
