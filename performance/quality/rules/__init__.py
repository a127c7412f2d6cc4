"""RULES: every rule of the portal, in the order of its reports.

A rule is a pure function of a sheet and what is known besides; its docstring is its text for
people. To add one, write it in a module here and give it a row.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from performance.goals.background import Background
from performance.goals.sheet import Sheet
from performance.library.levels import Level
from performance.quality.rules.completeness import everything_required_is_filled
from performance.quality.rules.structure import (
    codes_fit_their_levels,
    entries_are_in_the_library,
    no_indicator_stands_twice,
)

Hit = tuple[int | None, str, str]
"""Line index (None: the head), field, sentence."""


@dataclass(frozen=True)
class Rule:
    id: str
    level: Level
    check: Callable[[Sheet, Background], Iterator[Hit]]

    @property
    def text(self) -> str:
        return (self.check.__doc__ or "").strip()


RULES = (
    Rule("R01", Level.ERROR, codes_fit_their_levels),
    Rule("R02", Level.ERROR, entries_are_in_the_library),
    Rule("R03", Level.ERROR, no_indicator_stands_twice),
    Rule("R05", Level.ERROR, everything_required_is_filled),
)
