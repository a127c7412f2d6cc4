"""The page on which a goal is typed: the form, its findings, and what was left unsaved."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse

from performance.admin.access import user_of
from performance.admin.files.copying import unconfirmed_copy
from performance.admin.form.adjustment import SINCE, Adjusted, adjustment_of
from performance.admin.form.conflicts import Choice, by_cell
from performance.admin.form.fields import GoalForm
from performance.admin.form.meaning import meaning
from performance.admin.form.opening_cells import Openness, close_fields, openness_of
from performance.admin.form.posted import is_whole
from performance.admin.form.remarks_at_cells import Notes, notes_of
from performance.admin.history.record import record
from performance.admin.library.deadlines import window_of
from performance.admin.review.waivers import waivers_context
from performance.goals.copied import Mark
from performance.goals.models import Goal, Unsaved
from performance.goals.sheet import Line
from performance.goals.unsaved import Desk, desk_of, is_new_place, new_of
from performance.library.models import Year
from performance.people.queries import holds
from performance.people.roles import Right
from performance.quality.check import check
from performance.quality.finding import Finding
from performance.review.assigning import assign_problem
from performance.review.case import Case
from performance.review.queries import refusal_of
from performance.review.transitions import TRANSITIONS

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
    case = Case(user_of(request), goal) if goal else None
    done = record(request, goal, [], case) if goal else {}
    findings = check(form.current, form.known) if form.current and form.known else []
    choices = by_cell(form.choices)
    copied = (
        unconfirmed_copy(request, goal, replace(form.current, lines=lines))
        if goal and form.current
        else None
    )
    page = form.typed() if form.is_bound else form.current
    adjusted = adjustment_of(goal, page, done["events"]) if goal and page else None
    marks: Sequence[Mark | Adjusted | None] = copied.marks.lines if copied else ()
    openness = openness_of(request, goal, form.current)
    notes = notes_of(case, page, form.data) if case and page else None
    cells = openness.head(form) if openness else {}
    close_fields(form, cells)
    rest = _Rest(findings, choices, adjusted.lines if adjusted else marks, openness, notes)
    context |= {
        "form": form,
        "goal": goal,
        "year": form.year,
        "rows": [_row(i, line, rest) for i, line in enumerate(lines)],
        "blank_rows": range(_blank_rows(lines, openness)),
        "openness": openness,
        "head_cells": cells,
        "notes": notes,
        "head_notes": notes.at("") if notes else {},
        "adjusted": adjusted,
        "since": SINCE if adjusted else "复制前的内容",
        "copied": copied,
        "findings": findings,
        "head_findings": {f.field: f for f in reversed(findings) if f.line is None},
        "head_choices": choices.get("", {}),
        "asked": [choice.name for choice in form.choices],
        "indicators_url": reverse("admin:performance_goal_indicators"),
        "unit_text": form.current.unit.text if form.current else "",
        "desk": desk,
        "behind": goal is not None and form.base_number() != goal.revision_number,
        **done,
    }
    if goal:
        context |= waivers_context(request, goal, findings, form.current, case)
        context["passed"] = [findings[index] for index in context["waived"]]
    # Saving comes first, so what is stored now does not matter, nor what is not answered yet;
    # rights do.
    refusal = next(refusal_of(TRANSITIONS["submit"], case, saving=True), "") if case else ""
    steps = {step.transition.name: step for step in context.get("steps", ())}
    context["accept"] = steps.get("accept")
    window = context["window"] = window_of(user_of(request), form.year, goal)
    context["submit_reason"] = refusal or window.problem
    context["may_assign"] = case is not None and not assign_problem(case)
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


@dataclass(frozen=True)
class _Rest:
    """What is said of the lines besides themselves."""

    findings: Sequence[Finding]
    choices: Mapping[str, Mapping[str, Choice]]
    marks: Sequence[Mark | Adjusted | None]
    openness: Openness | None
    notes: Notes | None


def _blank_rows(lines: Sequence[Line], openness: Openness | None) -> int:
    if openness and not openness.opened.adds_lines:
        return 0
    return 1 if lines else BLANK_ROWS


def _row(index: int, line: Line, rest: _Rest) -> Context:
    by_field = {f.field: f for f in reversed(rest.findings) if f.line == index}
    return {
        "line": line,
        "mark": rest.marks[index] if rest.marks else None,
        "findings": by_field,
        "choices": rest.choices.get(line.key, {}) if line.key else {},
        "cells": rest.openness.line(line) if rest.openness else {},
        "whole": rest.openness.row(line.key) if rest.openness else None,
        "notes": rest.notes.at(line.key) if rest.notes and line.key else {},
        "cycle": meaning(line.cycle_value),
        "annual": meaning(line.annual_value),
    }
