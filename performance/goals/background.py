"""What a rule may know besides the sheet. Pure; goals.queries.background loads it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from performance.library.levels import Level


@dataclass(frozen=True)
class Known:
    """A library entry as rules see it; `parent` is the code above, "" at the top."""

    name: str
    parent: str = ""


@dataclass(frozen=True)
class Background:
    """A year's library and settings. Mappings are by code."""

    frame: Mapping[str, Known] = field(default_factory=dict)
    indicators: Mapping[str, Known] = field(default_factory=dict)
    categories: Mapping[str, Known] = field(default_factory=dict)
    level2_pattern: str = "{1}#"
    level3_pattern: str = "{1}{2}######"
    category_required: bool = True
    overall_goal_required: bool = True
    levels: Mapping[str, Level] = field(default_factory=dict)
