"""The page on which a goal is typed: the form, its findings, and what was left unsaved."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse

from performance.admin.access import user_of
from performance.admin.conflicts import Choice, by_cell
from performance.admin.copying import unconfirmed_copy
from performance.admin.deadlines import window_of
from performance.admin.goal_form import GoalForm
from performance.admin.meaning import meaning
from performance.admin.posted import is_whole
from performance.admin.record import record
from performance.goals.copied import Mark
from performance.goals.models import Goal, Unsaved
from performance.goals.sheet import Line
from performance.goals.unsaved import Desk, desk_of, is_new_place, new_of
from performance.library.models import Year
from performance.people.queries import holds
from performance.people.roles import Right
from performance.quality.check import check
from performance.quality.finding import Finding

Context = dict[str, Any]
BLANK_ROWS = 3


def open_form(request: HttpRequest, goal: Goal, context: Context) -> HttpResponse:
    """The goal as it stands, or as this person left it."""
    desk = desk_of(user_of(request), goal)
    form = _opened(GoalForm(request, goal.year, goal, data=_left(desk.own)))
    return form_page(request, form, context, goal, desk)


def open_new(request: HttpRequest, year: Year, context: Context) -> HttpResponse:
    """A blank form at a place of its own, or one that was left there."""
    place = request.GET.get("place", "")
    left = new_of(user_of(request))
    own = next((row for row in left if row.place == place), None)
    if not is_new_place(place):
        place = f"new-{year.year}-{secrets.token_hex(4)}"
    form = _opened(GoalForm(request, year, None, data=_left(own)))
    form.initial["place"] = place
    rest = [row for row in left if row is not own]
    context |= {"left": [(row, QueryDict(row.content).get("project", "")) for row in rest]}
    return form_page(request, form, context, None, Desk(own, ()))


def form_page(
    request: HttpRequest,
    form: GoalForm,
    context: Context,
    goal: Goal | None,
    desk: Desk | None = None,
) -> HttpResponse:
    lines = form.typed_lines
    findings = check(form.current, form.known) if form.current and form.known else []
    choices = by_cell(form.choices)
    copied = (
        unconfirmed_copy(request, goal, replace(form.current, lines=lines))
        if goal and form.current
        else None
    )
    marks = copied.marks.lines if copied else ()
    context |= {
        "form": form,
        "goal": goal,
        "year": form.year,
        "rows": [_row(i, line, findings, choices, marks) for i, line in enumerate(lines)],
        "blank_rows": range(BLANK_ROWS if not lines else 1),
        "copied": copied,
        "findings": findings,
        "head_findings": {f.field: f for f in reversed(findings) if f.line is None},
        "head_choices": choices.get("", {}),
        "asked": [choice.name for choice in form.choices],
        "indicators_url": reverse("admin:performance_goal_indicators"),
        "unit_text": form.current.unit.text if form.current else "",
        "desk": desk,
        "behind": goal is not None and form.base_number() != goal.revision_number,
        **(record(request, goal, []) if goal else {}),
    }
    # Saving comes first, so errors of what is stored now do not matter; rights do.
    reasons = (step.reason for step in context.get("steps", ()) if step.transition.name == "submit")
    window = context["window"] = window_of(user_of(request), form.year, goal)
    context["submit_reason"] = next(reasons, "") or window.problem
    context["may_submit"] = holds(request.user, Right.SUBMIT_GOALS)
    return TemplateResponse(request, "admin/performance/goal/form.html", context)


def _opened(form: GoalForm) -> GoalForm:
    """What somebody left unsaved is not blamed for being incomplete before they save it."""
    if form.is_bound:
        form.errors.clear()
    return form


def _left(row: Unsaved | None) -> QueryDict | None:
    """What an older version of the form kept may no longer fit: then the saved content is shown."""
    data = QueryDict(row.content) if row else None
    return data if data and is_whole(data) else None


def _row(
    index: int,
    line: Line,
    findings: list[Finding],
    choices: dict[str, dict[str, Choice]],
    marks: Sequence[Mark],
) -> Context:
    by_field = {f.field: f for f in reversed(findings) if f.line == index}
    return {
        "line": line,
        "mark": marks[index] if marks else None,
        "findings": by_field,
        "choices": choices.get(line.key, {}) if line.key else {},
        "cycle": meaning(line.cycle_value),
        "annual": meaning(line.annual_value),
    }
