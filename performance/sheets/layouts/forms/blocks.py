"""Where a form's indicators stand: one block, two side by side, or two one below the other."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from performance.sheets.layouts.declared import LONGEST_HEADING, plain_heading
from performance.sheets.layouts.forms.paper import Paper
from performance.sheets.layouts.heading import spelled, width

MOST_HEADINGS = 500  # of one form: as many pages have its headings again
LEVELS = ("level1", "level2", "level3")
PERIODS = {"cycle": "cycle_value", "annual": "annual_value"}
VALUES = (*PERIODS.values(), "value")
_ANNUAL = re.compile("(年度|当年|本年).*指标")
_CYCLE = re.compile("(长期|实施|周期|中期|总体).*指标")
_END = re.compile(
    r"^(主管部门|财政部门|部门|单位|项目单位|业务|评审)?(审核|评审|审批|初审)?意见"
    r"|^(备注|说明|其他说明|其他需要?说明|填报|填表|制表|审核人|复核|单位负责人|负责人|联系|注:|总分"
    r"|合计|小计|总计)"
)
_LEVEL = re.compile("指标|满意度")


@dataclass(frozen=True)
class Block:
    """Columns of one set of indicators, and the rows below their heading."""

    columns: Mapping[str, int]
    values: Mapping[str, int]
    rows: tuple[int, ...]


def heading_rows(paper: Paper, rows: Sequence[int]) -> dict[int, int]:
    """The rows that head a block: last row → first row."""
    found: dict[int, int] = {}
    for row in rows:
        if len(found) == MOST_HEADINGS:
            break
        alone = _fields(paper, row, row)
        if row in found or not _is_heading(paper, alone):
            continue
        pairs = [(row, row + 1), (row - 1, row)]
        best = max(pairs, key=lambda pair: len(_both(paper, pair)))
        first, last = best if len(_both(paper, best)) > len(alone) else (row, row)
        found[last] = first
    return found


def find_blocks(paper: Paper, rows: Sequence[int]) -> list[Block]:
    heads = heading_rows(paper, rows)
    tops = set(heads.values())
    blocks: list[Block] = []
    for last, first in heads.items():
        below = list(takewhile(lambda row: row not in tops, rows[bisect_right(rows, last) :]))
        blocks += _side_by_side(paper, first, last, _inside(paper, first, last, below))
    return blocks


def _inside(paper: Paper, first: int, last: int, below: Sequence[int]) -> tuple[int, ...]:
    """The rows up to what ends a block. A sum or a remark with indicators below it ends none."""
    fields = _fields(paper, first, last)
    start = min(column for column, _ in fields)
    levels = [column for column, name in fields if name in ("level1", "level2")]
    groups = [row for row in below if _names_level(paper, row, levels)]
    kept: list[int] = []
    for row in below:
        if not _ends(paper, row, start):
            kept.append(row)
        elif not groups or row > groups[-1]:
            break
    return tuple(kept)


def _names_level(paper: Paper, row: int, columns: Iterable[int]) -> bool:
    cells = paper.grid.rows[row]
    return any(_LEVEL.search(cells[column - 1]) for column in columns if column <= len(cells))


def _fields(paper: Paper, top: int, row: int) -> list[tuple[int, str]]:
    """(column, field) of each cell of a heading."""
    found = []
    for column in range(1, width(paper.grid, top, row) + 1):
        if paper.grid.origin(row, column)[1] != column:
            continue
        texts = spelled(paper.grid, top, row, column)
        meanings = (paper.layout.column_of(text) for text in texts)
        meaning = next((m for m in meanings if m), None)
        if meaning:
            found.append((column, meaning[0]))
    return found


def _both(paper: Paper, pair: tuple[int, int]) -> list[tuple[int, str]]:
    """Of a heading of two rows, as far as there are two."""
    return _fields(paper, *pair) if all(row in paper.grid.rows for row in pair) else []


def _is_heading(paper: Paper, fields: Sequence[tuple[int, str]]) -> bool:
    names = {name for _, name in fields}
    return "level3" in names and len(names & {"level1", "level2", *VALUES}) >= 2


def _ends(paper: Paper, row: int, start: int) -> bool:
    """Whether the block is over: an opinion box, a contact line, a sum, none right of `start`."""
    texts = paper.grid.rows[row][:start]
    first = next((text for text in texts if text), "")
    return bool(_END.match(plain_heading(first[:LONGEST_HEADING])))


def _side_by_side(paper: Paper, first: int, last: int, rows: tuple[int, ...]) -> Iterator[Block]:
    """A level that comes again begins another block; levels left of both belong to both."""
    parts: list[dict[str, int]] = [{}]
    for column, name in _fields(paper, first, last):
        if name in parts[-1] and name in LEVELS:
            parts.append({})
        part = parts[-1]
        if name == "weight" and part.get(name, column) < part.get("level3", 0):
            part[name] = column  # what stands before the name is that of a level
        part.setdefault(name, column)
    shared = {name: column for name, column in parts[0].items() if name in LEVELS}
    for index, part in enumerate(parts):
        default = "cycle" if len(parts) > 1 and index == 0 else "annual"
        values = {name: part.pop(name) for name in PERIODS.values() if name in part}
        plain = part.pop("value", None)
        left = min([*part.values(), *values.values(), *filter(None, [plain])])
        period = PERIODS[_period(paper, first, left) or default]
        if plain and values.keys() == {"cycle_value"}:
            period = "annual_value"
        if plain and period not in values:
            values[period] = plain
        yield Block({**shared, **part} if index else part, values, rows)


def _period(paper: Paper, row: int, left: int) -> str:
    """What the group over a block, or in its heading, or the label left of it says."""
    for place in ((row - 1, left), (row, left), (row, left - 1)):
        if place[0] < 1 or place[1] < 1:
            continue
        text = paper.text(paper.grid.origin(*place))
        if not paper.layout.knows(text):
            continue
        if _ANNUAL.search(plain_heading(text)):
            return "annual"
        if _CYCLE.search(plain_heading(text)):
            return "cycle"
    return ""
