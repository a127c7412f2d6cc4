"""The export page: what would go out, as approved or as it stands, then the file."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from performance.admin.access import user_of
from performance.goals.models import Goal
from performance.goals.queries import in_units
from performance.people.queries import holds
from performance.people.roles import Right
from performance.review.filters import WorkFilter
from performance.sheets.convert import can_write
from performance.sheets.export import export_file, to_export
from performance.sheets.formats import FORMATS, FileFormat
from performance.sheets.grid import SheetError
from performance.sheets.layouts import LAYOUTS

LISTED, MOST_CHOSEN = 200, 50_000


def export_page(
    request: HttpRequest, context: dict[str, Any], chosen: QuerySet[Goal] | None = None
) -> HttpResponse:
    """`chosen` comes from the list's action; otherwise the list's filters choose."""
    if not holds(request.user, Right.EXPORT_GOALS):
        raise PermissionDenied("您没有导出绩效目标的权限。")
    allowed = in_units(user_of(request), Right.EXPORT_GOALS)
    ids = _ids(request, chosen)
    filterset = WorkFilter(request.GET, queryset=allowed, request=request)
    picked = filterset.qs if ids is None else allowed.filter(pk__in=ids)
    goals = to_export(picked, approved_only=False)
    if request.method == "POST" and "download" in request.POST:
        return _download(request, goals)
    rows = goals.select_related("unit", "year", "approved_revision")
    count = goals.count()
    context |= {
        "title": "导出绩效目标",
        "filterset": filterset if ids is None else None,
        "ids": ids,
        "goals": rows[:LISTED],
        "count": count,
        "hidden": max(count - LISTED, 0),
        "approved": to_export(goals, approved_only=True).count(),
        "layouts": [(layout, _formats_of(name)) for name, layout in LAYOUTS.items()],
    }
    return TemplateResponse(request, "admin/performance/goal/export.html", context)


def _formats_of(layout: str) -> list[FileFormat]:
    return [row for extension, row in FORMATS.items() if can_write(layout, extension)]


def goal_ids(texts: Iterable[str]) -> list[int]:
    """Those of the texts that may be ids: the database is asked for nothing else."""
    return [int(text) for text in texts if text.isdecimal() and len(text) < 19]


def _ids(request: HttpRequest, chosen: QuerySet[Goal] | None) -> list[int] | None:
    """None when no goals were picked and the filters choose."""
    if chosen is not None:
        return list(chosen.values_list("pk", flat=True))
    # One field for all: a post may not have as many fields as a list has goals.
    if "ids" not in request.POST:
        return None
    ids = goal_ids(request.POST["ids"].split(","))
    if len(ids) > MOST_CHOSEN:
        raise SuspiciousOperation("more goals than any list has")
    return ids


def _download(request: HttpRequest, goals: QuerySet[Goal]) -> HttpResponse:
    layout, _, extension = request.POST.get("as", "listing.xlsx").partition(".")
    if layout not in LAYOUTS or FORMATS.get(extension) not in _formats_of(layout):
        raise SuspiciousOperation("no such layout or format")
    try:
        data, count = export_file(
            goals,
            by=user_of(request),
            layout=layout,
            extension=extension,
            approved_only="approved" in request.POST,
        )
    except SheetError as error:
        messages.error(request, str(error))
        return redirect(request.get_full_path())
    if not count:
        messages.warning(request, "没有符合条件的绩效目标可以导出。")
        return redirect(request.get_full_path())
    return attachment(data, f"绩效目标.{extension}", FORMATS[extension].mime)


def attachment(data: bytes, name: str, mime: str) -> HttpResponse:
    """A download under a Chinese name, which old browsers need spelled out."""
    response = HttpResponse(data, content_type=mime)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
