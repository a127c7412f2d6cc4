"""Where the stock admin's pages are; the same names as in benchmarks/portal.py."""

from collections.abc import Iterator

from django.contrib.auth.models import User
from django.core.management import call_command
from django.urls import reverse

from benchmarks import listing
from benchmarks.stock.models import Category, Frame, Goal, GoalLine, Indicator, Unit

SHEET, FILE_FIELD, CONFIRM = "flat.xlsx", "import_file", "process_import"
UPLOAD = "admin:stock_goalline_import"


def prepare() -> User:
    """Tables, all that rows refer to, and an account that may do everything."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    Unit.objects.bulk_create(Unit(code=c, name=n) for c, n in listing.UNITS.items())
    Category.objects.bulk_create(Category(code=c, name=n) for c, n in listing.CATEGORIES.items())
    frame = {c: Frame.objects.create(code=c, name=n) for c, n in listing.LEVELS1.items()}
    for code, name in listing.LEVELS2.items():
        frame[code] = Frame.objects.create(code=code, name=name, parent=frame[code[0]])
    Indicator.objects.bulk_create(
        Indicator(code=i.code, name=i.name, parent=frame[i.level2]) for i in listing.library()
    )
    return User.objects.create_superuser("bench")


def user() -> User:
    return User.objects.get(username="bench")


def form_address(project: str) -> str:
    return reverse("admin:stock_goal_change", args=[Goal.objects.get(project=project).pk])


def stored() -> Iterator[list[str]]:
    goal = ("unit__code", "project", "category__code", "overall_goal", "annual_goal")
    levels = ("indicator__parent__parent__code", "indicator__parent__code", "indicator__code")
    fields = (*(f"goal__{name}" for name in goal), *levels, "cycle_value", "annual_value")
    return map(list, GoalLine.objects.order_by("goal_id", "pk").values_list(*fields))
