"""Which cells of a goal may be changed after a return: those that were remarked, and no others.

An opening is a (line key, field) pair; the key of the head and of the form as a whole is "".
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from performance.goals.sheet import (
    FIELDS,
    FORM_FIELDS,
    LINE_FIELDS,
    Line,
    Sheet,
    content_hash,
    shown,
)

Opening = tuple[str, str]
"""Line key and field."""

FORM = "form"
"""The field of an opening that opens everything."""
LINES = "lines"
"""The field of an opening that lets lines be added and reordered."""
LINE = "line"
"""The field of an opening that opens a whole line, and lets it be removed."""
PLACES = {FORM: "整张表", LINES: "指标（增加、移动行）", LINE: "整行"}

_LEVELS = ("level1", "level2", "level3")
"""Levels 1 and 2 come along with the indicator: a remark on any of them opens all three."""


@dataclass(frozen=True)
class Opened:
    """What may be changed; `cells` None stands for everything."""

    cells: frozenset[Opening] | None = None

    @classmethod
    def of(cls, stored: Collection[Collection[str]] | None) -> "Opened":
        """From Goal.open_cells."""
        if stored is None:
            return cls()
        cells = frozenset((key, field) for key, field in stored)
        return cls(None if ("", FORM) in cells else cells)

    @property
    def everything(self) -> bool:
        return self.cells is None

    def allows(self, key: str, field: str) -> bool:
        if self.cells is None or (key, field) in self.cells:
            return True
        if not key:
            return False
        names = _LEVELS if field in _LEVELS else ()
        return any((key, name) in self.cells for name in (LINE, *names))

    @property
    def adds_lines(self) -> bool:
        return self.cells is None or ("", LINES) in self.cells

    def removes(self, key: str) -> bool:
        return self.cells is None or (key, LINE) in self.cells


def closed_changes(before: Sheet, after: Sheet, opened: Opened) -> list[str]:
    """Where `after` changes what is not open, in the words of the form."""
    return [] if opened.everything else list(_closed_changes(before, after, opened))


def text_at(sheet: Sheet, key: str, field: str) -> str | None:
    """What stands in a cell; None where it is no cell of the sheet, or its line is gone."""
    if not key:
        return shown(getattr(sheet, field)) if field in FORM_FIELDS else None
    line = next((line for line in sheet.lines if line.key == key), None)
    return shown(getattr(line, field)) if line and field in LINE_FIELDS else None


def is_touched(before: Sheet, after: Sheet, key: str, field: str) -> bool:
    """Whether anything changed where a remark points."""
    if field == FORM:
        return content_hash(before) != content_hash(after)
    if field == LINES:
        return [line.key for line in before.lines] != [line.key for line in after.lines]
    if field == LINE:
        pair = [next((ln for ln in s.lines if ln.key == key), None) for s in (before, after)]
        return pair[0] != pair[1]
    return text_at(before, key, field) != text_at(after, key, field)


def place_of(key: str, field: str, sheet: Sheet) -> str:
    """A cell in the words of the form; a line that is gone is still told."""
    name = PLACES.get(field) or FIELDS.get(field, field)
    if not key:
        return name
    number = next((n for n, line in enumerate(sheet.lines, 1) if line.key == key), None)
    return f"第{number}行“{name}”" if number else f"已删除的行“{name}”"


def _closed_changes(before: Sheet, after: Sheet, opened: Opened) -> Iterator[str]:
    for name in FORM_FIELDS:
        if getattr(before, name) != getattr(after, name) and not opened.allows("", name):
            yield FORM_FIELDS[name]
    known = {line.key: line for line in before.lines}
    for number, line in enumerate(after.lines, 1):
        yield from _changed_in_line(number, known.get(line.key), line, opened)
    kept = {line.key for line in after.lines}
    for number, line in enumerate(before.lines, 1):
        if line.key not in kept and not opened.removes(line.key):
            yield f"原第{number}行（删除）"
    order = [line.key for line in after.lines if line.key in known]
    was = [line.key for line in before.lines if line.key in kept]
    if order != was and not opened.adds_lines:
        yield "各行的顺序"


def _changed_in_line(
    number: int, before: Line | None, after: Line, opened: Opened
) -> Iterator[str]:
    if before is None:
        if not opened.adds_lines:
            yield f"第{number}行（新增）"
        return
    for name in LINE_FIELDS:
        changed = shown(getattr(before, name)) != shown(getattr(after, name))
        if changed and not opened.allows(after.key, name):
            yield f"第{number}行“{LINE_FIELDS[name]}”"
