"""Which indicators goals use: a unit's of its year before, a category's of this year and last."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.core.cache import cache
from django.db.models import Case, Count, Max, Q, QuerySet, TextField, Value, When

from performance.goals.models import Goal, GoalLine, State
from performance.goals.sheet import Coded, from_json
from performance.library.models import Year
from performance.library.plain import plain

# More of them change no order that anybody sees, and SQLite counts parameters.
_LINES, _MOST = 2_000, 500
_KEPT = 60  # seconds

_AS_APPROVED = (State.APPROVED, State.ISSUED, State.FILED)
# Goals of which an adjustment is under way, and their lines: what holds is the approved revision.
_OF_ADJUSTED = Q(issued_revision__isnull=False) & ~Q(state__in=_AS_APPROVED)
_ADJUSTED = Q(goal__issued_revision__isnull=False) & ~Q(goal__state__in=_AS_APPROVED)

Said = TypeVar("Said")


@dataclass(frozen=True)
class Usage(Generic[Said]):
    """What is known of used indicators, by code and by name: years may number them anew."""

    by_code: Mapping[str, Said]
    by_name: Mapping[str, tuple[str, Said]]
    """With the code that each name stood at."""
    names: frozenset[str] = frozenset()
    """As they were written, to look them up."""

    def of(self, code: str, name: str, present: frozenset[str]) -> Said | None:
        """By code, else by plain name if the code it was used with is not `present` any more."""
        if code and code in self.by_code:
            return self.by_code[code]
        used, said = self.by_name.get(plain(name), ("", None))
        return None if used in present else said


def last_values(unit_id: int, year: Year) -> Usage[str]:
    """The indicators of the unit's nearest earlier year, with the annual value each had."""
    goals = Goal.objects.filter(unit=unit_id).exclude(state=State.VOID).order_by("-year__year")
    earlier = goals.filter(year__year__lt=year.year).values("year")[:1]
    lines = _lines().filter(goal__unit=unit_id, goal__year=earlier).order_by("goal_id", "position")
    lines = lines.exclude(_ADJUSTED)
    adjusted = goals.filter(_OF_ADJUSTED, year=earlier).select_related("approved_revision")
    rows = lines.values_list("level3_code", "level3_name", "annual_value")[:_LINES]
    return _usage([*rows, *_approved_rows(adjusted)])


def _approved_rows(goals: QuerySet[Goal]) -> Iterator[tuple[str, str, str]]:
    """What holds of goals of which an adjustment is under way."""
    for goal in goals:
        content = goal.approved_revision.content if goal.approved_revision else ""
        for line in from_json(content).lines if content else ():
            yield line.level3.code, line.level3.name, line.annual_value


def counts(category: Coded, year: Year) -> Usage[int]:
    """How many lines of the category's goals use an indicator, as of a minute ago.

    It is asked with every key that is typed, and reads all lines of the category.
    """
    digest = hashlib.sha256(category.text.encode()).hexdigest()
    key = f"usage-{year.year}-{digest}"
    kept: Usage[int] | None = cache.get(key)
    if kept is None:
        kept = _counts(category, year)
        cache.set(key, kept, _KEPT)
    return kept


def _counts(category: Coded, year: Year) -> Usage[int]:
    years = (year.year - 1, year.year)
    lines = _lines().filter(goal__year__year__in=years, goal__category_code=category.code)
    if not category.code:
        lines = lines.filter(goal__category_name=category.name)
    # One name for each code is enough, and half the work; without codes it is all there is.
    bare = Case(
        When(level3_code="", then="level3_name"), default=Value(""), output_field=TextField()
    )
    rows = lines.order_by().annotate(bare=bare).values("level3_code", "bare")
    rows = rows.annotate(named=Max("level3_name"), number=Count("pk")).order_by("-number")
    return _usage(rows.values_list("level3_code", "named", "number")[:_MOST])


def _lines() -> QuerySet[GoalLine]:
    return GoalLine.objects.exclude(goal__state=State.VOID)


def _usage(rows: Iterable[tuple[str, str, Said]]) -> Usage[Said]:
    """Of several rows of one indicator the first counts."""
    by_code: dict[str, Said] = {}
    by_name: dict[str, tuple[str, Said]] = {}
    names = set()
    for code, name, said in rows:
        if code:
            by_code.setdefault(code, said)
        if name:
            by_name.setdefault(plain(name), (code, said))
            names.add(name)
    return Usage(by_code, by_name, frozenset(names))
