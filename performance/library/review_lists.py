"""All that a page of review needs to know of a year's way of reviewing: one query."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, QuerySet, TextField, Value
from django.db.models.functions import Cast

from performance.library.review_form import RemarkKind, ReviewGrade, ReviewPoint, ReviewStep

_Row = tuple[str, int, int, str, str, str]
"""Table, id, number, name, and what else its table says: two texts."""


@dataclass(frozen=True)
class ReviewLists:
    """Each in its order; no `steps` stands for the one that every year has."""

    steps: tuple[ReviewStep, ...]
    points: tuple[ReviewPoint, ...]
    grades: tuple[ReviewGrade, ...]
    kinds: tuple[str, ...]


def review_lists_of(year_id: int) -> ReviewLists:
    first, *rest = (
        _rows(ReviewStep, year_id, F("role"), Value("")),
        _rows(ReviewPoint, year_id, F("dimension"), F("question")),
        _rows(ReviewGrade, year_id, F("verdict"), Value("")),
        _rows(RemarkKind, year_id, Value(""), Value("")),
    )
    found: dict[str, list[_Row]] = {}
    for row in first.union(*rest, all=True):
        found.setdefault(row[0], []).append(row)
    return ReviewLists(
        steps=tuple(_made(ReviewStep, year_id, found, "role")),
        points=tuple(_made(ReviewPoint, year_id, found, "dimension", "question")),
        grades=tuple(_made(ReviewGrade, year_id, found, "verdict")),
        kinds=tuple(kind.name for kind in _made(RemarkKind, year_id, found)),
    )


def _rows(table: Any, year_id: int, more: F | Value, most: F | Value) -> QuerySet:
    rows = table.objects.filter(year=year_id).order_by()
    rows = rows.annotate(
        table=Value(table.__name__, CharField()),
        more=Cast(more, CharField()),
        most=Cast(most, TextField()),
    )
    return rows.values_list("table", "pk", "number", "name", "more", "most")


def _made(table: Any, year_id: int, found: dict[str, list[_Row]], *fields: str) -> Iterable[Any]:
    for _, pk, number, name, *said in sorted(found.get(table.__name__, ()), key=_number):
        more = dict(zip(fields, said, strict=False))  # a table uses as many as it has
        yield table(pk=pk, year_id=year_id, number=number, name=name, **more)


def _number(row: _Row) -> int:
    return row[2]
