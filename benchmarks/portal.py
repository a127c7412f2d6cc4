"""Where the portal's pages are; the same names as in benchmarks/stock/doors.py."""

from collections.abc import Iterator
from io import StringIO

from django.core.management import call_command
from django.urls import reverse

from performance.goals.models import Goal, GoalLine
from performance.people.accounts import make_administrator
from performance.people.models import User

SHEET, FILE_FIELD, CONFIRM = "merged.xlsx", "file", "/confirm/"
UPLOAD = "admin:performance_upload_add"


def prepare() -> User:
    """As a new portal: frame and categories; units and indicators come with the listing."""
    call_command("init_portal", stderr=StringIO())
    make_administrator("bench", "bureau")
    User.objects.filter(username="bench").update(must_change_password=False)
    return user()


def user() -> User:
    return User.objects.get(username="bench")


def form_address(project: str) -> str:
    return reverse("admin:performance_goal_change", args=[Goal.objects.get(project=project).pk])


def stored() -> Iterator[list[str]]:
    assert not Goal.objects.filter(revisions=None).exists(), "a goal has no revision"
    goal = ("unit__code", "project", "category__code", "overall_goal", "annual_goal")
    levels = ("level1_code", "level2_code", "indicator__code")
    fields = (*(f"goal__{name}" for name in goal), *levels, "cycle_value", "annual_value")
    return map(list, GoalLine.objects.order_by("goal__position", "position").values_list(*fields))
