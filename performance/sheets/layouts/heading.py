"""Where a list begins: its heading row, title and year, found by their words."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from performance.library.plain import control_character
from performance.sheets.grid import Grid, address
from performance.sheets.layouts.declared import Column, ListLayout, Meaning, plain_heading
from performance.sheets.layouts.joined import CODE_OF

SEARCHED_ROWS = 40
SEARCHED_COLUMNS = 256
"""Far more than any list has; looking over a column to its left must not cost all of a sheet."""
KNOWN_HEADINGS = 5
TITLE_LENGTH = 200
_NO_TITLE = re.compile(
    r"^(附件|附表|表[0-9一二三四五六七八九十]|(金额)?单位[:：]|[（(]?\d{4}年度?[)）]?$)"
)
_UNIT_ABOVE = re.compile(
    r"^(?:用款|预算|项目|实施|填报|申报|编制)?单位(?:名称)?\s*(?:[（(][^）)]*[）)])?\s*[:：]\s*(\S.*)$"
)
_MONEY = re.compile(r"元|%|人次")
_YEAR = re.compile(r"(20[0-9]{2})\s*年|(二[〇○零][〇○零一二三四五六七八九]{2})\s*年")
_CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")


@dataclass(frozen=True)
class Heading:
    """A heading: which field stands in which column, and which headings are not there.

    It ends in `row`; with groups over its columns it begins in the row above, `first`.
    """

    row: int
    columns: Mapping[str, int]
    missing: tuple[Column, ...]
    first: int


def searched_rows(grid: Grid) -> list[int]:
    """The first 40 rows from where it begins: one list of several keeps its row numbers."""
    begin = min(grid.rows, default=1)
    return [row for row in sorted(grid.rows) if row < begin + SEARCHED_ROWS]


def find_heading(layout: ListLayout, grid: Grid) -> Heading | None:
    """The row, or two rows, among the first 40 with most known headings, if there are enough."""
    rows = searched_rows(grid)
    found = [_heading(layout, grid, row, row) for row in rows]
    found += [_heading(layout, grid, row, row + 1) for row in rows if row + 1 in grid.rows]
    fitting = [h for h in found if _fits(layout, h)]
    return max(fitting, key=lambda h: len(h.columns), default=None)


def heading_at(layout: ListLayout, grid: Grid, row: int) -> Heading:
    """Of one row, whatever it says."""
    return _heading(layout, grid, row, row)


def fits_at(layout: ListLayout, grid: Grid, row: int) -> Heading | None:
    """The heading that one row is, if it is one."""
    found = _heading(layout, grid, row, row)
    return found if _fits(layout, found) else None


def is_heading(layout: ListLayout, grid: Grid, row: int, depth: int = 1) -> bool:
    """Whether a row repeats the headings, as reports do on each page."""
    if fits_at(layout, grid, row):
        return True
    pairs = ((row - 1, row), (row, row + 1)) if depth > 1 else ()
    return any(
        _fits(layout, _heading(layout, grid, *pair))
        for pair in pairs
        if all(number in grid.rows for number in pair)
    )


def written_twice(layout: ListLayout, grid: Grid, heading: Heading) -> dict[str, list[int]]:
    """Fields whose heading stands in several columns in the very same words."""
    found: dict[str, list[int]] = {}
    for column in range(1, width(grid, heading.row) + 1):
        meaning = _meaning(layout, grid, heading.first, heading.row, column)
        kept = heading.columns.get(meaning[0]) if meaning else None
        if meaning and kept and _words(grid, heading, kept) == _words(grid, heading, column):
            found.setdefault(meaning[0], []).append(column)
    return {field: columns for field, columns in found.items() if len(columns) > 1}


def _words(grid: Grid, heading: Heading, column: int) -> list[str]:
    return [plain_heading(t) for t in spelled(grid, heading.first, heading.row, column)]


def find_title(grid: Grid, heading_row: int, after: int = 0) -> str:
    """The text above the headings that is a title; what an annex number says is none."""
    numbers = [row for row in sorted(grid.rows) if after < row < heading_row]
    titles = [
        text for row in numbers if (text := _first_text(grid, row)) and not _NO_TITLE.match(text)
    ]
    best = next((text for text in titles if "绩效" in text), None)
    title = "".join(" " if control_character(c) else c for c in best or "".join(titles[:1]))
    return " ".join(title.split())[:TITLE_LENGTH].rstrip()


def find_year(grid: Grid, heading_row: int, after: int = 0) -> int | None:
    """From the title, else from any text above the headings, else from the worksheet's name."""
    numbers = [row for row in sorted(grid.rows) if after < row < heading_row]
    above = [text for row in numbers for text in grid.rows[row]]
    for text in (find_title(grid, heading_row, after), *above, grid.name + "年"):
        if match := _YEAR.search(unicodedata.normalize("NFKC", text)):
            return int((match[1] or match[2]).translate(_CHINESE_DIGITS))
    return None


