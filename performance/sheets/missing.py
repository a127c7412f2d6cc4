"""Which reference entries the sheets of a year ask for that the year does not have. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from performance.goals.background import Background, Known
from performance.goals.refusals import control_character
from performance.goals.sheet import Coded, Line, Sheet
from performance.quality.finding import cell_of
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
    frame, indicators = dict(background.frame), dict(background.indicators)
    categories = dict(background.categories)
    grown = replace(background, frame=frame, indicators=indicators, categories=categories)
    wanted: list[Wanted] = []
    for goal, sheet in sheets:
        if _new(sheet.category, categories):
            categories[sheet.category.code] = Known(sheet.category.name)
            creation = Creation("category", sheet.year, sheet.category.code, sheet.category.name)
            wanted.append(_wanted(creation, goal, sheet, None, "category"))
        for index, line in enumerate(sheet.lines):
            for field, creation in _of_line(line, sheet.year, grown):
                entries = indicators if creation.what == "indicator" else frame
                entries[creation.code] = Known(creation.name, creation.parent)
                wanted.append(_wanted(creation, goal, sheet, index, field))
    return wanted, grown


def _of_line(line: Line, year: int, grown: Background) -> Iterator[tuple[str, Creation]]:
    """Level by level: each is looked up after the one above it has been entered."""
    frame, level1 = grown.frame, line.level1
    if _new(level1, frame) and level1.code.isdigit():
        yield "level1", Creation("frame", year, level1.code, level1.name)
    if _new(line.level2, frame) and level1.code in frame and level2_fits(line, grown):
        yield "level2", Creation("frame", year, line.level2.code, line.level2.name, level1.code)
    level2 = frame.get(line.level2.code)
    fits = level2 is not None and level2.parent and level2.parent == level1.code
    if fits and _new(line.level3, grown.indicators) and not code_problem(line, grown):
        parent = line.level2.code
        yield "level3", Creation("indicator", year, line.level3.code, line.level3.name, parent)


def can_be_entered(coded: Coded) -> bool:
    """An entry has a code and a name that the database can hold."""
    fits = len(coded.code) <= _CODE_LENGTH and not control_character(coded.text)
    return bool(coded.code and coded.name and fits)


def _new(coded: Coded, known: Mapping[str, Known]) -> bool:
    return coded.code not in known and can_be_entered(coded)


def _wanted(creation: Creation, goal: int, sheet: Sheet, line: int | None, field: str) -> Wanted:
    worksheet = sheet.ref.sheet if sheet.ref else None
    return Wanted(creation, goal, worksheet, cell_of(sheet, line, field))
