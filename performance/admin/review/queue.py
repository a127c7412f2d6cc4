"""The list of goals: tabs of a person's work, the columns of each, and how much there is to do."""

from datetime import timedelta
from typing import Any

from django.contrib.admin.views.main import ORDER_VAR, PAGE_VAR
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.timezone import localtime
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.views import ChangeList as ThemeChangeList

from performance.admin.access import user_of
from performance.goals.models import Goal, State
from performance.goals.sheet import Coded
from performance.library.windows import spoken
from performance.review.bulk import BULK
from performance.review.filters import WorkFilter
from performance.review.returned import reasons
from performance.review.standing import standings
from performance.review.tabs import TABS, counts, tab_named, tabs_of

COLUMNS = {
    "review": (
        "project",
        "year",
        "unit",
        "step_told",
        "waiting",
        "deadline",
        "changes",
        "problems",
        "assignee",
    ),
    "submit": (
        "project",
        "year",
        "unit",
        "state_label",
        "waiting",
        "deadline",
        "problems",
        "changed",
    ),
    "": ("project", "year", "unit", "category_text", "line_count", "state_label", "changed"),
}
"""By the name of the tab; "" for the others."""
WAITING = ("project", "year", "unit", "category_text", "state_label", "waiting", "changed")
_READ = ("changes", "problems")
"""Columns for which the goals of the page are read."""

STATE_COLOURS = {
    State.DRAFT.label: "info",
    State.SUBMITTED.label: "warning",
    State.RETURNED.label: "danger",
    State.APPROVED.label: "success",
    State.ISSUED.label: "success",
    State.FILED.label: "success",
    State.ADJUSTING.label: "info",
    State.REJECTED.label: "danger",
}


def columns_of(name: str) -> tuple[str, ...]:
    works = any(tab.work for tab in TABS if tab.name == name)
    return COLUMNS.get(name, WAITING if works else COLUMNS[""])


class GoalChangeList(ThemeChangeList):
    """Filtered by WorkFilter alone, so that list, paper and export choose alike."""

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        own = WorkFilter.base_filters
        return {k: v for k, v in super().get_filters_params(params).items() if k not in own}

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Goal]:
        queryset = super().get_queryset(request, exclude_parameters)
        year = request.GET.get("year", "")
        self.year_query = f"?year={year}" if year.isdecimal() else ""  # for what starts from here
        self.filterset = WorkFilter(request.GET, queryset=queryset, request=request)
        found = self.filterset.qs
        self.is_sorted = ORDER_VAR in request.GET
        if self.is_sorted:
            found = found.order_by(*queryset.query.order_by)
        self.tab = self.filterset.chosen
        self.numbers = counts(user_of(request), self.filterset.in_every_tab)
        found.counted = self.numbers[self.tab.name]
        return found

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        user = user_of(request)
        self.tabs = [
            (tab, self.numbers[tab.name], self._address(tab.name), tab == self.tab)
            for tab in tabs_of(user)
        ]
        self.bulk_label = BULK.get(self.tab.bulk, "") if self.numbers[self.tab.name] else ""
        self.bulk_query = self._address(self.tab.name)
        if set(_READ) & set(self.list_display):
            self.result_list: Any = self._read(list(self.result_list), user.pk)

    def _address(self, name: str) -> str:
        return self.get_query_string({"tab": name}, remove=[PAGE_VAR, ORDER_VAR])

    def _read(self, goals: list[Goal], mine: int) -> list[Goal]:
        """What the page shows of each; in a reviewer's queue what is assigned to them comes first,
        then what a later reviewer gave back, what has most to look at, then what waits longest."""
        found = standings(goals)
        for goal in goals:
            goal.standing = found.get(goal.pk)  # type: ignore[attr-defined]
        if self.tab.name != "review":
            return goals
        why = reasons([g for g in goals if g.pk in found and found[g.pk].sent_back])
        for goal in goals:
            goal.reason = why.get(goal.pk)  # type: ignore[attr-defined]
        if self.is_sorted:
            return goals
        risks = {pk: standing.risk for pk, standing in found.items()}
        back = {pk for pk, standing in found.items() if standing.sent_back}

        def first(goal: Goal) -> tuple[Any, ...]:
            changes, problems = risks.get(goal.pk, (0, 0))
            return goal.assigned_to_id != mine, goal.pk not in back, -changes, -problems

        return sorted(goals, key=first)


class QueueColumns(ModelAdmin):
    """What stands in the columns of the list."""

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        return columns_of(tab_named(user_of(request), request.GET.get("tab", "")).name)

    def get_paginator(
        self, request: HttpRequest, queryset: QuerySet[Goal], *args: Any, **kwargs: Any
    ) -> Paginator:
        """The tabs have counted already."""
        paginator = super().get_paginator(request, queryset, *args, **kwargs)
        if hasattr(queryset, "counted"):
            paginator.count = queryset.counted
        return paginator

    @display(description="项目类别", ordering="category_code")
    def category_text(self, goal: Goal) -> str:
        return Coded(goal.category_code, goal.category_name).text or "—"

    @display(description="指标数")
    def line_count(self, goal: Goal) -> int:
        return getattr(goal, "lines_number", None) or 0  # annotated by get_queryset

    @display(description="状态", ordering="state", label=STATE_COLOURS)
    def state_label(self, goal: Goal) -> str:
        return State(goal.state).label

    @display(description="最近修改", ordering="changed_at", header=True)
    def changed(self, goal: Goal) -> tuple[str, str]:
        at = localtime(goal.changed_at).strftime("%Y-%m-%d %H:%M") if goal.changed_at else ""
        return at, str(goal.changed_by or "")

    @display(description="环节")
    def step_told(self, goal: Goal) -> str:
        name = getattr(goal, "step_name", "") or "—"  # annotated by WorkFilter
        reason = getattr(goal, "reason", None)
        if reason is None:
            return name
        said = '{}<span class="queue-back"><strong>退回重审</strong> {}</span>'
        return format_html(said, name, reason.told)

    @display(description="等待", ordering="waiting_since")
    def waiting(self, goal: Goal) -> str:
        return waited(goal)

    @display(description="截止", ordering="year__closes_at")
    def deadline(self, goal: Goal) -> str:
        return spoken(goal.year.closes_at) if goal.year.closes_at else "不截止"

    @display(description="改动")
    def changes(self, goal: Goal) -> str:
        """Since the step it waits at decided on it last."""
        standing = getattr(goal, "standing", None)
        if standing is None or standing.changes is None:
            return "首次审核"
        return f"{standing.changes} 处" if standing.changes else "没有改动"

    @display(description="问题")
    def problems(self, goal: Goal) -> str:
        standing = getattr(goal, "standing", None)
        if standing is None or not standing.told:
            return "没有"
        kind = "error" if standing.errors else "warning"
        return format_html('<span class="finding finding-{}">{}</span>', kind, standing.told)

    @display(description="指定经办人", ordering="assigned_to__full_name")
    def assignee(self, goal: Goal) -> str:
        return str(goal.assigned_to or "—")


def waited(goal: Goal) -> str:
    """Since when the goal is where it is, in days of the office."""
    if goal.waiting_since is None:
        return "—"
    days = timezone.localdate() - localtime(goal.waiting_since).date()
    return f"{days.days} 天" if days >= timedelta(days=1) else "今天"
