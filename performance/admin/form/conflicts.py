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
    sheets = (started, mine, theirs)
    rows = [_by_key(sheet) for sheet in sheets]
    indexes = {line.key: index for index, line in reversed([*enumerate(mine.lines)])}
    found = []
    for name in dict.fromkeys(asked):
        key, _, field = name.rpartition("-")
        lines = [by_key.get(key) for by_key in rows]
        texts = _of_line(field, *lines) if key else _of_head(field, *sheets)
        if texts and texts[1] != texts[2]:
            chosen = data.get(f"choice-{name}", "")
            side = chosen if chosen in (MINE, THEIRS) else ""
            place = _place(field, indexes.get(key) if key else None)
            found.append(Choice(name, field, place, *texts, side))
    return found


def by_cell(choices: Iterable[Choice]) -> dict[str, dict[str, Choice]]:
    """Line key ("" is the head) → field → question."""
    cells: dict[str, dict[str, Choice]] = {}
    for choice in choices:
        cells.setdefault(choice.name.rpartition("-")[0], {})[choice.field] = choice
    return cells


Texts = tuple[str, str, str]
"""What was there, mine, theirs."""


def _of_head(field: str, started: Sheet, mine: Sheet, theirs: Sheet) -> Texts | None:
    asks = field in FORM_FIELDS and field != "unit"
    return _texts(field, started, mine, theirs) if asks else None


def _of_line(
    field: str, before: Line | None, here: Line | None, there: Line | None
) -> Texts | None:
    if field == ROW:
        return _of_row(before, here, there)
    if field not in ("level3", *VALUES) or here is None or there is None:
        return None
    return _texts(field, before or Line(), here, there)


def _of_row(before: Line | None, here: Line | None, there: Line | None) -> Texts | None:
    """Of a row that one removed: the page shows it again, so mine has it either way."""
    if before is None or here is None:
        return None
    return (said(before), "", said(there)) if there else (said(before), said(here), "")


def _texts(field: str, *sides: Sheet | Line) -> Texts:
    base, mine, theirs = (shown(getattr(side, field)) for side in sides)
    return base, mine, theirs


def _by_key(sheet: Sheet) -> dict[str, Line]:
    """Of several with one key, which only a broken page posts, the first."""
    return {line.key: line for line in reversed(sheet.lines)}


def _place(field: str, line: int | None) -> str:
    place = "" if line is None else f"第{line + 1}行"
    return place + ("整行" if field == ROW else f"“{FIELDS[field]}”")
