"""A list whose columns a person has mapped once, and the key under which that is remembered."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from performance.goals.sheet import canonical
from performance.library.levels import Level
from performance.sheets.grid import Grid
from performance.sheets.layouts.declared import LONGEST_HEADING, ListLayout, plain_heading
from performance.sheets.layouts.ditto import without_dittos
from performance.sheets.layouts.heading import Heading, searched_rows
from performance.sheets.layouts.listed import read_below
from performance.sheets.layouts.listing import LISTING
from performance.sheets.layouts.platform import PLATFORM
from performance.sheets.layouts.table import Table
from performance.sheets.located import Located

Columns = Mapping[str, int]
"""Field → column, from 1."""

MAPPABLE = {column.field: column.heading for column in (*LISTING.columns, *PLATFORM.beside)}
"""The fields that a column can be mapped to, with what they are called."""


def heading_key(grid: Grid, row: int) -> str:
    """The same for every heading row that reads the same, wherever it stands in whatever file."""
    texts = [plain_heading(text[:LONGEST_HEADING]) for text in grid.rows.get(row, ())]
    while texts and not texts[-1]:
        texts.pop()
    return hashlib.sha256(canonical(texts).encode()).hexdigest()


def read_remembered(
    grid: Grid, remembered: Mapping[str, Columns], year: int | None = None
) -> Table | None:
    """By the first heading row that somebody has mapped (key → columns); None if there is none."""
    for row in searched_rows(grid):
        if mapping := remembered.get(heading_key(grid, row)):
            table = read_table_mapped(without_dittos(grid), row, mapping, year)
            message = f"第{row}行的表头按您对应过的各栏读取；对应得不对时，可以重新对应。"
            told = Located("F20", Level.HINT, message, grid.name)
            return replace(table, findings=(told, *table.findings))
    return None


def read_table_mapped(
    grid: Grid, heading_row: int, mapping: Columns, year: int | None = None
) -> Table:
    """Rows that repeat known headings are no data."""
    layout = _layout_of(mapping)
    known = {field: column for field, column in mapping.items() if field in MAPPABLE and column > 0}
    missing = tuple(column for column in layout.columns if column.field not in known)
    for field in layout.needed:  # without them no row could be told from another
        known.setdefault(field, _beyond(grid))
    heading = Heading(heading_row, known, missing, heading_row)
    return read_below(layout, grid, heading, year)


def _layout_of(mapping: Columns) -> ListLayout:
    return PLATFORM if any(field in mapping for field in PLATFORM.one_of) else LISTING


def _beyond(grid: Grid) -> int:
    """A column that is empty in every row."""
    rights = [right for _, _, _, right in grid.merges]
    return max([0, *map(len, grid.rows.values()), *rights]) + 1
