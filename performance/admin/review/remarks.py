"""Remarks written beside cells, and taken back, by a post of their own."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from performance.admin.access import user_of
from performance.admin.review.bases import LAST_YEAR, NONE, PARAMETER, asked_number
from performance.admin.review.notes import anchor_of
from performance.admin.review.page import Context, Refused, review_page
from performance.admin.review.stale import moved_on, typed_in
from performance.admin.review.writing import Writing, writing_at
from performance.goals.models import Goal
from performance.goals.queries import visible_to
from performance.goals.sheet import tidy
from performance.people.roles import Right
from performance.review.remarking import drop_remark, write_remark

LOST = "没有写下意见：您填写的内容仍在下面，请改正后再写下。"


def remark_view(request: HttpRequest, goal: Goal, context: Context) -> HttpResponse:
    """Keeps a remark on the server at once; what cannot be kept stays on the page."""
    key, field = request.POST.get("key", ""), request.POST.get("field", "")
    sheet = goal.sheet()
    said = {name: request.POST.get(name, "") for name in ("kind", "text")}
    writing = writing_at(sheet, f"{key}.{field}", **said, proposal=request.POST.get("proposal"))
    try:
        write_remark(
            goal.pk,
            by=user_of(request),
            seen=request.POST.get("seen", ""),
            key=key,
            field=field,
            proposal=_proposal(writing),
            **said,
        )
    except PermissionDenied:
        now = Goal.objects.select_related("year", "unit", "listing", "changed_by").get(pk=goal.pk)
        if not (moved := moved_on(request, now, Right.REVIEW_GOALS)):
            raise
        typed = typed_in(request, said["text"], _proposal(writing) or "")
        page = context | {"title": now.project, "original": now}
        return review_page(request, now, page, Refused(request.POST, moved, typed=typed))
    except ValidationError as error:
        message = "".join(error.messages)
        messages.error(request, f"{LOST}{message}")
        return _again(request, goal, context, writing, said, message)
    return redirect(page_of(goal, request.POST.get(PARAMETER, ""), anchor_of(key, field)))


def _proposal(writing: Writing | None) -> str | None:
    """The cell's own text, which stood in the field, proposes nothing."""
    if writing is None or writing.current is None or writing.proposal is None:
        return None
    same = tidy(writing.proposal) == tidy(writing.current)
    return None if same else writing.proposal


def _again(
    request: HttpRequest,
    goal: Goal,
    context: Context,
    writing: Writing | None,
    said: dict[str, str],
    message: str,
) -> HttpResponse:
    """A cell that is gone leaves the text with the form as a whole."""
    known = writing or writing_at(goal.sheet(), ".form", **said)
    if known:
        texts = {name: getattr(known, name) for name in ("kind", "text", "proposal")}
        known = Writing(known.key, known.field, known.place, known.current, **texts, error=message)
    page = context | {"title": goal.project, "original": goal}
    return review_page(request, goal, page, Refused(request.POST, writing=known))


def drop_remark_view(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    goal = get_object_or_404(visible_to(user_of(request)), pk=pk)
    drop_remark(number, by=user_of(request))
    messages.success(request, "已删除这条没有送出的意见。")
    return redirect(page_of(goal, request.POST.get(PARAMETER, "")))


def page_of(goal: Goal, token: str, anchor: str = "") -> str:
    """The goal's page, compared with what it was compared with."""
    page = reverse("admin:performance_goal_change", args=[goal.pk])
    known = token in (LAST_YEAR, NONE) or asked_number(token)
    query = "?" + urlencode({PARAMETER: token}) if known else ""
    return f"{page}{query}{'#' if anchor else ''}{anchor}"
