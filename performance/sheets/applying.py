"""Writing exactly what a plan says, in the caller's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied

from performance.goals.actions import Outcome, Saved, save_sheets
from performance.goals.models import Origin
from performance.goals.writing import Draft
from performance.library.actions import open_year
from performance.library.models import Category, Frame, Indicator, Listing, Year
from performance.people.models import Unit, User
from performance.people.queries import holds
from performance.people.roles import Right
from performance.sheets.plan import Creation, Operation, Plan

_NOT_WRITTEN = (Outcome.STALE, Outcome.REFUSED)


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
    codes = {op.sheet.unit.code for op in wanted if op.unit_id is None}
    units = dict(Unit.objects.filter(code__in=codes).values_list("code", "pk"))
    drafts = [
        Draft(
            op.sheet,
            op.unit_id or units[op.sheet.unit.code],
            op.goal_id,
            op.base,
            listings.get((op.sheet.year, op.title)),
            op.position,
        )
        for op in wanted
    ]
    saved = save_sheets(drafts, by=by, origin=Origin.UPLOAD, origin_id=origin_id)
    return Applied(wanted, tuple(saved))


def _create(creations: Sequence[Creation]) -> None:
    """An entry that somebody else made since the preview is left as it is.

    In the order of their codes, so that two files with the same entries wait for each other once.
    """
    creations = sorted(creations, key=lambda creation: creation.code)
    _create_years({c.year for c in creations if c.what == "year"})
    years = {year.year: year for year in Year.objects.all()}
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


def _create_years(wanted: set[int]) -> None:
    if wanted:  # two people opening the same year come one by one
        list(Year.objects.select_for_update(no_key=True).order_by("pk"))
    for year in sorted(wanted - set(Year.objects.values_list("year", flat=True))):
        open_year(year)


def _create_units(creations: Sequence[Creation]) -> None:
    if not creations:
        return
    known = dict(Unit.objects.values_list("code", "pk"))
    Unit.objects.bulk_create(
        (Unit(code=c.code, name=c.name, parent_id=known.get(c.parent)) for c in creations),
        ignore_conflicts=True,
    )


def _create_frame(creations: Sequence[Creation], years: dict[int, Year]) -> None:
    for parents in (True, False):  # level 1 first: level 2 refers to it
        level = [c for c in creations if (not c.parent) is parents]
        above = _frame_ids(years, level)
        Frame.objects.bulk_create(
            (
                Frame(
                    year=years[c.year],
                    code=c.code,
                    name=c.name,
                    parent_id=above.get((c.year, c.parent)),
                )
                for c in level
            ),
            ignore_conflicts=True,
        )


def _create_indicators(creations: Sequence[Creation], years: dict[int, Year]) -> None:
    above = _frame_ids(years, creations)
    Indicator.objects.bulk_create(
        (
            Indicator(
                year=years[c.year], code=c.code, name=c.name, parent_id=above[c.year, c.parent]
            )
            for c in creations
        ),
        ignore_conflicts=True,
    )


def _frame_ids(years: dict[int, Year], creations: Sequence[Creation]) -> dict[tuple[int, str], int]:
    """By (year, code)."""
    if not creations:
        return {}
    rows = Frame.objects.filter(year__in={years[c.year] for c in creations}).order_by()
    return {(year, code): pk for year, code, pk in rows.values_list("year__year", "code", "pk")}


def _listings(operations: Sequence[Operation]) -> dict[tuple[int, str], int]:
    """The listing of each (year, title); new titles are entered, a sheet without one has none."""
    titles = sorted({(op.sheet.year, op.title) for op in operations if op.title})
    years = {year.year: year for year in Year.objects.filter(year__in={y for y, _ in titles})}
    Listing.objects.bulk_create(
        (Listing(year=years[year], title=title) for year, title in titles), ignore_conflicts=True
    )
    rows = Listing.objects.filter(year__in=years.values()).order_by()
    return {(y, title): pk for y, title, pk in rows.values_list("year__year", "title", "pk")}
