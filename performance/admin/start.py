"""The start page: what waits for this person, by state."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse

from performance.admin.access import user_of
from performance.admin.deadlines import dates_ahead
from performance.goals.models import Goal, State
from performance.goals.queries import visible_to
from performance.library.answering import told
from performance.library.requesting import open_requests, recent_answers
from performance.people.models import User
from performance.people.queries import holds
from performance.people.roles import Right

_FIRST = {
    Right.REVIEW_GOALS: (State.SUBMITTED, State.RETURNED, State.APPROVED, State.DRAFT),
    Right.WRITE_GOALS: (State.RETURNED, State.DRAFT, State.SUBMITTED, State.APPROVED),
}
_WAITING = {
    Right.REVIEW_GOALS: (State.SUBMITTED,),
    Right.WRITE_GOALS: (State.RETURNED, State.DRAFT),
}
LISTED = 10


def start_page(request: HttpRequest) -> dict[str, Any]:
    """Cards in the order of the person's work, and the first goals that wait for them."""
    user = user_of(request)
    if not holds(user, Right.SEE_GOALS):
        return {"cards": [], "may_write": False}
    counts: dict[str, int] = dict(
        visible_to(user).order_by().values_list("state").annotate(number=Count("pk"))
    )
    first = Right.REVIEW_GOALS if holds(user, Right.REVIEW_GOALS) else Right.WRITE_GOALS
    link = reverse("admin:performance_goal_changelist")
    cards = [
        {"label": state.label, "number": counts.get(state, 0), "link": f"{link}?state={state}"}
        for state in _FIRST[first]
    ]
    cards += _requests_card(user)
    waiting = next((s for s in _WAITING[first] if counts.get(s)), None)
    return {
        "cards": cards,
        "dates": dates_ahead(),
        "may_write": holds(user, Right.WRITE_GOALS),
        "answers": [(asked, told(asked)) for asked in recent_answers(user)[:LISTED]],
        "waiting": waiting and waiting.label,
        "goals": _oldest(user, waiting) if waiting else [],
    }


def _oldest(user: User, state: State) -> list[Goal]:
    goals = visible_to(user).filter(state=state).select_related("year", "unit", "changed_by")
    return list(goals.order_by("changed_at", "pk")[:LISTED])


def _requests_card(user: User) -> list[dict[str, Any]]:
    if not holds(user, Right.MANAGE_LIBRARY):
        return []
    link = reverse("admin:performance_indicatorrequest_changelist")
    return [{"label": "指标增补申请待处理", "number": open_requests(user), "link": link}]
