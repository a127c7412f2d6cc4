"""Values with commas, tabs or semicolons between them, as Excel and WPS save and open them."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from performance.sheets.formats.budget import MAX_PLACES, MAX_ROWS, TOO_LARGE, Budget
from performance.sheets.formats.decoded import decoded, plain
from performance.sheets.formats.gather import Gathered
from performance.sheets.formats.page import last_row
from performance.sheets.formats.readings import ERRORS, Reading, printed
from performance.sheets.grid import Grid, SheetError

NAME = "CSV"
DELIMITERS = "\t,;"
SAMPLE = 64 * 1024
TABLE_WIDTH = 3
KNOWN_AGAIN = 3
UNPAIRED = (
    "第{row}行的引号不成对，或一格的文字过长，无法读取；请改正后再上传，或另存为 .xlsx 后再上传。"
)

Block = list[tuple[int, list[str]]]
"""Rows with their numbers."""

_HINT = re.compile(r"sep=(.)\r?\n")
# A program may run a cell that begins so; full-width signs become the others in some of them.
# And what looks like an error, or like a column that is too narrow, may be somebody's text.
_MEANT = rf"[=+\-@＝＋－＠\t\r\n]|(?:#{{3,}}|{'|'.join(map(re.escape, sorted(ERRORS)))})\Z"
_FORMULA = re.compile(rf"'*(?:{_MEANT})")
_MARKED = re.compile(rf"'+(?:{_MEANT})")
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")


def read(data: bytes, hidden: bool = False) -> tuple[Grid, ...]:
    """Nothing is hidden in such a file. Tables that `write` put below each other come apart."""
    text = decoded(data)
    hint = _HINT.match(text)
    cut_by = hint[1] if hint else delimiter(text) or ","
    if text.count(cut_by) + text.count("\n") > MAX_PLACES:
        raise SheetError("too_large", TOO_LARGE)
    blocks: list[Block] = [[]]
    for number, cells in _records(text, cut_by):
        if not (hint and number == 1):
            _add(blocks, number, cells)
    budget = Budget()
    return tuple(_grid(block, budget) for block in blocks)


def write(grids: Sequence[Grid]) -> bytes:
    """One table below the other, a blank row between. With a BOM, or Excel mistakes the Chinese."""
    target = StringIO()
    writer = csv.writer(target)
    for index, grid in enumerate(grids):
        width = max(map(len, grid.rows.values()), default=0)
        if index:
            writer.writerow([])
        for row in range(1, last_row(grid) + 1):
            cells = [harmless(text) for text in grid.rows.get(row, ())]
            writer.writerow([*cells, *[""] * (width - len(cells))])
    return target.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    """With an apostrophe before what may be taken for a formula (docs/decisions/0012)."""
    text = _UNWRITABLE.sub("\ufffd", text)
    return f"'{text}" if _FORMULA.match(text) else text


def unmarked(text: str) -> str:
    """Without the apostrophe that `harmless` put there."""
    return text[1:] if _MARKED.match(text) else text


def _reading(text: str) -> Reading:
    meant = unmarked(text)
    return printed(text) if meant == text else Reading(meant)


def delimiter(text: str) -> str | None:
    """What most rows are cut by into the same number of cells; None where it is no table."""
    rated = [(_fit(text[:SAMPLE], one), one) for one in DELIMITERS]
    fit, found = max(rated, key=lambda pair: pair[0])
    return found if fit else None


def _fit(text: str, one: str) -> int:
    rows = csv.reader(StringIO(text, newline=""), delimiter=one)
    try:
        widths = [len(cells) for cells in rows if any(cells)]
    except csv.Error:
        return 0
    several = Counter(width for width in widths if width > 1)
    if not several:
        return 0
    width, times = several.most_common(1)[0]
    wide = sum(width >= TABLE_WIDTH for width in widths)
    return times * (width - 1) if 2 * max(times, wide) >= len(widths) else 0


def _records(text: str, cut_by: str) -> Iterator[tuple[int, list[str]]]:
    rows = csv.reader(StringIO(text, newline=""), delimiter=cut_by, strict=True)
    number = 0
    try:
        for number, cells in enumerate(rows, 1):
            yield number, [plain(cell) for cell in cells]
    except csv.Error as error:
        raise SheetError("damaged", UNPAIRED.format(row=number + 1)) from error


def _add(blocks: list[Block], number: int, cells: list[str]) -> None:
    """Of blank rows one below the other the first says as much as all."""
    block = blocks[-1]
    if block and not any(cells) and not any(block[-1][1]):
        return
    if len(block) > 2 * MAX_ROWS:
        raise SheetError("too_large", TOO_LARGE)
    block.append((number, cells))
    if _begins_again(blocks):
        blocks.append([block.pop(-2), block.pop()])


def _begins_again(blocks: list[Block]) -> bool:
    """A blank row, another title, and the first table's heading row once more."""
    first, last = blocks[0], [cells for _, cells in blocks[-1][-3:]]
    if len(last) < 3 or len(first) < 2:
        return False
    blank, title, heading = last
    known = sum(map(bool, heading)) >= KNOWN_AGAIN and heading == first[1][1]
    return known and not any(blank) and _is_title(title) and title != blocks[-1][0][1]


def _is_title(cells: Sequence[str]) -> bool:
    return bool(cells and cells[0]) and not any(cells[1:])


def _grid(rows: Iterable[tuple[int, list[str]]], budget: Budget) -> Grid:
    sheet = Gathered(budget)
    for number, cells in rows:
        for column, text in enumerate(cells, 1):
            if text:
                budget.spend("cells")
                sheet.take(number, column, _reading(text))
    return sheet.grid(NAME)
