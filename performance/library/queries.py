"""A year's library as plain dictionaries, loaded once and asked many times."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import BigIntegerField, F, Q, QuerySet, Value
from django.db.models.functions import Cast

from performance.library.lookup import NAME_LENGTH, Entries, Entry, Library
from performance.library.models import Category, Frame, Indicator, RuleLevel, Year
from performance.library.review_form import RemarkKind, ReviewGrade, ReviewPoint, ReviewStep

_Row = tuple[int, str, str, int | None]
"""Id, code, name, and the id of the entry above."""


def library_of(year: Year, codes: Collection[str] | None = None) -> Library:
    """One query, whatever the size.

    With `codes`, only those indicators are loaded, and those that have none.
    """
    indicators = Indicator.objects.filter(year=year)
    if codes is not None:
        indicators = indicators.filter(Q(code__in=codes) | Q(code=""))
    rows = _rows(Frame.objects.filter(year=year), "frame", F("parent_id")).union(
        _rows(Category.objects.filter(year=year), "categories", Value(0)),
        _rows(indicators, "indicators", F("parent_id")),
        all=True,
    )
    found: dict[str, list[_Row]] = {"frame": [], "categories": [], "indicators": []}
    for kind, *row in rows:
        found[kind].append(tuple(row))
    frame = _frame(found["frame"])
    keys: dict[int | None, str] = {entry.pk: entry.key for entry in frame}
    return Library(
        Entries(frame),
        Entries(Entry(code, name, pk=pk) for pk, code, name, _ in found["categories"]),
        Entries(
            Entry(code, name, keys[above], pk) for pk, code, name, above in found["indicators"]
        ),
    )


def _rows(entries: QuerySet, kind: str, parent: F | Value) -> QuerySet:
    rows = entries.order_by().annotate(kind=Value(kind), above=Cast(parent, BigIntegerField()))
    return rows.values_list("kind", "pk", "code", "name", "above")


def _frame(rows: Iterable[_Row]) -> list[Entry]:
    """Level 1 before level 2: an entry without code is known by what stands above it."""
    keys: dict[int | None, str] = {None: ""}
    made: list[Entry] = []
    for pk, code, name, above in sorted(rows, key=lambda row: row[3] is not None):
        entry = Entry(code, name, keys[above], pk)
        keys[pk] = entry.key
        made.append(entry)
    return made


def frame_ids(years: Iterable[Year]) -> dict[tuple[int, str], int]:
    """Levels 1 and 2 by (year, key). One query."""
    rows: dict[int, list[_Row]] = defaultdict(list)
    found = Frame.objects.filter(year__in=years).order_by()
    for year, pk, code, name, above in found.values_list(
        "year__year", "pk", "code", "name", "parent_id"
    ):
        rows[year].append((pk, code, name, above))
    return {(year, entry.key): entry.pk for year in rows for entry in _frame(rows[year])}


def rule_levels_of(year: Year) -> dict[str, str]:
    return dict(RuleLevel.objects.filter(year=year).values_list("rule", "level"))


def steps_of(year_id: int) -> list[ReviewStep]:
    """The reviews a goal of the year passes, in order; a year that names none has one."""
    rows = list(ReviewStep.objects.filter(year=year_id).order_by("number"))
    return rows or [ReviewStep(year_id=year_id, number=1, name="审核", role="reviewer")]


def points_of(year_id: int) -> list[ReviewPoint]:
    return list(ReviewPoint.objects.filter(year=year_id).order_by("number"))


def grades_of(year_id: int) -> list[ReviewGrade]:
    """The best one first."""
    return list(ReviewGrade.objects.filter(year=year_id).order_by("number"))


def kinds_of(year_id: int) -> list[str]:
    rows = RemarkKind.objects.filter(year=year_id).order_by("number")
    return list(rows.values_list("name", flat=True))


def newest_contact() -> str:
    """Whom to ask: what the newest year says that says anything."""
    return contacts().first() or ""


def contacts() -> QuerySet[Year, str]:
    """Of the years that have one, the newest first."""
    years = Year.objects.exclude(contact="").order_by("-year")
    return years.values_list("contact", flat=True)


def years_with_dates_ahead(now: datetime) -> list[Year]:
    """Years that open or close in the future, the soonest date first."""
    ahead = Year.objects.filter(Q(closes_at__gt=now) | Q(opens_at__gt=now))
    dates = {
        year: [at for at in (year.opens_at, year.closes_at) if at and at > now] for year in ahead
    }
    return sorted(dates, key=lambda year: min(dates[year]))


def nearest_year(year: int) -> Year | None:
    """The year whose frame and settings a new year starts from; the earlier of two equals."""
    years = sorted(Year.objects.all(), key=lambda y: (abs(y.year - year), y.year))
    return years[0] if years else None


def name_problem(code: str, name: str) -> str:
    """Why an entry cannot be known by its name alone, as a sentence, or ""."""
    if code or len(name) <= NAME_LENGTH:
        return ""
    return f"没有编码的按名称识别，名称最多{NAME_LENGTH}个字，请缩短名称或填写编码。"


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
