"""Which indicators to offer first: what this unit used last year, what this category uses most."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from performance.goals.sheet import Coded
from performance.goals.usage import Usage, counts, last_values
from performance.library.models import Year
from performance.library.search import EXACT, marks, matching, words_of

OFFERED = 20
_VALUE = 60
_UNKNOWN = Coded()
_NEVER: Usage[Any] = Usage({}, {})
_COLUMNS = (
    *("pk", "code", "name", "closeness", "elsewhere", "parent__code", "parent__name"),
    *("parent__parent__code", "parent__parent__name"),
)


@dataclass(frozen=True)
class Question:
    """What was typed, and for what; `unit_id` only of a unit whose goals the asker may see."""

    year: Year
    text: str = ""
    unit_id: int | None = None
    category: Coded = _UNKNOWN
    level2: Coded = _UNKNOWN


@dataclass(frozen=True)
class Suggestion:
    """An indicator, why it stands where it stands, and which parts of it were asked for."""

    indicator: Coded
    level1: Coded
    level2: Coded
    reasons: tuple[str, ...]
    last_value: str
    marks: list[tuple[int, int]]


@dataclass(frozen=True)
class _Found:
    """A row of the library with what is known of its use; None: not used."""

    pk: int
    indicator: Coded
    closeness: int
    elsewhere: int
    level2: Coded
    level1: Coded
    last_value: str | None
    number: int

    @property
    def rank(self) -> tuple[Any, ...]:
        return (
            self.closeness != EXACT,
            self.elsewhere,
            self.last_value is None,
            -self.number,
            self.closeness,
            self.indicator.code,
            self.pk,
        )


def suggestions(question: Question) -> list[Suggestion]:
    """The first ones that answer; without a text, what is most likely wanted next."""
    last = last_values(question.unit_id, question.year) if question.unit_id else _NEVER
    often = counts(question.category, question.year) if question.category else _NEVER
    rows = matching(question.year, question.text).annotate(elsewhere=_elsewhere(question.level2))
    found = {row.pk: row for row in _found(_candidates(rows, last, often), last, often)}
    words = words_of(question.text)
    first = sorted(found.values(), key=lambda row: row.rank)[:OFFERED]
    return [_suggestion(row, words) for row in first]


def _candidates(rows: QuerySet, last: Usage[str], often: Usage[int]) -> Iterator[tuple[Any, ...]]:
    """All that were used and the best of the rest: nobody else can be among the first."""
    codes = {*last.by_code, *often.by_code}
    names = {*last.names, *often.names}
    values = rows.values_list(*_COLUMNS)
    if codes or names:
        yield from values.filter(Q(code__in=codes) | Q(name__in=names))
    exact = Case(When(closeness=EXACT, then=0), default=1)
    yield from values.order_by(exact, "elsewhere", "closeness", "code", "pk")[:OFFERED]


def _elsewhere(level2: Coded) -> Case | Value:
    """0 for indicators of the level 2 that the row is known to have, 1 for others."""
    if not level2:
        return Value(0, IntegerField())
    place = Q(parent__code=level2.code) if level2.code else Q(parent__name=level2.name)
    return Case(When(place, then=0), default=1, output_field=IntegerField())


def _found(
    rows: Iterable[tuple[Any, ...]], last: Usage[str], often: Usage[int]
) -> Iterator[_Found]:
    rows = list(rows)
    present = frozenset(code for _, code, *_ in rows if code)
    for pk, code, name, closeness, elsewhere, code2, name2, code1, name1 in rows:
        yield _Found(
            pk,
            Coded(code, name),
            closeness,
            elsewhere,
            Coded(code2, name2),
            Coded(code1 or "", name1 or ""),
            last.of(code, name, present),
            often.of(code, name, present) or 0,
        )


def _suggestion(row: _Found, words: list[str]) -> Suggestion:
    reasons = []
    if row.last_value is not None:
        reasons.append("上年用过")
    if row.number:
        reasons.append(f"本类别{'常用' if row.number > 1 else '用过'} {row.number} 次")
    return Suggestion(
        indicator=row.indicator,
        level1=row.level1,
        level2=row.level2,
        reasons=tuple(reasons),
        last_value=(row.last_value or "")[:_VALUE],
        marks=marks(row.indicator.code, row.indicator.name, words),
    )
