"""Remarks on cells: written beside the sheet, sent with a step, answered, closed."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from performance.goals.models import EDITABLE, Goal, State
from performance.goals.opening import FORM, LINE, LINES, PLACES, Opened, is_touched, text_at
from performance.goals.queries import may
from performance.goals.sheet import FORM_FIELDS, LINE_FIELDS, Sheet, from_json, tidy
from performance.library.plain import control_character
from performance.library.queries import kinds_of
from performance.people.models import User
from performance.people.roles import Right
from performance.review.case import Case, open_remarks
from performance.review.models import Remark
from performance.review.saying import words
from performance.review.transitions import TRANSITIONS

MAX_TEXT = 1_000
GENERAL = "总体意见"
REOPENED = "申请开放"
FIXED = ("unit",)
"""Fields of the head that no clerk changes: opening them would open nothing."""


@transaction.atomic
def write_remark(
    goal_id: int,
    *,
    by: User,
    seen: str,
    key: str,
    field: str,
    kind: str,
    text: str,
    proposal: str | None = None,
) -> Remark:
    """A draft beside one cell, by who may review the goal now; `seen` is the chain hash on screen.

    `proposal` is a text that should stand there instead. Raises PermissionDenied or
    ValidationError.
    """
    goal = _locked(goal_id)
    _check_reviewer(goal, by)
    revision = goal.revisions.get(number=goal.revision_number)
    if seen != revision.chain_hash:
        raise ValidationError("您打开页面后，内容又被修改，意见没有记下；请看过新的内容再写。")
    sheet = from_json(revision.content)
    text, proposal = words(text), None if proposal is None else tidy(proposal)
    _check_place(sheet, key, field)
    _check_text(text, "审核意见")
    if kind not in kinds_of(goal.year_id):
        raise ValidationError("请从列表中选择意见的类别。")
    _check_proposal(sheet, key, field, proposal)
    return Remark.objects.create(
        goal=goal,
        revision=revision,
        key=key,
        field=field,
        kind=kind,
        text=text,
        proposal=proposal,
        by=by,
        at=timezone.now(),
    )


@transaction.atomic
def drop_remark(remark_id: int, *, by: User) -> None:
    """A draft of one's own; what was sent stays. A second press changes nothing."""
    own = Remark.objects.filter(pk=remark_id, by=by, event=None, reopened=False)
    if found := own.first():
        _locked(found.goal_id)  # a return that is being sent seals its remarks
        own.delete()


@transaction.atomic
def answer_remark(remark_id: int, *, by: User, text: str) -> Remark:
    """By who may write the goal, as long as it is theirs to change."""
    goal = _locked(Remark.objects.values_list("goal_id", flat=True).get(pk=remark_id))
    remark = goal.remarks.get(pk=remark_id)
    _check_writer(goal, by)
    if not remark.is_open:
        raise ValidationError("这条意见已经了结，不用再答复。")
    text = words(text)
    _check_text(text, "答复")
    remark.answer, remark.answered_by, remark.answered_at = text, by, timezone.now()
    remark.save(update_fields=["answer", "answered_by", "answered_at"])
    return remark


@transaction.atomic
def answer_remarks(goal_id: int, answers: Mapping[int, str], *, by: User) -> None:
    """Several at once, by id: all or none; ids that are no open remarks of the goal say so."""
    if not answers:
        return
    goal = _locked(goal_id)
    _check_writer(goal, by)
    remarks = [remark for remark in open_remarks(goal) if remark.pk in answers]
    if len(remarks) < len(answers):
        raise ValidationError("有的意见已经了结，不用再答复；请刷新页面。")
    for remark in remarks:
        text = words(answers[remark.pk])
        _check_text(text, "答复")
        remark.answer, remark.answered_by, remark.answered_at = text, by, timezone.now()
    Remark.objects.bulk_update(remarks, ["answer", "answered_by", "answered_at"])


