"""The table between reading and writing: text cells with their place, no file, no office rule."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

Area = tuple[int, int, int, int]
"""A merged area as (first row, first column, last row, last column), all from 1."""


class SheetError(Exception):
    """A file that cannot be read at all.

    `kind` is one of damaged, encrypted, unsupported, too_large, too_large_inflated, no_text,
    no_table, busy; the message is a sentence in Chinese that says what is wrong and what to do.
    """

    def __init__(self, kind: str, message: str):
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True)
class Note:
    """What a reader noticed at one cell, for people; `level` is 'warning' or 'hint'.

    `rule`: its number in docs/findings.md.
    """

    row: int
    column: int
    level: str
    message: str
    rule: str = "F03"


class Box(NamedTuple):
    """Where a cell stands on a printed page (from 1), in points from the page's top left corner."""

    page: int
    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True)
class Look:
    """How a written grid is to look: what a layout knows and a format can draw.

    The headings, in `header_row` or, of a block below other rows, in `block_row`, are printed
    again on each page.
    """

    title_row: int
    header_row: int
    widths: tuple[float, ...]
    left_columns: frozenset[int] = frozenset()
    block_row: int = 0


@dataclass(frozen=True)
class Grid:
    """One worksheet or table.

    `rows` maps a row number (from 1) to its cells as shown, from column 1; blank rows are absent
    and rows may be ragged. A merged area's text stands in its top left cell only. `boxes`: where
    these cells stand on the pages of a file that has pages.
    """

    name: str
    rows: Mapping[int, tuple[str, ...]]
    merges: tuple[Area, ...] = ()
    notes: tuple[Note, ...] = ()
    look: Look | None = None
    boxes: Mapping[tuple[int, int], Box] = field(default_factory=dict, repr=False, compare=False)
    origins: Mapping[tuple[int, int], tuple[int, int]] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "origins", dict(_origins(self)))

    def text(self, row: int, column: int) -> str:
        """The text at a cell; a cell inside a merged area answers with the area's text."""
        row, column = self.origins.get((row, column), (row, column))
        cells = self.rows.get(row, ())
        return cells[column - 1] if column <= len(cells) else ""

    def origin(self, row: int, column: int) -> tuple[int, int]:
        """The cell that holds the text shown at this one."""
        return self.origins.get((row, column), (row, column))


def _origins(grid: Grid) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Of a tall area only rows that exist count, so one over a million blank rows costs nothing."""
    numbers = sorted(grid.rows)
    for top, left, bottom, right in grid.merges:
        rows: Sequence[int] = range(top, bottom + 1)
        if len(rows) > len(numbers):
            rows = numbers[bisect_left(numbers, top) : bisect_right(numbers, bottom)]
        for row in rows:
            yield from (((row, column), (top, left)) for column in range(left, right + 1))


TEXT = "文本"
"""What the grid of a text in row order is called; its rows are the text's lines."""
PAGES = re.compile(r"第[0-9]+(至[0-9]+)?页(表[0-9]+)?$")
"""What a table of a PDF is called, by its pages."""


def position(cell: str) -> tuple[int, int]:
    """(row, column) of an address: position("H37") is (37, 8)."""
    letters = cell.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(cell[len(letters) :]), column


def address(row: int, column: int) -> str:
    """A1 style: address(37, 8) is H37."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"
