"""The buttons of the form that take over what a reviewer proposed."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from performance.admin.access import user_of
from performance.admin.form.answering_remarks import is_unsaved
from performance.admin.form.fields import GoalForm
from performance.admin.form.page import form_page
from performance.goals.models import Goal, State
from performance.goals.unsaved import forget, place_of
from performance.review.accepting import accept_proposal, accept_proposals
from performance.review.actions import ContentChanged
from performance.review.transitions import TRANSITIONS

Context = dict[str, Any]
_MOVED = "没有采纳：您打开页面后内容又被修改，请看过现在的内容再采纳。"
_MOVED_HERE = (
    "没有采纳：您打开页面后内容又被修改。您页面上的内容仍在这里：要留下自己填写的，请先保存；"
    "没有填写过的，请刷新页面后再采纳。"
)
_UNSAVED = "没有采纳：您还有填写而没有保存的内容，仍在本页上；请先保存，再采纳。"


def accept_one(request: HttpRequest, goal: Goal, context: Context) -> HttpResponse:
    if is_unsaved(request, goal):
        return _refused(request, goal, context)
    forget(by=user_of(request), place=place_of(goal))  # it says what is stored
    chosen = request.POST["_accept"]
    pk = int(chosen) if chosen.isdecimal() and len(chosen) < 19 else 0
    try:
        saved = accept_proposal(goal.pk, pk, by=user_of(request), seen=request.POST.get("seen", ""))
    except ContentChanged:
        messages.error(request, _MOVED)
    except ValidationError as error:
        messages.error(request, "".join(error.messages))
    else:
        number = saved.number or goal.revision_number
        messages.success(request, f"已采纳这条建议，成为第{number}版。")
    return _back(request, goal)


def accept_all(request: HttpRequest, goal: Goal, context: Context) -> HttpResponse:
    if is_unsaved(request, goal):
        return _refused(request, goal, context)
    forget(by=user_of(request), place=place_of(goal))
    try:
        accept_proposals(goal.pk, by=user_of(request), seen=request.POST.get("seen", ""))
    except ContentChanged:
        messages.error(request, _MOVED)
    except ValidationError as error:
        messages.error(request, "".join(error.messages))
    else:
        messages.success(request, TRANSITIONS["accept"].done)
    return _back(request, goal)


def _refused(request: HttpRequest, goal: Goal, context: Context) -> HttpResponse:
    """What is on the page is not what is stored: typed, or shown before somebody else saved."""
    if goal.state != State.RETURNED:
        label = State(goal.state).label
        messages.error(request, f"没有采纳：您打开页面后已经办理过，现在是“{label}”。")
        return redirect("admin:performance_goal_change", goal.pk)
    form = GoalForm(request, goal.year, goal, data=request.POST)
    form.full_clean()
    is_current = request.POST.get("seen", "") == goal.chain_hash
    form.add_error(None, _UNSAVED if is_current else _MOVED_HERE)
    return form_page(request, form, context, goal)


def _back(request: HttpRequest, goal: Goal) -> HttpResponse:
    """Nothing was left to be saved, so that what the browser keeps may go too."""
    page = reverse("admin:performance_goal_change", args=[goal.pk])
    return redirect(f"{page}#saved={place_of(goal)}")
