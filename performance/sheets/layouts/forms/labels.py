"""The head of a form: which cell holds what a label names."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from performance.sheets.layouts.forms.declared import LONGEST_INLINE
from performance.sheets.layouts.forms.goals import GOALS, whole_goal
from performance.sheets.layouts.forms.paper import Paper
from performance.sheets.layouts.table import Amount, Place

_INLINE = re.compile(r"(.{1,20}?)[:：]\s*(\S.*)", re.DOTALL)
_INLINE_FIELDS = frozenset({"project", "unit", "category"})
_GAP = re.compile(r"\s{2,}|\n|\u3000")
_MONEY_UNIT = re.compile(r"(?:单位[:：]\s*|[（(])(元|千元|万元|亿元)")
_NUMBER = re.compile(r"-?[\d,，]+(\.\d+)?")


@dataclass(frozen=True)
class Found:
    """What a label's cell says, and where; `rank`: how usual the label is for that field."""

    text: str
    place: Place
    rank: int


def heads(paper: Paper, rows: Sequence[int]) -> dict[str, Found]:
    """Each field's cell. Of two labels that mean it, one with a text counts, then the usual one."""
    best: dict[str, Found] = {}
    inside = frozenset(rows)
    for place, said in paper.cells(rows):
        for field, found in _named(paper, place, said):
            if field in GOALS and found.text:
                text = whole_goal(paper, place, found.place, found.text, inside)
                found = replace(found, text=text)
            known = best.get(field)
            if known is None or _order(found) < _order(known):
                best[field] = found
    return best


def text_of(head: Mapping[str, Found], name: str) -> str:
    return head[name].text if name in head else ""


def _order(found: Found) -> tuple[bool, int]:
    return not found.text, found.rank


def _named(paper: Paper, place: Place, text: str) -> Iterator[tuple[str, Found]]:
    meaning = paper.layout.label_of(text)
    if meaning:
        yield meaning[0], _value(paper, place, meaning[1])
        return
    for field, said, known in _inline(paper, text):
        yield field, Found(said, place, known)


def _inline(paper: Paper, text: str) -> Iterator[tuple[str, str, int]]:
    """What cells say that hold labels and their texts: field, text, rank."""
    pieces = _GAP.split(text) if _label_of(paper, text) else []
    while pieces:
        field, said, rank = _label_of(paper, pieces.pop(0)) or ("", "", 0)
        more = list(takewhile(lambda piece: _label_of(paper, piece) is None, pieces))
        pieces = pieces[len(more) :]
        if field in GOALS:
            yield field, "\n".join([said, *more]), rank
        elif field in _INLINE_FIELDS and len(text) < LONGEST_INLINE:
            yield field, said, rank


def _label_of(paper: Paper, text: str) -> tuple[str, str, int] | None:
    """The field, text and rank of a text that begins with a label and a colon."""
    inline = _INLINE.match(text)
    meaning = paper.layout.label_of(inline[1]) if inline else None
    return (meaning[0], inline[2].strip(), meaning[1]) if inline and meaning else None


def _value(paper: Paper, place: Place, rank: int) -> Found:
    """Right of the label; below it where labels stand side by side, or nothing stands beside."""
    right, below = paper.right(place), paper.below(place)
    beside = paper.text(right)
    if right and beside and not paper.is_own(right):
        return Found(beside, right, rank)
    is_above = right is None or beside or paper.follows_label(place) or paper.covers(place, below)
    if is_above and not paper.is_own(below):
        return Found(paper.text(below), below, rank)
    return Found("", right if right and not beside else below, rank)


def amounts(paper: Paper, rows: Iterable[int]) -> Iterator[Amount]:
    """Amounts beside their labels. A part belongs to the total above it in its column."""
    periods: dict[int, str] = {}
    for place, text in paper.cells(rows):
        money = paper.layout.money_of(text)
        if money is None:
            continue
        column = place[1]
        if money.period:
            periods[column] = money.period
        shown = paper.text(paper.right(place)).strip()
        if column in periods and _NUMBER.match(shown):
            yield Amount(periods[column], money.part, shown)


def amount_unit(paper: Paper, rows: Iterable[int]) -> str:
    texts = (text for _, text in paper.cells(rows) if len(text) < 80)
    found = (_MONEY_UNIT.search("".join(text.split())) for text in texts)
    return next((match[1] for match in found if match), "")


def left_out(paper: Paper, rows: Iterable[int]) -> list[str]:
    """Which of the things that are not taken over stand on the form, as printed, each once."""
    said = dict.fromkeys(
        "".join(text.split())
        for _, text in paper.cells(rows)
        if len(text) < 40 and paper.layout.leaves_out(text)
    )
    return list(said)
