"""The start page: what waits for this person, by role and in the order of the work."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from performance.admin.access import user_of
from performance.admin.library.deadlines import dates_ahead
from performance.admin.review.queue import waited
from performance.goals.models import Goal, State
from performance.goals.queries import visible_to
from performance.library.answering import told
from performance.library.requesting import open_requests, recent_answers
from performance.people.models import User
from performance.people.queries import holds
from performance.people.roles import Right
from performance.review.queue import queues, to_submit, with_step
from performance.review.returned import Reason, reasons
from performance.review.tabs import Tab, counted, in_order, tabs_of

_CARDS = {
    Right.REVIEW_GOALS: (State.SUBMITTED, State.RETURNED, State.APPROVED, State.DRAFT),
    Right.ISSUE_GOALS: (State.SUBMITTED, State.RETURNED, State.DRAFT),
    Right.WRITE_GOALS: (State.RETURNED, State.DRAFT, State.SUBMITTED, State.APPROVED),
    Right.SEE_GOALS: (State.DRAFT, State.SUBMITTED, State.APPROVED, State.ISSUED, State.FILED),
}
"""By the first of these rights that a person has."""
_CAME_BACK = (State.RETURNED, State.REJECTED, State.SUBMITTED)
"""Also to an earlier reviewer."""
LISTED = 10


@dataclass(frozen=True)
class Section:
    """Goals that wait for one thing; `link` leads to all of them."""

    name: str
    title: str
    link: str
    goals: Q
    tab: Tab


@dataclass(frozen=True)
class Listed:
    """The first goals of a section, each with how long it waits and why it came back."""

    section: Section
    number: int
    rows: list[tuple[Goal, str, Reason | None]] = field(default_factory=list)


def start_page(request: HttpRequest) -> dict[str, Any]:
    """Cards in the order of the person's work, and the first goals that wait for them."""
    user = user_of(request)
    if not holds(user, Right.SEE_GOALS):
        return {"cards": [], "may_write": False}
    sections = list(_sections(user))
    whole = {f"tab-{tab.name}": tab.goals(user) for tab in tabs_of(user) if tab.work}
    numbers = counted(visible_to(user), {s.name: s.goals for s in sections} | whole)
    listed = [_listed(user, s, numbers[s.name]) for s in sections if numbers[s.name]]
    return {
        "cards": [
            *_work_cards(user, numbers),
            *_state_cards(user),
            *_requests_card(user),
        ],
        "dates": dates_ahead(),
        "may_write": holds(user, Right.WRITE_GOALS),
        "may_export": holds(user, Right.EXPORT_GOALS),
        "works": bool(sections),
        "answers": [(asked, told(asked)) for asked in recent_answers(user)[:LISTED]],
        "sections": listed,
    }


def _sections(user: User) -> Iterator[Section]:
    """What came back stands first: its unit is waited for."""
    tabs = {tab.name: tab for tab in tabs_of(user)}
    if tab := tabs.get("submit"):
        mine, back = to_submit(user), Q(state=State.RETURNED)
        yield Section("returned", "被退回，请修改后再送审", _link("returned"), mine & back, tab)
    for number, (whose, goals) in enumerate(queues(user).items()):
        title = f"待审核（代 {whose}）" if whose else "待审核"
        yield Section(f"review{number}", title, _link("review"), goals, tabs["review"])
    if tab := tabs.get("submit"):
        yield Section("submit", "待送审", _link("submit"), mine & ~back, tab)
    for name in ("issue", "file", "rejected"):
        if tab := tabs.get(name):
            yield Section(name, tab.label, _link(name), tab.goals(user), tab)


def _link(tab: str) -> str:
    return f"{reverse('admin:performance_goal_changelist')}?tab={tab}"


def _listed(user: User, section: Section, number: int) -> Listed:
    found = with_step(visible_to(user)).filter(section.goals)
    rows = list(in_order(user, section.tab, _with_names(found))[:LISTED])
    why = reasons([g for g in rows if g.state in _CAME_BACK])
    return Listed(section, number, [(goal, waited(goal), why.get(goal.pk)) for goal in rows])


def _with_names(goals: QuerySet[Goal]) -> QuerySet[Goal]:
    return goals.select_related("year", "unit", "assigned_to")


def _work_cards(user: User, numbers: dict[str, int]) -> Iterator[dict[str, Any]]:
    """What a clerk does is told by the states; the rest by what is to be done."""
    for tab in tabs_of(user):
        if tab.work and tab.name != "submit":
            number = numbers[f"tab-{tab.name}"]
            yield {"label": tab.label, "number": number, "link": _link(tab.name)}


def _state_cards(user: User) -> Iterator[dict[str, Any]]:
    first = next(right for right in _CARDS if holds(user, right))
    rows = visible_to(user).order_by().values_list("state").annotate(number=Count("pk"))
    counts: dict[str, int] = dict(rows)
    link = reverse("admin:performance_goal_changelist")
    refused = [State.REJECTED] if counts.get(State.REJECTED) else []
    for state in (*_CARDS[first], *([] if first is Right.ISSUE_GOALS else refused)):
        number = counts.get(state, 0)
        yield {"label": state.label, "number": number, "link": f"{link}?state={state}"}


def _requests_card(user: User) -> list[dict[str, Any]]:
    if not holds(user, Right.MANAGE_LIBRARY):
        return []
    link = reverse("admin:performance_indicatorrequest_changelist")
    return [{"label": "指标增补申请待处理", "number": open_requests(user), "link": link}]
