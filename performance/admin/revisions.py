"""The history of a goal: its revisions, and any one of them beside the one before."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from performance.admin.sheet_view import sheet_view
from performance.goals.models import Goal
from performance.goals.sheet import from_json

Context = dict[str, Any]


def revisions_page(request: HttpRequest, goal: Goal, site_context: Context) -> HttpResponse:
    context = site_context | {
        "title": f"{goal.project}：历次版本",
        "original": goal,
        "goal": goal,
        "revisions": goal.revisions.select_related("by").defer("content"),
    }
    return TemplateResponse(request, "admin/performance/goal/revisions.html", context)


def revision_page(
    request: HttpRequest, goal: Goal, number: int, site_context: Context
) -> HttpResponse:
    revisions = goal.revisions.select_related("by")
    revision = get_object_or_404(revisions, number=number)
    before = revisions.filter(number=number - 1).first()
    earlier = from_json(before.content) if before else None
    context = site_context | {
        "title": f"{goal.project}：第{number}版",
        "original": goal,
        "goal": goal,
        "revision": revision,
        "compared": before is not None,
        "view": sheet_view(from_json(revision.content), earlier),
    }
    return TemplateResponse(request, "admin/performance/goal/revision.html", context)
