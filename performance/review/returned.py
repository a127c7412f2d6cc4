"""Why goals came back, in short, for the start page and the queue."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from performance.goals.models import Goal, State
from performance.review.models import Event, Remark

_QUOTED, _TEXTS = 60, 2


@dataclass(frozen=True)
class Reason:
    """Who sent it back, the first things they said, and how many more."""

    who: str
    texts: tuple[str, ...]
    more: int

    @property
    def told(self) -> str:
        more = (f"另有 {self.more} 条",) if self.more else ()
        return f"{self.who}：{'；'.join((*self.texts, *more))}"


def reasons(goals: Sequence[Goal]) -> dict[int, Reason]:
    """Of the last return or rejection of each goal, by id; of one that is under review only where
    an earlier reviewer has to look again. Two queries, none where no goal came back."""
    newest = {goal.pk: goal.events_number for goal in goals if goal.state == State.SUBMITTED}
    ids = [goal.pk for goal in goals]
    rows = Event.objects.filter(goal__in=ids, transition__in=("return", "reject", "step_back"))
    last: dict[int, Event] = {}
    for event in rows.select_related("by", "on_behalf_of").order_by("goal", "number"):
        if newest.get(event.goal_id, event.number) == event.number:
            last[event.goal_id] = event
    said: dict[int, list[str]] = defaultdict(list)
    remarks = Remark.objects.filter(event__in=[event.pk for event in last.values()])
    for event_id, text in remarks.order_by("pk").values_list("event", "text"):
        said[event_id].append(text)
    return {
        pk: _reason(event, said[event.pk] or [event.opinion] * bool(event.opinion))
        for pk, event in last.items()
    }


def _reason(event: Event, texts: list[str]) -> Reason:
    return Reason(event.who, tuple(map(_short, texts[:_TEXTS])), max(len(texts) - _TEXTS, 0))


def _short(text: str) -> str:
    flat = " ".join(text.split()).rstrip("。")
    return flat if len(flat) <= _QUOTED else f"{flat[:_QUOTED]}…"
