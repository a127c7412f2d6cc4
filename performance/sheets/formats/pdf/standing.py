"""How a text stands in its cell: what of it lies beyond, and whether it may go on elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile

from performance.sheets.formats.pdf.drawn import Area, Char
from performance.sheets.formats.pdf.words import rows_of

BEYOND = 0.15
"""A line is beyond an edge when so much of its height is."""

ROOM, PADDING = 1.2, 6.0
"""A cell has room for one more line: so many letters high, and the cell's padding."""

_SENTENCE_ENDS = ("。", "！", "？", "；", ".", "!", "?", ";")


@dataclass(frozen=True)
class Standing:
    """`above`, `below`: how many characters are in lines beyond the cell's top and bottom, and
    `over`, `under`: how far these reach, in lines; `line`: characters of the longest line;
    `from_top`, `to_bottom`: no line has room there; `full`: nor a letter in the last line;
    `sentence`: it ends with one. `known`: it bears our marks, `ended`: that of a text's end.
    """

    above: int = 0
    below: int = 0
    over: float = 0.0
    under: float = 0.0
    line: int = 0
    from_top: bool = False
    to_bottom: bool = False
    full: bool = False
    sentence: bool = False
    known: bool = False
    ended: bool = False

    @property
    def may_go_on(self) -> bool:
        """Whether a longer text would look the same here."""
        return self.to_bottom and (self.full or self.sentence)

    @property
    def goes_on(self) -> bool:
        """Our marks say that it does."""
        return self.known and not self.ended


NOWHERE = Standing()


def standing(chars: Iterable[Char], cell: Area) -> Standing:
    rows = [row for row in rows_of(chars) if any(char.text.strip() for char in row)]
    if not rows:
        return NOWHERE
    size = max(rows[0][0].size, rows[-1][0].size)
    room, slack = ROOM * size + PADDING, BEYOND * size
    top, bottom = rows[0][0].area.top, rows[-1][0].area.bottom
    last = [char for char in rows[-1] if char.text.strip()]
    return Standing(
        above=_count(takewhile(lambda row: row[0].area.top < cell.top - slack, rows)),
        below=_count(takewhile(lambda row: row[0].area.bottom > cell.bottom + slack, rows[::-1])),
        over=max(cell.top - top, 0.0) / size,
        under=max(bottom - cell.bottom, 0.0) / size,
        line=max(_count([row]) for row in rows),
        from_top=top - cell.top < room,
        to_bottom=cell.bottom - bottom < room,
        full=cell.x1 - last[-1].area.x1 < room,
        sentence=last[-1].text.endswith(_SENTENCE_ENDS),
    )


def _count(rows: Iterable[list[Char]]) -> int:
    return sum(len(char.text.strip()) for row in rows for char in row)
