"""Which goals stand in one table when they are written: one table per year and listing."""

from collections.abc import Iterable

from performance.goals.models import Goal
from performance.goals.sheet import Sheet
from performance.sheets.layouts.listing import LISTING


def tables_of(goals: Iterable[tuple[Goal, Sheet]]) -> list[tuple[str, list[Sheet]]]:
    """(title, sheets) in the order of the goals.

    Goals that were typed have no listing: they join the year's only one, if there is only one.
    """
    pairs = list(goals)
    titles: dict[int, set[str]] = {}
    for goal, _ in pairs:
        titles.setdefault(goal.year_id, set()).update({goal.listing.title} if goal.listing else ())
    tables: dict[tuple[int, str], list[Sheet]] = {}
    for goal, sheet in pairs:
        only = titles[goal.year_id]
        default = next(iter(only)) if len(only) == 1 else _default(goal)
        title = goal.listing.title if goal.listing else default
        tables.setdefault((goal.year_id, title), []).append(sheet)
    return [(title, sheets) for (_, title), sheets in tables.items()]


def _default(goal: Goal) -> str:
    return LISTING.default_title.format(year=goal.year.year)
