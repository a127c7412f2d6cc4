"""Cells that two people changed differently, as a form asks about them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import QueryDict

from performance.goals.deciding import MINE, THEIRS, name_of
from performance.goals.merge import ROW, Conflict, merge, said
from performance.goals.sheet import FIELDS, Sheet


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


def choices_of(
    conflicts: Iterable[Conflict], sheet: Sheet, chosen: Mapping[str, str] | None = None
) -> list[Choice]:
    """In the order of the form. A row is kept unless somebody says otherwise."""
    found = []
    for c in conflicts:
        place = "" if c.line is None else f"第{c.line + 1}行"
        label = "整行" if c.field == ROW else f"“{FIELDS[c.field]}”"
        name = name_of(c, sheet)
        kept = (MINE if c.mine else THEIRS) if c.field == ROW else ""
        said = (chosen or {}).get(name, kept)
        found.append(Choice(name, c.field, place + label, c.base, c.mine, c.theirs, said))
    return found


def asked_again(
    data: QueryDict, asked: Iterable[str], started: Sheet, mine: Sheet, theirs: Sheet
) -> list[Choice]:
    """The questions of a page that came back, as far as they still are questions."""
    chosen = {name: data.get(f"choice-{name}", "") for name in asked}
    chosen = {name: side for name, side in chosen.items() if side in (MINE, THEIRS)}
    merged = merge(started, mine, theirs)
    found = choices_of(merged.conflicts, merged.sheet, chosen)
    again = [choice for choice in found if choice.name in set(asked)]
    return again + _rows_i_removed(asked, chosen, mine, theirs, again)


def _rows_i_removed(
    asked: Iterable[str],
    chosen: Mapping[str, str],
    mine: Sheet,
    theirs: Sheet,
    again: Iterable[Choice],
) -> list[Choice]:
    """The page brought such a row back with the question, so that now both sheets have it."""
    known = {choice.name for choice in again}
    other = {line.key: line for line in theirs.lines}
    found = []
    for index, line in enumerate(mine.lines):
        name = f"{line.key}-{ROW}"
        if name in asked and name not in known and line.key in other:
            text = said(other[line.key])
            side = chosen.get(name, THEIRS)
            found.append(Choice(name, ROW, f"第{index + 1}行整行", text, "", text, side))
    return found


def by_cell(choices: Iterable[Choice]) -> dict[str, dict[str, Choice]]:
    """Line key ("" is the head) → field → question."""
    cells: dict[str, dict[str, Choice]] = {}
    for choice in choices:
        cells.setdefault(choice.name.rpartition("-")[0], {})[choice.field] = choice
    return cells
