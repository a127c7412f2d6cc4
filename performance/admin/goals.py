"""Goals in the admin: the list, and the addresses of their pages."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import SuspiciousOperation
from django.db.models import Count, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.timezone import localtime
from unfold.decorators import display
from unfold.views import ChangeList as ThemeChangeList

from performance.admin.access import RightsAdmin, post_only, user_of
from performance.admin.attachments import attach_view, download_view, remove_view
from performance.admin.blank_page import blank_view
from performance.admin.copying import beside_page, confirm_view, copy_page
from performance.admin.export_page import export_page, goal_ids
from performance.admin.goal_page import add_page, goal_page, review_conflict
from performance.admin.picker import suggested
from performance.admin.print_pages import print_goal_view, print_list_view
from performance.admin.revisions import revision_page, revisions_page
from performance.admin.saving import take_step
from performance.admin.unsaved import drop_view, unsaved_view
from performance.goals.filters import GoalFilter
from performance.goals.models import Goal, GoalLine, State
from performance.goals.queries import visible_to
from performance.goals.sheet import Coded
from performance.library.queries import contacts
from performance.people.queries import holds
from performance.people.roles import Right
from performance.review.transitions import TRANSITIONS


class GoalChangeList(ThemeChangeList):
    """Filtered by GoalFilter alone, so that list, export and commands choose alike."""

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        own = GoalFilter.base_filters
        return {k: v for k, v in super().get_filters_params(params).items() if k not in own}

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Goal]:
        queryset = super().get_queryset(request, exclude_parameters)
        year = request.GET.get("year", "")
        self.year_query = f"?year={year}" if year.isdecimal() else ""  # for what starts from here
        self.filterset = GoalFilter(request.GET, queryset=queryset, request=request)
        return self.filterset.qs


@admin.register(Goal)
class GoalAdmin(RightsAdmin):
    see, manage = Right.SEE_GOALS, Right.WRITE_GOALS
    list_display = (
        "project",
        "year",
        "unit",
        "category_text",
        "line_count",
        "state_label",
        "changed",
    )
    list_display_links = ("project",)
    list_select_related = ("unit", "changed_by", "year")
    list_per_page = 50
    show_full_result_count = False
    actions = ("export_chosen",)
    change_list_template = "admin/performance/goal/list.html"
    list_before_template = "admin/performance/goal/list_filters.html"
    list_fullwidth = True

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # no goal is ever deleted

    def has_export_permission(self, request: HttpRequest) -> bool:
        return holds(request.user, Right.EXPORT_GOALS)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Goal]:
        lines = GoalLine.objects.filter(goal=OuterRef("pk")).order_by().values("goal")
        count = lines.annotate(number=Count("pk")).values("number")
        return visible_to(user_of(request)).annotate(lines_number=Subquery(count))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return GoalChangeList

    def get_urls(self) -> list[URLPattern]:
        """Only these doors: Django's delete and its own history of goals do not exist."""
        page = "admin:performance_goal_change"
        pages = (
            ("", self.changelist_view, "changelist"),
            ("add/", self.add_view, "add"),
            ("export/", self.export_view, "export"),
            ("unsaved/", unsaved_view, "unsaved"),
            ("unsaved/drop/", drop_view, "unsaved_drop"),
            ("indicators/", suggested, "indicators"),
            ("<int:pk>/change/", self.goal_view, "change"),
            ("<int:pk>/history/", self.revisions_view, "history"),
            ("<int:pk>/history/<int:number>/", self.revision_view, "revision"),
            ("copy/", self.copy_view, "copy"),
            ("<int:pk>/copy/", self.beside_view, "beside"),
            ("<int:pk>/copy/confirm/", post_only(confirm_view, page), "confirm_copy"),
            ("<int:pk>/perform/<slug:name>/", post_only(self.perform_view, page), "perform"),
            ("print/", print_list_view, "print_list"),
            ("<int:pk>/print/", print_goal_view, "print"),
            ("template/", blank_view, "template"),
            ("<int:pk>/attach/", post_only(attach_view, page), "attach"),
            ("<int:pk>/attachments/<int:number>/", download_view, "attachment"),
            ("<int:pk>/attachments/<int:number>/remove/", post_only(remove_view, page), "detach"),
        )
        return [
            path(route, self.admin_site.admin_view(view), name=f"performance_goal_{name}")
            for route, view, name in pages
        ]

    # --- the list ----------------------------------------------------------------------------
    @display(description="项目类别", ordering="category_code")
    def category_text(self, goal: Goal) -> str:
        return Coded(goal.category_code, goal.category_name).text or "—"

    @display(description="指标数")
    def line_count(self, goal: Goal) -> int:
        return getattr(goal, "lines_number", None) or 0  # annotated by get_queryset

    @display(
        description="状态",
        ordering="state",
        label={
            State.DRAFT.label: "info",
            State.SUBMITTED.label: "warning",
            State.RETURNED.label: "danger",
            State.APPROVED.label: "success",
        },
    )
    def state_label(self, goal: Goal) -> str:
        return State(goal.state).label

    @display(description="最近修改", ordering="changed_at", header=True)
    def changed(self, goal: Goal) -> tuple[str, str]:
        at = localtime(goal.changed_at).strftime("%Y-%m-%d %H:%M") if goal.changed_at else ""
        return at, str(goal.changed_by or "")

    @admin.action(description="导出所选的绩效目标", permissions=["export"])
    def export_chosen(self, request: HttpRequest, queryset: QuerySet[Goal]) -> HttpResponse:
        return export_page(request, self._context(request), chosen=queryset)

    def response_action(self, request: HttpRequest, queryset: QuerySet[Goal]) -> Any:
        """Django asks the database for whatever was posted as an id."""
        posted = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if len(goal_ids(posted)) != len(posted):
            raise SuspiciousOperation("these are no ids")
        return super().response_action(request, queryset)

    # --- pages -------------------------------------------------------------------------------
    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return add_page(request, self._context(request))

    def goal_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return goal_page(request, self._goal(request, pk), self._context(request))

    def export_view(self, request: HttpRequest) -> HttpResponse:
        return export_page(request, self._context(request))

    def copy_view(self, request: HttpRequest) -> HttpResponse:
        return copy_page(request, self._context(request))

    def beside_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return beside_page(request, pk, self._context(request))

    def perform_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        goal = self._goal(request, pk)
        if name not in TRANSITIONS:
            raise Http404
        seen = request.POST.get("seen", "")
        if take_step(request, goal, name, seen):
            return redirect("admin:performance_goal_change", goal.pk)
        return review_conflict(request, goal, seen, self._context(request))

    def revisions_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return revisions_page(request, self._goal(request, pk), self._context(request))

    def revision_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        return revision_page(request, self._goal(request, pk), number, self._context(request))

    def _goal(self, request: HttpRequest, pk: int) -> Goal:
        """With the contact that every page shows at its foot: it comes along with the goal."""
        goals = visible_to(user_of(request)).select_related("year", "unit", "listing", "changed_by")
        goals = goals.annotate(contact=Coalesce(Subquery(contacts()[:1]), Value("")))
        goal = get_object_or_404(goals, pk=pk)
        request.contact = goal.contact  # type: ignore[attr-defined]
        return goal

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts}
