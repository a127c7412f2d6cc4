"""What a goal would say with the corrections that its reviewer proposed."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from performance.goals.models import Goal
from performance.goals.opening import text_at
from performance.goals.resolving import TypedLine, resolve_lines
from performance.goals.sheet import Coded, Line, Sheet, content_hash, from_json
from performance.library.models import Year
from performance.review.case import open_remarks
from performance.review.models import Remark

_LEVELS = ("level1", "level2", "level3")


def proposed(sheet: Sheet, remarks: Iterable[Remark], year: Year) -> Sheet:
    """With every proposal that has a cell in the sheet; of two for one cell the later counts.

    An indicator is looked up as if it were typed: levels 1 and 2 come along.
    """
    texts = {(r.key, r.field): r.proposal for r in remarks if r.proposal is not None}
    head = {field: _of_head(field, text) for (key, field), text in texts.items() if not key}
    lines = {line.key: _values(line, texts) for line in sheet.lines}
    typed = [
        TypedLine(key, text, "-", "-")  # with values, since a blank row would be no line
        for (key, field), text in texts.items()
        if field == "level3" and key in lines
    ]
    for found in resolve_lines(typed, year, []) if typed else ():
        levels = {name: getattr(found, name) for name in _LEVELS}
        lines[found.key] = replace(lines[found.key], **levels)
    return replace(sheet, **head, lines=tuple(lines.values()))


def all_proposed(goal: Goal) -> Sheet | None:
    """What was returned, with all that was proposed then; None where a proposal has lost its
    line."""
    remarks = open_remarks(goal)
    last = goal.events.filter(transition="return").select_related("revision").order_by("-number")
    returned = last.first()
    if returned is None:
        return None
    sheet = from_json(returned.revision.content)
    if any(text_at(sheet, remark.key, remark.field) is None for remark in remarks):
        return None
    return proposed(sheet, remarks, goal.year)


def says_what_was_proposed(goal: Goal) -> bool:
    sheet = all_proposed(goal)
    return sheet is not None and content_hash(sheet) == content_hash(goal.sheet())


def _of_head(field: str, text: str) -> Any:
    return Coded.parse(text) if field == "category" else text


def _values(line: Line, texts: Mapping[tuple[str, str], str]) -> Line:
    changed: dict[str, Any] = {
        field: Coded.parse(text) if field in _LEVELS else text
        for (key, field), text in texts.items()
        if key == line.key and field != "level3"
    }
    return replace(line, **changed)
