"""From the cells of one worksheet, as they stream by, to a Grid."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, NamedTuple

from performance.sheets.formats.cells import Budget, RawCell, read_cells
from performance.sheets.grid import Area, Grid, Note

MAX_NOTES = 1_000


class Reading(NamedTuple):
    """What a cell says, and what a person should know about it."""

    text: str
    message: str | None = None
    level: str = "hint"


def gather(
    name: str, source: IO[bytes], read: Callable[[RawCell], Reading], budget: Budget
) -> Grid:
    sheet = _Sheet(read, budget)
    areas = read_cells(source, sheet.take, budget)
    merges = tuple(_within(areas, sheet, budget))
    _clear_covered(sheet, merges)
    rows = {row: tuple(cells) for row, cells in sorted(sheet.rows.items()) if any(cells)}
    notes = sorted(sheet.notes.values(), key=lambda note: (note.row, note.column))
    return Grid(name, rows, merges, tuple(notes))


@dataclass
class _Sheet:
    read: Callable[[RawCell], Reading]
    budget: Budget
    rows: dict[int, list[str]] = field(default_factory=dict)
    notes: dict[tuple[int, int], Note] = field(default_factory=dict)

    def take(self, cell: RawCell) -> None:
        reading = self.read(cell)
        if reading.message and len(self.notes) < MAX_NOTES:
            self.notes[cell.row, cell.column] = self.note(cell, reading)
        if reading.text:
            self.put(cell.row, cell.column, reading.text)

    def note(self, cell: RawCell, reading: Reading) -> Note:
        message = reading.message or ""
        if len(self.notes) == MAX_NOTES - 1:
            message += f"（本工作表这类提示超过 {MAX_NOTES} 条，其余不再列出。）"
        return Note(cell.row, cell.column, reading.level, message)

    def put(self, row: int, column: int, text: str) -> None:
        if row not in self.rows:
            self.budget.spend("rows")
            self.rows[row] = []
        cells = self.rows[row]
        missing = column - len(cells)
        if missing > 0:
            self.budget.spend("places", missing)
            cells.extend([""] * missing)
        self.budget.spend("characters", len(text))
        cells[column - 1] = text


def _within(areas: Sequence[Area], sheet: _Sheet, budget: Budget) -> Iterator[Area]:
    """Merged areas cut to the used rows and columns; one that is then a single cell is none."""
    last_row = max(sheet.rows, default=0)
    last_column = max(map(len, sheet.rows.values()), default=0)
    for top, left, bottom, right in areas:
        bottom, right = min(bottom, last_row), min(right, last_column)
        if top <= bottom and left <= right and (top, left) != (bottom, right):
            height = min(bottom - top + 1, len(sheet.rows))
            budget.spend("merged", height * (right - left + 1))
            yield top, left, bottom, right


def _clear_covered(sheet: _Sheet, merges: Sequence[Area]) -> None:
    """Text left under a merged area is not to be seen in the sheet, and nothing of it is read."""
    numbers = sorted(sheet.rows)
    for top, left, bottom, right in merges:
        for row in numbers[bisect_left(numbers, top) : bisect_right(numbers, bottom)]:
            first = left + 1 if row == top else left
            _clear(sheet, row, first, right)
    for cells in sheet.rows.values():
        while cells and not cells[-1]:
            cells.pop()


def _clear(sheet: _Sheet, row: int, first: int, last: int) -> None:
    cells = sheet.rows[row]
    for column in range(first, min(last, len(cells)) + 1):
        cells[column - 1] = ""
        sheet.notes.pop((row, column), None)
