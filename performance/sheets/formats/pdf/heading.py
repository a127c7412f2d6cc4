"""Heading rows as a page break needs them: to tell a repeated heading from a row of data."""

import re
import unicodedata
from collections.abc import Iterable

from performance.sheets.formats.pdf.mesh import Cell, Mesh

KNOWN_HEADINGS = 4
HEADING_WITHIN = 4
HEADING = re.compile(
    r"(用款|项目|预算|实施|主管|填报)?单位(名称|编码)?|序号|备注|[一二三]级指标(名称|编码)?"
    r"|项目(名称|类别|类型|属性|性质|编码|代码)?|.*(绩效|总体|年度|当年|中期|长期|周期)目标"
    r"|.*指标值|.*完成值|指标(内容|名称|性质|方向)|计量单位|分值|权重"
)
INDICATOR = re.compile(r"[一二三]级指标(名称|编码)?|指标(内容|名称)")
UNIT = re.compile(r"(用款|项目|预算|实施)?单位(名称|编码)?")
NAME = re.compile(r"项目(名称)?")
GOAL = re.compile(r".*目标")
LINE = re.compile(r"三级指标(名称|编码)?|指标(内容|名称)")
VALUE = re.compile(r".*指标值")

_NOISE = re.compile(r"[\s:：*]|\(.*?\)")


def plain(text: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", text))


def row_cells(mesh: Mesh, row: int) -> list[Cell]:
    """The cells that begin in a row."""
    return [cell for cell in mesh.cells if cell.row == row]


def heading_row(mesh: Mesh, within: int | None = None) -> int | None:
    """The first row that has enough known headings, an indicator's among them."""
    last = mesh.last_row if within is None else min(within - 1, mesh.last_row)
    known: dict[int, list[str]] = {}
    for cell in mesh.cells:
        text = plain(cell.text)
        if cell.row <= last and HEADING.fullmatch(text):
            known.setdefault(cell.row, []).append(text)
    return min((row for row, found in known.items() if _is_enough(found)), default=None)


def _is_enough(headings: list[str]) -> bool:
    """The labels of a form may stand in one row as well."""
    return len(headings) >= KNOWN_HEADINGS and any(map(INDICATOR.fullmatch, headings))


def heading_cells(mesh: Mesh) -> list[Cell]:
    """The cells of the heading, which may have two rows."""
    row = heading_row(mesh)
    if row is None:
        return []
    known = [cell for cell in row_cells(mesh, row) if HEADING.fullmatch(plain(cell.text))]
    last = min(max(cell.last_row for cell in known), row + 1)
    return [cell for cell in mesh.cells if cell.last_row >= row and cell.row <= last]


def texts(cells: Iterable[Cell]) -> set[str]:
    return {text for cell in cells if (text := plain(cell.text))}
