"""What was done to a goal, and what a person may do next: the same beside form and sheet."""

from typing import Any

from django.http import HttpRequest

from performance.admin.access import user_of
from performance.admin.attachments import attachment_context
from performance.goals.models import Goal, State
from performance.goals.queries import may
from performance.people.roles import Right
from performance.quality.check import blocking
from performance.quality.finding import Finding
from performance.review.queries import events_of, last_submitted, steps_for


def record(request: HttpRequest, goal: Goal, findings: list[Finding]) -> dict[str, Any]:
    events = events_of(goal)
    returned = goal.state == State.RETURNED
    return {
        "events": events,
        "may_write": may(user_of(request), Right.WRITE_GOALS, goal),
        **attachment_context(request, goal),
        "steps": steps_for(user_of(request), goal, len(blocking(findings))),
        "last_submitted": last_submitted(events),
        "return_event": next((e for e in events if e.transition == "return"), None)
        if returned
        else None,
    }
