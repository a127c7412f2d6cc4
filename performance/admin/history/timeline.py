"""Everything that happened to a goal on one line of time, a page of it at a time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, IntegerField, QuerySet, Value

from performance.admin.history import entries as read
from performance.admin.history.entries import Entry
from performance.goals.models import Goal
from performance.people.models import User

PAGE = 50


@dataclass(frozen=True)
class Source:
    """Rows of one table that happened at some moment, and how they are told."""

    rows: Callable[[Goal], QuerySet[Any]]
    at: str
    entries: Callable[[Goal, User, Sequence[int]], dict[int, Entry]]


# A later one stands above an earlier one of the same moment: a save before the step taken on it.
SOURCES = (
    Source(lambda goal: goal.revisions.all(), "at", read.revisions),
    Source(lambda goal: goal.attachments.all(), "at", read.attached),
    Source(lambda goal: goal.attachments.exclude(removed_at=None), "removed_at", read.removed),
    Source(lambda goal: goal.remarks.filter(reopened=True), "at", read.reopened),
    Source(lambda goal: goal.waivers.all(), "at", read.waived),
    Source(lambda goal: goal.waivers.exclude(lifted_at=None), "lifted_at", read.lifted),
    Source(lambda goal: goal.events.all(), "at", read.events),
)
SHOWN: Mapping[str, tuple[str, tuple[Source, ...]]] = {
    "": ("全部", SOURCES),
    "steps": ("只看办理", SOURCES[3:]),
    "versions": ("只看版本", SOURCES[:1]),
}
"""What a reader may ask for, by its name in the address."""


class Timeline:
    """As a paginator wants it: counted, and cut without reading the rest. One query for each, and
    one or two for each kind of thing that stands on the page."""

    def __init__(self, goal: Goal, user: User, show: str):
        self.goal, self.user = goal, user
        self.sources = SHOWN.get(show, SHOWN[""])[1]
        first, *others = (self._moments(number) for number in range(len(self.sources)))
        self.moments = first.union(*others, all=True) if others else first

    def count(self) -> int:
        return self.moments.count()

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, part: slice) -> list[Entry]:
        rows: list[tuple[datetime, int, int]] = list(
            self.moments.order_by("-moment", "-table", "-row")[part]
        )
        told = {}
        for number, source in enumerate(self.sources):
            ids = [pk for _, kind, pk in rows if kind == number]
            told[number] = source.entries(self.goal, self.user, ids) if ids else {}
        return [told[kind][pk] for _, kind, pk in rows]

    def _moments(self, number: int) -> QuerySet[Any]:
        source = self.sources[number]
        rows = source.rows(self.goal).order_by()
        table = Value(number, output_field=IntegerField())
        rows = rows.annotate(moment=F(source.at), table=table, row=F("pk"))
        return rows.values_list("moment", "table", "row")
