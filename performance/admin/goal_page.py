"""The page of one goal: the form for who may write it now, the bureau's sheet for everyone else."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from performance.admin.access import user_of
from performance.admin.chosen_year import chosen_year
from performance.admin.form.fields import GoalForm
from performance.admin.form.page import open_form, open_new
from performance.admin.form.saving import save_goal, save_new
from performance.admin.review.page import review_page
from performance.goals.models import Goal
from performance.goals.queries import may
from performance.people.queries import holds
from performance.people.roles import Right

Context = dict[str, Any]


def add_page(request: HttpRequest, site_context: Context) -> HttpResponse:
    if not holds(request.user, Right.WRITE_GOALS):
        raise PermissionDenied("您没有填报绩效目标的权限。")
    year, years = chosen_year(request)
    context = site_context | {"title": "填报绩效目标", "years": years, "year": year}
    if request.method == "POST":
        return save_new(request, GoalForm(request, year, None, data=request.POST), context)
    return open_new(request, year, context)


def goal_page(request: HttpRequest, goal: Goal, site_context: Context) -> HttpResponse:
    """`goal` is one that the person may see."""
    writes = may(user_of(request), Right.WRITE_GOALS, goal)
    if request.method == "POST" and not writes:
        raise PermissionDenied("您没有填报这个绩效目标的权限。")
    context = site_context | {"title": goal.project, "original": goal}
    if request.method == "POST":
        return save_goal(request, goal, context)
    if writes and goal.is_editable:
        return open_form(request, goal, context)
    return review_page(request, goal, context)
