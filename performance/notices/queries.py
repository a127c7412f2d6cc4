"""A person's inbox: what one action told them at once is one group."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Count, F, Max, Q, QuerySet, Value, When, Window
from django.db.models.functions import Cast, Concat, RowNumber

from performance.notices.models import Notice
from performance.people.models import User

UNFOLDED = 30
"""How many notices of a group the inbox shows; the others stand on the batch's own page."""


@dataclass(frozen=True)
class Group:
    """`notices` are the newest of it, `number` counts all."""

    notices: tuple[Notice, ...]
    number: int
    unread: int

    @property
    def first(self) -> Notice:
        return self.notices[0]

    @property
    def more(self) -> int:
        return self.number - len(self.notices)

    @property
    def headline(self) -> str:
        return f"{self.first.text}（同一批 {self.number} 条）"


_UNSENT = Q(mailed_at=None, next_attempt_at=None, attempts__gt=0)
"""Tried to mail, and given up."""


def notices_of(user: User) -> QuerySet[Notice]:
    """The newest first."""
    return Notice.objects.filter(to=user).order_by("-pk")


def unread_of(user: User) -> int:
    return notices_of(user).filter(read_at=None).count()


def newest_of(user: User) -> int:
    return notices_of(user).aggregate(newest=Max("pk"))["newest"] or 0


def groups_of(user: User, *, only_unread: bool = False) -> QuerySet[Any]:
    """Rows of (group, newest, number, unread): for a paginator, before `opened`."""
    rows = _grouped(notices_of(user)).order_by().values("group")
    rows = rows.annotate(
        newest=Max("pk"), number=Count("pk"), unread=Count("pk", filter=Q(read_at=None))
    )
    return (rows.filter(unread__gt=0) if only_unread else rows).order_by("-newest")


def opened(user: User, rows: Iterable[dict[str, Any]]) -> list[Group]:
    """The groups with their notices, in one query."""
    rows = list(rows)
    place = Window(RowNumber(), partition_by=F("group"), order_by=F("pk").desc())
    notices = _grouped(notices_of(user)).filter(group__in=[row["group"] for row in rows])
    found: dict[str, list[Notice]] = defaultdict(list)
    notices = notices.annotate(place=place, unsent=_UNSENT).filter(place__lte=UNFOLDED)
    for notice in notices:
        found[notice.group].append(notice)
    return [
        Group(tuple(found[row["group"]]), row["number"], row["unread"])
        for row in rows
        if row["group"] in found
    ]


def _grouped(notices: QuerySet[Notice]) -> Any:
    """Any: the stubs know nothing of what an annotation adds."""
    alone = Concat(Value("#"), Cast("pk", CharField()))
    return notices.annotate(group=Case(When(batch="", then=alone), default=F("batch")))
