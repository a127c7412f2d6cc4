"""File ↔ sheets. Pure: what is known of units, years and rights comes later."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from performance.goals.sheet import Sheet
from performance.library.levels import Level
from performance.sheets.formats import FORMATS
from performance.sheets.formats.guarded import read_guarded
from performance.sheets.grid import Box, Grid, SheetError, address
from performance.sheets.layouts import LAYOUTS
from performance.sheets.layouts.apart import apart
from performance.sheets.layouts.declared import ListLayout
from performance.sheets.layouts.mapped import Columns, read_remembered
from performance.sheets.layouts.shapes import read_grid, write_grids
from performance.sheets.layouts.table import NO_EXTRAS, Extras, Split, Table
from performance.sheets.layouts.unknown import half_known, no_table
from performance.sheets.located import Located

MAX_GOALS = 20_000


@dataclass(frozen=True)
class Incoming:
    """One goal of a file, with the title of its table and its place across tables, from 1.

    `missing` are the fields whose column the table does not have: nobody is blamed for those twice.
    `extras` and `split`: what a form holds besides, and where a text was cut into two goals.
    """

    sheet: Sheet
    title: str
    position: int
    missing: frozenset[str] = frozenset()
    extras: Extras = NO_EXTRAS
    split: Split | None = None


@dataclass(frozen=True)
class Reading:
    """All that a file says. `boxes`: where (worksheet, cell) stands on the pages of a PDF."""

    goals: tuple[Incoming, ...]
    findings: tuple[Located, ...]
    boxes: Mapping[tuple[str, str], Box] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """How a file is to be read: the year if it is not the printed one, also what is hidden in it,
    and which columns somebody has mapped (layouts.mapped.heading_key → columns)."""

    year: int | None = None
    hidden: bool = False
    remembered: Mapping[str, Columns] = field(default_factory=dict)


AS_IT_IS = Asked()


def read_file(data: bytes, asked: Asked = AS_IT_IS) -> Reading:
    """Raises SheetError when nothing can be read at all."""
    return read_grids(read_guarded(data, asked.hidden), asked)


def read_grids(grids: Iterable[Grid], asked: Asked = AS_IT_IS) -> Reading:
    grids = tuple(part for grid in grids for part in apart(grid))
    read = [(grid, _table(grid, asked)) for grid in grids]
    tables = [table for _, table in read if table]
    if not tables:
        raise no_table(grids)
    goals: list[Incoming] = []
    findings: list[Located] = []
    for grid, table in read:
        findings += _of_whole(grid)
        if table is None:
            findings += _unread(grid)
        else:
            findings += [_shifted(finding, len(goals)) for finding in table.findings]
            goals += _incoming(table, len(goals) + 1)
            _refuse_too_many(goals)
    if not goals:
        message = "表头下面没有任何数据行，请填写后再上传。"
        findings.append(Located("F12", Level.ERROR, message, refuses=True))
    return Reading(tuple(goals), tuple(findings), _boxes(grid for grid, table in read if table))


def _refuse_too_many(goals: Sequence[Incoming]) -> None:
    if len(goals) > MAX_GOALS:
        message = f"文件里有{MAX_GOALS}个以上的项目，一次读不了；请按单位分成几个文件后再上传。"
        raise SheetError("too_large", message)


def can_write(layout: str, extension: str) -> bool:
    """Whether sheets can be written in this layout to this format."""
    file_format = FORMATS[extension]
    is_list = isinstance(LAYOUTS[layout], ListLayout)
    return file_format.write is not None and (is_list or not file_format.lists_only)


def write_file(tables: Sequence[tuple[str, Sequence[Sheet]]], layout: str, extension: str) -> bytes:
    """Tables as (title, sheets): a list in one worksheet each, forms in one worksheet a project."""
    shape, write = LAYOUTS[layout], FORMATS[extension].write
    if write is None or not can_write(layout, extension):
        raise ValueError(f"{layout} is not written as {extension}")
    names = [shape.sheet_name, *(f"{shape.sheet_name}{n}" for n in range(2, len(tables) + 1))]
    return write(
        [
            grid
            for name, (title, sheets) in zip(names, tables, strict=False)
            for grid in write_grids(shape, title, sheets, name)
        ]
    )


def _table(grid: Grid, asked: Asked) -> Table | None:
    remembered = read_remembered(grid, asked.remembered, asked.year) if asked.remembered else None
    return remembered or read_grid(grid, asked.year)


def _boxes(grids: Iterable[Grid]) -> dict[tuple[str, str], Box]:
    return {(grid.name, address(*at)): box for grid in grids for at, box in grid.boxes.items()}


def _incoming(table: Table, first: int) -> Iterator[Incoming]:
    for index, sheet in enumerate(table.sheets):
        extras = table.extras[index] if table.extras else NO_EXTRAS
        split = table.splits[index] if table.splits else None
        yield Incoming(sheet, table.title, first + index, table.missing, extras, split)


def _of_whole(grid: Grid) -> Iterator[Located]:
    """What a reader says of a worksheet as a whole: what is hidden and was not read."""
    for note in grid.notes:
        if not note.row:
            yield Located("F15", Level(note.level), note.message, grid.name)


def _unread(grid: Grid) -> Iterator[Located]:
    """Of a table beside one that was read: nothing that looks like goals is dropped in silence."""
    if row := half_known(grid):
        message = (
            "从这一行起像是绩效目标表，但表头没有认全，没有读入；"
            "请改用常用的表头，或把它单独上传，再对应各栏。"
        )
        yield Located("F04", Level.WARNING, message, grid.name, address(row, 1))


def _shifted(finding: Located, by: int) -> Located:
    return finding if finding.goal is None else replace(finding, goal=finding.goal + by)
