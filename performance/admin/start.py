"""The start page: what waits for this person, by state."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse

from performance.goals.models import State
from performance.goals.queries import visible_to
from performance.people.queries import holds
from performance.people.roles import Right

_FIRST = {
    Right.REVIEW_GOALS: (State.SUBMITTED, State.RETURNED, State.APPROVED, State.DRAFT),
    Right.WRITE_GOALS: (State.RETURNED, State.DRAFT, State.SUBMITTED, State.APPROVED),
}


def start_page(request: HttpRequest) -> dict[str, Any]:
    """Cards in the order of the person's work: what waits for them comes first."""
    user = request.user
    if not holds(user, Right.SEE_GOALS):
        return {"cards": [], "may_write": False}
    counts = dict(visible_to(user).order_by().values_list("state").annotate(number=Count("pk")))
    first = Right.REVIEW_GOALS if holds(user, Right.REVIEW_GOALS) else Right.WRITE_GOALS
    link = reverse("admin:performance_goal_changelist")
    cards = [
        {"label": state.label, "number": counts.get(state, 0), "link": f"{link}?state={state}"}
        for state in _FIRST[first]
    ]
    return {"cards": cards, "may_write": holds(user, Right.WRITE_GOALS)}