@transaction.atomic
def reopen_cell(goal_id: int, *, by: User, key: str, field: str, reason: str) -> Remark:
    """Opens a cell that no remark opened; the reviewer will see where and why."""
    goal = _locked(goal_id)
    _check_writer(goal, by)
    if goal.state != State.RETURNED or goal.open_cells is None:
        raise ValidationError("这个项目现在全部可以修改，不用申请开放。")
    revision = goal.revisions.get(number=goal.revision_number)
    _check_place(from_json(revision.content), key, field)
    if Opened.of(goal.open_cells).allows(key, field):
        raise ValidationError("这个单元格已经开放，可以直接修改。")
    reason = words(reason)
    _check_text(reason, "申请开放的理由")
    remark = Remark.objects.create(
        goal=goal,
        revision=revision,
        key=key,
        field=field,
        kind=REOPENED,
        text=reason,
        reopened=True,
        by=by,
        at=timezone.now(),
    )
    goal.open_cells = [*goal.open_cells, [key, field]]
    goal.save(update_fields=["open_cells"])
    return remark


# --- what review.actions.perform asks for, under its lock ----------------------------------------
def add_general(goal: Goal, text: str, *, by: User) -> Remark:
    """An opinion on the whole form is a remark like any other: it opens the whole form."""
    return Remark.objects.create(
        goal=goal,
        revision=goal.revisions.get(number=goal.revision_number),
        field=FORM,
        kind=GENERAL,
        text=text,
        by=by,
        at=timezone.now(),
    )


def openings(remarks: Iterable[Remark]) -> list[list[str]] | None:
    """What a return opens, as Goal.open_cells stores it."""
    cells = {remark.opening for remark in remarks}
    return None if ("", FORM) in cells else sorted([key, field] for key, field in cells)


def close_all(goal: Goal, *, by: User, at: datetime) -> None:
    """Whoever decides anew has seen the answers."""
    rows = goal.remarks.filter(closed_at=None).exclude(event=None, reopened=False)
    rows.update(closed_by=by, closed_at=at)


def answer_touched(goal: Goal, *, by: User, at: datetime) -> None:
    """A change where a remark points is an answer."""
    sheet = goal.sheet()
    for remark in open_remarks(goal):
        before = from_json(remark.revision.content)
        if not remark.answer and is_touched(before, sheet, remark.key, remark.field):
            remark.answer, remark.answered_by, remark.answered_at = "已修改。", by, at
            remark.save(update_fields=["answer", "answered_by", "answered_at"])


def _locked(goal_id: int) -> Goal:
    rows = Goal.objects.select_for_update(of=("self",)).select_related("year")
    return rows.get(pk=goal_id)


def _check_reviewer(goal: Goal, by: User) -> None:
    case = Case(by, goal)
    held = case.capacity(TRANSITIONS["return"])
    if held is None:
        raise PermissionDenied("您没有审核这个绩效目标的权限。")
    if bar := case.bar(TRANSITIONS["return"], held):
        raise ValidationError(bar)
    if goal.state not in TRANSITIONS["return"].sources:
        raise ValidationError(f"现在是“{State(goal.state).label}”，不能写审核意见。")


def _check_writer(goal: Goal, by: User) -> None:
    if not may(by, Right.WRITE_GOALS, goal):
        raise PermissionDenied("您没有填报这个绩效目标的权限。")
    if goal.state not in EDITABLE:
        raise ValidationError(f"现在是“{State(goal.state).label}”，不能办理。")


def _check_place(sheet: Sheet, key: str, field: str) -> None:
    line = any(line.key == key for line in sheet.lines)
    inside = field in (*LINE_FIELDS, LINE) if key else field in (*FORM_FIELDS, FORM, LINES)
    if not inside or (key and not line):
        raise ValidationError("没有这个单元格，请刷新页面后重新选择。")
    if not key and field in FIXED:
        name = FORM_FIELDS[field]
        raise ValidationError(f"“{name}”填报单位不能修改，不能指到这一格；请对整张表写意见。")


def _check_text(text: str, what: str) -> None:
    if not text:
        raise ValidationError(f"{what}为空，请填写。")
    if len(text) > MAX_TEXT:
        raise ValidationError(f"{what}超过{MAX_TEXT}个字，请精简。")
    if control_character(text):
        raise ValidationError(f"{what}里有看不见的控制字符，请删除后重新填写。")


def _check_proposal(sheet: Sheet, key: str, field: str, proposal: str | None) -> None:
    if proposal is None:
        return
    if field in PLACES or field == "unit":
        raise ValidationError("只能对单个单元格写“建议改为”。")
    if proposal == text_at(sheet, key, field):
        raise ValidationError("“建议改为”与现在的内容相同，请改写或留空。")
    if len(proposal) > MAX_TEXT or control_character(proposal):
        raise ValidationError(f"“建议改为”超过{MAX_TEXT}个字或含控制字符，请改正。")
