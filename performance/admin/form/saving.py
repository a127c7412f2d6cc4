"""Saving the goal form, and what may come of it."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from performance.admin.access import user_of
from performance.admin.form.accepting_proposals import accept_all, accept_one
from performance.admin.form.answering_remarks import new_answers, save_answers
from performance.admin.form.asking_for_cells import ask_for_cell, open_cell
from performance.admin.form.conflicts import Choice, choices_of
from performance.admin.form.fields import GoalForm
from performance.admin.form.page import form_page
from performance.admin.form.posted import as_posted
from performance.admin.review.decision import decision_of
from performance.goals.actions import Outcome, Saved
from performance.goals.models import Goal
from performance.goals.unsaved import forget
from performance.review.actions import ContentChanged, perform
from performance.review.transitions import TRANSITIONS

Context = dict[str, Any]
SHOWN_PLACES = 10
BUTTONS = {
    "_ask": ask_for_cell,
    "_open": open_cell,
    "_accept": accept_one,
    "_accept_all": accept_all,
}
"""What else the form of a returned goal can be sent for, by the name of the button."""


def save_new(request: HttpRequest, form: GoalForm, context: Context) -> HttpResponse:
    if form.is_valid():
        saved = form.save(request)
        if saved.goal_id and saved.outcome is Outcome.SAVED:
            return _after_saving(request, saved, form)
        form.add_error(None, f"{saved.message}请换一个项目名称，或打开已有的项目修改。")
    return form_page(request, form, context, None)


def save_goal(request: HttpRequest, goal: Goal, context: Context) -> HttpResponse:
    if act := next((BUTTONS[name] for name in BUTTONS if name in request.POST), None):
        return act(request, goal, context)
    form = GoalForm(request, goal.year, goal, data=request.POST)
    answers, faults = new_answers(request, goal)
    if not form.is_valid() or faults:
        for fault in faults:
            form.add_error(None, fault)
        return form_page(request, form, context, goal)
    saved = form.save(request)
    if saved.outcome in (Outcome.SAVED, Outcome.SAME):
        _tell_same(request, saved, answered=save_answers(request, goal, answers))
        return _after_saving(request, saved, form)
    if saved.outcome is Outcome.CONFLICT:
        return _ask(request, form, saved, goal, context)
    form.add_error(None, f"没有保存：{saved.message}您填写的内容仍在本页上。")
    return form_page(request, form, context, goal)


def _tell_same(request: HttpRequest, saved: Saved, *, answered: bool) -> None:
    if saved.outcome is Outcome.SAME and answered:
        messages.success(request, "已记下答复；内容没有改动，未产生新版本。")
    elif saved.outcome is Outcome.SAME and "_submit" not in request.POST:
        messages.info(request, "内容没有改动，未产生新版本。")


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
    decision = decision_of(request.POST, name)
    try:
        event = perform(goal.pk, name, by=user_of(request), seen=seen, decision=decision)
    except ContentChanged:
        return False
    except ValidationError as error:
        kept = decision.opinion.strip()
        kept = kept and f"您填写的意见没有保存，可以复制后再用：{kept}"
        messages.error(request, "".join(error.messages) + kept)
    else:
        messages.success(request, TRANSITIONS[event.transition].done)
    return True
