"""Goals out of the portal as a file, for the export page and the command."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from performance.goals.models import Goal, State
from performance.people.models import User
from performance.people.queries import holds
from performance.people.roles import Right
from performance.sheets.layouts import LAYOUTS
from performance.sheets.resources import GoalSheetResource, format_of


def to_export(goals: QuerySet[Goal], *, approved_only: bool) -> QuerySet[Goal]:
    """Void goals never go out; one without an approved revision goes out as it stands."""
    goals = goals.exclude(state=State.VOID)
    return goals.filter(approved_revision__isnull=False) if approved_only else goals


def export_file(
    goals: QuerySet[Goal], *, by: User, layout: str, extension: str, approved_only: bool
) -> tuple[bytes, int]:
    """The file, and how many goals are in it. `goals` are already those the person may export."""
    if not holds(by, Right.EXPORT_GOALS):
        raise PermissionDenied("您没有导出绩效目标的权限。")
    wanted = to_export(goals, approved_only=approved_only)
    dataset = GoalSheetResource().export(wanted, layout=LAYOUTS[layout])
    count = sum(len(sheets) for _, sheets in dataset.tables)
    return format_of(extension, layout)().export_data(dataset), count
