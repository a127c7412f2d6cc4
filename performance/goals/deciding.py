"""Two people's sheet, once somebody has chosen at each cell that both changed. Pure."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from performance.goals.merge import LEVELS, ROW, VALUES, Conflict, Merged
from performance.goals.sheet import FORM_FIELDS, Line, Sheet

MINE, THEIRS = "mine", "theirs"
_NAME = re.compile(r"([0-9A-Za-z]{0,12})-([a-z_0-9]+)", re.ASCII)


def name_of(conflict: Conflict, sheet: Sheet) -> str:
    """`line key-field`, with no key in the head: what a choice is known by."""
    key = "" if conflict.line is None else sheet.lines[conflict.line].key
    return f"{key}-{conflict.field}"


def with_theirs(merged: Merged, theirs: Sheet) -> Sheet:
    """Where both changed a cell, theirs stands."""
    chosen = {name_of(conflict, merged.sheet): THEIRS for conflict in merged.conflicts}
    return decided(merged.sheet, theirs, chosen)


def decided(mine: Sheet, theirs: Sheet, chosen: Mapping[str, str]) -> Sheet:
    """My sheet with their cells where I chose them, and without the rows that I gave up.

    `chosen` is by name (see `name_of`); names of nothing do nothing.
    """
    sides = {found.groups(): chosen[name] for name in chosen if (found := _NAME.fullmatch(name))}
    picks = {place for place, side in sides.items() if side == THEIRS}
    head = {
        field: getattr(theirs, field)
        for key, field in picks
        if not key and field in FORM_FIELDS and field != "unit"
    }
    other = {line.key: line for line in theirs.lines}
    rows = {key: side for (key, field), side in sides.items() if field == ROW}
    lines = tuple(
        _decided_line(line, other.get(line.key), {field for key, field in picks if key == line.key})
        for line in mine.lines
        if not _given_up(line, other, rows)
    )
    return replace(mine, **head, lines=lines)


def _given_up(line: Line, theirs: Mapping[str, Line], rows: Mapping[str, str]) -> bool:
    """I removed what they changed and hold to it, or they removed what I changed and I agree."""
    return bool(line.key) and rows.get(line.key) == (MINE if line.key in theirs else THEIRS)


def _decided_line(mine: Line, theirs: Line | None, fields: set[str]) -> Line:
    if theirs is None or not mine.key:
        return mine
    names = {name for field in fields for name in (LEVELS if field == "level3" else (field,))}
    values: dict[str, Any] = {name: getattr(theirs, name) for name in names & {*LEVELS, *VALUES}}
    return replace(mine, **values)
