"""A text's two goals parted where a person says, instead of where it was proposed. Pure."""

from collections.abc import Mapping
from dataclasses import replace

from performance.sheets.convert import Incoming, Reading
from performance.sheets.layouts.text.splitting import parted

Cuts = Mapping[int, int]
"""Index of a goal in the file → how many of its lines are the overall goal."""

_DOUBT = "F16"


def parted_at(reading: Reading, cuts: Cuts) -> Reading:
    """Where a person has decided, the doubt is gone."""
    goals = tuple(_cut(goal, cuts.get(index)) for index, goal in enumerate(reading.goals))
    decided = {(_DOUBT, index, _place(goals[index])) for index in cuts if index < len(goals)}
    findings = tuple(f for f in reading.findings if (f.rule, f.goal, f.cell) not in decided)
    return replace(reading, goals=goals, findings=findings)


def _cut(goal: Incoming, cut: int | None) -> Incoming:
    split = goal.split
    if split is None or cut is None or not 0 <= cut <= len(split.lines):
        return goal
    overall, annual = parted(split, cut)
    sheet = replace(goal.sheet, overall_goal=overall, annual_goal=annual)
    return replace(goal, sheet=sheet, split=replace(split, cut=cut, doubtful=False))


def _place(goal: Incoming) -> str | None:
    return goal.sheet.ref.cell("annual_goal") if goal.sheet.ref else None
