"""What the portal has of everything that a reading names: units, years, library, goals.

Read once for a file; the number of queries does not grow with it, but for batches.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from performance.goals.background import Background
from performance.goals.models import Goal, State
from performance.goals.queries import background, newest_sheets, sheets_at
from performance.goals.sheet import Coded, Sheet
from performance.library.lookup import Entries, Entry, key_of
from performance.library.models import Year
from performance.library.queries import nearest_year
from performance.people.models import Unit
from performance.people.queries import proposed_parent
from performance.quality.finding import cell_of, worksheet_of
from performance.sheets.convert import Incoming
from performance.sheets.missing import Wanted, can_be_entered
from performance.sheets.plan import Creation

_UNIT_NAME_LENGTH = 200


@dataclass(frozen=True)
class Surroundings:
    """`units` is by the goal's index in the file; `backgrounds` by year, a planned one included.

    `goals` is by (year, unit id, project), `sheets` what those say now, by goal id; `bases` what
    those said that changed since the file was first compared with them; `new_years`
    and `new_units` (by unit_key) are what would be created. `doubtful`: goals by their index whose
    unit is written by a name that several units have.
    """

    units: Mapping[int, Unit]
    doubtful: Set[int]
    new_units: Mapping[str, Wanted]
    new_years: Mapping[int, Wanted]
    backgrounds: Mapping[int, Background]
    goals: Mapping[tuple[int, int, str], Goal]
    sheets: Mapping[int, Sheet]
    bases: Mapping[int, Sheet]


def surroundings_of(
    goals: Sequence[Incoming],
    *,
    create: bool,
    writable: Collection[int] | None = None,
    compared: Mapping[int, int] | None = None,
) -> Surroundings:
    """With `create`, units and years that are missing are planned for.

    `compared`: the revision that a goal had, by its id, when the file was first compared with it.

    Of several units with one name the only one in `writable` is meant (None: all are writable).
    """
    known = list(Unit.objects.all())
    units, doubtful = _units(goals, known, writable)
    new_units = _new_units(goals, known, {*units, *doubtful}) if create else {}
    years = {year.year: year for year in Year.objects.filter(year__in=_numbers(goals))}
    new_years = _new_years(goals, years) if create else {}
    existing = _existing(years, units)
    return Surroundings(
        units=units,
        doubtful=doubtful,
        new_units=new_units,
        new_years=new_years,
        backgrounds=_backgrounds(years, new_years),
        goals=existing,
        sheets=newest_sheets([goal.pk for goal in existing.values()]),
        bases=_bases(existing.values(), compared or {}),
    )


def _numbers(goals: Sequence[Incoming]) -> set[int]:
    return {goal.sheet.year for goal in goals}


def unit_key(written: Coded) -> str:
    """What a sheet says of a unit besides its name has no meaning without a code."""
    return key_of(written.code, written.name)


def unit_entries(units: Iterable[Unit]) -> Entries:
    """Units as a sheet may name them; it never says what a unit stands below."""
    return Entries(Entry(u.code, u.name, str(u.parent_id or ""), u.pk) for u in units)


def _units(
    goals: Sequence[Incoming], known: Sequence[Unit], writable: Collection[int] | None
) -> tuple[dict[int, Unit], set[int]]:
    """The unit of each goal by its index, and the goals for which several have the name."""
    by_pk = {unit.pk: unit for unit in known}
    entries = unit_entries(known)
    found: dict[int, Unit] = {}
    doubtful: set[int] = set()
    for index, goal in enumerate(goals):
        pks = [entry.pk for entry in entries.meant(goal.sheet.unit, parent=None)]
        own = [pk for pk in pks if writable is None or pk in writable]
        if len(meant := own or pks) == 1:
            found[index] = by_pk[meant[0]]
        elif pks:
            doubtful.add(index)
    return found, doubtful


def _new_units(
    goals: Sequence[Incoming], known: Sequence[Unit], settled: Set[int]
) -> dict[str, Wanted]:
    new: dict[str, Wanted] = {}
    for index, goal in enumerate(goals):
        written = goal.sheet.unit
        key = unit_key(written)
        if index not in settled and key not in new and _can_be_unit(written):
            new[key] = _first(_new_unit(written, known), goal, index, "unit")
    return new


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
        known[number] = (
            replace(background(source), indicators=Entries()) if source else Background()
        )
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


def _bases(goals: Iterable[Goal], compared: Mapping[int, int]) -> dict[int, Sheet]:
    changed = {
        goal.pk: compared[goal.pk]
        for goal in goals
        if compared.get(goal.pk, goal.revision_number) != goal.revision_number
    }
    return sheets_at(changed) if changed else {}


def _first(creation: Creation, goal: Incoming, index: int, field: str) -> Wanted:
    return Wanted(creation, index, worksheet_of(goal.sheet), cell_of(goal.sheet, None, field))
