"""A grid made ready for paper: widths of columns, heights of rows, what each page shows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from performance.sheets.formats.page import look_of
from performance.sheets.formats.typeset.cells import Cell, blocks, cells_of, clipped
from performance.sheets.formats.typeset.paged import Part, heights, pages, with_signature
from performance.sheets.formats.typeset.pieces import pieces
from performance.sheets.grid import Grid

WIDTH, HEIGHT = 841.89, 595.28  # A4, landscape, in points
SIDE, TOP, BOTTOM = 34.0, 34.0, 40.0
ROOM = HEIGHT - TOP - BOTTOM - 2
HEAD_SHARE = 0.5  # a longer head would leave no room for rows: it stands once, and flows
INSET_X, INSET_Y = 3.0, 3.5
SIZES = {"title": 15.0, "above": 9.0, "header": 8.0, "body": 8.0}
LABEL = 0.4 * ROOM  # what is higher is no label to be printed again where its project goes on
SIGNATURE_GAP, SIGNATURE = 14.0, 32.0

Ask = tuple[str, float, tuple[str, ...]]
"""A text to measure: its kind, how wide it may be in points, its pieces."""


@dataclass(frozen=True)
class Laid:
    """`head` rows come again on every page."""

    cells: tuple[Cell, ...]
    head: int
    last: int
    widths: tuple[float, ...]
    labels: int

    def names(self, cell: Cell, part: Part) -> bool:
        """Whether it says whose rows these are, down to the end of what flows on."""
        if not part.flows or cell.last < part.last or cell.kind != "body":
            return False
        return cell.column <= self.labels or (cell.row == part.first and cell.rows > 1)

    def ask(self, cell: Cell) -> Ask:
        columns = self.widths[cell.column - 1 : cell.column - 1 + cell.columns]
        room = round(sum(columns) - 2 * INSET_X, 3)
        return cell.kind, room, _pieces(cell.text, room / SIZES[cell.kind])

    @cached_property
    def by_row(self) -> Mapping[int, list[Cell]]:
        found: dict[int, list[Cell]] = {}
        for cell in self.cells:
            for row in range(cell.row, cell.last + 1):
                found.setdefault(row, []).append(cell)
        return found

    def shown(self, first: int, last: int) -> list[Cell]:
        """The cells of these rows, in reading order, with what of them stands there."""
        begun = [cell for cell in self.by_row.get(first, ()) if cell.row < first]
        rows = range(first, last + 1)
        among = [cell for row in rows for cell in self.by_row.get(row, ()) if cell.row == row]
        found = clipped([*begun, *among], first, last)
        return sorted(found, key=lambda cell: (cell.row, cell.column))


def laid(grid: Grid) -> Laid:
    look = look_of(grid)
    cells = tuple(cells_of(grid, look))
    scale = (WIDTH - 2 * SIDE) / sum(look.widths)
    last = max((cell.last for cell in cells), default=0)
    head = max((c.last for c in cells if c.row <= look.header_row), default=0)
    widths = tuple(width * scale for width in look.widths)
    labels = min(look.left_columns, default=1) - 1
    return Laid(cells, head, last, widths, labels)


def sheets(table: Laid, needs: Mapping[Ask, float]) -> Iterator[dict[str, Any]]:
    """What to draw, page by page; the last one ends with the line to sign."""

    def need(cell: Cell) -> float:
        return needs[table.ask(cell)] + 2 * INSET_Y

    def rows(first: int, last: int) -> list[float]:
        return heights(table.shown(first, last), need, range(first, last + 1))

    def measure(first: int, last: int) -> float:
        return sum(rows(first, last))

    head = table.head if measure(1, table.head) <= ROOM * HEAD_SHARE else 0
    room = ROOM - measure(1, head)
    below = list(blocks(table.cells, head + 1, table.last))
    done = with_signature(pages(below, measure, room), measure, room, SIGNATURE)

    def again(cell: Cell, part: Part) -> bool:
        return table.names(cell, part) and need(cell) <= LABEL

    for number, page in enumerate(done or [()], 1):
        body = [rows(part.first, part.last) for part in page]
        yield {
            "widths": table.widths,
            "heights": [*rows(1, head), *(height for part in body for height in part)],
            "flows": any(part.flows for part in page),
            "head": [_drawn(table, cell) for cell in table.shown(1, head)],
            "body": [
                _drawn(table, cell) | {"again": again(cell, part)}
                for part in page
                for cell in table.shown(part.first, part.last)
            ],
            "signed": number == max(len(done), 1),
        }


def _drawn(table: Laid, cell: Cell) -> dict[str, Any]:
    return {
        "rows": cell.rows,
        "columns": cell.columns,
        "kind": cell.kind,
        "left": cell.left,
        "pieces": table.ask(cell)[2],
        "again": False,
    }


@lru_cache(maxsize=4_096)
def _pieces(text: str, room: float) -> tuple[str, ...]:
    return tuple(pieces(text, room)) or ("",)
