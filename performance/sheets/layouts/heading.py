"""Where a list begins: its heading row, title and year, found by their words."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from performance.library.plain import control_character
from performance.sheets.grid import Grid, address
from performance.sheets.layouts.declared import Column, ListLayout

SEARCHED_ROWS = 40
KNOWN_HEADINGS = 5
TITLE_LENGTH = 200
_NO_TITLE = re.compile(
    r"^(附件|附表|表[0-9一二三四五六七八九十]|单位[:：]|[（(]?\d{4}年度?[)）]?$)"
)
_YEAR = re.compile(r"(20[0-9]{2})\s*年|(二[〇○零][〇○零一二三四五六七八九]{2})\s*年")
_CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")


@dataclass(frozen=True)
class Heading:
    """A heading row: which field stands in which column, and which headings are not there."""

    row: int
    columns: Mapping[str, int]
    missing: tuple[Column, ...]


def find_heading(layout: ListLayout, grid: Grid) -> Heading | None:
    """The row among the first 40 with most known headings, if it has enough of them."""
    found = [_heading(layout, grid, row) for row in sorted(grid.rows) if row <= SEARCHED_ROWS]
    fitting = [h for h in found if _fits(layout, h)]
    return max(fitting, key=lambda h: len(h.columns), default=None)


def is_heading(layout: ListLayout, grid: Grid, row: int) -> bool:
    """Whether a row repeats the headings, as reports do on each page."""
    return _fits(layout, _heading(layout, grid, row))


def find_title(grid: Grid, heading_row: int) -> str:
    """The text above the headings that is a title; what an annex number says is none."""
    above = [_first_text(grid, row) for row in sorted(grid.rows) if row < heading_row]
    titles = [text for text in above if text and not _NO_TITLE.match(text)]
    best = next((text for text in titles if "目标" in text or "绩效" in text), None)
    title = "".join(" " if control_character(c) else c for c in best or "".join(titles[:1]))
    return " ".join(title.split())[:TITLE_LENGTH].rstrip()


def find_year(grid: Grid, heading_row: int) -> int | None:
    """From the title, else from any text above the headings, else from the worksheet's name."""
    above = [text for row in sorted(grid.rows) if row < heading_row for text in grid.rows[row]]
    for text in (find_title(grid, heading_row), *above, grid.name + "年"):
        if match := _YEAR.search(unicodedata.normalize("NFKC", text)):
            return int((match[1] or match[2]).translate(_CHINESE_DIGITS))
    return None


def year_cell(grid: Grid, heading_row: int) -> str | None:
    """Where the year is printed above the headings."""
    for row in sorted(number for number in grid.rows if number < heading_row):
        for column, text in enumerate(grid.rows[row], 1):
            if _YEAR.search(unicodedata.normalize("NFKC", text)):
                return address(row, column)
    return None


def _heading(layout: ListLayout, grid: Grid, row: int) -> Heading:
    columns: dict[str, int] = {}
    for column, text in enumerate(grid.rows[row], 1):
        field = layout.field_of(text) if text else None
        if field and field not in columns:
            columns[field] = column
    missing = tuple(c for c in layout.columns if c.field not in columns)
    return Heading(row, columns, missing)


def _fits(layout: ListLayout, heading: Heading) -> bool:
    return len(heading.columns) >= KNOWN_HEADINGS and all(
        field in heading.columns for field in layout.needed
    )


def _first_text(grid: Grid, row: int) -> str:
    return next((text for text in grid.rows[row] if text), "")
