"""A year's library as plain dictionaries, loaded once and asked many times."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from performance.library.models import Category, Frame, Indicator, RuleLevel, Year


@dataclass(frozen=True)
class Entry:
    """A coded entry of the library; `parent` is the code above it, "" at the top."""

    pk: int
    code: str
    name: str
    parent: str = ""


@dataclass(frozen=True)
class Library:
    """All entries of one year by code."""

    frame: Mapping[str, Entry]
    categories: Mapping[str, Entry]
    indicators: Mapping[str, Entry]


def library_of(year: Year) -> Library:
    """Three queries, whatever the size."""
    fields = ("pk", "code", "name")
    return Library(
        frame=_by_code(Frame.objects.filter(year=year).values_list(*fields, "parent__code")),
        categories=_by_code(Category.objects.filter(year=year).values_list(*fields)),
        indicators=_by_code(
            Indicator.objects.filter(year=year).values_list(*fields, "parent__code")
        ),
    )


def rule_levels_of(year: Year) -> dict[str, str]:
    return dict(RuleLevel.objects.filter(year=year).values_list("rule", "level"))


def indicators_like(year: Year, text: str) -> QuerySet[Indicator]:
    """Indicators whose code begins with the text, or whose name holds all of its words."""
    words = Q()
    for word in text.split():
        words &= Q(name__icontains=word) | Q(code__startswith=word)
    return Indicator.objects.filter(words, year=year).select_related("parent__parent")


def nearest_year(year: int) -> Year | None:
    """The year whose frame and settings a new year starts from; the earlier of two equals."""
    years = sorted(Year.objects.all(), key=lambda y: (abs(y.year - year), y.year))
    return years[0] if years else None


def _by_code(rows: QuerySet) -> dict[str, Entry]:
    return {row[1]: Entry(*row[:3], *(cell or "" for cell in row[3:])) for row in rows.order_by()}
