"""What was done to a goal, and what a person may do next: the same beside form and sheet."""

from typing import Any

from django.http import HttpRequest

from performance.admin.access import user_of
from performance.admin.files.attachments import attachment_context
from performance.goals.models import Goal, State
from performance.goals.queries import may
from performance.people.roles import Right
from performance.quality.check import blocking
from performance.quality.finding import Finding
from performance.review.case import Case
from performance.review.models import Event
from performance.review.queries import last_decided, steps_for


def record(
    request: HttpRequest, goal: Goal, findings: list[Finding], case: Case | None = None
) -> dict[str, Any]:
    user = user_of(request)
    case = case or Case(user, goal)
    returned = goal.state == State.RETURNED
    return {
        "events": case.events,
        "stopped_by": _stopped_by(case),
        "may_write": may(user, Right.WRITE_GOALS, goal),
        **attachment_context(request, goal),
        "steps": steps_for(user, goal, len(blocking(findings)), case),
        "last_decided": last_decided(case.events),
        "return_event": next((e for e in case.events if e.transition == "return"), None)
        if returned
        else None,
    }


def _stopped_by(case: Case) -> list[Event]:
    """Why the goal is void or was refused: in the order it happened, as long as it matters."""
    newest = case.events[0].transition if case.events else ""
    if newest == "reopen":
        return [event for event in case.events[:2][::-1] if event.opinion]
    return case.events[:1] if newest in ("void", "reject") else []
