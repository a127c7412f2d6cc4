"""The way of a goal through its review, as one line of steps. No queries."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from performance.goals.models import State
from performance.review.case import ACTS, Case
from performance.review.models import Event
from performance.review.transitions import TRANSITIONS

PASSED = (State.APPROVED, State.ISSUED, State.FILED)
STOPPED = (State.RETURNED, State.REJECTED)
LATER = (("issue", "批复", (State.ISSUED, State.FILED)), ("file", "备案", (State.FILED,)))
"""The bureau's rows after the last step of review, and the states in which each is done."""
STATUS = {"done": "已完成", "now": "现在", "back": "退回", "ahead": "未到"}


@dataclass(frozen=True)
class Stop:
    """`status` is done, now, back or ahead; `event` what was done there last in this round."""

    title: str
    status: str
    event: Event | None = None

    @property
    def told(self) -> str:
        return (self.status == "back" and self.deed) or STATUS[self.status]

    @property
    def deed(self) -> str:
        row = TRANSITIONS.get(self.event.transition) if self.event else None
        return row.label if row else ""


def progress_of(case: Case) -> list[Stop]:
    state = State(case.goal.state)
    events = [event for event in case.events if event.cycle == case.goal.cycle]
    sent = _newest(events, ("submit", "accept"))
    under_way = state in (State.SUBMITTED, *PASSED, *STOPPED)
    stops = [Stop("送审", "done" if under_way else "now", sent if under_way else None)]
    stops += [_step(case, events, number) for number in range(1, len(case.steps) + 1)]
    return [*stops, *_later(state, events)]


def _newest(events: Sequence[Event], names: Sequence[str]) -> Event | None:
    return next((event for event in events if event.transition in names), None)


def _step(case: Case, events: Sequence[Event], number: int) -> Stop:
    goal, title = case.goal, case.steps[number - 1].name
    last = next((e for e in events if e.transition in ACTS and e.step == number), None)
    acted = next((e.step for e in events if e.transition in ACTS), 0)
    if goal.state in PASSED or (goal.state == State.SUBMITTED and number < goal.step):
        return Stop(title, "done", last)
    if goal.state == State.SUBMITTED and number == goal.step:
        return Stop(title, "now", last)
    if goal.state in STOPPED and number == acted:
        return Stop(title, "back", last)
    if goal.state in STOPPED and number < acted:
        return Stop(title, "done", last)
    return Stop(title, "ahead")


def _later(state: State, events: Sequence[Event]) -> Iterator[Stop]:
    """Once there is a chance of it: before an approval they say nothing."""
    if state not in PASSED:
        return
    waits = True
    for name, title, done in LATER:
        event = _newest(events, (name,)) if state in done else None
        status = "done" if state in done else "now" if waits else "ahead"
        waits = waits and state in done
        yield Stop(title, status, event)
