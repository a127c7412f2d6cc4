"""Which reference entries the sheets of a year ask for that the year does not have. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from performance.goals.background import Background
from performance.goals.sheet import Coded, Line, Sheet
from performance.library.lookup import NAME_LENGTH, Entries, Entry
from performance.library.plain import control_character
from performance.quality.finding import cell_of, worksheet_of
from performance.quality.rules.structure import code_problem, level2_fits
from performance.sheets.plan import Creation

_CODE_LENGTH = 32  # of a library's entry or a unit; goals keep longer ones as written


@dataclass(frozen=True)
class Wanted:
    """An entry that would be created, and the first place it appears at."""

    creation: Creation
    goal: int
    sheet: str | None
    cell: str | None


def missing_entries(
    sheets: Iterable[tuple[int, Sheet]], background: Background
) -> tuple[list[Wanted], Background]:
    """What is asked for, and the background as it would be with all of it.

    An indicator whose code does not fit its levels is not asked for: that is a fault of the sheet.
    """
    grown = replace(
        background,
        frame=background.frame.copy(),
        indicators=background.indicators.copy(),
        categories=background.categories.copy(),
    )
    wanted: list[Wanted] = []
    for goal, sheet in sheets:
        if _new(sheet.category, grown.categories):
            entry = Entry(sheet.category.code, sheet.category.name)
            grown.categories.add(entry)
            wanted.append(_wanted("category", entry, goal, sheet, None, "category"))
        for index, line in enumerate(sheet.lines):
            for field, entry in _of_line(line, grown):
                what = "indicator" if field == "level3" else "frame"
                (grown.indicators if field == "level3" else grown.frame).add(entry)
                wanted.append(_wanted(what, entry, goal, sheet, index, field))
    return wanted, grown


def _of_line(line: Line, grown: Background) -> Iterator[tuple[str, Entry]]:
    """Level by level: each is looked up after the one above it has been entered."""
    if _new(line.level1, grown.frame) and _may_be_level1(line):
        yield "level1", Entry(line.level1.code, line.level1.name)
    level1 = grown.level1(line.level1)
    if level1 and _new(line.level2, grown.frame, level1.key) and _may_be_level2(line, grown):
        yield "level2", Entry(line.level2.code, line.level2.name, level1.key)
    level2 = grown.level2(line.level1, line.level2)
    if level1 is None or level2 is None or level2.parent != level1.key:
        return
    if _new(line.level3, grown.indicators, level2.key) and not code_problem(line, grown):
        yield "level3", Entry(line.level3.code, line.level3.name, level2.key)


def _may_be_level1(line: Line) -> bool:
    """A name alone opens a level 1 only for a source that has no codes."""
    if line.level1.code:
        return line.level1.code.isdigit()
    return bool(line.level2) and not (line.level2.code or line.level3.code)


def _may_be_level2(line: Line, grown: Background) -> bool:
    """As for a level 1: a coded indicator names its level 2 by its code."""
    if line.level2.code:
        return level2_fits(line, grown)
    return not line.level3.code


def can_be_entered(coded: Coded) -> bool:
    """An entry has a name, and texts that the database can hold; a name is short if it is all."""
    if not coded.name or len(coded.code) > _CODE_LENGTH or control_character(coded.text):
        return False
    return bool(coded.code) or len(coded.name) <= NAME_LENGTH


def _new(coded: Coded, known: Entries, parent: str = "") -> bool:
    """A name that several have asks for no further one."""
    return not known.meant(coded, parent) and can_be_entered(coded)


def _wanted(
    what: str, entry: Entry, goal: int, sheet: Sheet, line: int | None, field: str
) -> Wanted:
    creation = Creation(what, sheet.year, entry.code, entry.name, entry.parent)
    return Wanted(creation, goal, worksheet_of(sheet), cell_of(sheet, line, field))
