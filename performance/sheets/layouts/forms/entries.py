"""The indicators that stand in the blocks of a form."""

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from performance.sheets.grid import address
from performance.sheets.layouts.forms.blocks import LEVELS, Block
from performance.sheets.layouts.forms.paper import Paper
from performance.sheets.layouts.forms.tails import is_no_indicator
from performance.sheets.layouts.joined import is_placeholder, written_value
from performance.sheets.layouts.table import Place, hint, placeholder
from performance.sheets.located import Located

_FILLER = re.compile(r"[….·\s]+")  # “and so on” on rows that nobody filled in
_POINTS = re.compile(r"[（(]\s*(\d+(?:\.\d+)?)\s*分\s*[）)]$")
_SHOWN = 20


@dataclass(frozen=True)
class Entry:
    """One indicator as one block prints it. `places`: field → its cell."""

    levels: tuple[str, str, str]
    values: Mapping[str, str]
    places: Mapping[str, Place]
    weight: str


def entries(paper: Paper, blocks: Iterable[Block], notes: list[Located]) -> list[Entry]:
    """Of all blocks: one that stands in two, once for each period, is one indicator."""
    found: list[Entry] = []
    for block in blocks:
        waiting: dict[tuple[str, ...], deque[int]] = defaultdict(deque)
        for index, entry in enumerate(found):
            if not entry.values.keys() & block.values.keys():
                waiting[entry.levels].append(index)
        for entry in _of_block(paper, block, notes):
            if waiting[entry.levels]:
                index = waiting[entry.levels].popleft()
                found[index] = _both(found[index], entry)
            else:
                found.append(entry)
    return found


def without_points(level: str) -> tuple[str, str]:
    """A level's name on one line, and the points that are printed behind it."""
    name = "".join(level.split())
    points = _POINTS.search(name)
    return (name[: points.start()], points[1]) if points else (name, "")


def _of_block(paper: Paper, block: Block, notes: list[Located]) -> Iterator[Entry]:
    """Blank levels are those above; a new level 1 ends a level 2."""
    level1 = level2 = ""
    for row in block.rows:
        if _is_across(paper, row, block.columns):
            continue
        texts = {name: _text(paper, row, column) for name, column in block.columns.items()}
        values = _values(paper, block, row, texts)
        filled = any(text and not is_placeholder(text) for text in values.values())
        if is_no_indicator(paper, block.columns, row, filled):
            notes.append(_passed_over(paper, block, row))
            continue
        if texts.get("level1") and texts["level1"] != level1:
            level1, level2 = texts["level1"], ""
        level2 = texts.get("level2") or level2
        if texts.get("level3") or filled:
            levels = (level1, level2, texts.get("level3", ""))
            places = _places(paper, block, row)
            values = _without_placeholders(paper, values, places, notes)
            yield Entry(levels, values, places, texts.get("weight", ""))


def _text(paper: Paper, row: int, column: int) -> str:
    text = paper.grid.text(row, column)
    return "" if _FILLER.fullmatch(text) else text


def _is_across(paper: Paper, row: int, columns: Mapping[str, int]) -> bool:
    """One cell over all levels is no indicator."""
    places = {paper.grid.origin(row, columns[name]) for name in LEVELS if name in columns}
    return len(places) == 1 and sum(name in columns for name in LEVELS) > 1


def _values(paper: Paper, block: Block, row: int, texts: Mapping[str, str]) -> dict[str, str]:
    """What stands there; sign and unit of measure in columns of their own belong to it."""
    sign, measure = texts.get("sign", ""), texts.get("measure", "")
    return {
        name: written_value(sign, _text(paper, row, column), measure)
        for name, column in block.values.items()
    }


def _without_placeholders(
    paper: Paper, values: Mapping[str, str], places: Mapping[str, Place], notes: list[Located]
) -> dict[str, str]:
    found = {name: text for name, text in values.items() if is_placeholder(text)}
    notes += (placeholder(paper.grid, places[name], text) for name, text in found.items())
    return {**values, **dict.fromkeys(found, "")}


def _places(paper: Paper, block: Block, row: int) -> dict[str, Place]:
    columns = {**block.columns, **block.values}
    return {name: paper.grid.origin(row, column) for name, column in columns.items()}


def _passed_over(paper: Paper, block: Block, row: int) -> Located:
    """Of a row that looks filled in and holds no indicator."""
    said = ((c, paper.grid.text(row, c)) for c in (block.columns["level3"], *range(1, paper.width)))
    column, text = next((c, t) for c, t in said if t)
    message = f"第{row}行“{text[:_SHOWN]}”不是指标，未读入。"
    return hint(paper.grid, address(row, column), message)


def _both(first: Entry, second: Entry) -> Entry:
    return Entry(
        first.levels,
        {**first.values, **second.values},
        {**second.places, **first.places},
        second.weight or first.weight,
    )
