"""Writing exactly what a plan says, in the caller's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied

from performance.goals.actions import Outcome, Saved, save_sheets
from performance.goals.models import Origin
from performance.goals.sheet import Coded
from performance.goals.writing import Draft
from performance.library.actions import open_year
from performance.library.lookup import Entries
from performance.library.models import Category, Frame, Indicator, Listing, Year
from performance.library.queries import frame_ids, library_of
from performance.people.models import Unit, User
from performance.people.queries import holds
from performance.people.roles import Right
from performance.sheets.plan import Creation, Operation, Plan
from performance.sheets.surroundings import unit_entries, unit_key

_NOT_WRITTEN = (Outcome.STALE, Outcome.REFUSED)
_TABLES = {"frame": "frame", "category": "categories", "indicator": "indicators"}
"""Where the library keeps what a creation makes."""


@dataclass(frozen=True)
class Applied:
    """What became of each operation that was to be written, in order."""

    operations: tuple[Operation, ...]
    saved: tuple[Saved, ...]

    @property
    def written(self) -> list[Operation]:
        pairs = zip(self.operations, self.saved, strict=True)
        return [op for op, saved in pairs if saved.outcome not in _NOT_WRITTEN]

    @property
    def moved(self) -> bool:
        """Whether somebody saved a goal of the plan, or opened its project, since it was made."""
        return any(saved.outcome is Outcome.STALE for saved in self.saved)

    @property
    def left_out(self) -> list[tuple[Operation, Saved]]:
        pairs = zip(self.operations, self.saved, strict=True)
        return [(op, saved) for op, saved in pairs if saved.outcome in _NOT_WRITTEN]


def apply_plan(plan: Plan, *, by: User, origin_id: int | None = None) -> Applied:
    """Goals that changed since the plan are left out and answered as STALE."""
    if plan.creations and not holds(by, Right.CREATE_MISSING):
        raise PermissionDenied("您没有新建年度、单位、类别和指标的权限。")
    _create(plan.creations)
    wanted = plan.to_write
    listings = _listings(wanted)
    units = _new_unit_ids(wanted)
    drafts = [
        Draft(
            op.sheet,
            op.unit_id or units[unit_key(op.sheet.unit)],
            op.goal_id,
            op.base,
            listings.get((op.sheet.year, op.title)),
            op.position,
        )
        for op in wanted
    ]
    saved = save_sheets(drafts, by=by, origin=Origin.UPLOAD, origin_id=origin_id)
    return Applied(wanted, tuple(saved))


def _new_unit_ids(operations: Sequence[Operation]) -> dict[str, int]:
    """By key, of the units that were only planned when the file was compared."""
    written = {unit_key(op.sheet.unit): op.sheet.unit for op in operations if op.unit_id is None}
    if not written:
        return {}
    entries = unit_entries(Unit.objects.all())
    # A name that somebody else has given to another unit meanwhile still means the new one.
    found = {key: entries.meant(unit, parent=None) for key, unit in written.items()}
    return {key: max(units, key=lambda entry: entry.pk).pk for key, units in found.items()}


def _create(creations: Sequence[Creation]) -> None:
    """An entry that somebody else made since the preview is left as it is.

    In the order of their keys, so that two files with the same entries wait for each other once.
    """
    creations = sorted(creations, key=lambda creation: creation.key)
    _create_years({c.year for c in creations if c.what == "year"})
    years = {year.year: year for year in Year.objects.all()}
    creations = _still_missing(creations, years)
    _create_units([c for c in creations if c.what == "unit"])
    _create_frame([c for c in creations if c.what == "frame"], years)
    Category.objects.bulk_create(
        (
            Category(year=years[c.year], code=c.code, name=c.name)
            for c in creations
            if c.what == "category"
        ),
        ignore_conflicts=True,
    )
    _create_indicators([c for c in creations if c.what == "indicator"], years)


def _still_missing(creations: Sequence[Creation], years: dict[int, Year]) -> list[Creation]:
    """Without names that are taken by now: the database itself refuses only what has the same
    code, or no code and the very same name. What was to stand below such a name is left out too.
    """
    named = {c.year for c in creations if not c.code and c.what in _TABLES}
    libraries = {year: library_of(years[year]) for year in named}
    units = any(not c.code and c.what == "unit" for c in creations)
    known_units = unit_entries(Unit.objects.all()) if units else Entries()

    def is_taken(c: Creation) -> bool:
        if c.code or c.what == "year":
            return False
        written = Coded(c.code, c.name)
        if c.what == "unit":
            return bool(known_units.named(written))
        entries: Entries = getattr(libraries[c.year], _TABLES[c.what])
        return bool(entries.named(written, c.parent))

    return [c for c in creations if not is_taken(c)]


def _create_years(wanted: set[int]) -> None:
    if wanted:  # two people opening the same year come one by one
        list(Year.objects.select_for_update(no_key=True).order_by("pk"))
    for year in sorted(wanted - set(Year.objects.values_list("year", flat=True))):
        open_year(year)


def _create_units(creations: Sequence[Creation]) -> None:
    if not creations:
        return
    known = dict(Unit.objects.exclude(code="").values_list("code", "pk"))
    Unit.objects.bulk_create(
        (Unit(code=c.code, name=c.name, parent_id=known.get(c.parent)) for c in creations),
        ignore_conflicts=True,
    )


def _create_frame(creations: Sequence[Creation], years: dict[int, Year]) -> None:
    for parents in (True, False):  # level 1 first: level 2 refers to it
        level = [c for c in creations if (not c.parent) is parents]
        above = frame_ids(years[c.year] for c in level) if level else {}
        Frame.objects.bulk_create(
            (
                Frame(
                    year=years[c.year],
                    code=c.code,
                    name=c.name,
                    parent_id=above.get((c.year, c.parent)),
                )
                for c in level
                if parents or (c.year, c.parent) in above
            ),
            ignore_conflicts=True,
        )


def _create_indicators(creations: Sequence[Creation], years: dict[int, Year]) -> None:
    above = frame_ids(years[c.year] for c in creations) if creations else {}
    Indicator.objects.bulk_create(
        (
            Indicator(
                year=years[c.year], code=c.code, name=c.name, parent_id=above[c.year, c.parent]
            )
            for c in creations
            if (c.year, c.parent) in above
        ),
        ignore_conflicts=True,
    )


def _listings(operations: Sequence[Operation]) -> dict[tuple[int, str], int]:
    """The listing of each (year, title); new titles are entered, a sheet without one has none."""
    titles = sorted({(op.sheet.year, op.title) for op in operations if op.title})
    years = {year.year: year for year in Year.objects.filter(year__in={y for y, _ in titles})}
    Listing.objects.bulk_create(
        (Listing(year=years[year], title=title) for year, title in titles), ignore_conflicts=True
    )
    rows = Listing.objects.filter(year__in=years.values()).order_by()
    return {(y, title): pk for y, title, pk in rows.values_list("year__year", "title", "pk")}
