"""What became of a goal while somebody had its page open, and what they had typed there."""

from dataclasses import dataclass

from django.http import HttpRequest

from performance.admin.access import user_of
from performance.admin.review.decision import grades_in
from performance.goals.models import Goal, State
from performance.people.queries import capacities
from performance.people.roles import Right
from performance.review.case import Case
from performance.review.transitions import TRANSITIONS


@dataclass(frozen=True)
class Typed:
    """What has no place on the page any more: there to be copied."""

    texts: tuple[str, ...]
    grades: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.texts or self.grades)


def moved_on(request: HttpRequest, goal: Goal, right: Right) -> str:
    """Who did what since the page was opened, where that is why nothing was done; or "".

    `goal` as it stands now. Not for who has no such right in this unit at any step of review: they
    were never offered it.
    """
    stage = request.POST.get("state", "")
    if not stage or stage == goal.stage:
        return ""
    user = user_of(request)
    if not capacities(user, right, goal.unit_id):
        return ""
    case = Case(user, goal)
    newest = case.events[0] if case.events else None
    if newest is None:
        return ""
    who = "您自己" if newest.by_id == user.pk else newest.who
    at = f"在“{newest.step_name}”" if newest.step_name else ""
    label = TRANSITIONS[newest.transition].label
    return f"您打开页面后，{who}{at}已办理“{label}”，{stands(case)}。您这一次没有办理。"


def stands(case: Case) -> str:
    """Where a goal is now, in words."""
    if case.goal.state == State.SUBMITTED:
        return f"现在等待“{case.step.name}”"
    return f"现在是“{State(case.goal.state).label}”"


def typed_in(request: HttpRequest, *texts: str) -> Typed:
    grades = grades_in(request.POST).items()
    return Typed(
        tuple(text for text in map(str.strip, texts) if text),
        tuple((point, grade) for point, grade in grades if point and grade),
    )
