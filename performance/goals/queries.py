"""Reading goals: the only way to ask which of them a person may see."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.db.models import F, Max, QuerySet
from django.utils import timezone

from performance.goals.background import Background, codes_in
from performance.goals.models import Goal, Revision
from performance.goals.sheet import Sheet, from_json
from performance.library.levels import Level
from performance.library.models import Year
from performance.library.queries import library_of, rule_levels_of
from performance.library.windows import window_problem
from performance.people.models import User
from performance.people.queries import holds, holds_in, unit_ids
from performance.people.roles import Right

# SQLite takes some ten thousand parameters in a query; this many ids at a time is safe everywhere.
_BATCH = 2_000


def visible_to(user: User) -> QuerySet[Goal]:
    return in_units(user, Right.SEE_GOALS)


def in_units(user: User, right: Right) -> QuerySet[Goal]:
    """Goals of the units in which a person has a right."""
    ids = unit_ids(user, right)
    return Goal.objects.all() if ids is None else Goal.objects.filter(unit__in=ids)


def may(user: User, right: Right, goal: Goal) -> bool:
    return holds_in(user, right, goal.unit_id)


def closed(year: Year, user: User, unit_id: int | None) -> str:
    """Why this person may fill in nothing of the year now, as a sentence, or ""."""
    problem = window_problem(year.year, year.opens_at, year.closes_at, timezone.now())
    return "" if not problem or is_exempt(user, unit_id) else problem


def is_exempt(user: User, unit_id: int | None) -> bool:
    """Whether no window binds a person, in a unit or, while none is chosen, anywhere."""
    right = Right.WRITE_ANY_TIME
    return holds(user, right) if unit_id is None else holds_in(user, right, unit_id)


def background(year: Year, sheet: Sheet | None = None) -> Background:
    """What rules know of a year: two queries; with `sheet`, only of the indicators in it."""
    library = library_of(year, None if sheet is None else codes_in(sheet.lines))
    levels = {rule: Level(level) for rule, level in rule_levels_of(year).items()}
    return Background(
        frame=library.frame,
        indicators=library.indicators,
        categories=library.categories,
        level2_pattern=year.level2_pattern,
        level3_pattern=year.level3_pattern,
        category_required=year.category_required,
        overall_goal_required=year.overall_goal_required,
        levels=levels,
    )


def newest_sheets(goal_ids: Sequence[int]) -> dict[int, Sheet]:
    """The newest sealed sheet of each goal, line keys included."""
    sheets: dict[int, Sheet] = {}
    for start in range(0, len(goal_ids), _BATCH):
        rows = Revision.objects.filter(
            goal__in=goal_ids[start : start + _BATCH], number=F("goal__revision_number")
        ).order_by()
        sheets |= {pk: from_json(text) for pk, text in rows.values_list("goal_id", "content")}
    return sheets


def sheets_at(numbers: Mapping[int, int]) -> dict[int, Sheet]:
    """What goals said at a revision, by goal id; one that never was is left out."""
    found: dict[int, Sheet] = {}
    ids = sorted(numbers)
    for start in range(0, len(ids), _BATCH):
        part = ids[start : start + _BATCH]
        rows = Revision.objects.filter(goal__in=part, number__in={numbers[pk] for pk in part})
        for goal, number, content in rows.order_by().values_list("goal_id", "number", "content"):
            if numbers[goal] == number:
                found[goal] = from_json(content)
    return found


def with_content(goals: QuerySet[Goal]) -> QuerySet[Goal]:
    """Goals with all that is filed or printed of them: as many queries for one as for many."""
    rows = goals.select_related("year", "listing", "approved_revision")
    return rows.prefetch_related("lines")


def sheets_to_file(goals: QuerySet[Goal]) -> Iterator[tuple[Goal, Sheet]]:
    """Each goal with what is filed of it: the approved revision, else its rows as they stand."""
    return filed(with_content(goals))


def filed(goals: Iterable[Goal]) -> Iterator[tuple[Goal, Sheet]]:
    """Of goals read `with_content`. An adjustment counts from its approval on."""
    for goal in goals:
        approved = goal.approved_revision
        yield goal, from_json(approved.content) if approved else goal.sheet()


def last_position(year: Year) -> int:
    return Goal.objects.filter(year=year).aggregate(last=Max("position"))["last"] or 0


def authors_of(goal: Goal) -> set[int]:
    """Ids of everyone who wrote a revision of the goal, by typing or by a file."""
    return set(goal.revisions.order_by().values_list("by", flat=True))
