"""When goals may be filled in, as the pages tell it."""

from dataclasses import dataclass

from django.utils import timezone

from performance.goals.models import Goal
from performance.goals.queries import closed, is_exempt
from performance.library.models import Year
from performance.library.queries import years_with_dates_ahead
from performance.library.windows import window_told
from performance.people.models import User


@dataclass(frozen=True)
class Window:
    """A year's window before one person; `problem` is why nothing can be saved now, or ""."""

    told: str
    problem: str = ""


def window_of(user: User, year: Year, goal: Goal | None) -> Window:
    """For a new goal, whose unit is not chosen yet, it is what binds the person anywhere."""
    if goal and goal.is_adjustment:
        return Window("绩效目标调整不受填报时间的限制。")
    unit_id = goal.unit_id if goal else None
    exempt = is_exempt(user, unit_id)
    told = window_told(year.opens_at, year.closes_at, timezone.now(), exempt)
    return Window(told, closed(year, user, unit_id))


def dates_ahead() -> list[tuple[Year, str]]:
    """What opens or closes next, the soonest first."""
    now = timezone.now()
    years = years_with_dates_ahead(now)
    return [(year, window_told(year.opens_at, year.closes_at, now)) for year in years]
