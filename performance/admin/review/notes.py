"""What stands in the margin of a cell under review: findings, remarks, answers. No queries."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from performance.goals.opening import PLACES, is_touched, place_of, text_at
from performance.goals.sheet import FIELDS, FORM_FIELDS, LINE_FIELDS, Sheet, from_json
from performance.quality.finding import Finding
from performance.review.models import Remark

Place = tuple[str, str]
"""Key of the line ("" for the head) and field."""


@dataclass(frozen=True)
class Note:
    """`kind` is finding, draft, remark or reopened; `anchor` the id of its cell, if any.

    `before` and `now`: what changed at the cell since the remark; None where nothing did, or where
    it speaks of more than one cell.
    """

    kind: str
    key: str
    field: str
    place: str
    anchor: str
    number: int = 0
    finding: Finding | None = None
    remark: Remark | None = None
    touched: bool = False
    before: str | None = None
    now: str | None = None
    waived: Any = None

    @property
    def at(self) -> Place:
        return self.key, self.field

    @property
    def is_sent_back(self) -> bool:
        """Said by a later reviewer to an earlier one: nobody was asked to change anything."""
        event = self.remark.event if self.remark else None
        return event is not None and event.transition == "step_back"

    @property
    def label(self) -> str:
        """The cell without its row, for a note that stands in that row."""
        return PLACES.get(self.field) or FIELDS.get(self.field, self.place)


def anchor_of(key: str, field: str) -> str:
    return f"cell-{key or 'head'}-{field}"


def notes_of(
    sheet: Sheet, findings: Iterable[Finding], remarks: Iterable[Remark], waived: dict[int, Any]
) -> list[Note]:
    """All of them in the order of the form, numbered as they stand there."""
    found = [*_of_findings(sheet, findings, waived), *_of_remarks(sheet, remarks)]
    order = {place: number for number, place in enumerate(_places(sheet))}
    found.sort(key=lambda note: order.get(note.at, len(order)))
    return [replace(note, number=number) for number, note in enumerate(found, 1)]


def by_place(notes: Sequence[Note]) -> dict[Place, tuple[Note, ...]]:
    found: dict[Place, list[Note]] = defaultdict(list)
    for note in notes:
        found[note.at].append(note)
    return {place: tuple(some) for place, some in found.items()}


def _places(sheet: Sheet) -> Iterator[Place]:
    yield from (("", name) for name in ("form", "lines", *FORM_FIELDS))
    for line in sheet.lines:
        yield from ((line.key, name) for name in ("line", *LINE_FIELDS))


def _of_findings(
    sheet: Sheet, findings: Iterable[Finding], waived: dict[int, Any]
) -> Iterator[Note]:
    for index, finding in enumerate(findings):
        key = "" if finding.line is None else sheet.lines[finding.line].key
        field = finding.field or ("line" if key else "form")
        note = Note("finding", key, field, finding.place or "整张表", anchor_of(key, field))
        yield replace(note, finding=finding, waived=waived.get(index))


def _of_remarks(sheet: Sheet, remarks: Iterable[Remark]) -> Iterator[Note]:
    keys = {"", *(line.key for line in sheet.lines)}
    earlier: dict[int, Sheet] = {}
    for remark in remarks:
        if remark.revision_id not in earlier:
            earlier[remark.revision_id] = from_json(remark.revision.content)
        kind = "draft" if remark.is_draft else "reopened" if remark.reopened else "remark"
        place = place_of(remark.key, remark.field, sheet)
        anchor = anchor_of(remark.key, remark.field) if remark.key in keys else ""
        note = Note(kind, remark.key, remark.field, place, anchor, remark=remark)
        yield note if remark.is_draft else _compared(note, earlier[remark.revision_id], sheet)


def _compared(note: Note, before: Sheet, now: Sheet) -> Note:
    place = (note.key, note.field)
    if not is_touched(before, now, *place):
        return note
    old, new = text_at(before, *place), text_at(now, *place)
    return replace(note, touched=True, before=old, now=new)
