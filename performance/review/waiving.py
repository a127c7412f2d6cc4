"""Letting a warning pass: by a reviewer, at one place of one goal, with a reason, until a day."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from performance.goals.models import Goal, State
from performance.goals.sheet import Sheet
from performance.library.levels import Level
from performance.library.plain import control_character
from performance.people.models import User
from performance.quality.finding import Finding
from performance.review.case import Case
from performance.review.models import Waiver
from performance.review.queries import findings_of, waived_text, waivers_of
from performance.review.saying import words
from performance.review.transitions import TRANSITIONS, Transition

MAX_REASON = 500
GRANTED_LIKE, LIFTED_LIKE = TRANSITIONS["approve"], TRANSITIONS["return"]
"""Who may take this step now may grant a waiver, or lift one: also of what is approved already."""


@transaction.atomic
def grant(
    goal_id: int, *, by: User, rule: str, key: str, field: str, reason: str, until: date
) -> Waiver:
    """Of a warning that is there now. A second grant of the same changes nothing.

    `key` is that of the line, "" for the head. Raises PermissionDenied or ValidationError.
    """
    goal = _locked(goal_id)
    if obstacle := why_not(Case(by, goal), GRANTED_LIKE, "豁免警告"):
        raise obstacle
    _check_reason(reason := words(reason))
    _check_until(until)
    sheet = goal.sheet()
    _check_present(goal, sheet, (rule, key, field))
    text = waived_text(sheet, key, field)
    known = {(one.rule, one.key, one.field, one.text): one for one in waivers_of(goal)}
    return known.get((rule, key, field, text)) or Waiver.objects.create(
        goal=goal,
        rule=rule,
        key=key,
        field=field,
        text=text,
        reason=reason,
        by=by,
        at=timezone.now(),
        until=until,
    )


@transaction.atomic
def lift(waiver_id: int, *, by: User) -> Waiver:
    """The warning counts again; the waiver stays on record. A second press changes nothing."""
    goal = _locked(Waiver.objects.values_list("goal_id", flat=True).get(pk=waiver_id))
    if obstacle := why_not(Case(by, goal), LIFTED_LIKE, "撤销豁免"):
        raise obstacle
    waiver = goal.waivers.select_related("lifted_by").get(pk=waiver_id)
    if waiver.lifted_at is None:
        waiver.lifted_by, waiver.lifted_at = by, timezone.now()
        waiver.save(update_fields=["lifted_by", "lifted_at"])
    return waiver


def why_not(case: Case, like: Transition, label: str) -> PermissionDenied | ValidationError | None:
    """What stands in the way of a person who would do this as they would take a step."""
    held = case.capacity(like)
    if held is None:
        where = f"现在的环节是“{case.step.name}”"
        return PermissionDenied(f"您没有审核这个绩效目标的权限（{where}），不能{label}。")
    if case.goal.state not in like.sources:
        states = "、".join(state.label for state in like.sources)
        now = State(case.goal.state).label
        return ValidationError(f"只有{states}的可以{label}，现在是“{now}”。")
    bar = case.bar(GRANTED_LIKE, held)
    return ValidationError(f"{bar.rstrip('。')}，也不能{label}。") if bar else None


def last_day() -> date:
    """Until when a waiver may hold at most: the end of the year after next."""
    return date(timezone.localdate().year + 2, 12, 31)


def key_of(finding: Finding, sheet: Sheet) -> str:
    return "" if finding.line is None else sheet.lines[finding.line].key


def _locked(goal_id: int) -> Goal:
    rows = Goal.objects.select_for_update(of=("self",)).select_related("year")
    return rows.get(pk=goal_id)


def _check_reason(reason: str) -> None:
    if not reason:
        raise ValidationError("豁免的理由为空，请写明为什么可以放行。")
    if len(reason) > MAX_REASON:
        raise ValidationError(f"豁免的理由超过{MAX_REASON}个字，请精简。")
    if control_character(reason):
        raise ValidationError("豁免的理由里有看不见的控制字符，请删除后重新填写。")


def _check_until(until: date) -> None:
    if not timezone.localdate() <= until <= last_day():
        raise ValidationError(
            f"豁免的有效期至“{until:%Y-%m-%d}”不对，请填写今天至{last_day():%Y-%m-%d}之间的日期。"
        )


def _check_present(goal: Goal, sheet: Sheet, place: tuple[str, str, str]) -> None:
    found = [
        finding
        for finding in findings_of(sheet, goal.year)
        if (finding.rule, key_of(finding, sheet), finding.field) == place
    ]
    if any(finding.level is Level.ERROR for finding in found):
        raise ValidationError(f"{place[0]} 在这里是错误，错误不能豁免，请退回改正。")
    if not any(finding.level is Level.WARNING for finding in found):
        raise ValidationError(f"这里现在没有 {place[0]} 的警告，不用豁免；请刷新页面看现在的问题。")
