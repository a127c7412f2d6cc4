"""What a rule may know besides the sheet. Pure; goals.queries.background loads it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from performance.goals.sheet import Coded, Line
from performance.library.levels import Level
from performance.library.lookup import Library


@dataclass(frozen=True)
class Background(Library):
    """A year's library and settings."""

    level2_pattern: str = "{1}#"
    level3_pattern: str = "{1}{2}######"
    category_required: bool = True
    overall_goal_required: bool = True
    levels: Mapping[str, Level] = field(default_factory=dict)


def codes_in(lines: Iterable[Line]) -> set[str] | None:
    """The indicators to load for these lines; None for all, among which a name is looked up."""
    return codes_of(line.level3 for line in lines)


def codes_of(level3: Iterable[Coded]) -> set[str] | None:
    written = [coded for coded in level3 if coded]
    return {coded.code for coded in written} if all(coded.code for coded in written) else None
