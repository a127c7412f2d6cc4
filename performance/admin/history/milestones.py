"""Moments of a goal that people name: as it was submitted, approved, issued, and as it is now."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from performance.goals.models import Goal, State
from performance.review.models import Event

NOW = "现在"
_SUBMITTED, _APPROVED, _ISSUED = "送审时", "审核通过时", "批复时"
_NAMES = {
    "submit": _SUBMITTED,
    "accept": _SUBMITTED,
    "approve": _APPROVED,
    "issue": _ISSUED,
}


@dataclass(frozen=True)
class Milestone:
    """`number` of the revision that was there then; `nth` where it happened more than once."""

    number: int
    kind: str
    at: datetime | None = None
    nth: int = 0

    @property
    def name(self) -> str:
        return f"第{self.nth}次{self.kind}" if self.nth else self.kind

    @property
    def label(self) -> str:
        return f"{self.name}（第{self.number}版）"


@dataclass(frozen=True)
class Pair:
    """Two moments worth a look beside each other."""

    first: Milestone
    second: Milestone


def milestones_of(goal: Goal) -> list[Milestone]:
    """The latest first. One query."""
    rows = Event.objects.filter(goal=goal, transition__in=_NAMES).order_by("number")
    fields = ("transition", "target", "revision__number", "at")
    found = [
        Milestone(number, _NAMES[name], at)
        for name, target, number, at in rows.values_list(*fields)
        if name != "approve" or target == State.APPROVED
    ]
    return [Milestone(goal.revision_number, NOW), *reversed(_counted(found))]


def pairs_of(milestones: Sequence[Milestone]) -> list[Pair]:
    """Each kind's latest beside now, and the last two submissions; each
    two versions once, and never one beside itself."""
    now, *earlier = milestones
    latest: dict[str, Milestone] = {}
    for one in earlier:
        latest.setdefault(one.kind, one)
    submitted = [one for one in earlier if one.kind == _SUBMITTED][:2]
    pairs = [Pair(one, now) for one in latest.values()]
    pairs += [Pair(older, newer) for newer, older in pairwise(submitted)]
    known = {(pair.first.number, pair.second.number): pair for pair in reversed(pairs)}
    wanted = sorted(known.values(), key=pairs.index)
    return [pair for pair in wanted if pair.first.number != pair.second.number]


def names_by_number(milestones: Sequence[Milestone]) -> Mapping[int, list[str]]:
    names = defaultdict(list)
    for one in reversed(milestones):
        names[one.number].append(one.name)
    return names


def _counted(found: Sequence[Milestone]) -> list[Milestone]:
    """What happened more than once says which time it was."""
    kinds = [one.kind for one in found]
    return [
        replace(one, nth=kinds[: index + 1].count(one.kind) if kinds.count(one.kind) > 1 else 0)
        for index, one in enumerate(found)
    ]
