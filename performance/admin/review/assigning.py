"""改派: asking one person to see to goals, from the list or on the page of one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from performance.admin.access import user_of
from performance.admin.files.export import goal_ids
from performance.goals.models import Goal
from performance.goals.queries import visible_to
from performance.people.models import User
from performance.people.queries import holds
from performance.people.roles import Right
from performance.review.assigning import (
    MOST,
    assign,
    assign_problem,
    candidates,
    could_act,
)
from performance.review.case import Case

Context = dict[str, Any]
LIST = "admin:performance_goal_changelist"
RIGHTS = (Right.SUBMIT_GOALS, Right.REVIEW_GOALS, Right.ISSUE_GOALS)
ME, NOBODY = "me", "nobody"


@dataclass(frozen=True)
class Assignment:
    """The small control on a goal's page; `people` are those who could take the next step, whoever
    looks at it among them or not: taking it is a button of its own."""

    assigned_to: User | None
    people: tuple[User, ...]
    may_take: bool
    problem: str
    others: bool = False

    @property
    def shown(self) -> bool:
        return self.assigned_to is not None or not self.problem


def assign_context(request: HttpRequest, goal: Goal, case: Case | None = None) -> Context:
    """What `_assign.html` shows. A `case` that the page has already read saves its queries."""
    user = user_of(request)
    case = case or Case(user, goal)
    problem = assign_problem(case)
    people = () if problem else _people(held.user for held in candidates(case))
    may_take = user in people and goal.assigned_to_id != user.pk
    others = any(one != user for one in people)
    return {"assignment": Assignment(goal.assigned_to, people, may_take, problem, others)}


def may_assign(request: HttpRequest) -> bool:
    return any(holds(request.user, right) for right in RIGHTS)


def assign_page(
    request: HttpRequest, context: Context, chosen: QuerySet[Goal] | None = None
) -> HttpResponse:
    """`chosen` comes from the list's action; this page and a goal's page post ids and whom."""
    if request.method != "POST":
        return redirect(LIST)
    if not may_assign(request):
        raise PermissionDenied("您没有指定经办人的权限。")
    if chosen is None:
        picked = goal_ids(request.POST.getlist("goal"))
    else:
        picked = list(chosen.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    if chosen is None and "to" in request.POST and len(picked) <= MOST:
        return _assigned(request, picked, context)
    return _choose(request, picked, context)


def _assigned(request: HttpRequest, ids: list[int], context: Context) -> HttpResponse:
    whom = _whom(request)
    if isinstance(whom, str):
        messages.error(request, whom)
        return _back(request, ids) or _choose(request, ids, context)
    result = assign(ids, whom, by=user_of(request))
    if result.done:
        named = f"指定 {whom} 办理" if whom else "不再指定经办人"
        messages.success(request, f"{len(result.done)} 个目标已{named}。")
    back = _back(request, ids)
    if back or not result.refused:
        for row in result.refused:
            messages.warning(request, f"“{row.goal.project}”没有改派：{row.reason}")
        return back or redirect(LIST)
    return _page(request, context | {"result": result})


def _whom(request: HttpRequest) -> User | str | None:
    """The person, nobody, or what is wrong with what was posted."""
    posted = request.POST.get("to", "")
    if posted == ME:
        return user_of(request)
    if posted == NOBODY:
        return None
    found = goal_ids([posted])
    user = User.objects.filter(pk__in=found, is_active=True).first()
    return user or "没有选择经办人，请选择一位。"


def _back(request: HttpRequest, ids: list[int]) -> HttpResponse | None:
    """To the goal's page, if it came from there."""
    if "one" not in request.POST or len(ids) != 1:
        return None
    return redirect("admin:performance_goal_change", ids[0])


def _choose(request: HttpRequest, ids: list[int], context: Context) -> HttpResponse:
    goals = visible_to(user_of(request)).filter(pk__in=ids[:MOST])
    rows = list(goals.select_related("unit", "year", "assigned_to").order_by("pk"))
    if not rows:
        messages.error(request, "没有选择项目，请在列表中至少勾选一个再改派。")
        return redirect(LIST)
    if len(ids) > MOST:
        messages.warning(request, f"一次最多改派 {MOST} 个目标，这里是前 {MOST} 个。")
    people = could_act(rows, user_of(request))
    return _page(request, context | {"goals": rows, "people": people})


def _page(request: HttpRequest, context: Context) -> HttpResponse:
    context |= {"title": "改派"}
    return TemplateResponse(request, "admin/performance/goal/assign.html", context)


def _people(users: Iterable[User]) -> tuple[User, ...]:
    """Each once: somebody may hold two roles that allow it."""
    return tuple({user.pk: user for user in users}.values())
