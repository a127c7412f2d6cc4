"""The texts of a cell that a page break cut, as one: nothing twice, and never anything lost.

Equal words alone prove no reprint: a goal may say the same on two pages. Only where lines lie
beyond the cell's part, or the text has room left on its first page and still stands on both, was
it certainly printed again.
"""

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from performance.sheets.formats.pdf.standing import Standing
from performance.sheets.formats.pdf.words import gap, squeezed

LEAST_OVERLAP = 6
"""Texts of two pages that share fewer characters may do so by chance: 10 and 0% are not 10%."""

APPENDED = "这一格跨第{before}页和第{after}页，两页的文字已接在一起，请核对。"
KEPT_BOTH = (
    "这一格在第{before}页末尾和第{after}页开头有相同的文字，看不出是重复打印还是原文如此，"
    "两处都已保留，请核对。"
)
ALMOST = (
    "这一格在第{before}页末尾和第{after}页开头的文字几乎相同，可能是重复打印，两处都已保留，"
    "请核对。"
)
TAKEN_ONCE = (
    "这一格在第{before}页和第{after}页的文字完全相同，已按重复打印只取一次，"
    "请核对原文是不是写了两遍。"
)

ALIKE = 0.9
"""Of their letters: two texts that have so many in common are one with a fault of reading."""

REPRINTED = 0.8
"""Of a line's height: less may be beyond a cell since letters take more room than they show."""


class Written(NamedTuple):
    text: str
    standing: Standing


class Joined(NamedTuple):
    text: str
    doubt: str = ""


def joined(above: Written, below: Written, row_is_cut: bool) -> Joined:
    """`row_is_cut`: the break goes through a row, not between two."""
    one, other = squeezed(above.text), squeezed(below.text)
    if not one or not other:
        return Joined(above.text or below.text)
    if above.standing.known and below.standing.known:
        return _by_marks(above, below)
    if one == other:
        return _twice(above, below, row_is_cut)
    appended = above.text + gap(above.text, below.text) + below.text
    shared = _shared(one, other)
    if not shared:
        return Joined(appended, ALMOST if _are_alike(one, other) else APPENDED)
    beyond = above.standing.below + below.standing.above
    size = min(shared, key=lambda size: (abs(size - beyond), -size))
    line = max(above.standing.line, below.standing.line)
    if not _is_beyond(above, below) or size > beyond + line:
        return Joined(appended, KEPT_BOTH)
    if size == len(other):
        return Joined(above.text)
    return Joined(below.text if size == len(one) else above.text + _without(below.text, size))


def _by_marks(above: Written, below: Written) -> Joined:
    """A text of ours that has not ended goes on; one that has can only be printed again."""
    if above.standing.goes_on:
        return Joined(above.text + below.text)
    if squeezed(above.text) == squeezed(below.text):
        return Joined(above.text)
    return Joined(above.text + below.text, APPENDED)


def _twice(above: Written, below: Written, row_is_cut: bool) -> Joined:
    """A text that goes on fills its cell to the bottom, and the next one from the top."""
    goes_on = above.standing.may_go_on and below.standing.from_top
    if _is_beyond(above, below) or not goes_on:
        return Joined(above.text)
    if row_is_cut:
        return Joined(above.text + gap(above.text, below.text) + below.text, KEPT_BOTH)
    return Joined(above.text, TAKEN_ONCE)


def _is_beyond(above: Written, below: Written) -> bool:
    """A line that is printed again is beyond its cell once, or in part on both pages."""
    return above.standing.under + below.standing.over >= REPRINTED


def _are_alike(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other, autojunk=False).quick_ratio() >= ALIKE


def _shared(one: str, other: str) -> list[int]:
    """How many characters the texts may have in common, where the first ends and the other begins,
    or where one is part of the other; a text that repeats itself leaves several answers."""
    few, many = sorted((one, other), key=len)
    sizes = [len(few)] if few in many else []
    return [size for size in (*sizes, *_overlaps(one, other)) if size >= LEAST_OVERLAP]


def _overlaps(one: str, other: str) -> Iterator[int]:
    """All sizes of a beginning of `other` that ends `one`, by the failure links of Knuth, Morris
    and Pratt: comparing every size would take a long text quadratic time."""
    both = f"{other}\0{one[-len(other) :]}"
    links = [0] * len(both)
    size = 0
    for place in range(1, len(both)):
        while size and both[place] != both[size]:
            size = links[size - 1]
        size += both[place] == both[size]
        links[place] = size
    while size:
        yield size
        size = links[size - 1]


def _without(text: str, size: int) -> str:
    """The text behind its first characters, blanks not counted."""
    left = size
    for place, character in enumerate(text):
        if not left:
            return text[place:]
        left -= not character.isspace()
    return ""
