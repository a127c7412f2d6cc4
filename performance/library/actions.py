"""Changes of a year's library that are more than one row."""

from django.db import transaction
from django.db.models import Model

from performance.audit.recording import record_made
from performance.library.loading import load_review_form
from performance.library.models import Category, Frame, RuleLevel, Year
from performance.library.queries import nearest_year
from performance.library.review_form import RemarkKind, ReviewGrade, ReviewPoint, ReviewStep

_SETTINGS = (
    "level2_pattern",
    "level3_pattern",
    "category_required",
    "overall_goal_required",
    "grades_required",
    "contact",
)


@transaction.atomic
def open_year(year: int) -> Year:
    """Make a year; frame, categories, code patterns, settings, steps of review and review form are
    those of the nearest one.

    Indicators are not copied: a bureau issues them anew each year, and sets the year's own window.
    """
    source = nearest_year(year)
    new = Year(year=year)
    if source is None:
        new.save()
        load_review_form(new)
        return new
    for name in _SETTINGS:
        setattr(new, name, getattr(source, name))
    new.save()
    _copy_frame(source, new)
    for table in (Category, RuleLevel, ReviewStep, ReviewPoint, ReviewGrade, RemarkKind):
        _copy_rows(table, source, new)
    return new


def _copy_rows(table: type[Model], source: Year, new: Year) -> None:
    rows = list(table._default_manager.filter(year=source))
    for row in rows:
        row.pk, row.year = None, new  # type: ignore[attr-defined]
    record_made(table._default_manager.bulk_create(rows))


def _copy_frame(source: Year, new: Year) -> None:
    for top in Frame.objects.filter(year=source, parent=None):
        made = Frame.objects.create(year=new, code=top.code, name=top.name)
        children = Frame.objects.bulk_create(
            Frame(year=new, code=child.code, name=child.name, parent=made)
            for child in top.children.all()
        )
        record_made(children)
