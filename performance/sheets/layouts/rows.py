"""The data rows of a list: what each field says there, and which rows are none."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from performance.goals.sheet import FIELDS
from performance.sheets.grid import Grid, address
from performance.sheets.layouts.declared import ListLayout
from performance.sheets.layouts.heading import Heading, is_heading
from performance.sheets.layouts.joined import CODE_OF, is_placeholder, with_code, written_value
from performance.sheets.layouts.signed import is_signed
from performance.sheets.layouts.table import Place, hint, placeholder
from performance.sheets.located import Located

_SUM = r"(合\s*计|小\s*计|总\s*计|累\s*计|共\s*计)"
TOTAL = re.compile(
    rf"^(合\s*计|小\s*计|总\s*计|{_SUM}[:：]?$"
    rf"|(本页|本单位|单位|部门|全部|项目)(合计|小计|总计)(?!\w))"
)
_SUM_OF = re.compile(rf"{_SUM}[:：]?$")
_COUNT = re.compile(
    r"共?计?(?:(?:项目|单位|指标)[个总]?数量?[:：]?\s*[0-9]*个?|[0-9]+个(?:项目|单位|指标))"
)
_OF_A_PAGE = re.compile(
    r"[-—]?\s*第?\s*[0-9]+\s*页(?:\s*[,，/]?\s*共\s*[0-9]+\s*页)?\s*[-—]?"
    r"|以下(?:空白|无正文)|[（(]?(?:续|接|转)[上下]?[页表][)）]?|20[0-9]{2}[-年./][0-9]{1,2}[-月./][0-9]{1,2}日?"
)
REMARK = re.compile(r"^(备注|说明|注[:：]|填表|填报|制表|审核人|复核|单位负责人|负责人|联系|示例)")
_EXAMPLE = re.compile(r"^[（(【]?(示例|样例|填写示例)")
_VALUES = ("cycle_value", "annual_value")


@dataclass(frozen=True)
class Row:
    """A data row: each field's text, and the cell that holds it (a merged area's first)."""

    number: int
    texts: Mapping[str, str]
    cells: Mapping[str, Place]
    weight: str = ""

    def owns(self, name: str) -> bool:
        """Whether the text stands in this very row, not in a merged area from above."""
        return bool(self.texts[name]) and self.cells.get(name, (0, 0))[0] == self.number

    @property
    def is_line(self) -> bool:
        return any(self.texts[name] for name in ("level3", *_VALUES))


def data_rows(
    layout: ListLayout, grid: Grid, heading: Heading, notes: list[Located]
) -> Iterator[Row]:
    depth = heading.row - heading.first + 1
    is_template = not _is_as_written(layout, heading)
    for number in sorted(grid.rows):
        if number <= heading.row or is_heading(layout, grid, number, depth):
            continue
        row = _row(grid, heading, number)
        first = next((text for text in grid.rows[number] if text), "")
        first = row.texts["project"] if _is_sum(row, "project") else first
        if _is_none(first, row, grid.rows[number]) or (is_template and _EXAMPLE.match(first)):
            message = f"第{number}行“{first[:20]}”不是指标，未读入。"
            notes.append(hint(grid, address(number, 1), message))
        elif any(row.texts.values()):
            yield _without_placeholders(row, grid, notes) if is_template else row


def _is_as_written(layout: ListLayout, heading: Heading) -> bool:
    """Whether the columns stand as the portal writes them: there even ** is somebody's value."""
    return [heading.columns.get(c.field) for c in layout.columns] == [
        number for number, _ in enumerate(layout.columns, 1)
    ] and len(heading.columns) == len(layout.columns)


def _is_none(first: str, row: Row, texts: Sequence[str]) -> bool:
    level3 = row.texts["level3"]
    if TOTAL.match(first) or is_signed(texts, level3):
        return True
    if level3 and not row.owns("level3"):
        return False
    if _is_of_a_page(row, texts) or all(_COUNT.fullmatch(text) for text in texts if text):
        return True
    return not level3 and bool(
        REMARK.match(first) or _is_sum(row, "unit") or _is_sum(row, "project")
    )


def _is_of_a_page(row: Row, texts: Sequence[str]) -> bool:
    """Its number, a date below a list; a date among the values is one of them."""
    said = [text for text in texts if text]
    is_value = any(row.texts[name] for name in _VALUES)
    return len(said) == 1 and not is_value and bool(_OF_A_PAGE.fullmatch(said[0]))


def _is_sum(row: Row, name: str) -> bool:
    """A sum in the place of a name: of a project, or of all of a unit's."""
    return not row.texts["level3"] and bool(_SUM_OF.search(row.texts[name]))


def _row(grid: Grid, heading: Heading, number: int) -> Row:
    columns = heading.columns

    def text(name: str) -> str:
        return grid.text(number, columns[name]) if name in columns else ""

    texts = {name: text(name) for name in FIELDS}
    for name, code in CODE_OF.items():
        if code in columns:
            texts[name] = with_code(texts[name], text(code))
    if "sign" in columns or "measure" in columns:
        for name in _VALUES:
            texts[name] = written_value(text("sign"), texts[name], text("measure"))
    cells = {name: grid.origin(number, column) for name, column in columns.items()}
    return Row(number, texts, cells, text("weight"))


def _without_placeholders(row: Row, grid: Grid, notes: list[Located]) -> Row:
    found = [name for name in _VALUES if is_placeholder(row.texts[name])]
    notes += (placeholder(grid, row.cells[name], row.texts[name]) for name in found)
    if not found:
        return row
    return Row(row.number, {**row.texts, **dict.fromkeys(found, "")}, row.cells, row.weight)
