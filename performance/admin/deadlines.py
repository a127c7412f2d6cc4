"""When goals may be filled in, as the pages tell it."""

from dataclasses import dataclass

from django.utils import timezone

from performance.goals.models import Goal
from performance.goals.queries import closed
from performance.library.models import Year
from performance.library.queries import years_with_dates_ahead
from performance.library.windows import window_problem, window_told
from performance.people.models import User
from performance.people.queries import holds, holds_in
from performance.people.roles import Right


@dataclass(frozen=True)
class Window:
    """A year's window before one person; `problem` is why nothing can be saved now, or ""."""

    told: str
    problem: str = ""


def window_of(user: User, year: Year, goal: Goal | None) -> Window:
    """For a new goal, whose unit is not chosen yet, it is what binds the person anywhere."""
    now = timezone.now()
    if goal:
        exempt = holds_in(user, Right.WRITE_ANY_TIME, goal.unit_id)
        problem = closed(year, user, goal.unit_id)
    else:
        exempt = holds(user, Right.WRITE_ANY_TIME)
        problem = "" if exempt else window_problem(year.year, year.opens_at, year.closes_at, now)
    return Window(window_told(year.opens_at, year.closes_at, now, exempt), problem)


def dates_ahead() -> list[tuple[Year, str]]:
    """What opens or closes next, the soonest first."""
    now = timezone.now()
    years = years_with_dates_ahead(now)
    return [(year, window_told(year.opens_at, year.closes_at, now)) for year in years]
