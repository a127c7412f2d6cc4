"""Reading what review did, and what it would allow."""

from collections.abc import Iterator
from dataclasses import dataclass

from performance.goals.models import Goal, Revision, State
from performance.goals.queries import authors_of, background, may
from performance.people.models import User
from performance.people.queries import people_with
from performance.quality.check import blocking, check
from performance.quality.finding import Finding
from performance.review.models import Event
from performance.review.transitions import TRANSITIONS, Transition


@dataclass(frozen=True)
class Step:
    """A transition as one person sees it at one goal; `reason` says why it is greyed, or ""."""

    transition: Transition
    reason: str

    @property
    def is_open(self) -> bool:
        return not self.reason


def steps_for(user: User, goal: Goal, errors: int) -> list[Step]:
    """Every row of the table, with the reason why this person cannot take it now."""
    return [Step(row, _reason(row, user, goal, errors)) for row in TRANSITIONS.values()]


def refusal_of(transition: Transition, user: User, goal: Goal) -> Iterator[str]:
    """Why this person may not take this step: right, then state, then own work."""
    if not may(user, transition.right, goal):
        yield f"您没有“{transition.right.value}”权限，可以办理的有：{_who(transition, goal)}。"
    if goal.state not in transition.sources:
        states = "、".join(state.label for state in transition.sources)
        yield f"只有{states}的可以{transition.label}，现在是“{State(goal.state).label}”。"
    if transition.not_own_work and user.pk in authors_of(goal):
        others = _who(transition, goal, without=user)
        yield f"您填写或导入过这个目标，不能审核自己的内容。可以办理的有：{others}。"


def errors_of(goal: Goal) -> list[Finding]:
    return blocking(check(goal.sheet(), background(goal.year)))


def last_submitted(goal: Goal) -> Revision | None:
    """What the goal said the last time it was submitted before now.

    While it waits for review that is the submission before this one.
    """
    rows = Event.objects.filter(goal=goal, transition="submit").select_related("revision")
    recent = list(rows.order_by("-pk")[:2])
    wanted = 1 if goal.state in (State.SUBMITTED, State.APPROVED) else 0
    return recent[wanted].revision if len(recent) > wanted else None


def _reason(transition: Transition, user: User, goal: Goal, errors: int) -> str:
    if reason := next(refusal_of(transition, user, goal), ""):
        return reason
    if transition.needs_no_errors and errors:
        return f"还有 {errors} 处错误，改正后才能{transition.label}。"
    return ""


def _who(transition: Transition, goal: Goal, without: User | None = None) -> str:
    authors = authors_of(goal) if transition.not_own_work else set()
    people = [
        str(person)
        for person in people_with(transition.right, goal.unit_id)
        if person != without and person.pk not in authors
    ]
    if not people:
        return "目前没有，请联系系统管理员"
    return "、".join(people[:5]) + ("等" if len(people) > 5 else "")
