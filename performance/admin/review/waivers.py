"""Warnings that a reviewer lets pass: their section beside the sheet, and the two doors to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date

from performance.admin.access import user_of
from performance.goals.models import Goal
from performance.goals.opening import place_of
from performance.goals.queries import visible_to
from performance.goals.sheet import Sheet
from performance.library.levels import Level
from performance.quality.finding import Finding
from performance.review.case import Case
from performance.review.models import Waiver
from performance.review.queries import waived, waived_text
from performance.review.waiving import (
    GRANTED_LIKE,
    LIFTED_LIKE,
    MAX_REASON,
    grant,
    key_of,
    last_day,
    lift,
    why_not,
)


@dataclass(frozen=True)
class Warned:
    """A warning that may be let pass."""

    finding: Finding
    key: str


@dataclass(frozen=True)
class Held:
    """A waiver with its place in words; `ended` says why it holds no more, or ""."""

    waiver: Waiver
    place: str
    ended: str


def waivers_context(
    request: HttpRequest,
    goal: Goal,
    findings: Sequence[Finding],
    sheet: Sheet | None = None,
    case: Case | None = None,
) -> dict[str, Any]:
    """For `_waivers.html`: one query besides what sheet and case have read already."""
    sheet = sheet or goal.sheet()
    case = case or Case(user_of(request), goal)
    held = held_of(goal, sheet)
    passed = waived(findings, sheet, [one.waiver for one in held if not one.ended])
    # The rows of one rule at one place are let pass together: they are listed once.
    waiting = {
        (finding.rule, key_of(finding, sheet), finding.field): finding
        for index, finding in enumerate(findings)
        if finding.level is Level.WARNING and index not in passed
    }
    # While it is being typed nobody lets anything pass: that much is known without asking.
    reviewed = not goal.is_editable
    obstacle = why_not(case, GRANTED_LIKE, "豁免警告") if waiting and reviewed else None
    return {
        "waivers": held,
        "waivers_holding": sum(not one.ended for one in held),
        "waivable": [Warned(finding, key) for (_, key, _), finding in waiting.items()],
        "waived": passed,
        "may_waive": reviewed and obstacle is None,
        "may_not_waive": "".join(obstacle.messages)
        if isinstance(obstacle, ValidationError)
        else "",
        "may_lift": reviewed
        and any(not one.ended for one in held)
        and why_not(case, LIFTED_LIKE, "撤销豁免") is None,
        "waiver_days": (timezone.localdate(), last_day()),
        "waiver_reason": MAX_REASON,
    }


def held_of(goal: Goal, sheet: Sheet) -> list[Held]:
    """All there ever were, in the order granted."""
    today = timezone.localdate()
    rows = goal.waivers.select_related("by", "lifted_by").order_by("pk")
    return [
        Held(row, place_of(row.key, row.field, sheet) or "整张表", _ended(row, sheet, today))
        for row in rows
    ]


def _ended(waiver: Waiver, sheet: Sheet, today: date) -> str:
    if waiver.lifted_at is not None:
        return "已撤销"
    if waiver.text != waived_text(sheet, waiver.key, waiver.field):
        return "内容已改，不再有效"
    return "已过期" if waiver.until < today else ""


def waive_view(request: HttpRequest, pk: int) -> HttpResponse:
    goal = get_object_or_404(visible_to(user_of(request)), pk=pk)
    try:
        waiver = _grant(request, goal)
    except ValidationError as error:
        reason = request.POST.get("reason", "").strip()[:MAX_REASON]
        kept = f"您填写的理由没有保存，可以复制后再用：{reason}" if reason else ""
        messages.error(request, f"没有豁免：{''.join(error.messages)}{kept}")
    else:
        messages.success(request, f"已豁免 {waiver.rule} 的警告，有效期至{waiver.until:%Y-%m-%d}。")
    return _back(goal)


def lift_view(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    goal = get_object_or_404(visible_to(user_of(request)), pk=pk)
    waiver = get_object_or_404(goal.waivers, pk=number)
    try:
        lift(waiver.pk, by=user_of(request))
    except ValidationError as error:
        messages.error(request, f"没有撤销：{''.join(error.messages)}")
    else:
        messages.success(request, f"已撤销 {waiver.rule} 的豁免，这个警告重新计入。")
    return _back(goal)


def _grant(request: HttpRequest, goal: Goal) -> Waiver:
    """Rights come first: who has none hears nothing else."""
    posted = {name: request.POST.get(name, "") for name in ("rule", "key", "field", "reason")}
    obstacle = why_not(Case(user_of(request), goal), GRANTED_LIKE, "豁免警告")
    if isinstance(obstacle, PermissionDenied):
        raise obstacle
    return grant(goal.pk, by=user_of(request), until=_day(request.POST.get("until", "")), **posted)


def _day(text: str) -> date:
    try:
        found = parse_date(text.strip())
    except ValueError:  # looks like a date, and is none
        found = None
    if found is None:
        raise ValidationError("豁免的有效期至没有填写或不是日期，请写成 2026-12-31 这样。")
    return found


def _back(goal: Goal) -> HttpResponse:
    return redirect(reverse("admin:performance_goal_change", args=[goal.pk]) + "#waivers")
