"""What the picker of the goal form is answered while somebody types an indicator."""

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from performance.admin.access import user_of
from performance.goals.models import Goal
from performance.goals.queries import visible_to
from performance.goals.sheet import Coded
from performance.goals.suggesting import Question, Suggestion, suggestions
from performance.library.models import Year
from performance.library.search import LENGTH
from performance.people.models import User
from performance.people.queries import holds, holds_in
from performance.people.roles import Right


def suggested(request: HttpRequest) -> JsonResponse:
    """`year`, `q`; of a goal on the way `goal`, or `unit` and `category`; `level2` of the row."""
    if not holds(request.user, Right.SEE_LIBRARY):
        raise PermissionDenied
    user = user_of(request)
    year = get_object_or_404(Year, year=_number(request, "year", 4) or -1)
    number = _number(request, "goal", 9)
    goal = visible_to(user).filter(pk=number).first() if number else None
    unit_id = goal.unit_id if goal else _unit(user, _number(request, "unit", 9))
    question = Question(
        year=year,
        text=request.GET.get("q", "")[:LENGTH],
        unit_id=unit_id,
        category=_category(request, goal),
        level2=_coded(request, "level2"),
    )
    found = [_row(suggestion) for suggestion in suggestions(question)]
    return JsonResponse({"indicators": found, "request": _request_page(user, question)})


def _row(suggestion: Suggestion) -> dict[str, Any]:
    return {
        "text": suggestion.indicator.text,
        "level1": suggestion.level1.text,
        "level2": suggestion.level2.text,
        "reasons": suggestion.reasons,
        "last": suggestion.last_value,
        "marks": suggestion.marks,
    }


def _number(request: HttpRequest, name: str, digits: int) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) <= digits else None


def _coded(request: HttpRequest, name: str) -> Coded:
    text = request.GET.get(name, "")[:LENGTH].replace("\x00", "\ufffd")  # PostgreSQL has no null
    return Coded.parse(text)


def _unit(user: User, unit_id: int | None) -> int | None:
    """None for what is not theirs: last year's values are not for everybody's eyes."""
    sees = unit_id is not None and holds_in(user, Right.SEE_GOALS, unit_id)
    return unit_id if sees else None


def _category(request: HttpRequest, goal: Goal | None) -> Coded:
    """As chosen on the page, which may not be saved yet."""
    if "category" in request.GET or goal is None:
        return _coded(request, "category")
    return Coded(goal.category_code, goal.category_name)


def _request_page(user: User, question: Question) -> str:
    """Where a missing indicator is asked for, filled in as far as it is known; or ""."""
    if not holds(user, Right.WRITE_GOALS):
        return ""
    known = {"year": str(question.year.year), "name": question.text.strip()}
    if question.unit_id:
        known["unit"] = str(question.unit_id)
    if question.level2.code:
        known["level2"] = question.level2.code
    return f"{reverse('admin:performance_indicatorrequest_add')}?{urlencode(known)}"
