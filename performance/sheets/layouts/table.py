"""What any layout makes of a grid: sheets, findings, and what a sheet has no place for."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from performance.goals.sheet import Sheet
from performance.library.levels import Level
from performance.sheets.grid import Grid, address
from performance.sheets.located import Located

Place = tuple[int, int]


@dataclass(frozen=True)
class Amount:
    """Money as shown. `period`: cycle or annual; `part`: total, fiscal, carried or other."""

    period: str
    part: str
    text: str


@dataclass(frozen=True)
class Extras:
    """What stands on a form beside the goal and is never mixed into it.

    `weights` in the order of the lines, "" where a line has none; `points` of whole levels.
    """

    weights: tuple[str, ...] = ()
    points: tuple[tuple[str, str], ...] = ()
    amounts: tuple[Amount, ...] = ()
    amount_unit: str = ""


NO_EXTRAS = Extras()


@dataclass(frozen=True)
class Split:
    """Where a text in row order parts the overall goal from the annual one: a proposal.

    The lines before `cut` are the overall goal. A person may choose any other cut of `lines`:
    text.splitting.parted makes the two goals of it. `columns`: how wide full lines of each are.
    """

    lines: tuple[str, ...]
    cut: int
    doubtful: bool
    columns: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Table:
    """What one grid holds. `missing`: fields whose column or label is not there.

    `extras` and `splits` follow the order of the sheets, or are empty.
    """

    title: str
    year: int | None
    sheets: tuple[Sheet, ...]
    findings: tuple[Located, ...]
    missing: frozenset[str]
    extras: tuple[Extras, ...] = ()
    splits: tuple[Split | None, ...] = ()


def hint(grid: Grid, cell: str | None, message: str) -> Located:
    """Of something that was left out."""
    return Located("F04", Level.HINT, message, grid.name, cell)


def placeholder(grid: Grid, place: Place, text: str) -> Located:
    """Of what a template prints for “to be filled in”, which is no value."""
    message = f"指标值“{text[:20]}”是模板的占位符，已按空白读取；请填写指标值。"
    return Located("F18", Level.WARNING, message, grid.name, address(*place))


def year_finding(grid: Grid, printed: int | None, chosen: int | None, cell: str | None) -> Located:
    message = f"表格上写的是{printed}年，按选择的{chosen}年读取，请核对。"
    return Located("F10", Level.WARNING, message, grid.name, cell)


def notes_of_cells(grid: Grid, sheets: Iterable[Sheet]) -> Iterator[Located]:
    """The reader's notes at cells that became part of a sheet."""
    goal_of = _goal_of_cells(sheets)
    for note in grid.notes:
        if not note.row:
            continue
        place = address(*grid.origin(note.row, note.column))
        if place in goal_of:
            cell = address(note.row, note.column)
            goal = goal_of[place]
            yield Located(note.rule, Level(note.level), note.message, grid.name, cell, goal)


def _goal_of_cells(sheets: Iterable[Sheet]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for index, sheet in enumerate(sheets):
        for ref in (sheet.ref, *(line.ref for line in sheet.lines)):
            found |= dict.fromkeys(ref.cells.values() if ref else (), index)
    return found
