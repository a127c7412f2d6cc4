"""From the cells of one worksheet, as they stream by, to a Grid."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from performance.sheets.formats.budget import Budget
from performance.sheets.formats.hidden import Spans, without_hidden
from performance.sheets.formats.readings import Reading
from performance.sheets.grid import Area, Grid, Note

MAX_NOTES = 1_000


@dataclass
class Gathered:
    """What was seen of one worksheet so far."""

    budget: Budget
    rows: dict[int, list[str]] = field(default_factory=dict)
    notes: dict[tuple[int, int], Note] = field(default_factory=dict)
    merges: list[Area] = field(default_factory=list)
    hidden_rows: Spans = field(default_factory=Spans)
    hidden_columns: Spans = field(default_factory=Spans)

    def take(self, row: int, column: int, reading: Reading) -> None:
        if reading.message and len(self.notes) < MAX_NOTES:
            message = reading.message
            if len(self.notes) == MAX_NOTES - 1:
                message += f"（本工作表这类提示超过 {MAX_NOTES} 条，其余不再列出。）"
            self.notes[row, column] = Note(row, column, reading.level, message)
        if reading.text:
            self._put(row, column, reading.text)

    def merge(self, area: Area) -> None:
        self.budget.spend("merges")
        self.merges.append(area)

    def grid(self, name: str, *, hidden: bool = True) -> Grid:
        """With `hidden`, what nobody sees in the worksheet is read like everything else."""
        merges = tuple(_within(self))
        _clear_covered(self, merges)
        rows = {row: tuple(cells) for row, cells in sorted(self.rows.items()) if any(cells)}
        notes = sorted(self.notes.values(), key=lambda note: (note.row, note.column))
        grid = Grid(name, rows, merges, tuple(notes))
        return grid if hidden else without_hidden(grid, self.hidden_rows, self.hidden_columns)

    def _put(self, row: int, column: int, text: str) -> None:
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


def _within(sheet: Gathered) -> Iterator[Area]:
    """Merged areas cut to the used rows and columns; one that is then a single cell is none."""
    last_row = max(sheet.rows, default=0)
    last_column = max(map(len, sheet.rows.values()), default=0)
    for top, left, bottom, right in sheet.merges:
        bottom, right = min(bottom, last_row), min(right, last_column)
        if top <= bottom and left <= right and (top, left) != (bottom, right):
            height = min(bottom - top + 1, len(sheet.rows))
            sheet.budget.spend("merged", height * (right - left + 1))
            yield top, left, bottom, right


def _clear_covered(sheet: Gathered, merges: Sequence[Area]) -> None:
    """Text left under a merged area is not to be seen in the sheet, and nothing of it is read."""
    numbers = sorted(sheet.rows)
    for top, left, bottom, right in merges:
        for row in numbers[bisect_left(numbers, top) : bisect_right(numbers, bottom)]:
            first = left + 1 if row == top else left
            _clear(sheet, row, first, right)
    for cells in sheet.rows.values():
        while cells and not cells[-1]:
            cells.pop()


def _clear(sheet: Gathered, row: int, first: int, last: int) -> None:
    cells = sheet.rows[row]
    for column in range(first, min(last, len(cells)) + 1):
        cells[column - 1] = ""
        sheet.notes.pop((row, column), None)
