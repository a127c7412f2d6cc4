"""Two people's changes to the same sheet, brought together cell by cell. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from performance.goals.matching import match_lines
from performance.goals.sheet import FORM_FIELDS, Line, Sheet, shown

LEVELS = ("level1", "level2", "level3")
VALUES = ("cycle_value", "annual_value")
ROW = "line"
_MERGED_HEAD = tuple(name for name in FORM_FIELDS if name != "unit")  # a goal stays in its unit


@dataclass(frozen=True)
class Conflict:
    """One cell that both changed, each to something else; `line` is None in the head.

    `line` is an index of the merged sheet, which holds `mine`. The field `line` stands for the
    row as a whole: one removed it, the other changed it; it is kept, and "" is the removed side.
    """

    line: int | None
    field: str
    base: str
    mine: str
    theirs: str


@dataclass(frozen=True)
class Merged:
    sheet: Sheet
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True)
class _Row:
    """A line of the result, and where it stands in the two orders (None: unknown there)."""

    line: Line
    mine: int | None
    theirs: int | None
    conflicts: tuple[Conflict, ...] = ()


def merge(base: Sheet, mine: Sheet, theirs: Sheet) -> Merged:
    """What `mine` and `theirs`, both made from `base`, say together.

    What only one side changed is taken; order never conflicts: mine counts where I moved or added
    lines, else theirs, and lines it does not know come last. Merged lines have theirs' keys.
    """
    head, conflicts = _merge_head(base, mine, theirs)
    rows = _in_order(list(_rows(base, mine, theirs)), _says_order(base, mine))
    for index, row in enumerate(rows):
        conflicts += [replace(conflict, line=index) for conflict in row.conflicts]
    lines = tuple(row.line for row in rows)
    return Merged(replace(theirs, **head, lines=lines, ref=None), tuple(conflicts))


def _merge_head(base: Sheet, mine: Sheet, theirs: Sheet) -> tuple[dict, list[Conflict]]:
    head, conflicts = {}, []
    for name in _MERGED_HEAD:
        before, a, b = (getattr(sheet, name) for sheet in (base, mine, theirs))
        head[name] = b if a == before else a
        if a != before and b not in (before, a):
            conflicts.append(Conflict(None, name, shown(before), shown(a), shown(b)))
    return head, conflicts


def _rows(base: Sheet, mine: Sheet, theirs: Sheet) -> Iterator[_Row]:
    at_mine, new_mine = _placed(base, mine)
    at_theirs, new_theirs = _placed(base, theirs)
    for index, line in enumerate(base.lines):
        yield from _merge_line(line, mine, theirs, at_mine.get(index), at_theirs.get(index))
    yield from _merge_new(mine, theirs, new_mine, new_theirs)


def _placed(base: Sheet, sheet: Sheet) -> tuple[dict[int, int], list[int]]:
    """Index of a base line → index of the same line in the sheet; and the lines that are new."""
    found = _found(base, sheet)
    placed = {old: new for new, old in enumerate(found) if old is not None}
    return placed, [new for new, old in enumerate(found) if old is None]


def _found(base: Sheet, sheet: Sheet) -> list[int | None]:
    """The same place says nothing here: a line that nothing else places is a new one."""
    return match_lines(base.lines, sheet.lines, by_position=False)


def _merge_line(
    base: Line, mine: Sheet, theirs: Sheet, m: int | None, t: int | None
) -> Iterator[_Row]:
    a = None if m is None else mine.lines[m]
    b = None if t is None else theirs.lines[t]
    if a is not None and b is not None:
        line, conflicts = _merge_cells(base, a, b)
        yield _Row(line, m, t, conflicts)
    elif b is not None and b != base:
        yield _Row(b, m, t, (Conflict(None, ROW, said(base), "", said(b)),))
    elif a is not None and a != base:
        yield _Row(a, m, t, (Conflict(None, ROW, said(base), said(a), ""),))


def _merge_new(
    mine: Sheet, theirs: Sheet, new_mine: Sequence[int], new_theirs: Sequence[int]
) -> Iterator[_Row]:
    """The same indicator added by both is one line."""
    free = list(new_theirs)
    for m in new_mine:
        a = mine.lines[m]
        t = next((t for t in free if a.level3 and theirs.lines[t].level3 == a.level3), None)
        if t is None:
            yield _Row(a, m, None)
            continue
        free.remove(t)
        b = theirs.lines[t]
        line, conflicts = _merge_cells(Line(b.level1, b.level2, b.level3), a, b)
        yield _Row(line, m, t, conflicts)
    for t in free:
        yield _Row(theirs.lines[t], None, t)


def _merge_cells(base: Line, a: Line, b: Line) -> tuple[Line, tuple[Conflict, ...]]:
    """The three levels are one cell: they say which indicator the line is."""
    before, ours, others = _levels(base), _levels(a), _levels(b)
    kept = dict(zip(LEVELS, others if ours == before else ours, strict=True))
    conflicts = []
    if ours != before and others not in (before, ours):
        texts = (shown(line.level3) for line in (base, a, b))
        conflicts.append(Conflict(None, "level3", *texts))
    for name in VALUES:
        old, x, y = (getattr(line, name) for line in (base, a, b))
        # a value typed for one indicator is not taken over for another without being asked
        meant_for_another = ours != others and x != y and (x if ours == before else y) != old
        kept[name] = y if x == old and not meant_for_another else x
        if meant_for_another or (x != old and y not in (old, x)):
            conflicts.append(Conflict(None, name, old, x, y))
    return Line(**kept, key=b.key, ref=a.ref), tuple(conflicts)


def said(line: Line) -> str:
    """A line in one string, for people."""
    values = [text for text in (line.cycle_value, line.annual_value) if text]
    return "，".join([shown(line.level3), *values])


def _levels(line: Line) -> tuple:
    return tuple(getattr(line, name) for name in LEVELS)


def _says_order(base: Sheet, mine: Sheet) -> bool:
    """Whether I moved or added lines."""
    found = _found(base, mine)
    kept = [index for index in found if index is not None]
    return kept != sorted(kept) or None in found


def _in_order(rows: list[_Row], mine_says: bool) -> list[_Row]:
    def place(row: _Row) -> tuple[bool, int, int]:
        first, second = (row.mine, row.theirs) if mine_says else (row.theirs, row.mine)
        return first is None, first or 0, second or 0

    return sorted(rows, key=place)
