"""Writes the manual's table of files and layouts from the code: python docs/manual/formats.py"""

import re
import sys
from pathlib import Path

MANUAL = Path(__file__).parent
CHAPTER = MANUAL / "clerk.md"
sys.path.insert(0, str(MANUAL.parent.parent))

from performance.sheets.convert import can_write  # noqa: E402  (the project is no package)
from performance.sheets.formats import FORMATS, FileFormat  # noqa: E402
from performance.sheets.layouts import LAYOUTS, READ_ONLY  # noqa: E402

TEXT = "按行的文字"
_TABLE = re.compile(r"(?<=<!-- 由 formats.py 生成 -->\n\n).*?(?=\n\n<!-- 生成结束 -->)", re.DOTALL)


def table() -> str:
    """One row a format, one column a layout."""
    layouts = LAYOUTS | READ_ONLY
    rows = [["文件", *(layout.label for layout in layouts.values()), TEXT]]
    rows += [["---"] * len(rows[0])]
    for row in FORMATS.values():
        cells = [_does(row, row.extension != "txt", can(name, row)) for name in layouts]
        rows.append([_name(row), *cells, _does(row, row.extension == "txt", False)])
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def can(layout: str, row: FileFormat) -> bool:
    return layout in LAYOUTS and can_write(layout, row.extension)


def with_table(text: str) -> str:
    """The chapter with the table as the code has it now."""
    return _TABLE.sub(lambda _: table(), text)


def _name(row: FileFormat) -> str:
    return f"{row.label}（{'、'.join(f'.{name}' for name in (row.extension, *row.also))}）"


def _does(row: FileFormat, reads: bool, writes: bool) -> str:
    return "、".join(["导入"] * (reads and row.read is not None) + ["导出"] * writes) or "—"


if __name__ == "__main__":
    CHAPTER.write_text(with_table(CHAPTER.read_text()))
