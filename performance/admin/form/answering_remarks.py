"""Answers to remarks: they come with the form, and are saved with it."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest

from performance.admin.access import user_of
from performance.admin.form.fields import GoalForm
from performance.admin.form.remarks_at_cells import ANSWER
from performance.goals.models import Goal, State
from performance.goals.sheet import texts, tidy
from performance.library.plain import control_character
from performance.review.case import open_remarks
from performance.review.models import Remark
from performance.review.remarking import MAX_TEXT, answer_remarks


def new_answers(request: HttpRequest, goal: Goal) -> tuple[dict[int, str], list[str]]:
    """What was answered anew, by id of the remark; and what is wrong with it, as sentences."""
    posted = _posted(request.POST)
    if goal.state != State.RETURNED or not posted:
        return {}, []
    known = {remark.pk: remark for remark in open_remarks(goal)}
    changed = {pk: text for pk, text in posted.items() if pk in known}
    changed = {pk: text for pk, text in changed.items() if text != known[pk].answer}
    return changed, [f for pk, text in changed.items() if (f := _fault(known[pk], text))]


def save_answers(request: HttpRequest, goal: Goal, answers: Mapping[int, str]) -> bool:
    """After the content; True where any was written."""
    try:
        answer_remarks(goal.pk, answers, by=user_of(request))
    except (PermissionDenied, ValidationError) as error:
        reason = str(error) if isinstance(error, PermissionDenied) else "".join(error.messages)
        kept = "；".join(answers.values())
        messages.error(request, f"没有记下答复：{reason}您写的答复可以复制后再用：{kept}")
        return False
    return bool(answers)


def is_unsaved(request: HttpRequest, goal: Goal) -> bool:
    """Whether the posted form says something that is not stored, an answer included."""
    form = GoalForm(request, goal.year, goal, data=request.POST)
    changed = form.current is None or [*texts(form.typed())] != [*texts(form.current)]
    return changed or bool(new_answers(request, goal)[0])


def _posted(data: Mapping[str, Any]) -> dict[int, str]:
    numbers = {name: name.removeprefix(ANSWER) for name in data if name.startswith(ANSWER)}
    good = {n: int(pk) for n, pk in numbers.items() if pk.isdecimal() and len(pk) < 19}
    return {pk: tidy(data[name]) for name, pk in good.items()}


def _fault(remark: Remark, text: str) -> str:
    """Only an answer that was given cannot be emptied: what is not answered yet may be empty."""
    told = f"“{remark.text[:20]}”的答复"
    if not text:
        return f"{told}为空；已写的答复不能删去，可以改写。"
    if len(text) > MAX_TEXT:
        return f"{told}超过{MAX_TEXT}个字，请精简。"
    return f"{told}里有看不见的控制字符，请删除后重新填写。" if control_character(text) else ""
