"""Rows that stand across a list and are no indicators: a unit's name over its projects, notes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from performance.goals.sheet import Coded
from performance.sheets.grid import Grid, address
from performance.sheets.layouts.heading import Heading
from performance.sheets.layouts.rows import Row
from performance.sheets.layouts.table import hint
from performance.sheets.located import Located

_OF_A_PROJECT = ("overall_goal", "annual_goal", "level1", "level2")


def without_bands(
    rows: Iterable[Row], grid: Grid, heading: Heading, notes: list[Located]
) -> list[Row]:
    """The rows that are left; where units have no column, each with the unit of its band."""
    rows = list(rows)
    bands = {row.number for row in rows if _is_across(row)} | _lone(rows, grid, heading)
    kept: list[Row] = []
    over: Row | None = None
    for row in rows:
        if row.number in bands:
            over = row if _names_unit(row, grid, heading) else over
            text = _text(row, grid)[:20]
            message = f"第{row.number}行只有“{text}”，不是指标，未读入。"
            notes.append(hint(grid, address(row.number, 1), message))
        else:
            kept.append(_under(row, over, grid) if over else row)
    return kept


def _is_across(row: Row) -> bool:
    """One merged cell over names and indicators alike."""
    places = {row.cells.get("project"), row.cells.get("level3")}
    return len(places) == 1 and bool(row.texts["project"])


def _lone(rows: Sequence[Row], grid: Grid, heading: Heading) -> set[int]:
    """Rows of one word that belongs to nothing: the next row has a name, and a unit, of its own."""
    found: set[int] = set()
    below: Row | None = None
    told = [name for name in ("unit", "project") if name in heading.columns]
    for row in reversed(rows):
        is_last = below is None or all(below.owns(name) for name in told)
        if is_last and sum(map(bool, grid.rows[row.number])) == 1 and not _says(row):
            found.add(row.number)
        else:
            below = row
    return found


def _says(row: Row) -> bool:
    """Whether it says something of an indicator, or of the project it stands in."""
    return row.is_line or any(row.owns(name) for name in _OF_A_PROJECT)


def _names_unit(row: Row, grid: Grid, heading: Heading) -> bool:
    if "unit" in heading.columns:
        return False
    return _is_across(row) or bool(Coded.parse(_text(row, grid)).code)


def _under(row: Row, band: Row, grid: Grid) -> Row:
    place = next(_places(band, grid))
    texts = {**row.texts, "unit": _text(band, grid)}
    return replace(row, texts=texts, cells={**row.cells, "unit": place})


def _places(row: Row, grid: Grid) -> Iterator[tuple[int, int]]:
    return ((row.number, n) for n, text in enumerate(grid.rows[row.number], 1) if text)


def _text(row: Row, grid: Grid) -> str:
    return next((text for text in grid.rows[row.number] if text), "")
