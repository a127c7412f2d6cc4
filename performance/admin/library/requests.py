"""指标增补申请: a unit's people ask, the bureau answers."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from performance.admin.access import RightsAdmin, user_of
from performance.admin.chosen_year import chosen_year
from performance.admin.library.request_answers import answer, answer_page
from performance.admin.library.request_form import RequestForm
from performance.library.answering import told
from performance.library.models import IndicatorRequest
from performance.library.requesting import SimilarExists, ask, open_requests, requests_of
from performance.people.queries import holds
from performance.people.roles import Right

PAGE = 50


@admin.register(IndicatorRequest)
class IndicatorRequestAdmin(RightsAdmin):
    see = Right.WRITE_GOALS

    def get_urls(self) -> list[URLPattern]:
        """Only these doors: a request is asked and answered, never changed or deleted."""
        pages = (
            ("", self.list_page, "changelist"),
            ("add/", self.ask_page, "add"),
            ("<int:pk>/change/", self.request_page, "change"),
        )
        return [
            path(route, self.admin_site.admin_view(view), name=f"performance_indicatorrequest_{n}")
            for route, view, n in pages
        ]

    def list_page(self, request: HttpRequest) -> HttpResponse:
        self._check(request)
        rows = requests_of(user_of(request))
        page = Paginator(rows, PAGE).get_page(request.GET.get("p"))
        context = self._context(request, "指标增补申请") | {
            "page": page,
            "rows": [(asked, told(asked)) for asked in page],
            "waiting": open_requests(user_of(request)),
        }
        return TemplateResponse(request, "admin/performance/indicatorrequest/list.html", context)

    def ask_page(self, request: HttpRequest) -> HttpResponse:
        self._check(request)
        year, years = chosen_year(request)
        form = RequestForm(request, year)
        context = self._context(request, "申请增补指标") | {"form": form, "years": years}
        if request.method == "POST" and form.is_valid():
            try:
                asked = ask(form.wanted(), by=user_of(request), anyway=_insists(request, form))
            except ValidationError as error:
                form.add_error(None, error)
            except SimilarExists as found:
                context["similar"] = found.indicators
            else:
                messages.success(request, f"已申请增补“{asked.name}”，等待业务管理员处理。")
                return redirect("admin:performance_indicatorrequest_changelist")
        return TemplateResponse(request, "admin/performance/indicatorrequest/ask.html", context)

    def request_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        self._check(request)
        asked = get_object_or_404(requests_of(user_of(request)), pk=pk)
        context = self._context(request, asked.name)
        if request.method != "POST":
            return answer_page(request, asked, context)
        return answer(request, asked, context)

    def _check(self, request: HttpRequest) -> None:
        if not holds(request.user, Right.WRITE_GOALS):
            raise PermissionDenied("您不是填报人，没有指标增补申请。")

    def _context(self, request: HttpRequest, title: str) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts, "title": title}


def _insists(request: HttpRequest, form: RequestForm) -> bool:
    return "_anyway" in request.POST and form.has_shown_similar
