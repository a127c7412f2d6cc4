"""Changes of a year's library that are more than one row."""

from django.db import transaction

from performance.library.models import Category, Frame, RuleLevel, Year
from performance.library.queries import nearest_year

_SETTINGS = (
    "level2_pattern",
    "level3_pattern",
    "category_required",
    "overall_goal_required",
    "contact",
)


@transaction.atomic
def open_year(year: int) -> Year:
    """Make a year; frame, categories, code patterns and settings are those of the nearest one.

    Indicators are not copied: a bureau issues them anew each year, and sets the year's own window.
    """
    source = nearest_year(year)
    new = Year(year=year)
    if source is None:
        new.save()
        return new
    for name in _SETTINGS:
        setattr(new, name, getattr(source, name))
    new.save()
    _copy_frame(source, new)
    Category.objects.bulk_create(
        Category(year=new, code=c.code, name=c.name) for c in Category.objects.filter(year=source)
    )
    RuleLevel.objects.bulk_create(
        RuleLevel(year=new, rule=r.rule, level=r.level)
        for r in RuleLevel.objects.filter(year=source)
    )
    return new


def _copy_frame(source: Year, new: Year) -> None:
    for top in Frame.objects.filter(year=source, parent=None):
        made = Frame.objects.create(year=new, code=top.code, name=top.name)
        Frame.objects.bulk_create(
            Frame(year=new, code=child.code, name=child.name, parent=made)
            for child in top.children.all()
        )
