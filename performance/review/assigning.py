"""Asking one person to see to a goal. It is a request, not a lock: whoever may act still may."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.db import transaction

from performance.goals.models import Goal, State
from performance.goals.queries import visible_to
from performance.people.models import Membership, User
from performance.people.queries import capacities
from performance.people.roles import ROLES, Right
from performance.review.case import Case
from performance.review.telling import tell_assigned
from performance.review.transitions import TRANSITIONS, Transition

MOST = 500
"""Goals at one press: each is looked at by itself."""

_NEXT = {
    State.DRAFT: "submit",
    State.RETURNED: "submit",
    State.ADJUSTING: "submit",
    State.SUBMITTED: "approve",
    State.APPROVED: "issue",
    State.ISSUED: "file",
    State.REJECTED: "reopen",
}
"""What a goal waits for: who may take this step may be asked to."""


@dataclass(frozen=True)
class Refused:
    goal: Goal
    reason: str


@dataclass(frozen=True)
class Assigned:
    """What became of a request: ids of the goals that it now stands at, and why not at others."""

    done: tuple[int, ...]
    refused: tuple[Refused, ...]


def next_step(goal: Goal) -> Transition | None:
    name = _NEXT.get(State(goal.state))
    return TRANSITIONS[name] if name else None


def candidates(case: Case) -> list[Membership]:
    """The roles in which people could take the next step: in reach, and not barred from it."""
    step = next_step(case.goal)
    return [held for held in case.members if step and _could(case, step, held)]


def could_act(goals: Iterable[Goal], by: User) -> list[tuple[User, int]]:
    """Who could see to how many of these, as far as roles go: the most first. As many queries as
    there are years and units."""
    known: dict[tuple[str, int], Any] = {}
    found: Counter[User] = Counter()
    for goal in goals:
        case, step = Case(by, goal), next_step(goal)
        case.__dict__["members"] = _once(known, ("unit", goal.unit_id), case, "members")
        case.__dict__["steps"] = _once(known, ("year", goal.year_id), case, "steps")
        found.update({held.user for held in case.members if step and _holds(case, step, held)})
    return found.most_common()


def _once(known: dict[tuple[str, int], Any], key: tuple[str, int], case: Case, name: str) -> Any:
    if key not in known:
        known[key] = getattr(case, name)
    return known[key]


def assign_problem(case: Case) -> str:
    """Why this person may ask nobody, as a sentence, or ""."""
    step = next_step(case.goal)
    if step is None:
        return f"现在是“{case.goal.get_state_display()}”，没有等待办理的事。"
    steers = capacities(case.user, Right.ISSUE_GOALS, case.goal.unit_id)
    if steers or case.capacities(step):
        return ""
    return f"只有能办理“{step.label}”的人和业务管理员可以指定经办人。"


@transaction.atomic
def assign(goal_ids: Sequence[int], to: User | None, *, by: User) -> Assigned:
    """Asks `to` to see to these goals, or with None nobody in particular.

    Goals that the person may not see are passed over in silence, as if they did not exist.
    """
    rows = visible_to(by).select_related("unit", "year").filter(pk__in=list(goal_ids)[:MOST])
    done: list[Goal] = []
    refused: list[Refused] = []
    for goal in rows.select_for_update(of=("self",)).order_by("pk"):
        if reason := _problem(Case(by, goal), to):
            refused.append(Refused(goal, reason))
            continue
        if goal.assigned_to_id == (to.pk if to else None):
            refused.append(Refused(goal, f"已经指定 {to} 办理。" if to else "没有指定经办人。"))
            continue
        goal.assigned_to = to
        goal.save(update_fields=["assigned_to"])
        done.append(goal)
    if to:
        tell_assigned(done, to, by=by, batch=uuid4().hex if len(done) > 1 else "")
    return Assigned(tuple(goal.pk for goal in done), tuple(refused))


def _problem(case: Case, to: User | None) -> str:
    if problem := assign_problem(case):
        return problem
    if to is None or to.pk in {held.user_id for held in candidates(case)}:
        return ""
    step = next_step(case.goal)
    assert step  # assign_problem told the rest
    theirs = (held for held in case.members if held.user_id == to.pk and _holds(case, step, held))
    bar = next((case.bar(step, held) for held in theirs), "")
    reason = bar.replace("您", f"{to} ", 1) if bar else f"{to}没有办理它的权限。"
    return f"{reason}可以办理的有：{case.others(step)}。"


def _holds(case: Case, step: Transition, held: Membership) -> bool:
    role = case.step.role if step.at_step else held.role
    return step.right in ROLES[held.role].rights and held.role == role


def _could(case: Case, step: Transition, held: Membership) -> bool:
    return _holds(case, step, held) and not case.bar(step, held)
