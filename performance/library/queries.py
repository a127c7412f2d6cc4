"""A year's library as plain dictionaries, loaded once and asked many times."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast

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
    """The entries of one year by code."""

    frame: Mapping[str, Entry]
    categories: Mapping[str, Entry]
    indicators: Mapping[str, Entry]


def library_of(year: Year, codes: Collection[str] | None = None) -> Library:
    """One query, whatever the size; with `codes`, only those indicators are loaded."""
    indicators = Indicator.objects.filter(year=year)
    if codes is not None:
        indicators = indicators.filter(code__in=codes)
    rows = _rows(Frame.objects.filter(year=year), "frame", F("parent__code")).union(
        _rows(Category.objects.filter(year=year), "categories", Value("")),
        _rows(indicators, "indicators", F("parent__code")),
        all=True,
    )
    found: dict[str, dict[str, Entry]] = {"frame": {}, "categories": {}, "indicators": {}}
    for kind, pk, code, name, parent in rows:
        found[kind][code] = Entry(pk, code, name, parent or "")
    return Library(**found)


def _rows(entries: QuerySet, kind: str, parent: F | Value) -> QuerySet:
    rows = entries.order_by().annotate(kind=Value(kind), above=Cast(parent, CharField()))
    return rows.values_list("kind", "pk", "code", "name", "above")


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


def parent_problem(entry: Frame | Indicator, parent: Frame | None) -> str:
    """Why an entry cannot stand under this parent, as a sentence, or ""."""
    if isinstance(entry, Frame):
        return _children_problem(entry, parent) or _level1_problem(entry, parent)
    if parent is None:
        return "没有填写二级指标。"
    if parent.parent_id is None:
        return f"“{parent}”是一级指标，三级指标要归入二级指标，请另选一个。"
    return _year_problem(entry, parent)


def _children_problem(entry: Frame, parent: Frame | None) -> str:
    """A row with something below it keeps its level."""
    if entry.pk is None:
        return ""
    if parent is not None and entry.children.exists():
        return "它下面还有二级指标，不能改为二级指标；一级指标本身不填此项。"
    if parent is None and Indicator.objects.filter(parent=entry).exists():
        return "它下面还有三级指标，不能改为一级指标，请保留所属的一级指标。"
    return ""


def _level1_problem(entry: Frame, parent: Frame | None) -> str:
    if parent is None:
        return ""
    if parent.parent_id is not None or parent.pk == entry.pk:
        return f"“{parent}”不是一级指标，二级指标要归入一级指标，请另选一个。"
    return _year_problem(entry, parent)


def _year_problem(entry: Frame | Indicator, parent: Frame) -> str:
    if parent.year_id == entry.year_id:
        return ""
    return f"“{parent}”是{parent.year}的指标，请选择{entry.year}的。"
