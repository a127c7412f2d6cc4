"""From the characters of a cell to its text: lines in order, put together as they were typed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from performance.sheets.formats.pdf.drawn import Area, Char

_LIST_MARK = re.compile(
    r"(目标\s*\d+\s*[:：.、]|[(（][一二三四五六七八九十\d]+[)）]|[①-⑳]|\d+[.、．](?!\d)"
    r"|[一二三四五六七八九十]+、|第[一二三四五六七八九十]+[,，、:：])"
)
_ENDS = tuple("。；：！？;:!?")
# What cannot stand at the beginning of a line takes the character before it along.
_CLOSING = frozenset("，。；：！？、）》”’】〉」』,.;:!?)%％/")
_BLANKS = re.compile(r"[ \t\u00a0]+")
_ROOM = 0.4
WIDE_GAP = 2.0


@dataclass(frozen=True)
class TextLine:
    text: str
    x0: float
    x1: float
    size: float
    widths: tuple[float, ...]

    @property
    def first_word(self) -> float:
        """How wide the piece is that would have had to fit on the line before."""
        count = 1
        if self.text[:1].isascii() and self.text[:1].isalnum():
            while count < len(self.text) and self.text[count].isascii():
                count += 1
        while count < len(self.text) and self.text[count] in _CLOSING:
            count += 1
        return sum(self.widths[:count])


def lines_of(chars: Iterable[Char]) -> list[TextLine]:
    lines = [_line(row) for row in rows_of(chars)]
    return [line for line in lines if line.text]


def rows_of(chars: Iterable[Char]) -> list[list[Char]]:
    """Characters in lines from top to bottom, in each from left to right."""
    rows: list[list[Char]] = []
    for char in sorted(chars, key=lambda char: char.y):
        if rows and char.y - rows[-1][0].y <= 0.45 * max(char.size, rows[-1][0].size):
            rows[-1].append(char)
        else:
            rows.append([char])
    return [sorted(row, key=lambda char: char.area.x0) for row in rows]


def fragments(chars: Iterable[Char]) -> list[list[tuple[str, Area]]]:
    """Lines of running text, each in the pieces that wide gaps make of it, with their places."""
    found = []
    for row in rows_of(chars):
        pieces = [[row[0]]]
        for before, char in pairwise(row):
            if char.area.x0 - before.area.x1 > WIDE_GAP * char.size:
                pieces.append([])
            pieces[-1].append(char)
        line = [("".join(c.text for c in piece).strip(), _around(piece)) for piece in pieces]
        found.append([piece for piece in line if piece[0]])
    return [line for line in found if line]


def _around(chars: Sequence[Char]) -> Area:
    return Area(
        min(char.area.x0 for char in chars),
        min(char.area.top for char in chars),
        max(char.area.x1 for char in chars),
        max(char.area.bottom for char in chars),
    )


def _line(row: Sequence[Char]) -> TextLine:
    while row and not row[0].text.strip():
        row = row[1:]
    while row and not row[-1].text.strip():
        row = row[:-1]
    if not row:
        return TextLine("", 0, 0, 0, ())
    text = "".join(char.text for char in row)
    widths = tuple(char.area.x1 - char.area.x0 for char in row for _ in char.text)
    size = median(char.size for char in row)
    return TextLine(text, row[0].area.x0, row[-1].area.x1, size, widths)


def written(chars: Iterable[Char], width: float) -> str:
    """The text of a cell this wide."""
    lines = lines_of(chars)
    if not lines:
        return ""
    room = width - 2 * _ROOM * lines[0].size
    if len(lines) > 2:
        widest = max(line.x1 - line.x0 for line in lines)
        room = min(room, widest + _ROOM * lines[0].size)
    text = lines[0].text
    for before, line in pairwise(lines):
        text = text.rstrip() + _between(before, line, room) + line.text
    return _BLANKS.sub(" ", text).strip()


def _between(before: TextLine, line: TextLine, room: float) -> str:
    if before.text.endswith(_ENDS):
        fits = before.x1 - before.x0 + line.first_word + 0.6 * line.size <= room
        if fits or _LIST_MARK.match(line.text):
            return "\n"
    return gap(before.text, line.text)


def gap(before: str, after: str) -> str:
    """Words in Latin letters are parted by a blank, everything else by nothing."""
    pair = before[-1:] + after[:1]
    return " " if len(pair) == 2 and pair.isascii() and pair.isalpha() else ""


def squeezed(text: str) -> str:
    """Texts that differ in their blanks only are the same text."""
    return "".join(text.split())
