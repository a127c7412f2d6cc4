"""Several lists in one worksheet, one below the other: each has its title, year and columns."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise, takewhile

from performance.sheets.grid import Grid
from performance.sheets.layouts.declared import ListLayout
from performance.sheets.layouts.heading import (
    Heading,
    find_heading,
    find_unit,
    find_year,
    fits_at,
)
from performance.sheets.layouts.listing import LISTING
from performance.sheets.layouts.platform import PLATFORM


def apart(grid: Grid) -> list[Grid]:
    """The grid as it is, or one for each list in it. Rows keep their numbers.

    A heading that only comes again, as on each page of a print, begins no other list: one with
    another year or unit above it does, or one whose columns stand elsewhere.
    """
    found = [(one, heading) for one in (LISTING, PLATFORM) if (heading := find_heading(one, grid))]
    if not found:
        return [grid]
    layout, first = max(found, key=lambda pair: len(pair[1].columns))
    bounds = [0, *_starts(layout, grid, first), max(grid.rows) + 1]
    if len(bounds) == 2:
        return [grid]
    return [_part(grid, top, end) for top, end in pairwise(bounds)]


def _starts(layout: ListLayout, grid: Grid, before: Heading) -> Iterator[int]:
    """The rows with which further lists begin: their titles, or their headings."""
    numbers = sorted(grid.rows)
    told = _told(grid, [row for row in numbers if row < before.first], before)
    for index, number in enumerate(numbers):
        found = fits_at(layout, grid, number) if number > before.row else None
        if found is None:
            continue
        preface = _preface(grid, numbers[:index], before.row, found)
        year, unit = _told(grid, preface, found)
        new = (year or told[0], unit or told[1])
        if new != told or _moved(found, before):
            yield min([*preface, number])
        told, before = new, found


def _preface(grid: Grid, above: list[int], after: int, heading: Heading) -> list[int]:
    """The rows right above a heading that are a title, or name a unit for the whole list."""
    names = heading.columns["level3"]
    rows = takewhile(lambda row: row > after and _is_preface(grid, row, names), reversed(above))
    return list(rows)


def _is_preface(grid: Grid, row: int, names: int) -> bool:
    columns = [column for column, text in enumerate(grid.rows[row], 1) if text]
    alone = len(columns) == 1 and columns[0] != names
    return alone or find_unit(_only(grid, [row]), row + 1) is not None


def _told(grid: Grid, rows: list[int], heading: Heading) -> tuple[int | None, str | None]:
    """The year and the unit that stand above a list, where they do."""
    above = _only(grid, rows)
    unit = None if "unit" in heading.columns else find_unit(above, heading.row)
    return find_year(above, heading.row), unit[0] if unit else None


def _only(grid: Grid, rows: list[int]) -> Grid:
    return Grid("", {row: grid.rows[row] for row in rows})


def _moved(found: Heading, before: Heading) -> bool:
    """Whether the same field stands in another column."""
    both = found.columns.keys() & before.columns.keys()
    return any(found.columns[name] != before.columns[name] for name in both)


def _part(grid: Grid, top: int, end: int) -> Grid:
    return replace(
        grid,
        rows={row: cells for row, cells in grid.rows.items() if top <= row < end},
        merges=tuple(area for area in grid.merges if top <= area[0] and area[2] < end),
        notes=tuple(n for n in grid.notes if top <= n.row < end or (not n.row and not top)),
    )
