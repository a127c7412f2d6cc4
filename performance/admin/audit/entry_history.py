"""The history of one entry: what the audit has of it, without where it came from."""

from typing import Any

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from performance.admin.audit.rows import entry_row

PAGE = 50


def history_page(request: HttpRequest, obj: Model, site_context: dict[str, Any]) -> HttpResponse:
    entries = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(obj), object_id=obj.pk
    )
    rows = entries.select_related("actor", "content_type").order_by("-timestamp", "-pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("p"))
    context = site_context | {
        "title": f"修改记录：{obj}",
        "original": obj,
        "page": page,
        "rows": [entry_row(request, entry) for entry in page],
    }
    return TemplateResponse(request, "admin/performance/audit/history.html", context)
