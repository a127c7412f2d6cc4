"""What was said of a goal, with its places in words."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from performance.goals.models import Revision
from performance.goals.opening import place_of
from performance.goals.sheet import from_json, tidy
from performance.library.plain import is_invisible
from performance.review.models import Remark


def words(text: str) -> str:
    """What a person gives as a reason or says of a cell: "" where nobody could read anything."""
    return "" if is_invisible(text) else tidy(text)


@dataclass(frozen=True)
class Said:
    """A remark, its place in words."""

    place: str
    remark: Remark


def said_of(remarks: Sequence[Remark]) -> list[Said]:
    """Each revision is read once, however many remarks were made on it. One query."""
    ids = {remark.revision_id for remark in remarks}
    rows = Revision.objects.filter(pk__in=ids).values_list("pk", "content")
    sheets = {pk: from_json(content) for pk, content in rows.order_by()} if ids else {}
    return [
        Said(place_of(remark.key, remark.field, sheets[remark.revision_id]), remark)
        for remark in remarks
    ]


def said_with(events: Iterable[int]) -> dict[int | None, list[Said]]:
    """By event. Two queries."""
    rows = Remark.objects.filter(event__in=list(events)).order_by("pk")
    found = defaultdict(list)
    for said in said_of(list(rows.select_related("by", "answered_by", "closed_by"))):
        found[said.remark.event_id].append(said)
    return found
