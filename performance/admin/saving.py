"""Saving the goal form, and what may come of it."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from performance.admin.access import user_of
from performance.admin.conflicts import Choice, choices_of
from performance.admin.form_page import form_page
from performance.admin.goal_form import GoalForm
from performance.admin.posted import as_posted
from performance.goals.actions import Outcome, Saved
from performance.goals.models import Goal
from performance.goals.unsaved import forget
from performance.review.actions import ContentChanged, perform
from performance.review.transitions import TRANSITIONS

Context = dict[str, Any]
SHOWN_PLACES = 10


def save_new(request: HttpRequest, form: GoalForm, context: Context) -> HttpResponse:
    if form.is_valid():
        saved = form.save(request)
        if saved.goal_id and saved.outcome is Outcome.SAVED:
            return _after_saving(request, saved, form)
        form.add_error(None, f"{saved.message}请换一个项目名称，或打开已有的项目修改。")
    return form_page(request, form, context, None)


def save_goal(request: HttpRequest, goal: Goal, context: Context) -> HttpResponse:
    form = GoalForm(request, goal.year, goal, data=request.POST)
    if not form.is_valid():
        return form_page(request, form, context, goal)
    saved = form.save(request)
    if saved.outcome in (Outcome.SAVED, Outcome.SAME):
        if saved.outcome is Outcome.SAME and "_submit" not in request.POST:
            messages.info(request, "内容没有改动，未产生新版本。")
        return _after_saving(request, saved, form)
    if saved.outcome is Outcome.CONFLICT:
        return _ask(request, form, saved, goal, context)
    form.add_error(None, f"没有保存：{saved.message}您填写的内容仍在本页上。")
    return form_page(request, form, context, goal)


def _ask(
    request: HttpRequest, form: GoalForm, saved: Saved, goal: Goal, context: Context
) -> HttpResponse:
    """The page again, with what both say together, and a question at each cell they disagree on."""
    assert saved.merged is not None
    goal.refresh_from_db()
    numbers = {
        "base": str(saved.theirs),
        "started": str(form.cleaned_data["base"]),
        "place": form.cleaned_data["place"],
    }
    questions = choices_of(saved.merged.conflicts, saved.merged.sheet)
    data = as_posted(saved.merged.sheet, numbers, [question.name for question in questions])
    again = GoalForm(request, goal.year, goal, data=data)
    again.full_clean()
    again.errors.clear()
    again.add_error(
        None,
        f"还没有保存：{goal.changed_by} 在您填写期间先保存了这个项目。互不冲突的改动已经合在本页；"
        f"有 {len(questions)} 处两人改得不同，请逐处选择后再保存：{_places(questions)}。",
    )
    return form_page(request, again, context, goal)


def _places(questions: Sequence[Choice]) -> str:
    more = "等" if len(questions) > SHOWN_PLACES else ""
    return "、".join(question.place for question in questions[:SHOWN_PLACES]) + more


def _after_saving(request: HttpRequest, saved: Saved, form: GoalForm) -> HttpResponse:
    place = form.cleaned_data["place"]
    forget(by=user_of(request), place=place)
    if saved.outcome is Outcome.SAVED:
        others = "，已与别人刚才保存的改动合在一起" if saved.with_others else ""
        messages.success(request, f"已保存（第{saved.number}版）{others}。")
    if "_submit" in request.POST:
        _submit(request, saved)
    page = reverse("admin:performance_goal_change", args=[saved.goal_id])
    return redirect(f"{page}#saved={place}" if place else page)  # the browser forgets its own copy


def _submit(request: HttpRequest, saved: Saved) -> None:
    goal = Goal.objects.get(pk=saved.goal_id or 0)
    try:
        if not take_step(request, goal, "submit", saved.chain_hash):
            messages.error(request, "没有送审：您保存后内容又被修改，请看过现在的内容再送审。")
    except PermissionDenied as error:  # it is saved all the same
        messages.error(request, str(error))


def take_step(request: HttpRequest, goal: Goal, name: str, seen: str) -> bool:
    """Perform and tell; False when the content has moved on."""
    opinion = request.POST.get("opinion", "")
    try:
        event = perform(
            goal.pk,
            name,
            by=user_of(request),
            seen=seen,
            opinion=opinion,
            state=request.POST.get("state", ""),
            files=request.POST.get("files"),
        )
    except ContentChanged:
        return False
    except ValidationError as error:
        kept = f"您填写的意见没有保存，可以复制后再用：{opinion}" if opinion.strip() else ""
        messages.error(request, "".join(error.messages) + kept)
    else:
        messages.success(request, TRANSITIONS[event.transition].done)
    return True
