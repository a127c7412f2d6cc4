"""File ↔ sheets. Pure: what is known of units, years and rights comes later."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from performance.goals.sheet import Sheet
from performance.library.levels import Level
from performance.sheets.formats import FORMATS
from performance.sheets.formats.guarded import read_guarded
from performance.sheets.grid import Grid, SheetError
from performance.sheets.layouts import LAYOUTS
from performance.sheets.layouts.listed import Table, read_table
from performance.sheets.layouts.written import write_table
from performance.sheets.located import Located


@dataclass(frozen=True)
class Incoming:
    """One goal of a file, with the title of its table and its place across tables, from 1.

    `missing` are the fields whose column the table does not have: nobody is blamed for those twice.
    """

    sheet: Sheet
    title: str
    position: int
    missing: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reading:
    """All that a file says."""

    goals: tuple[Incoming, ...]
    findings: tuple[Located, ...]


def read_file(data: bytes, year: int | None = None) -> Reading:
    """Raises SheetError when nothing can be read at all."""
    return read_grids(read_guarded(data), year)


def read_grids(grids: Iterable[Grid], year: int | None = None) -> Reading:
    tables = [table for grid in grids if (table := _fitting(grid, year))]
    if not tables:
        headings = "、".join(column.heading for column in LAYOUTS["listing"].columns)
        raise SheetError(
            "no_table",
            "没有找到绩效目标表：前40行里没有一行含有“三级指标”“项目名称”等至少五个表头。"
            f"能识别的表头有：{headings}。请检查是否选错了文件。",
        )
    goals: list[Incoming] = []
    findings: list[Located] = []
    for table in tables:
        findings += [_shifted(finding, len(goals)) for finding in table.findings]
        for sheet in table.sheets:
            goals.append(Incoming(sheet, table.title, len(goals) + 1, table.missing))
    if not goals:
        message = "表头下面没有任何数据行，请填写后再上传。"
        findings.append(Located("F12", Level.ERROR, message, refuses=True))
    return Reading(tuple(goals), tuple(findings))


def write_file(tables: Sequence[tuple[str, Sequence[Sheet]]], layout: str, extension: str) -> bytes:
    """Tables as (title, sheets), one worksheet each."""
    shape, write = LAYOUTS[layout], FORMATS[extension].write
    if write is None:
        raise ValueError(f"{extension} is not written")
    names = [shape.sheet_name, *(f"{shape.sheet_name}{n}" for n in range(2, len(tables) + 1))]
    return write(
        [
            write_table(shape, title, sheets, n)
            for n, (title, sheets) in zip(names, tables, strict=False)
        ]
    )


def _fitting(grid: Grid, year: int | None) -> Table | None:
    tables = (read_table(layout, grid, year) for layout in LAYOUTS.values())
    return next((table for table in tables if table is not None), None)


def _shifted(finding: Located, by: int) -> Located:
    return finding if finding.goal is None else replace(finding, goal=finding.goal + by)
