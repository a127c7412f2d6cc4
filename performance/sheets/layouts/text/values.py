"""Where an indicator's name ends and its two values part, in the lines behind its levels."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from performance.sheets.layouts.text.marks import LEVEL3, joined

_MOST_LINES = 40  # of both values; a longer cell is not looked at in every way
_REPEATED = 3  # so many characters begin both values


@dataclass(frozen=True)
class Tail:
    """What follows level 2. `doubt`: which part of it is a guess, "" if none is."""

    level3: str
    cycle_value: str
    annual_value: str
    doubt: str = ""


def tail_of(rest: str, below: Sequence[str]) -> Tail:
    """`rest` of the row's own line, and the lines below it up to the next row."""
    if rest:
        name, _, values = rest.partition(" ")
        return _with_values(name, [line for line in (values.strip(), *below) if line])
    return _wrapped(list(below))


def is_complete(rest: str) -> bool:
    """Whether a row's own line holds name and both values, so that nothing may follow."""
    words = rest.split()
    return len(words) == 3 and bool(LEVEL3.match(words[0]))


def _wrapped(lines: list[str]) -> Tail:
    """A name over several lines, up to a line of two words (values) or three (its end as well)."""
    for index, line in enumerate(lines):
        words = line.split()
        if len(words) >= 2:
            name = lines[:index] + words[:-2]
            return _with_values(joined(name), [" ".join(words[-2:]), *lines[index + 1 :]])
    for count in range(min(len(lines) - 1, _MOST_LINES), 1, -1):
        halves = _equal_halves(lines[-count:])
        if halves:
            return Tail(joined(lines[:-count]), *halves)
    count = min(2, max(len(lines) - 1, 0))
    values = lines[len(lines) - count :]
    cycle, annual = values if count == 2 else ("", joined(values))
    return Tail(joined(lines[: len(lines) - count]), cycle, annual, "三级指标和指标值")


def _with_values(name: str, lines: list[str]) -> Tail:
    words = [line.split() for line in lines]
    if not lines:
        return Tail(name, "", "", "指标值")
    if all(len(each) == 2 for each in words):
        return Tail(name, joined([w[0] for w in words]), joined([w[1] for w in words]))
    parts = [word for each in words for word in each] if len(lines) == 1 else lines
    halves = _equal_halves(parts)
    if halves:
        return Tail(name, *halves)
    if len(parts) == 1:
        return Tail(name, "", parts[0], "指标值")
    cut = _best_cut(parts)
    return Tail(name, joined(parts[:cut]), joined(parts[cut:]), "指标值")


def _equal_halves(parts: Sequence[str]) -> tuple[str, str] | None:
    """Both values are the same in most rows, however each is wrapped."""
    for cut in range(1, len(parts) if len(parts) <= _MOST_LINES else 0):
        first, second = joined(list(parts[:cut])), joined(list(parts[cut:]))
        if re.sub(r"\s", "", first) == re.sub(r"\s", "", second):
            return first, second
    return None


def _best_cut(parts: Sequence[str]) -> int:
    """Where the beginning comes again, else the middle."""
    start = parts[0][:_REPEATED]
    again = (n for n in range(1, len(parts)) if len(start) > 1 and parts[n].startswith(start))
    return next(again, (len(parts) + 1) // 2)