def year_cell(grid: Grid, heading_row: int, after: int = 0) -> str | None:
    """Where the year is printed above the headings."""
    for row in sorted(number for number in grid.rows if after < number < heading_row):
        for column, text in enumerate(grid.rows[row], 1):
            if _YEAR.search(unicodedata.normalize("NFKC", text)):
                return address(row, column)
    return None


def find_unit(grid: Grid, heading_row: int) -> tuple[str, tuple[int, int]] | None:
    """A unit that stands above the headings for the whole list, and its cell."""
    for row in sorted(number for number in grid.rows if number < heading_row):
        for column, text in enumerate(grid.rows[row], 1):
            match = _UNIT_ABOVE.match(text) if len(text) < TITLE_LENGTH else None
            if match and not _MONEY.search(match[1]):
                return match[1].strip(), (row, column)
    return None


def spelled(grid: Grid, top: int, row: int, column: int) -> Iterator[str]:
    """What a heading may read as: one under a group also with the group's words."""
    if top == row:
        cells = grid.rows[row]
        yield cells[column - 1] if column <= len(cells) else ""
        return
    lower = grid.text(row, column)
    if grid.origin(top, column) == grid.origin(row, column):
        yield lower
        return
    group = _group(grid, top, column)
    if lower:
        yield from (group + lower, lower + group, lower)
    else:
        yield grid.text(top, column)


def _group(grid: Grid, row: int, column: int) -> str:
    """The words over a column; where nothing is merged, those over a column left of it."""
    cells = grid.rows[row]
    while column and not grid.text(row, column):
        column = column - 1 if column <= len(cells) else len(cells)
    return grid.text(row, column) if column else ""


def width(grid: Grid, *rows: int) -> int:
    """The columns of these rows in which headings are looked for."""
    return min(max(len(grid.rows[row]) for row in rows), SEARCHED_COLUMNS)


def _heading(layout: ListLayout, grid: Grid, top: int, row: int) -> Heading:
    best: dict[str, tuple[int, int]] = {}
    for column in range(1, width(grid, top, row) + 1):
        meaning = _meaning(layout, grid, top, row, column)
        if meaning:
            field, rank = meaning
            best[field] = min(best.get(field, (rank, column)), (rank, column))
    columns = {field: column for field, (_, column) in best.items()}
    for field, code in CODE_OF.items():  # a code alone says which one is meant
        if field not in columns and code in columns:
            columns[field] = columns.pop(code)
    missing = tuple(c for c in layout.columns if c.field not in columns)
    return Heading(row, columns, missing, top)


def _meaning(layout: ListLayout, grid: Grid, top: int, row: int, column: int) -> Meaning | None:
    texts = spelled(grid, top, row, column)
    return next((m for text in texts if text and (m := layout.meaning_of(text))), None)


def _fits(layout: ListLayout, heading: Heading) -> bool:
    known = heading.columns
    return (
        len(known) >= KNOWN_HEADINGS
        and all(field in known for field in layout.needed)
        and (not layout.one_of or any(field in known for field in layout.one_of))
    )


def _first_text(grid: Grid, row: int) -> str:
    return next((text for text in grid.rows[row] if text), "")
