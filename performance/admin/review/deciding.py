"""A step of review taken from a page, and what comes of it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from performance.admin.access import user_of
from performance.admin.review.decision import decision_of
from performance.admin.review.page import Refused, review_page
from performance.admin.review.stale import moved_on, typed_in
from performance.goals.models import Goal
from performance.goals.queries import may
from performance.people.roles import Right
from performance.review.accepting import accept_proposals
from performance.review.actions import ContentChanged, Decision, perform
from performance.review.adjusting import drop_adjustment
from performance.review.case import Case
from performance.review.models import Event
from performance.review.queries import refusal_of
from performance.review.transitions import TRANSITIONS

Context = dict[str, Any]
PAGE = "admin:performance_goal_change"
DOORS = {"drop": drop_adjustment, "accept": accept_proposals}
"""Steps that write the content too, in the same transaction."""
CHANGED = "您打开页面后，内容又被修改了。请看过标出的改动，再决定是否办理。"


def decide(request: HttpRequest, goal: Goal, name: str, context: Context) -> HttpResponse:
    """Whatever is refused comes back with what was chosen and typed."""
    decision, seen = decision_of(request.POST, name), request.POST.get("seen", "")
    try:
        event = _take(request, goal, name, seen, decision)
    except ContentChanged:
        refused = Refused(request.POST, CHANGED, seen or "-")
        return _page(request, goal, context, refused)
    except (PermissionDenied, ValidationError) as error:
        if event_ := _taken_before(request, goal, name, seen):
            messages.info(request, f"您刚才已办理“{event_.label}”，没有重复办理。")
            return redirect(PAGE, goal.pk)
        goal = _fresh(goal)
        if moved := moved_on(request, goal, TRANSITIONS[name].right):
            return _elsewhere(request, goal, decision, moved, context)
        if isinstance(error, PermissionDenied):
            raise
        return _refused(request, goal, name, decision, "".join(error.messages), context)
    messages.success(request, _done(event))
    return redirect(PAGE, goal.pk)


def _take(request: HttpRequest, goal: Goal, name: str, seen: str, decision: Decision) -> Event:
    by = user_of(request)
    if name in DOORS:
        return DOORS[name](goal.pk, by=by, seen=seen, decision=decision)
    return perform(goal.pk, name, by=by, seen=seen, decision=decision)


def _done(event: Event) -> str:
    """Approved at a step that is not the last one, the goal goes on."""
    row = TRANSITIONS[event.transition]
    if row.passes and event.target == event.source:
        return f"“{event.step_name}”已审核通过，转到下一个审核环节。"
    return row.done


def _taken_before(request: HttpRequest, goal: Goal, name: str, seen: str) -> Event | None:
    """The very step, by the very person, on the very content: a second press of the button."""
    last = goal.events.select_related("revision").order_by("-number").first()
    if last is None or last.by_id != user_of(request).pk or last.transition != name:
        return None
    return last if last.revision.chain_hash == seen else None


def _refused(
    request: HttpRequest, goal: Goal, name: str, decision: Decision, message: str, context: Context
) -> HttpResponse:
    """The page again, if the step is still offered there; else its text with the message."""
    refusal = refusal_of(TRANSITIONS[name], Case(user_of(request), goal))
    if _has_form(request, goal) or next(refusal, ""):
        return _with_text(request, goal, decision, message)
    messages.error(request, message)
    return _page(request, goal, context, Refused(request.POST))


def _elsewhere(
    request: HttpRequest, goal: Goal, decision: Decision, moved: str, context: Context
) -> HttpResponse:
    """The goal is at another step: its page as it is now, with what was typed at the old one."""
    if _has_form(request, goal):
        return _with_text(request, goal, decision, moved)
    typed = typed_in(request, decision.opinion)
    return _page(request, goal, context, Refused(request.POST, moved, typed=typed))


def _has_form(request: HttpRequest, goal: Goal) -> bool:
    return goal.is_editable and may(user_of(request), Right.WRITE_GOALS, goal)


def _with_text(request: HttpRequest, goal: Goal, decision: Decision, message: str) -> HttpResponse:
    kept = decision.opinion.strip()
    kept = kept and f"您填写的意见没有保存，可以复制后再用：{kept}"
    messages.error(request, message + kept)
    return redirect(PAGE, goal.pk)


def _page(request: HttpRequest, goal: Goal, context: Context, refused: Refused) -> HttpResponse:
    goal = _fresh(goal)
    titled = context | {"title": goal.project, "original": goal}
    return review_page(request, goal, titled, refused)


def _fresh(goal: Goal) -> Goal:
    """As it stands now: what was read before the lock may be what was refused."""
    rows = Goal.objects.select_related("year", "unit", "listing", "changed_by")
    return rows.get(pk=goal.pk)
