"""Cells that two people changed differently, as a form asks about them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import QueryDict

from performance.goals.deciding import MINE, THEIRS, name_of
from performance.goals.merge import ROW, VALUES, Conflict, said
from performance.goals.sheet import FIELDS, FORM_FIELDS, Line, Sheet, shown


@dataclass(frozen=True)
class Choice:
    """One question. `name` is `line key-field`, with no key in the head."""

    name: str
    field: str
    place: str
    base: str
    mine: str
    theirs: str
    chosen: str = ""

    @property
    def is_row(self) -> bool:
        return self.field == ROW

    @property
    def input(self) -> str:
        return f"choice-{self.name}"


def choices_of(conflicts: Iterable[Conflict], sheet: Sheet) -> list[Choice]:
    """In the order of the form."""
    return [
        Choice(name_of(c, sheet), c.field, _place(c.field, c.line), c.base, c.mine, c.theirs)
        for c in conflicts
    ]


def asked_again(
    data: QueryDict, asked: Iterable[str], started: Sheet, mine: Sheet, theirs: Sheet
) -> list[Choice]:
    """The questions of a page that came back; each stays until both say the same.

    They are made from the cells as they stand, not by merging again: the page has taken over by
    now what did not conflict, and a question may hang on just that.
    """
    found = []
    for name in dict.fromkeys(asked):
        key, _, field = name.rpartition("-")
        texts = _row(key, started, mine, theirs) if field == ROW else None
        texts = texts or _cell(key, field, started, mine, theirs)
        if texts and texts[1] != texts[2]:
            chosen = data.get(f"choice-{name}", "")
            side = chosen if chosen in (MINE, THEIRS) else ""
            found.append(Choice(name, field, _place(field, _index(mine, key)), *texts, side))
    return found


def by_cell(choices: Iterable[Choice]) -> dict[str, dict[str, Choice]]:
    """Line key ("" is the head) → field → question."""
    cells: dict[str, dict[str, Choice]] = {}
    for choice in choices:
        cells.setdefault(choice.name.rpartition("-")[0], {})[choice.field] = choice
    return cells


Texts = tuple[str, str, str]
"""What was there, mine, theirs."""


def _row(key: str, started: Sheet, mine: Sheet, theirs: Sheet) -> Texts | None:
    """Of a row that one removed: the page shows it again, so mine has it either way."""
    before, here, there = (_line(sheet, key) for sheet in (started, mine, theirs))
    if not key or before is None or here is None:
        return None
    return (said(before), "", said(there)) if there else (said(before), said(here), "")


def _cell(key: str, field: str, started: Sheet, mine: Sheet, theirs: Sheet) -> Texts | None:
    if not key:
        asks = field in FORM_FIELDS and field != "unit"
        return _texts(field, started, mine, theirs) if asks else None
    before, here, there = (_line(sheet, key) for sheet in (started, mine, theirs))
    if field not in ("level3", *VALUES) or here is None or there is None:
        return None
    return _texts(field, before or Line(), here, there)


def _texts(field: str, *sides: Sheet | Line) -> Texts:
    base, mine, theirs = (shown(getattr(side, field)) for side in sides)
    return base, mine, theirs


def _line(sheet: Sheet, key: str) -> Line | None:
    return next((line for line in sheet.lines if line.key == key), None)


def _index(sheet: Sheet, key: str) -> int | None:
    return next((i for i, line in enumerate(sheet.lines) if key and line.key == key), None)


def _place(field: str, line: int | None) -> str:
    place = "" if line is None else f"第{line + 1}行"
    return place + ("整行" if field == ROW else f"“{FIELDS[field]}”")
