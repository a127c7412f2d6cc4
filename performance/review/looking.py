"""What somebody looked at last, and the versions that a page of review compares with."""

from dataclasses import dataclass

from django.db.models import Case, Exists, OuterRef, Q, TextField, Value, When
from django.utils import timezone

from performance.goals.models import Goal
from performance.people.models import User
from performance.review.models import Look


@dataclass(frozen=True)
class Version:
    """`content` only of those that are asked for, else ""."""

    pk: int
    number: int
    by_id: int
    chain_hash: str
    looked: bool
    content: str


def versions_of(goal: Goal, user: User, number: int, seen: str) -> list[Version]:
    """All of them; with what these say: the looked at one, the issued one, the one with this
    `number`, and the one with the chain hash `seen`. One query."""
    looks = Look.objects.filter(by=user, goal=goal, revision_number=OuterRef("number"))
    asked = Q(looked=True) | Q(pk=goal.issued_revision_id or 0) | Q(number=number)
    asked |= Q(chain_hash=seen if seen.isalnum() else "-")
    rows = goal.revisions.order_by("number").annotate(looked=Exists(looks))
    said = Case(When(asked, then="content"), default=Value(""), output_field=TextField())
    fields = ("pk", "number", "by_id", "chain_hash", "looked")
    return [Version(*row) for row in rows.values_list(*fields, said)]


def record_look(goal: Goal, user: User, former: int | None) -> None:
    """`former`: the revision that was looked at before."""
    if former == goal.revision_number:
        return
    now = {"revision_number": goal.revision_number, "at": timezone.now()}
    if former is None or not Look.objects.filter(by=user, goal=goal).update(**now):
        # a second tab may do so at the same time
        Look.objects.bulk_create([Look(by=user, goal=goal, **now)], ignore_conflicts=True)
