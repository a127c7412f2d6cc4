"""What the portal has of everything that a reading names: units, years, library, goals.

Read once for a file; the number of queries does not grow with it, but for batches.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from performance.goals.background import Background
from performance.goals.models import Goal, State
from performance.goals.queries import background, newest_sheets
from performance.goals.sheet import Coded, Sheet
from performance.library.models import Year
from performance.library.queries import nearest_year
from performance.people.models import Unit
from performance.people.queries import proposed_parent
from performance.quality.finding import cell_of
from performance.sheets.convert import Incoming
from performance.sheets.missing import Wanted, can_be_entered
from performance.sheets.plan import Creation

_UNIT_NAME_LENGTH = 200


@dataclass(frozen=True)
class Surroundings:
    """`units` is by the goal's index in the file; `backgrounds` by year, a planned one included.

    `goals` is by (year, unit id, project), `sheets` what those say now, by goal id; `new_years`
    and `new_units` (by code) are what would be created.
    """

    units: Mapping[int, Unit]
    new_units: Mapping[str, Wanted]
    new_years: Mapping[int, Wanted]
    backgrounds: Mapping[int, Background]
    goals: Mapping[tuple[int, int, str], Goal]
    sheets: Mapping[int, Sheet]


def surroundings_of(goals: Sequence[Incoming], *, create: bool) -> Surroundings:
    """With `create`, units and years that are missing are planned for."""
    units, new_units = _units(goals, create)
    years = {year.year: year for year in Year.objects.filter(year__in=_numbers(goals))}
    new_years = _new_years(goals, years) if create else {}
    existing = _existing(years, units)
    return Surroundings(
        units=units,
        new_units=new_units,
        new_years=new_years,
        backgrounds=_backgrounds(years, new_years),
        goals=existing,
        sheets=newest_sheets([goal.pk for goal in existing.values()]),
    )


def _numbers(goals: Sequence[Incoming]) -> set[int]:
    return {goal.sheet.year for goal in goals}


def _units(goals: Sequence[Incoming], create: bool) -> tuple[dict[int, Unit], dict[str, Wanted]]:
    """The unit of each goal by its index, and those that would be created."""
    everything = list(Unit.objects.all())
    by_code = {unit.code: unit for unit in everything}
    by_name: dict[str, list[Unit]] = defaultdict(list)
    for unit in everything:
        by_name[unit.name].append(unit)
    found: dict[int, Unit] = {}
    new: dict[str, Wanted] = {}
    for index, goal in enumerate(goals):
        written = goal.sheet.unit
        named = by_name[written.name] if not written.code else []
        known = by_code.get(written.code) or (named[0] if len(named) == 1 else None)
        if known:
            found[index] = known
        elif create and _can_be_unit(written) and written.code not in new:
            new[written.code] = _first(_new_unit(written, everything), goal, index, "unit")
    return found, new


def _new_unit(written: Coded, everything: Sequence[Unit]) -> Creation:
    parent = proposed_parent(written.code, everything)
    return Creation("unit", 0, written.code, written.name, parent.code if parent else "")


def _can_be_unit(written: Coded) -> bool:
    return can_be_entered(written) and len(written.name) <= _UNIT_NAME_LENGTH


def _new_years(goals: Sequence[Incoming], years: Mapping[int, Year]) -> dict[int, Wanted]:
    new: dict[int, Wanted] = {}
    for index, goal in enumerate(goals):
        number = goal.sheet.year
        if number and number not in years and number not in new:
            new[number] = _first(Creation("year", number, "", ""), goal, index, "year")
    return new


def _backgrounds(
    years: Mapping[int, Year], new_years: Mapping[int, Wanted]
) -> dict[int, Background]:
    """A year that is only planned starts from the nearest one, without its indicators."""
    known = {number: background(year) for number, year in years.items()}
    for number in new_years:
        source = nearest_year(number)
        known[number] = replace(background(source), indicators={}) if source else Background()
    return known


def _existing(
    years: Mapping[int, Year], units: Mapping[int, Unit]
) -> dict[tuple[int, int, str], Goal]:
    rows = (
        Goal.objects.filter(year__in=years.values(), unit__in={u.pk for u in units.values()})
        .exclude(state=State.VOID)
        .select_related("year")
    )
    return {(goal.year.year, goal.unit_id, goal.project): goal for goal in rows}


def _first(creation: Creation, goal: Incoming, index: int, field: str) -> Wanted:
    worksheet = goal.sheet.ref.sheet if goal.sheet.ref else None
    return Wanted(creation, index, worksheet, cell_of(goal.sheet, None, field))
