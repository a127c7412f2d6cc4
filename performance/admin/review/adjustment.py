"""What an adjustment does to each line of what was issued. No queries."""

from collections.abc import Mapping
from dataclasses import dataclass

from performance.admin.review.adjustment_words import LABELS, counted
from performance.admin.review.bases import Bases
from performance.goals.compare import compare
from performance.goals.models import Goal
from performance.goals.sheet import Line, Sheet


@dataclass(frozen=True)
class Adjustment:
    """`tags` by index of a line; `gone` are the lines that it removes."""

    tags: Mapping[int, str]
    gone: tuple[Line, ...]
    summary: str


def adjustment_of(goal: Goal, sheet: Sheet, bases: Bases) -> Adjustment | None:
    issued = next((base.sheet for base in bases.offered if "已批复" in base.label), None)
    if not goal.is_adjustment or issued is None:
        return None
    difference = compare(issued, sheet)
    index = {id(line): number for number, line in enumerate(sheet.lines)}
    return Adjustment(
        tags={index[id(c.after)]: LABELS[c.kind] for c in difference.lines if c.after},
        gone=tuple(c.before for c in difference.lines if c.after is None and c.before),
        summary=counted(difference) or "没有改动",
    )
