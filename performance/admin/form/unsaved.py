"""What a page says while somebody types: keep this, I am still here, give it up."""

from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import localtime
from django.views.decorators.http import require_POST

from performance.admin.access import user_of
from performance.admin.form.lines import PARTS
from performance.admin.form.meaning import meaning
from performance.admin.form.posted import is_whole
from performance.goals.merge import VALUES
from performance.goals.models import Goal
from performance.goals.queries import may, visible_to
from performance.goals.unsaved import desk_of, forget, is_new_place, keep, leave, stay
from performance.people.queries import holds
from performance.people.roles import Right

_NOT_KEPT = (
    "csrfmiddlewaretoken",
    "typed",
    "_save",
    "_submit",
    "_ask",
    "_open",
    "_accept",
    "_accept_all",
)


@require_POST
def unsaved_view(request: HttpRequest) -> JsonResponse:
    """With `typed` the form's fields are kept as they were posted; without, only the presence."""
    place = request.POST.get("place", "")
    goal = _goal(request, place)
    user = user_of(request)
    answer: dict[str, Any] = {"others": [], "newer": "", "editable": True}
    if "typed" in request.POST and not is_whole(request.POST):
        raise SuspiciousOperation("this is no form")
    if "typed" in request.POST:
        at = keep(by=user, place=place, goal=goal, content=content_of(request.POST))
        answer["kept"] = localtime(at).strftime("%H:%M:%S")
        answer["understood"] = [
            [meaning(text) for text in request.POST.getlist(PARTS[part])] for part in VALUES
        ]
    elif goal is not None:
        stay(by=user, place=place, goal=goal)
    if goal is not None:
        answer |= {
            "others": desk_of(user, goal).others,
            "newer": _newer(goal, request.POST.get("base", "")),
            "editable": goal.is_editable,
        }
    return JsonResponse(answer)


@require_POST
def drop_view(request: HttpRequest) -> HttpResponse:
    place = request.POST.get("place", "")
    goal = _goal(request, place)
    if goal is None:
        leave(by=user_of(request), place=place)
        return redirect("admin:performance_goal_add")
    forget(by=user_of(request), place=place)
    return redirect("admin:performance_goal_change", goal.pk)


def _goal(request: HttpRequest, place: str) -> Goal | None:
    """The goal of the form, None for a new project's; nobody keeps what they may not write."""
    number = place.removeprefix("goal-")
    if number != place and number.isdecimal() and len(number) < 18:
        goals = visible_to(user_of(request)).select_related("changed_by")
        goal = get_object_or_404(goals, pk=int(number))
        if not may(user_of(request), Right.WRITE_GOALS, goal):
            raise PermissionDenied("您没有填报这个绩效目标的权限。")
        return goal
    if not is_new_place(place):
        raise SuspiciousOperation("this is no form")
    if not holds(request.user, Right.WRITE_GOALS):
        raise PermissionDenied("您没有填报绩效目标的权限。")
    return None


def content_of(posted: QueryDict) -> str:
    """What a form says, without what was pressed."""
    kept = posted.copy()
    for name in _NOT_KEPT:
        kept.pop(name, None)
    return kept.urlencode()


def _newer(goal: Goal, base: str) -> str:
    """Who saved since the page began, as a sentence, or ""."""
    if base == str(goal.revision_number):
        return ""
    at = localtime(goal.changed_at).strftime("%H:%M") if goal.changed_at else ""
    return f"{goal.changed_by} {at} 保存了第{goal.revision_number}版，您保存时会自动合并。"
