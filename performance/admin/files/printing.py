"""Pages made for paper: one goal as the statutory form, the chosen goals as the unit's list.

An approved goal prints what was approved, also while an adjustment of it is under way; any other
as it stands, and its paper says so.
"""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from performance.admin.access import user_of
from performance.admin.files.print_rows import Row, form_rows, list_groups
from performance.goals.models import Goal, State
from performance.goals.queries import visible_to, with_content
from performance.goals.sheet import Sheet, from_json
from performance.people.queries import holds
from performance.people.roles import Right
from performance.review.filters import WorkFilter
from performance.sheets.layouts.listing import LISTING
from performance.sheets.tables import tables_of

MAX_ROWS = 5_000
# Across every sheet of paper, so that it cannot pass for what is filed.
_ACROSS = {
    State.DRAFT: "草稿",
    State.RETURNED: "被退回",
    State.REJECTED: "不予通过",
    State.VOID: "作废",
}
# Where the content at work is the approved one.
_AS_APPROVED = (State.APPROVED, State.ISSUED, State.FILED)
# Percent of the paper, so that codes and names that occur in every row need one line.
_WIDTHS = {
    "unit": 8.4,
    "project": 7.6,
    "category": 11.6,
    "overall_goal": 16.4,
    "annual_goal": 15.2,
    "level1": 6.6,
    "level2": 6.8,
    "level3": 13.4,
    "cycle_value": 7.8,
    "annual_value": 6.2,
}


@dataclass(frozen=True)
class Printed:
    """What of a goal is put on paper."""

    sheet: Sheet
    number: int
    state: State
    approved: bool = False

    @property
    def mark(self) -> str:
        """What is said of it where only approved goals need nothing said."""
        return "" if self.approved else self.state.label

    @property
    def across(self) -> str:
        return "" if self.approved else _ACROSS.get(self.state, "")

    @property
    def told(self) -> str:
        """What the foot of the paper says of it: an adjustment changes no paper yet."""
        issued = self.approved and self.state not in _AS_APPROVED
        return f"{self.state.label}，所印的是已批复的内容" if issued else self.state.label


@dataclass(frozen=True)
class PrintedTable:
    """A group is a project's rows: it is broken over two pages only where it must be."""

    title: str
    groups: tuple[tuple[Row, ...], ...]
    projects: int
    unapproved: int
    lines: int


@require_safe
def print_goal_view(request: HttpRequest, pk: int) -> HttpResponse:
    goals = visible_to(user_of(request)).select_related("year", "approved_revision")
    goal = get_object_or_404(goals, pk=pk)
    printed = _printed(goal)
    context = {
        "goal": goal,
        "sheet": printed.sheet,
        "rows": form_rows(printed.sheet.lines),
        "number": printed.number,
        "state": printed.told,
        "across": printed.across,
        "now": timezone.now(),
    }
    return TemplateResponse(request, "admin/performance/goal/print_form.html", context)


@require_safe
def print_list_view(request: HttpRequest) -> HttpResponse:
    """The same goals as in the list under the same address; void ones are never listed on paper."""
    if not holds(request.user, Right.SEE_GOALS):
        raise PermissionDenied("您没有查看绩效目标的权限。")
    visible = visible_to(user_of(request)).exclude(state=State.VOID)
    goals = WorkFilter(request.GET, queryset=visible, request=request).qs
    count = goals.aggregate(goals=Count("pk", distinct=True), lines=Count("lines"))
    too_many = count["goals"] + count["lines"] > MAX_ROWS
    context = {
        "tables": () if too_many else _tables(goals),
        "too_many": too_many,
        "count": count,
        "most": MAX_ROWS,
        "columns": [(column.heading, f"{_WIDTHS[column.field]}%") for column in LISTING.columns],
        "query": request.GET.urlencode(),
        "now": timezone.now(),
    }
    return TemplateResponse(request, "admin/performance/goal/print_list.html", context)


def _printed(goal: Goal) -> Printed:
    state = State(goal.state)
    stands = state is State.APPROVED or goal.issued_revision_id is not None
    revision = goal.approved_revision if stands else None
    if revision is not None:
        return Printed(from_json(revision.content), revision.number, state, approved=True)
    return Printed(goal.sheet(), goal.revision_number, state)


def _tables(goals: QuerySet[Goal]) -> list[PrintedTable]:
    """As they are filed: one table a year and listing."""
    pairs = [(goal, _printed(goal)) for goal in with_content(goals)]
    marks = {id(printed.sheet): printed.mark for _, printed in pairs}
    tables = tables_of((goal, printed.sheet) for goal, printed in pairs)
    return [
        PrintedTable(
            title,
            tuple(group for sheet in sheets for group in list_groups(sheet, marks[id(sheet)])),
            projects=len(sheets),
            unapproved=sum(bool(marks[id(sheet)]) for sheet in sheets),
            lines=sum(len(sheet.lines) for sheet in sheets),
        )
        for title, sheets in tables
    ]
