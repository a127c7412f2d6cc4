"""What a written worksheet needs besides its text: names, row heights, safe characters."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from unicodedata import east_asian_width

from performance.sheets.grid import Grid, Look

TITLE_HEIGHT, HEADER_HEIGHT, BODY_HEIGHT = 30.0, 32.0, 28.0
MAX_HEIGHT = 409.5
LINE_HEIGHT = 13.5
PADDING = 4.0
DEFAULT_WIDTH = 16.0
NAME_LENGTH = 31

_FORBIDDEN_IN_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# XML cannot hold these; Excel writes them as _x0007_, and a text that looks so as _x005F_x0007_.
_UNWRITABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)",
)


def escaped(text: str) -> str:
    """The text with characters that XML cannot hold written the way Excel writes them."""
    return _UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def sheet_names(names: Iterable[str]) -> Iterator[str]:
    """Names as Excel allows them, each once whatever its case."""
    taken: set[str] = set()
    for number, name in enumerate(names, 1):
        clean = _FORBIDDEN_IN_NAME.sub("", name).strip().strip("'")[:NAME_LENGTH].rstrip("'")
        if clean.casefold() in ("", "history"):
            clean = f"工作表{number}"
        unique = _numbered(clean, taken)
        taken.add(unique.casefold())
        yield unique


def _numbered(name: str, taken: set[str]) -> str:
    unique, number = name, 1
    while unique.casefold() in taken:
        number += 1
        unique = f"{name[: NAME_LENGTH - len(str(number)) - 2]}({number})"
    return unique


def look_of(grid: Grid) -> Look:
    """The grid's look with a width for every column."""
    look = grid.look or Look(title_row=0, header_row=0, widths=())
    columns = max(map(len, grid.rows.values()), default=0)
    columns = max([columns, 1, *(right for _, _, _, right in grid.merges)])
    widths = look.widths + (DEFAULT_WIDTH,) * (columns - len(look.widths))
    return replace(look, widths=widths)


def last_row(grid: Grid) -> int:
    return max([*grid.rows, *(bottom for _, _, bottom, _ in grid.merges)], default=0)


def heights(grid: Grid, look: Look) -> dict[int, float]:
    """Row heights that show every text whole; a merged text may use all rows of its area."""
    found = {row: _least(row, look) for row in range(1, last_row(grid) + 1)}
    merged = {(top, left) for top, left, _, _ in grid.merges}
    for row, cells in grid.rows.items():
        single = (
            _needed(text, look.widths[column - 1])
            for column, text in enumerate(cells, 1)
            if (row, column) not in merged and row != look.title_row
        )
        found[row] = max(found[row], *single, 0.0)
    for area in sorted(grid.merges, key=lambda area: area[2] - area[0]):
        _stretch(found, grid, look, area)
    return {row: min(height, MAX_HEIGHT) for row, height in found.items()}


def _least(row: int, look: Look) -> float:
    return {look.title_row: TITLE_HEIGHT, look.header_row: HEADER_HEIGHT}.get(row, BODY_HEIGHT)


def _stretch(found: dict[int, float], grid: Grid, look: Look, area: tuple[int, ...]) -> None:
    top, left, bottom, right = area
    if top == look.title_row:
        return
    rows = range(top, bottom + 1)
    width = sum(look.widths[left - 1 : right])
    missing = _needed(grid.text(top, left), width) - sum(found[row] for row in rows)
    for row in rows:
        found[row] += max(missing, 0.0) / len(rows)


def _needed(text: str, width: float) -> float:
    if not text:
        return 0.0
    room = max(width - 1, 2)
    lines = sum(max(-(-_units(line) // room), 1) for line in text.split("\n"))
    return lines * LINE_HEIGHT + PADDING


def _units(text: str) -> int:
    """Widths in half characters: Chinese takes two."""
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(character) in "WFA" else 1 for character in text)
