"""Marks that stand for what is written above them: 〃, ″, 同上."""

import re
from collections.abc import Mapping
from dataclasses import replace

from performance.sheets.grid import Grid, Note
from performance.sheets.layouts.declared import meaning_in, spellings
from performance.sheets.layouts.listing import LISTING, MEASURE, SIGN
from performance.sheets.layouts.table import Place

_MARK = re.compile("[〃″]{1,2}|同上[。.]?")
_LIKE_ONE = re.compile("[\"“”]{1,2}|'{2}")
_LONGEST = 3
_HEADINGS = spellings((*LISTING.columns, *LISTING.beside, SIGN, MEASURE))


def without_dittos(grid: Grid) -> Grid:
    """The grid with the texts that are meant, and a note in each row that had such marks."""
    if not any(_is_mark(text) for cells in grid.rows.values() for text in cells):
        return grid
    meant: dict[Place, str] = {}
    headed: set[int] = set()
    above: dict[int, str] = {}
    for row in sorted(grid.rows):
        for column in range(1, len(grid.rows[row]) + 1):
            text = grid.text(row, column)
            if _is_mark(text) and grid.origin(row, column) == (row, column):
                meant[row, column] = above.get(column, "") if _MARK.fullmatch(text) else ""
            elif meaning_in(_HEADINGS, text):
                above.pop(column, "")  # below a heading nothing is meant yet
                headed.add(column)
            elif text:
                above[column] = text
    return _replaced(grid, meant, headed)


def _is_mark(text: str) -> bool:
    """Also quotation marks, which may as well be a text: they are told, and nothing more."""
    return len(text) <= _LONGEST and bool(_MARK.fullmatch(text) or _LIKE_ONE.fullmatch(text))


def _replaced(grid: Grid, meant: Mapping[Place, str], headed: set[int]) -> Grid:
    rows = {number: list(cells) for number, cells in grid.rows.items()}
    marks: dict[int, list[int]] = {}
    for (row, column), text in meant.items():
        rows[row][column - 1] = text or rows[row][column - 1]
        marks.setdefault(row, []).append(column)
    notes = [_note(grid, meant, row, headed, columns) for row, columns in marks.items()]
    return replace(
        grid,
        rows={number: tuple(cells) for number, cells in rows.items()},
        notes=(*grid.notes, *notes),
    )


def _note(
    grid: Grid, meant: Mapping[Place, str], row: int, headed: set[int], columns: list[int]
) -> Note:
    """At a mark whose column is known: nobody looks at notes of what is not read."""
    unknown = [column for column in columns if not meant[row, column]]
    column = min(unknown or columns, key=lambda c: (c not in headed, c))
    mark = grid.text(row, column)
    if unknown:
        message = f"第{row}行的“{mark}”不知道指的是什么，照原样读取；请改成要填的内容后再上传。"
        return Note(row, column, "warning", message, "F04")
    message = f"第{row}行的“{mark}”按上面一行的内容读取，请核对。"
    return Note(row, column, "hint", message, "F04")
