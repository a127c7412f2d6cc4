"""The tabs of the list, as the office knows them: which of them for whom, how much in each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db.models import Case, Count, F, Q, QuerySet, Sum, When

from performance.goals.models import Goal, State
from performance.people.models import User
from performance.people.queries import holds
from performance.people.roles import Right
from performance.review.queue import done_by, sent_back, to_review, to_submit, with_step


def _in(*states: State) -> Callable[[User], Q]:
    return lambda user: Q(state__in=states)


@dataclass(frozen=True)
class Tab:
    """`rights`: any of them shows it. A `work` tab is what waits for the person; `bulk` names the
    step that may be taken for many of it at once."""

    name: str
    label: str
    rights: tuple[Right, ...]
    goals: Callable[[User], Q]
    work: bool = False
    bulk: str = ""


_ACTING = (Right.REVIEW_GOALS, Right.SUBMIT_GOALS, Right.ISSUE_GOALS)
_ALL = Tab("all", "全部", (Right.SEE_GOALS,), lambda user: Q())
TABS = (
    Tab("review", "待审核", (Right.REVIEW_GOALS,), to_review, work=True, bulk="approve"),
    Tab("submit", "待送审", (Right.SUBMIT_GOALS,), to_submit, work=True, bulk="submit"),
    Tab("issue", "待批复", (Right.ISSUE_GOALS,), _in(State.APPROVED), work=True, bulk="issue"),
    Tab("file", "待备案", (Right.ISSUE_GOALS,), _in(State.ISSUED), work=True, bulk="file"),
    Tab("rejected", "不予通过", (Right.ISSUE_GOALS,), _in(State.REJECTED), work=True),
    Tab("sent", "已送审", (Right.SEE_GOALS,), _in(State.SUBMITTED)),
    Tab("returned", "被退回", (Right.SEE_GOALS,), _in(State.RETURNED)),
    Tab("done", "曾经办", _ACTING, done_by),
    _ALL,
)


def tabs_of(user: User) -> list[Tab]:
    return [tab for tab in TABS if any(holds(user, right) for right in tab.rights)]


def tab_named(user: User, name: str) -> Tab:
    """One of the person's; any other name stands for all goals."""
    return next((tab for tab in tabs_of(user) if tab.name == name), _ALL)


def counts(user: User, goals: QuerySet[Goal]) -> dict[str, int]:
    """How many of the goals stand in each of the person's tabs. One query."""
    asked = {tab.name: tab.goals(user) for tab in tabs_of(user) if tab.name != _ALL.name}
    return counted(goals, asked)


def counted(goals: QuerySet[Goal], asked: Mapping[str, Q]) -> dict[str, int]:
    """How many there are, by the name of the condition, and under "all" how many in all."""
    # An aggregate's own condition cannot look into other tables where goals come with annotations.
    marks = {f"in_{name}": Case(When(q, then=1), default=0) for name, q in asked.items()}
    sums = {f"sum_{name}": Sum(f"in_{name}") for name in asked}
    rows = with_step(goals).order_by().annotate(**marks)
    found = rows.aggregate(sum_all=Count("pk"), **sums)
    return {name.removeprefix("sum_"): number or 0 for name, number in found.items()}


def in_order(user: User, tab: Tab, goals: QuerySet[Goal]) -> QuerySet[Goal]:
    """What is work comes as it should be done: one's own first, returned ones, then the oldest."""
    if not tab.work:
        return goals
    mine = Case(When(assigned_to=user, then=0), default=1)
    returned = Case(When(state=State.RETURNED, then=0), When(sent_back(), then=0), default=1)
    return goals.order_by(mine, returned, F("waiting_since").asc(nulls_last=True), "pk")
