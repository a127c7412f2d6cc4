"""What a goal's events lead to, by the table of the workflow; and whether each might be taken."""

from collections.abc import Iterator, Mapping, Sequence

from performance.goals.models import Goal, Revision
from performance.review.case import ACTS
from performance.review.models import Event
from performance.review.transitions import TRANSITIONS

REPLAYED = {
    "state": "状态",
    "approved_revision_id": "审核通过的版本",
    "issued_revision_id": "已批复的版本",
    "cycle": "调整次数",
    "step": "审核环节",
}


def replayed(events: Sequence[Event]) -> Goal:
    """A goal, stored nowhere, that says what review writes as it stands after these events."""
    goal = Goal()
    for event in events:
        goal.state, goal.step = event.target, event.to_step or goal.step
        if row := TRANSITIONS.get(event.transition):
            row.after(goal, Revision(pk=event.revision_id, goal_id=event.goal_id))
    return goal


def misconduct(event: Event, events: Sequence[Event], authors: Mapping[int, int]) -> Iterator[str]:
    """Why nobody could have taken this step in the portal; the guards may have been switched off.

    `authors`: who wrote any revision of the goal, with the id of their first one.
    """
    people = _people(event)
    wrote = {authors[pk] for pk in people if pk in authors}
    if event.transition == "approve" and any(first <= event.revision_id for first in wrote):
        yield "审核通过的人自己填写或导入过这个目标"
    if event.transition in ACTS and any(_elsewhere(event, other) for other in events):
        yield "办理的人在同一轮的另一个审核环节也办理过"
    returns = event.transition in ("return", "step_back")
    if returns and not event.opinion and not event.remarks.all():
        yield "退回时没有写明任何原因"


def _elsewhere(event: Event, other: Event) -> bool:
    return (
        other.number < event.number
        and other.transition in ACTS
        and (other.cycle, other.step != event.step) == (event.cycle, True)
        and bool(_people(event) & _people(other))
    )


def _people(event: Event) -> set[int]:
    return {pk for pk in (event.by_id, event.on_behalf_of_id) if pk}
