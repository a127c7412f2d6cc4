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
from performance.library.queries import categories_of, nearest_year
from performance.people.models import Unit
from performance.people.queries import proposed_parent
from performance.quality.finding import cell_of
from performance.sheets.convert import Incoming
from performance.sheets.missing import Wanted, can_be_entered, missing_entries
from performance.sheets.plan import Creation

_UNIT_NAME_LENGTH = 200


@dataclass(frozen=True)
class Surroundings:
    """`units` is by the goal's index in the file, `backgrounds` by year, a planned one included;
    `goals` is by (year, unit id, project), `sheets` what those say now, by goal id.
    """

    units: Mapping[int, Unit]
    backgrounds: Mapping[int, Background]
    goals: Mapping[tuple[int, int, str], Goal]
    sheets: Mapping[int, Sheet]
    wanted: Sequence[Wanted]
    new_units: frozenset[str]


def surroundings_of(goals: Sequence[Incoming], *, create: bool) -> Surroundings:
    """With `create`, what is missing is planned for and taken as if it were there."""
    units, new_units = _units(goals, create)
    years, new_years, backgrounds, entries = _years(goals, create)
    existing = _existing(years, units)
    return Surroundings(
        units=units,
        backgrounds=backgrounds,
        goals=existing,
        sheets=newest_sheets([goal.pk for goal in existing.values()]),
        wanted=[*new_years, *new_units, *entries],
        new_units=frozenset(wanted.creation.code for wanted in new_units),
    )


def _units(goals: Sequence[Incoming], create: bool) -> tuple[dict[int, Unit], list[Wanted]]:
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
        if written.code in by_code:
            found[index] = by_code[written.code]
        elif len(named) == 1:
            found[index] = named[0]
        elif create and _can_be_unit(written) and written.code not in new:
            parent = proposed_parent(written.code, everything)
            creation = Creation(
                "unit", 0, written.code, written.name, parent.code if parent else ""
            )
            new[written.code] = _first(creation, goal, index, "unit")
    return found, list(new.values())


def _can_be_unit(written: Coded) -> bool:
    return can_be_entered(written) and len(written.name) <= _UNIT_NAME_LENGTH


def _years(
    goals: Sequence[Incoming], create: bool
) -> tuple[dict[int, Year], list[Wanted], dict[int, Background], list[Wanted]]:
    """Known years, years to create, each year's background, entries to create."""
    by_year: dict[int, list[tuple[int, Sheet]]] = defaultdict(list)
    for index, goal in enumerate(goals):
        by_year[goal.sheet.year].append((index, goal.sheet))
    years = {year.year: year for year in Year.objects.filter(year__in=by_year)}
    backgrounds: dict[int, Background] = {}
    new_years: list[Wanted] = []
    wanted: list[Wanted] = []
    for number, sheets in by_year.items():
        source = years.get(number)
        if source is None and not (create and number):
            continue
        if source is None:
            source = nearest_year(number)
            index = sheets[0][0]
            new_years.append(_first(Creation("year", number, "", ""), goals[index], index, "year"))
        known, categories = _known(source, number in years)
        if create:
            asked, known = missing_entries(sheets, known, categories)
            wanted += asked
        backgrounds[number] = known
    return years, new_years, backgrounds, wanted


def _known(source: Year | None, is_itself: bool) -> tuple[Background, list[str]]:
    """A year's background; a year that is only planned starts from another, without indicators."""
    if source is None:
        return Background(), []
    known = background(source)
    return (known if is_itself else replace(known, indicators={})), list(categories_of(source))


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
