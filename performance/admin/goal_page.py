"""The page of one goal: the form for who may write it now, the bureau's sheet for everyone else."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from performance.admin.access import user_of
from performance.admin.chosen_year import chosen_year
from performance.admin.copying import unconfirmed_copy
from performance.admin.form_page import open_form, open_new
from performance.admin.goal_form import GoalForm
from performance.admin.record import record
from performance.admin.saving import save_goal, save_new
from performance.admin.sheet_view import COPY_TAGS, TAGS, sheet_view
from performance.goals.models import Goal, State
from performance.goals.queries import may
from performance.goals.sheet import Sheet, from_json
from performance.people.queries import holds
from performance.people.roles import Right
from performance.review.queries import findings_of

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
    return _sheet_page(request, goal, context, {})


def review_conflict(request: HttpRequest, goal: Goal, seen: str, context: Context) -> HttpResponse:
    """A step was decided on content that is no longer the latest: show what changed since."""
    revision = goal.revisions.filter(chain_hash=seen).first() if seen.isalnum() else None
    before = from_json(revision.content) if revision else None
    conflict = {
        "conflict": "您打开页面后，内容又被修改了。请看过标出的改动，再决定是否办理。",
        "opinion": request.POST.get("opinion", ""),
    }
    page = context | {"title": goal.project, "original": goal}
    return _sheet_page(request, goal, page, conflict, before)


def _sheet_page(
    request: HttpRequest, goal: Goal, context: Context, extra: Context, before: Sheet | None = None
) -> HttpResponse:
    sheet = goal.sheet()
    findings = findings_of(sheet, goal.year)
    done = record(request, goal, findings)
    earlier = done["last_submitted"]
    if before is None and earlier and goal.state == State.SUBMITTED:
        before = from_json(earlier.content)
    context |= {"goal": goal, "findings": findings, **done, **extra}
    context["compared"] = before is not None
    copied = unconfirmed_copy(request, goal, sheet) if before is None else None
    context["copied"] = copied
    context["view"] = sheet_view(
        sheet, copied.source if copied else before, findings, COPY_TAGS if copied else TAGS
    )
    context["reviews"] = may(user_of(request), Right.REVIEW_GOALS, goal)  # which help it links to
    return TemplateResponse(request, "admin/performance/goal/sheet.html", context)
