"""The page of one goal: the form for who may write it now, the bureau's sheet for everyone else."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from performance.admin.access import user_of
from performance.admin.goal_form import GoalForm
from performance.admin.sheet_view import sheet_view
from performance.goals.actions import Outcome, Saved
from performance.goals.models import Goal, State
from performance.goals.queries import may
from performance.goals.sheet import Line, Sheet, from_json
from performance.goals.value import Kind, parse, understood
from performance.library.models import Year
from performance.people.queries import holds
from performance.people.roles import Right
from performance.quality.check import blocking
from performance.quality.finding import Finding
from performance.review.actions import ContentChanged, perform
from performance.review.queries import events_of, findings_of, last_submitted, steps_for
from performance.review.transitions import TRANSITIONS

Context = dict[str, Any]
BLANK_ROWS = 3


def add_page(request: HttpRequest, site_context: Context) -> HttpResponse:
    if not holds(request.user, Right.WRITE_GOALS):
        raise PermissionDenied("您没有填报绩效目标的权限。")
    years = list(Year.objects.all())
    wanted = request.GET.get("year", "")
    year = next((y for y in years if str(y.year) == wanted), years[0] if years else None)
    if year is None:
        raise PermissionDenied("还没有任何年度，请业务管理员先建立年度。")
    form = GoalForm(request, year, None, data=request.POST if request.method == "POST" else None)
    context = site_context | {"title": "填报绩效目标", "years": years, "year": year}
    if request.method == "POST" and form.is_valid():
        saved = form.save(request)
        if saved.goal_id and saved.outcome is Outcome.SAVED:
            return _after_saving(request, saved)
        form.add_error(None, f"{saved.message}请换一个项目名称，或打开已有的项目修改。")
    return _form_page(request, form, context, None)


def goal_page(request: HttpRequest, goal: Goal, site_context: Context) -> HttpResponse:
    """`goal` is one that the person may see."""
    writes = may(user_of(request), Right.WRITE_GOALS, goal)
    if request.method == "POST" and not writes:
        raise PermissionDenied("您没有填报这个绩效目标的权限。")
    context = site_context | {"title": goal.project, "original": goal}
    if request.method == "POST":
        return _save(request, goal, context)
    if writes and goal.is_editable:
        return _form_page(request, GoalForm(request, goal.year, goal), context, goal)
    return _sheet_page(request, goal, context, {})


def review_conflict(
    request: HttpRequest, goal: Goal, seen: str, opinion: str, context: Context
) -> HttpResponse:
    """A step was decided on content that is no longer the latest: show what changed since."""
    revision = goal.revisions.filter(chain_hash=seen).first() if seen.isalnum() else None
    before = from_json(revision.content) if revision else None
    conflict = {
        "conflict": "您打开页面后，内容又被修改了。请看过标出的改动，再决定是否办理。",
        "opinion": opinion,
    }
    page = context | {"title": goal.project, "original": goal}
    return _sheet_page(request, goal, page, conflict, before)


def _save(request: HttpRequest, goal: Goal, context: Context) -> HttpResponse:
    form = GoalForm(request, goal.year, goal, data=request.POST)
    if not form.is_valid():
        return _form_page(request, form, context, goal)
    saved = form.save(request)
    if saved.outcome is Outcome.SAVED:
        return _after_saving(request, saved)
    if saved.outcome is Outcome.SAME:
        if "_submit" not in request.POST:
            messages.info(request, "内容没有改动，未产生新版本。")
        return _after_saving(request, saved)
    if saved.outcome is Outcome.STALE:
        return _stale(request, form, goal, context)
    form.add_error(None, f"没有保存：{saved.message}您填写的内容仍在本页上。")
    return _form_page(request, form, context, goal)


def _stale(request: HttpRequest, form: GoalForm, goal: Goal, context: Context) -> HttpResponse:
    """Everything typed stays on the page; the other person's change is shown beside it."""
    current = Goal.objects.select_related("year", "changed_by").get(pk=goal.pk)
    base = form.base_sheet()
    other = sheet_view(current.sheet(), base) if base else None
    form.rebased(current.revision_number)
    form.add_error(
        None,
        f"没有保存：{current.changed_by} 在您填写期间先保存了这个项目。您填写的内容仍在本页上，"
        "对方的改动列在下面；请把需要保留的改动填进来再保存，再次保存以本页内容为准。",
    )
    return _form_page(request, form, context | {"other": other, "current": current}, goal)


