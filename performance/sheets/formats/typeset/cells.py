"""A grid as cells on paper: where each stands, how it looks, and what of it a page shows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from performance.sheets.formats.marks import marked
from performance.sheets.formats.page import last_row
from performance.sheets.formats.typeset.pieces import printable
from performance.sheets.grid import Area, Grid, Look

MARKED = ("header", "body")


@dataclass(frozen=True)
class Cell:
    """`kind` is one of title, above, header, body; `rows` and `columns`: over how many it goes."""

    row: int
    column: int
    rows: int
    columns: int
    text: str
    kind: str
    left: bool

    @property
    def last(self) -> int:
        return self.row + self.rows - 1


def cells_of(grid: Grid, look: Look) -> list[Cell]:
    """Every cell of the grid row by row, empty ones too; each place belongs to one cell."""
    areas = dict(_apart(grid.merges))
    covered = {place for area in areas.values() for place in _places(area)}
    width, found = len(look.widths), []
    for row in range(1, last_row(grid) + 1):
        for column in range(1, width + 1):
            area = areas.get((row, column))
            if area or (row, column) not in covered:
                found.append(_cell(grid, look, area or (row, column, row, column)))
    return found


def clipped(cells: Iterable[Cell], first: int, last: int) -> Iterator[Cell]:
    """What rows from first to last show: a cell that begins before or ends later is there whole."""
    for cell in cells:
        begin, end = max(cell.row, first), min(cell.last, last)
        if begin <= end:
            yield replace(cell, row=begin, rows=end - begin + 1)


def blocks(cells: Iterable[Cell], first: int, last: int) -> Iterator[tuple[int, int]]:
    """Rows held together by cells that go over several: one project each."""
    ends = dict.fromkeys(range(first, last + 1), 0)
    for cell in cells:
        if cell.row in ends:
            ends[cell.row] = max(ends[cell.row], cell.last)
    begin, end = first, 0
    for row in range(first, last + 1):
        end = max(end, min(ends[row], last))
        if end <= row:
            yield begin, row
            begin = row + 1


def _cell(grid: Grid, look: Look, area: Area) -> Cell:
    top, left, bottom, right = area
    cells = grid.rows.get(top, ())
    text = printable(cells[left - 1]) if left <= len(cells) else ""
    kind = _kind(look, top)
    text = marked(text) if text and kind in MARKED else text
    on_left = kind == "body" and left in look.left_columns
    return Cell(top, left, bottom - top + 1, right - left + 1, text, kind, on_left)


def _kind(look: Look, row: int) -> str:
    if row == look.title_row:
        return "title"
    if row < look.header_row:
        return "above"
    return "header" if row == look.header_row else "body"


def _apart(areas: Iterable[Area]) -> Iterator[tuple[tuple[int, int], Area]]:
    """Merged areas without those that lie on another one."""
    taken: set[tuple[int, int]] = set()
    for area in areas:
        places = set(_places(area))
        if taken.isdisjoint(places):
            taken |= places
            yield area[:2], area


def _places(area: Area) -> Iterator[tuple[int, int]]:
    top, left, bottom, right = area
    for row in range(top, bottom + 1):
        yield from ((row, column) for column in range(left, right + 1))
