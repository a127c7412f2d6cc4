"""Rows and sealed revisions out of drafts that were judged fit to be written.

Nobody but goals.actions calls this: it asks neither rights nor states.
"""

import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from performance.goals.background import codes_in
from performance.goals.line_rows import Change, levels_changed, write_lines
from performance.goals.models import Goal, Origin, Revision
from performance.goals.queries import last_position
from performance.goals.sheet import EXTRA_FIELDS, Sheet, canonical, content_hash, to_json
from performance.library.lookup import Library
from performance.library.models import Year
from performance.library.queries import library_of
from performance.people.models import User

FEW = 5


@dataclass(frozen=True)
class Draft:
    """What one goal is to say. Without `goal_id` a new goal is opened.

    `base` is the number of the revision the writer started from, 0 for a new goal.
    Lines that have no key yet get one.
    """

    sheet: Sheet
    unit_id: int
    goal_id: int | None = None
    base: int = 0
    listing_id: int | None = None
    position: int | None = None
    # if somebody else saved since `base`: bring both together instead of being refused
    merges: bool = False
    # what was read of the goal with this chain hash, to spare reading it again under the lock
    seen: tuple[str, Sheet] | None = None
    # the revision that a new goal is a copy of, until somebody confirms that it was gone through
    copied_from_id: int | None = None
    # an adjustment is given up: back to what was issued, whatever cells are open
    gives_up: bool = False


@dataclass(frozen=True)
class Writer:
    """Who writes, when, and from where: the same for every revision of one save."""

    by: User
    origin: Origin
    origin_id: int | None
    at: datetime
    request_id: str


def chain_hash(revision: Revision, before: str) -> str:
    """Of content, who, when, where from, and the goal's chain so far."""
    link = {
        "goal": revision.goal_id,
        "number": revision.number,
        "content": revision.content,
        "by": revision.by_id,
        "at": revision.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "origin": revision.origin,
        "origin_id": revision.origin_id,
        "before": before,
    }
    if revision.request_id:  # the oldest revisions were sealed when there was none
        link["request"] = revision.request_id
    return hashlib.sha256(canonical(link).encode()).hexdigest()


def write(
    drafts: Sequence[Draft],
    goals: Mapping[int, Goal],
    current: Mapping[int, Sheet],
    years: Mapping[int, Year],
    writer: Writer,
) -> list[Goal]:
    """One goal per draft, in order; locked goals of existing drafts come in `goals`, what they
    say now in `current`."""
    keyed = [replace(draft, sheet=_with_keys(draft.sheet)) for draft in drafts]
    rows = [goals[draft.goal_id] if draft.goal_id else Goal() for draft in keyed]
    before = [current.get(draft.goal_id or 0) for draft in keyed]
    libraries = _libraries(keyed, before, years)
    for goal, draft in zip(rows, keyed, strict=True):
        _fill(goal, draft, years, libraries.get(draft.sheet.year), writer)
    _number_positions(rows, years)
    Goal.objects.bulk_create([goal for goal in rows if goal.pk is None])
    revisions = [_seal(goal, draft, writer) for goal, draft in zip(rows, keyed, strict=True)]
    _update(rows)
    write_lines(
        [
            Change(goal, old.lines if old else (), d.sheet.lines, libraries.get(d.sheet.year))
            for goal, old, d in zip(rows, before, keyed, strict=True)
        ]
    )
    Revision.objects.bulk_create(revisions)
    return rows


def _libraries(
    drafts: Sequence[Draft], before: Sequence[Sheet | None], years: Mapping[int, Year]
) -> dict[int, Library]:
    """Of the years in which a category or an indicator is new: mere values ask nothing.

    One goal's save asks for its own indicators; a file's, for the whole library at once.
    """
    asking = [
        draft
        for draft, old in zip(drafts, before, strict=True)
        if old is None
        or old.category != draft.sheet.category
        or levels_changed(old.lines, draft.sheet.lines)
    ]
    lines = [line for draft in asking for line in draft.sheet.lines]
    codes = None if len(asking) > FEW else codes_in(lines)
    return {year: library_of(years[year], codes) for year in {d.sheet.year for d in asking}}


def _fill(
    goal: Goal, draft: Draft, years: Mapping[int, Year], library: Library | None, writer: Writer
) -> None:
    sheet = draft.sheet
    goal.year = years[sheet.year]
    goal.unit_id = draft.unit_id
    goal.unit_code, goal.unit_name = sheet.unit.code, sheet.unit.name
    goal.project = sheet.project
    if library is not None:
        category = library.categories.find(sheet.category)
        goal.category_id = category.pk if category else None
    goal.category_code, goal.category_name = sheet.category.code, sheet.category.name
    goal.overall_goal, goal.annual_goal = sheet.overall_goal, sheet.annual_goal
    for name in EXTRA_FIELDS:
        setattr(goal, name, getattr(sheet, name))
    goal.changed_at, goal.changed_by = writer.at, writer.by
    if draft.listing_id is not None:
        goal.listing_id = draft.listing_id
    if draft.position is not None:
        goal.position = draft.position
    if draft.copied_from_id is not None:
        goal.copied_from_id = draft.copied_from_id


def _number_positions(rows: Iterable[Goal], years: Mapping[int, Year]) -> None:
    """A goal that comes from no sheet stands after all others of its year."""
    last: dict[int, int] = {}
    for goal in rows:
        if goal.position:
            continue
        year = goal.year.year
        last[year] = last[year] + 1 if year in last else last_position(years[year]) + 1
        goal.position = last[year]


def _seal(goal: Goal, draft: Draft, writer: Writer) -> Revision:
    goal.revision_number += 1
    revision = Revision(
        goal=goal,
        number=goal.revision_number,
        content=to_json(draft.sheet),
        content_hash=content_hash(draft.sheet),
        by=writer.by,
        at=writer.at,
        origin=writer.origin,
        origin_id=writer.origin_id,
        request_id=writer.request_id,
    )
    goal.chain_hash = revision.chain_hash = chain_hash(revision, goal.chain_hash)
    return revision


_UPDATED = [
    field.name for field in Goal._meta.concrete_fields if field.name not in ("id", "year", "unit")
]


def _update(rows: Sequence[Goal]) -> None:
    """An upsert by id: one statement a batch, where bulk_update would build a CASE per row."""
    Goal.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=_UPDATED
    )


_KEY = re.compile(r"[0-9A-Za-z]{1,12}")


def _with_keys(sheet: Sheet) -> Sheet:
    """Keys are unique within a goal; a doubled, missing or impossible one is made anew."""
    seen: set[str] = set()
    lines = []
    for line in sheet.lines:
        fits = _KEY.fullmatch(line.key) and line.key not in seen
        key = line.key if fits else secrets.token_hex(4)
        seen.add(key)
        lines.append(replace(line, key=key))
    return replace(sheet, lines=tuple(lines))