def _after_saving(request: HttpRequest, saved: Saved) -> HttpResponse:
    goal = Goal.objects.get(pk=saved.goal_id or 0)
    if saved.outcome is Outcome.SAVED:
        messages.success(request, f"已保存（第{goal.revision_number}版）。")
    if "_submit" in request.POST:
        try:
            if not take_step(request, goal, "submit", saved.chain_hash, ""):
                messages.error(request, "没有送审：您保存后内容又被修改，请看过现在的内容再送审。")
        except PermissionDenied as error:  # it is saved all the same
            messages.error(request, str(error))
    return redirect("admin:performance_goal_change", goal.pk)


def take_step(
    request: HttpRequest, goal: Goal, name: str, seen: str, opinion: str, state: str = ""
) -> bool:
    """Perform and tell; False when the content has moved on."""
    try:
        event = perform(goal.pk, name, by=user_of(request), seen=seen, opinion=opinion, state=state)
    except ContentChanged:
        return False
    except ValidationError as error:
        kept = f"您填写的意见没有保存，可以复制后再用：{opinion}" if opinion.strip() else ""
        messages.error(request, "".join(error.messages) + kept)
    else:
        messages.success(request, TRANSITIONS[event.transition].done)
    return True


def _form_page(
    request: HttpRequest, form: GoalForm, context: Context, goal: Goal | None
) -> HttpResponse:
    lines = form.typed_lines()
    shown = form.current if goal and not form.is_bound else None
    findings = findings_of(shown, form.year) if shown else []
    context |= {
        "form": form,
        "goal": goal,
        "year": form.year,
        "rows": [_form_row(i, line, findings) for i, line in enumerate(lines)],
        "blank_rows": range(BLANK_ROWS if not lines else 1),
        "findings": findings,
        "head_findings": {f.field: f for f in reversed(findings) if f.line is None},
        "indicators_url": reverse("admin:performance_goal_indicators"),
        "unit_text": form.current.unit.text if form.current else "",
        **(_record(request, goal, []) if goal else {}),
    }
    # Saving comes first, so errors of what is stored now do not matter; rights do.
    reasons = (step.reason for step in context.get("steps", ()) if step.transition.name == "submit")
    context["submit_reason"] = next(reasons, "")
    context["may_submit"] = holds(request.user, Right.SUBMIT_GOALS)
    return TemplateResponse(request, "admin/performance/goal/form.html", context)


def _sheet_page(
    request: HttpRequest, goal: Goal, context: Context, extra: Context, before: Sheet | None = None
) -> HttpResponse:
    sheet = goal.sheet()
    findings = findings_of(sheet, goal.year)
    record = _record(request, goal, findings)
    earlier = record["last_submitted"]
    if before is None and earlier and goal.state == State.SUBMITTED:
        before = from_json(earlier.content)
    context |= {"goal": goal, "findings": findings, **record, **extra}
    context["view"] = sheet_view(sheet, before, findings)
    context["compared"] = before is not None
    return TemplateResponse(request, "admin/performance/goal/sheet.html", context)


def _record(request: HttpRequest, goal: Goal, findings: list[Finding]) -> Context:
    """What was done to the goal, and what this person may do next."""
    events = events_of(goal)
    returned = goal.state == State.RETURNED
    return {
        "events": events,
        "steps": steps_for(user_of(request), goal, len(blocking(findings))),
        "last_submitted": last_submitted(events),
        "return_event": next((e for e in events if e.transition == "return"), None)
        if returned
        else None,
    }


def _form_row(index: int, line: Line, findings: list[Finding]) -> Context:
    by_field = {f.field: f for f in reversed(findings) if f.line == index}
    return {
        "line": line,
        "findings": by_field,
        "cycle": _understood(line.cycle_value),
        "annual": _understood(line.annual_value),
    }


def _understood(text: str) -> str:
    """How a value is understood, where that says more than the value itself."""
    value = parse(text)
    return "" if value.kind is Kind.QUANT and value.implicit else understood(value)
