"""Rows as they stand on paper: merged cells cut so that no page is without their words. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

from performance.goals.sheet import Line, Sheet
from performance.sheets.layouts.listing import LISTING
from performance.sheets.layouts.written import flat_rows

# A merged cell that is higher says what it says again: so it is read on every page it reaches.
HIGHEST = 15
GOES_ON = "续"


@dataclass(frozen=True)
class Cell:
    """A cell and how many rows it is high."""

    text: str
    rows: int = 1
    left: bool = False
    mark: str = ""


Row = tuple[Cell, ...]
T = TypeVar("T")


def form_rows(lines: Sequence[Line]) -> list[Row]:
    """Levels 1 and 2 stand once for the lines that follow each other under them."""
    rows: list[Row] = []
    for level1, under1 in _runs(lines, "level1"):
        for level2, under2 in _runs(under1, "level2"):
            for line in under2:
                heads: Row = (Cell(level1, len(under1)),) if line is under1[0] else ()
                heads += (Cell(level2, len(under2)),) if line is under2[0] else ()
                own = (line.level3.text, line.cycle_value, line.annual_value)
                rows.append((*heads, *map(Cell, own)))
    return rows


def _runs(lines: Sequence[Line], level: str) -> Iterator[tuple[str, Sequence[Line]]]:
    for coded, run in groupby(lines, key=lambda line: getattr(line, level)):
        for part in _parts(list(run)):
            yield coded.text, part


def _parts(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """In order, none of them higher than a merged cell may be."""
    for start in range(0, len(rows), HIGHEST):
        yield rows[start : start + HIGHEST]


def list_groups(sheet: Sheet, mark: str) -> Iterator[tuple[Row, ...]]:
    """A project's rows in the list; of a long one several groups, the later told as going on."""
    for number, part in enumerate(_parts(list(flat_rows(LISTING, sheet)))):
        cells = [_cells(row, len(part), GOES_ON if number else mark) for row in part]
        yield tuple(row if index == 0 else _unmerged(row) for index, row in enumerate(cells))


def _cells(texts: Sequence[str], rows: int, mark: str) -> Row:
    """One row with every cell, as high as it is where it comes first."""
    return tuple(
        Cell(
            text="同上" if text and column.left and mark == GOES_ON else text,
            rows=rows if column.field in LISTING.merged else 1,
            left=column.left,
            mark=mark if column.field == "project" else "",
        )
        for column, text in zip(LISTING.columns, texts, strict=True)
    )


def _unmerged(row: Row) -> Row:
    columns = zip(LISTING.columns, row, strict=True)
    return tuple(cell for column, cell in columns if column.field not in LISTING.merged)
