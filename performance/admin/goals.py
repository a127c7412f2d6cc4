"""Goals in the admin: the list, and the addresses of their pages."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import SuspiciousOperation
from django.db.models import Count, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path

from performance.admin.access import RightsAdmin, post_only, user_of
from performance.admin.files.attachments import attach_view, download_view, remove_view
from performance.admin.files.blank import blank_view
from performance.admin.files.copying import beside_page, confirm_view, copy_page
from performance.admin.files.export import export_page, goal_ids
from performance.admin.files.printing import print_goal_view, print_list_view
from performance.admin.form.picker import suggested
from performance.admin.form.unsaved import drop_view, unsaved_view
from performance.admin.goal_page import add_page, goal_page
from performance.admin.history.restoring import restore_page
from performance.admin.history.revisions import compare_page, revision_page, revisions_page
from performance.admin.review.assigning import assign_page, may_assign
from performance.admin.review.bulk import bulk_page
from performance.admin.review.deciding import decide
from performance.admin.review.queue import GoalChangeList, QueueColumns
from performance.admin.review.remarks import drop_remark_view, remark_view
from performance.admin.review.sheet import print_review_view
from performance.admin.review.waivers import lift_view, waive_view
from performance.goals.models import Goal, GoalLine
from performance.goals.queries import visible_to
from performance.library.queries import contacts
from performance.people.queries import holds
from performance.people.roles import Right
from performance.review.transitions import TRANSITIONS


@admin.register(Goal)
class GoalAdmin(QueueColumns, RightsAdmin):
    see, manage = Right.SEE_GOALS, Right.WRITE_GOALS
    list_display_links = ("project",)
    list_select_related = ("unit", "changed_by", "year", "assigned_to")
    list_per_page = 50
    show_full_result_count = False
    actions = (
        "bulk_submit",
        "bulk_approve",
        "bulk_issue",
        "bulk_file",
        "assign_chosen",
        "export_chosen",
    )
    change_list_template = "admin/performance/goal/list.html"
    list_before_template = "admin/performance/goal/list_filters.html"
    list_fullwidth = True

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # no goal is ever deleted

    def has_export_permission(self, request: HttpRequest) -> bool:
        return holds(request.user, Right.EXPORT_GOALS)

    def has_submit_permission(self, request: HttpRequest) -> bool:
        return holds(request.user, Right.SUBMIT_GOALS)

    def has_review_permission(self, request: HttpRequest) -> bool:
        return holds(request.user, Right.REVIEW_GOALS)

    def has_assign_permission(self, request: HttpRequest) -> bool:
        return may_assign(request)

    def has_issue_permission(self, request: HttpRequest) -> bool:
        return holds(request.user, Right.ISSUE_GOALS)

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
            ("bulk/<slug:name>/", self.bulk_view, "bulk"),
            ("assign/", self.assign_view, "assign"),
            ("unsaved/", unsaved_view, "unsaved"),
            ("unsaved/drop/", drop_view, "unsaved_drop"),
            ("indicators/", suggested, "indicators"),
            ("<int:pk>/change/", self.goal_view, "change"),
            ("<int:pk>/history/", self.revisions_view, "history"),
            ("<int:pk>/history/<int:number>/", self.revision_view, "revision"),
            ("<int:pk>/history/<int:number>/restore/", self.restore_view, "restore"),
            ("<int:pk>/history/<int:first>/<int:second>/", self.compare_view, "compare"),
            ("<int:pk>/waive/", post_only(waive_view, page), "waive"),
            ("<int:pk>/waivers/<int:number>/lift/", post_only(lift_view, page), "lift_waiver"),
            ("copy/", self.copy_view, "copy"),
            ("<int:pk>/copy/", self.beside_view, "beside"),
            ("<int:pk>/copy/confirm/", post_only(confirm_view, page), "confirm_copy"),
            ("<int:pk>/perform/<slug:name>/", post_only(self.perform_view, page), "perform"),
            ("<int:pk>/remark/", post_only(self.remark_view, page), "remark"),
            ("<int:pk>/remark/<int:number>/", post_only(drop_remark_view, page), "drop_remark"),
            ("print/", print_list_view, "print_list"),
            ("<int:pk>/print/", print_goal_view, "print"),
            ("<int:pk>/print/review/", print_review_view, "print_review"),
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
    @admin.action(description="批量送审…", permissions=["submit"])
    def bulk_submit(self, request: HttpRequest, queryset: QuerySet[Goal]) -> HttpResponse:
        return bulk_page(request, "submit", self._context(request), queryset)

    @admin.action(description="批量审核通过…", permissions=["review"])
    def bulk_approve(self, request: HttpRequest, queryset: QuerySet[Goal]) -> HttpResponse:
        return bulk_page(request, "approve", self._context(request), queryset)

    @admin.action(description="批量批复…", permissions=["issue"])
    def bulk_issue(self, request: HttpRequest, queryset: QuerySet[Goal]) -> HttpResponse:
        return bulk_page(request, "issue", self._context(request), queryset)

    @admin.action(description="批量备案…", permissions=["issue"])
    def bulk_file(self, request: HttpRequest, queryset: QuerySet[Goal]) -> HttpResponse:
        return bulk_page(request, "file", self._context(request), queryset)

    @admin.action(description="改派…", permissions=["assign"])
    def assign_chosen(self, request: HttpRequest, queryset: QuerySet[Goal]) -> HttpResponse:
        return assign_page(request, self._context(request), queryset)

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

    def bulk_view(self, request: HttpRequest, name: str) -> HttpResponse:
        return bulk_page(request, name, self._context(request))

    def assign_view(self, request: HttpRequest) -> HttpResponse:
        return assign_page(request, self._context(request))

    def copy_view(self, request: HttpRequest) -> HttpResponse:
        return copy_page(request, self._context(request))

    def beside_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return beside_page(request, pk, self._context(request))

    def perform_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        goal = self._goal(request, pk)
        if name not in TRANSITIONS:
            raise Http404
        return decide(request, goal, name, self._context(request))

    def remark_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return remark_view(request, self._goal(request, pk), self._context(request))

    def revisions_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return revisions_page(request, self._goal(request, pk), self._context(request))

    def revision_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        return revision_page(request, self._goal(request, pk), number, self._context(request))

    def restore_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        return restore_page(request, self._goal(request, pk), number, self._context(request))

    def compare_view(self, request: HttpRequest, pk: int, first: int, second: int) -> HttpResponse:
        goal = self._goal(request, pk)
        return compare_page(request, goal, first, second, self._context(request))

    def _goal(self, request: HttpRequest, pk: int) -> Goal:
        """With the contact that every page shows at its foot: it comes along with the goal."""
        goals = visible_to(user_of(request)).select_related("year", "unit", "listing", "changed_by")
        goals = goals.annotate(contact=Coalesce(Subquery(contacts()[:1]), Value("")))
        goal = get_object_or_404(goals, pk=pk)
        request.contact = goal.contact  # type: ignore[attr-defined]
        return goal

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts}
