"""Where the overall goal ends and the annual goal begins: a proposal, by four clues."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from statistics import median

from performance.sheets.layouts.table import Split
from performance.sheets.layouts.text.marks import TextLine, joined, width

SAME_START, STOP, FULL_LINES, BLANK = 4.0, 1.0, 1.5, 0.5
REPEATED = 6
_SHIFT = 4  # a word such as 为 may stand before what is repeated
_LOOSE = 1.6  # so much narrower than its column is a line that is still full
_SENTENCE = "。！；"
_STOPS = "。；：;:"
_LIST_MARK = re.compile(
    r"^([0-9]+[、.．)）]|[一二三四五六七八九十]+、|[（(][0-9一二三四五六七八九十]+[）)]|[①-⑳]|目标[0-9])"
)
_WORD = re.compile(r"^[A-Za-z0-9.%]+|^.")


@dataclass(frozen=True)
class Widths:
    """Of full lines in the two columns, in full-width characters; 0 where unknown."""

    overall: float = 0.0
    annual: float = 0.0


def repeats_start(lines: Sequence[TextLine], cut: int) -> bool:
    """Whether the annual goal would begin as the overall goal does."""
    start = _start(lines, cut, len(lines), REPEATED)
    return len(start) == REPEATED and start in _start(lines, 0, cut, REPEATED + _SHIFT)


def _start(lines: Sequence[TextLine], first: int, end: int, length: int) -> str:
    texts = [line.text for line in lines[first : min(end, first + length)]]
    return joined(texts)[:length]


def learnt(projects: Sequence[Sequence[TextLine]]) -> Widths:
    """From the projects whose cut is sure; else from the first lines and the last but one."""
    sure = [(lines, cut) for lines in projects for cut in _sure_cuts(lines)[:1]]
    overall = [width(line.text) for lines, cut in sure for line in lines[: cut - 1]]
    annual = [width(line.text) for lines, cut in sure for line in lines[cut:-1]]
    if not overall:
        overall = [width(lines[0].text) for lines in projects if len(lines) > 2]
    if not annual:
        annual = [width(lines[-2].text) for lines in projects if len(lines) > 3]
    return Widths(_full(overall), _full(annual))


def propose(lines: Sequence[TextLine], widths: Widths) -> Split:
    """The cut with most clues. Only a repeated beginning is beyond doubt."""
    texts = tuple(line.text for line in lines)
    columns = (widths.overall, widths.annual)
    if len(lines) < 2:
        return Split(texts, len(lines), bool(lines), columns)
    fullness = _fullness(lines, widths)
    scores = {cut: _score(lines, cut, fullness[cut]) for cut in range(1, len(lines))}
    cut = max(scores, key=lambda cut: scores[cut])
    sure = _sure_cuts(lines)
    return Split(texts, cut, sure != [cut], columns)


def parted(split: Split, cut: int | None = None) -> tuple[str, str]:
    """The overall and the annual goal at the proposed cut, or at another one."""
    cut = split.cut if cut is None else cut
    overall, annual = split.columns
    return _goal_text(split.lines[:cut], overall), _goal_text(split.lines[cut:], annual)


def _goal_text(texts: Sequence[str], column: float) -> str:
    """Lines put together; a new paragraph where the next word would still have fitted."""
    whole = ""
    parts: list[str] = []
    for index, text in enumerate(texts):
        parts.append(text)
        following = texts[index + 1] if index + 1 < len(texts) else ""
        if following and _ends_paragraph(text, following, column):
            whole += joined(parts) + "\n"
            parts = []
    return whole + joined(parts)


def _sure_cuts(lines: Sequence[TextLine]) -> list[int]:
    return [cut for cut in range(1, len(lines)) if repeats_start(lines, cut)]


def _score(lines: Sequence[TextLine], cut: int, fullness: float) -> float:
    return (
        SAME_START * repeats_start(lines, cut)
        + STOP * (lines[cut - 1].text[-1] in _SENTENCE)
        + BLANK * lines[cut].after_blank
        + FULL_LINES * fullness
    )


def _fullness(lines: Sequence[TextLine], widths: Widths) -> list[float]:
    """For each cut the share of lines that are as wide as their column should have them.

    All but the last of each goal are full; the last is not wider.
    """
    left = list(accumulate((_is_full(x.text, widths.overall) for x in lines), initial=0))
    right = list(accumulate((_is_full(x.text, widths.annual) for x in lines), initial=0))
    last = _fits(lines[-1].text, widths.annual)
    return [0.0] + [
        (left[cut - 1] + _fits(lines[cut - 1].text, widths.overall) + right[-2] - right[cut] + last)
        / len(lines)
        for cut in range(1, len(lines))
    ]


def _fits(text: str, column: float) -> bool:
    return not column or width(text) <= column + _LOOSE / 2


def _is_full(text: str, column: float) -> bool:
    return not column or -_LOOSE <= width(text) - column <= _LOOSE / 2


def _ends_paragraph(text: str, following: str, column: float) -> bool:
    if text[-1] in _STOPS and _LIST_MARK.match(following):
        return True
    word = _WORD.match(following)
    needed = width(word[0]) if word else 1.0
    return bool(column) and text[-1] in _STOPS + "！" and width(text) + needed + _LOOSE < column


def _full(found: Sequence[float]) -> float:
    """What most lines have; the widest alone may be an exception."""
    widest = max(found, default=0.0)
    return median([value for value in found if value >= widest * 0.8]) if found else 0.0
