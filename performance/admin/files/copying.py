"""Copying goals: a unit's last year, one project beside itself, and going through a copy."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse

from performance.admin.access import user_of
from performance.admin.files.copy_form import CopyForm
from performance.admin.files.export import goal_ids
from performance.goals.actions import Outcome
from performance.goals.copied import Marks, comparable, marks
from performance.goals.copying import (
    Copied,
    confirm_copy,
    copy_beside,
    copy_goals,
    goals_of,
    projects_of,
)
from performance.goals.models import Goal, Revision
from performance.goals.queries import background, closed, in_units, may
from performance.goals.refusals import PROJECT_LENGTH
from performance.goals.sheet import Sheet, from_json
from performance.goals.unsaved import desk_of
from performance.library.models import Year
from performance.people.models import Unit
from performance.people.queries import holds
from performance.people.roles import Right
from performance.quality.check import blocking, check

Context = dict[str, Any]


@dataclass(frozen=True)
class Candidate:
    """A goal that could be copied, or the reason why not."""

    goal: Goal
    reason: str


@dataclass(frozen=True)
class Unconfirmed:
    """What an unconfirmed copy was made from, and what became of it since."""

    revision: Revision
    source: Sheet
    marks: Marks
    may_confirm: bool


class BesideForm(forms.Form):
    project = forms.CharField(
        label="新项目的名称",
        max_length=PROJECT_LENGTH,
        error_messages={"required": "新项目的名称为空，请填写。"},
    )


def copy_page(request: HttpRequest, context: Context) -> HttpResponse:
    """Choose year and unit, tick projects, copy them."""
    if not holds(request.user, Right.WRITE_GOALS):
        raise PermissionDenied("您没有填报绩效目标的权限。")
    form = CopyForm(user_of(request), request.POST or request.GET)
    context |= {"title": "从上年复制绩效目标", "form": form}
    if not form.is_valid():
        return TemplateResponse(request, "admin/performance/goal/copy.html", context)
    unit, source, target = form.chosen()
    if request.method == "POST":
        if ids := goal_ids(request.POST.getlist("goal")):
            copied = copy_goals(ids, target.year, by=user_of(request))
            return _done_page(request, copied, target, context)
        messages.error(request, "没有选择项目，请至少勾选一个再复制。")
    rows = _candidates(request, unit, source, target)
    context |= {
        "source": source,
        "target": target,
        "rows": rows,
        "open": sum(not row.reason for row in rows),
        "closed": closed(target, user_of(request), unit.pk),
    }
    return TemplateResponse(request, "admin/performance/goal/copy.html", context)


def beside_page(request: HttpRequest, pk: int, context: Context) -> HttpResponse:
    """One project once more, under another name; for who may write it."""
    goals = in_units(user_of(request), Right.WRITE_GOALS).select_related("year", "unit")
    goal = get_object_or_404(goals.select_related("approved_revision"), pk=pk)
    initial = {"project": f"{goal.project[: PROJECT_LENGTH - 4]}（副本）"}
    form = BesideForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        saved = copy_beside(goal, form.cleaned_data["project"], by=user_of(request))
        if saved.outcome is Outcome.SAVED:
            messages.success(request, f"已从“{goal.project}”复制为新项目，请修改后保存。")
            return redirect("admin:performance_goal_change", saved.goal_id)
        form.add_error("project", f"没有复制：{saved.message}")
    context |= {"title": "复制为新项目", "original": goal, "goal": goal, "form": form}
    return TemplateResponse(request, "admin/performance/goal/copy_beside.html", context)


def confirm_view(request: HttpRequest, pk: int) -> HttpResponse:
    goal = get_object_or_404(in_units(user_of(request), Right.SEE_GOALS), pk=pk)
    if desk_of(user_of(request), goal).own:
        messages.error(request, "没有确认：您还有填写而没有保存的内容，请先保存，再确认。")
        return redirect("admin:performance_goal_change", goal.pk)
    try:
        confirm_copy(goal.pk, by=user_of(request), seen=request.POST.get("seen", ""))
    except ValidationError as error:
        messages.error(request, "".join(error.messages))
    else:
        messages.success(request, "已确认逐项核对，可以送审。")
    return redirect("admin:performance_goal_change", goal.pk)


def unconfirmed_copy(request: HttpRequest, goal: Goal, sheet: Sheet) -> Unconfirmed | None:
    """Of the goal as `sheet` shows it; None for one that is no copy, or needs no confirmation."""
    if goal.copied_from_id is None or not goal.is_editable:
        return None
    revision = Revision.objects.select_related("goal__year").get(pk=goal.copied_from_id)
    source = comparable(from_json(revision.content), sheet.year)
    may_write = may(user_of(request), Right.WRITE_GOALS, goal)
    return Unconfirmed(revision, source, marks(source, sheet), may_write)


def _candidates(request: HttpRequest, unit: Unit, source: Year, target: Year) -> list[Candidate]:
    taken = projects_of(target, unit)
    reason = f"{target.year}年度已有同名项目。"
    goals = goals_of(source, unit, by=user_of(request))
    return [Candidate(goal, reason if goal.project in taken else "") for goal in goals]


def _done_page(
    request: HttpRequest, copied: Copied, target: Year, context: Context
) -> HttpResponse:
    goals = Goal.objects.filter(pk__in=copied.goal_ids).select_related("year")
    context |= {
        "title": "复制结果",
        "target": target,
        "goals": _with_errors(goals.prefetch_related("lines"), target),
        "left_out": copied.left_out,
    }
    return TemplateResponse(request, "admin/performance/goal/copy_done.html", context)


def _with_errors(goals: Sequence[Goal] | Any, year: Year) -> list[tuple[Goal, int]]:
    """Each with the number of its errors: what the year's library no longer has, above all."""
    known = background(year)
    return [(goal, len(blocking(check(goal.sheet(), known)))) for goal in goals]
