"""The auditor's pages: who did what, when and from where. They change nothing."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.timezone import localtime
from tablib import Dataset

from performance.admin.audit.asking import AuditForm, found
from performance.admin.audit.rows import Row, entry_row, rows_of
from performance.admin.flat_files import CsvFile, ExcelFile
from performance.people.queries import holds
from performance.people.roles import Right

Context = dict[str, Any]
PAGE = 50
MOST_EXPORTED = 10_000
FILES = {"xlsx": ExcelFile, "csv": CsvFile}
HEADINGS = ("时间", "操作人", "数据", "对象", "操作", "内容", "IP地址", "请求编号")


def audit_urls(inside: Callable[..., Any], context_of: Callable[..., Context]) -> list[URLPattern]:
    """`inside` lets in who has logged in, `context_of` is what each page of the site knows."""
    pages = (
        ("audit/", audit_page, "audit"),
        ("audit/export/", export, "audit_export"),
        ("audit/<int:pk>/", entry_page, "audit_entry"),
    )
    return [
        path(route, inside(_for_auditors(view, context_of)), name=name)
        for route, view, name in pages
    ]


def _for_auditors(view: Callable[..., Any], context_of: Callable[..., Context]) -> Any:
    @wraps(view)
    def wrapper(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not holds(request.user, Right.SEE_AUDIT):
            raise PermissionDenied("您没有查看操作日志的权限；操作日志只由审计员查看。")
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied("操作日志只能查看，不能改动。")
        return view(request, context_of(request), **kwargs)

    return wrapper


def audit_page(request: HttpRequest, site_context: Context) -> HttpResponse:
    form = AuditForm(request.GET)
    asked = form.asked()
    page = Paginator(found(asked), PAGE).get_page(request.GET.get("p"))
    context = site_context | {
        "title": "操作日志",
        "form": form,
        "asked": asked,
        "page": page,
        "rows": rows_of(request, page),
        "query": urlencode({name: request.GET[name] for name in asked}),
        "most": MOST_EXPORTED,
    }
    return TemplateResponse(request, "admin/performance/audit/list.html", context)


def entry_page(request: HttpRequest, site_context: Context, pk: int) -> HttpResponse:
    entries = LogEntry.objects.select_related("actor", "content_type")
    entry = get_object_or_404(entries, pk=pk)
    context = site_context | {"title": "操作日志", "row": entry_row(request, entry)}
    return TemplateResponse(request, "admin/performance/audit/entry.html", context)


def export(request: HttpRequest, site_context: Context) -> HttpResponse:
    """The newest of what is asked for, as a file."""
    file = FILES.get(request.GET.get("format", ""), ExcelFile)()
    keys = found(AuditForm(request.GET).asked())[:MOST_EXPORTED]
    dataset = Dataset(*map(_cells, rows_of(request, keys)), headers=HEADINGS, title="操作日志")
    response = HttpResponse(file.export_data(dataset), content_type=file.CONTENT_TYPE)
    name = f"操作日志-{timezone.localdate().isoformat()}.{file.get_extension()}"
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


def _cells(row: Row) -> tuple[str, ...]:
    at = f"{localtime(row.at):%Y-%m-%d %H:%M:%S}"
    said = "；".join(
        [change.told(row.both) for change in row.changes] + [row.note] * bool(row.note)
    )
    return at, row.who, row.table, row.subject, row.action, said, row.address, row.request_id
