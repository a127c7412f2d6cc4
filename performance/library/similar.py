"""Which names say nearly the same as a new one. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from performance.library.plain import plain

GOOD = 0.5
"""Below this a name is another thing: 制服购置及时率 and 设备维修及时率 share only their ending."""
MOST = 8
_INSIDE = 0.8
_MIXED = 0.8  # the same characters in another order say less: 制服定制, 订制制服
_BRACKETED = re.compile(r"\(.*?\)|\[.*?\]|【.*?】|《|》|“|”")
_FILLING = re.compile(r"[\W_]|的|与|和|及(?!时)|等(?!级)", re.UNICODE)
# What kind of measure it is, longest first: 任务完成率 and 任务完成情况 ask for the same thing.
_ENDINGS = (
    "指标值",
    "完成情况",
    "情况",
    "指标",
    "数量",
    "比率",
    "比例",
    "程度",
    "次数",
    "人数",
    "个数",
    "率",
    "数",
    "量",
    "度",
    "性",
)

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Likeness:
    """How alike two names are, and whether only width and white space part them."""

    score: float
    same: bool = False


def likeness(one: str, other: str) -> Likeness:
    """1 for the same name, 0 for names without a pair of characters in common."""
    if plain(one).lower() == plain(other).lower():
        return Likeness(1, same=True)
    first, second = _core(one), _core(other)
    scores = (
        _overlap(_pairs(_bare(one)), _pairs(_bare(other))),
        _containing(first, second),
        _MIXED * _overlap(set(first), set(second)),
    )
    return Likeness(max(scores))


def most_similar(
    name: str, known: Iterable[tuple[str, Thing]], most: int = MOST
) -> Sequence[tuple[Thing, Likeness]]:
    """The things whose names are like this one, the likest first; only good ones."""
    scored = [(thing, likeness(name, other)) for other, thing in known]
    good = [(thing, like) for thing, like in scored if like.score >= GOOD]
    return sorted(good, key=lambda pair: -pair[1].score)[:most]


def _bare(name: str) -> str:
    """Without what stands in brackets, punctuation and filling words."""
    text = plain(name).lower()
    return _FILLING.sub("", _BRACKETED.sub("", text)) or _FILLING.sub("", text) or text


def _core(name: str) -> str:
    """What is measured, without how: 订制制服数 is about 订制制服."""
    text = _bare(name)
    for ending in _ENDINGS:
        if text.endswith(ending) and len(text) - len(ending) >= 2:
            return text[: -len(ending)]
    return text


def _overlap(first: set[str], second: set[str]) -> float:
    """Dice's coefficient, e.g. of the pairs of neighbouring characters."""
    if not first or not second:
        return 0
    return 2 * len(first & second) / (len(first) + len(second))


def _containing(one: str, other: str) -> float:
    """A core that stands whole in the other one; the more of it the better."""
    short, long = sorted((one, other), key=len)
    if len(short) < 3 or short not in long:
        return _overlap(_pairs(one), _pairs(other))
    return _INSIDE + (1 - _INSIDE) * (len(short) - 1) / len(long)


def _pairs(text: str) -> set[str]:
    return {text[place : place + 2] for place in range(len(text) - 1)}
