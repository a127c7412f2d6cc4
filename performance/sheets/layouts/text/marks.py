"""What stands at the beginning of a line of such a text: a unit, a category, an indicator."""

import re
import unicodedata
from dataclasses import dataclass

from performance.sheets.grid import Grid
from performance.sheets.layouts.listing import LISTING

UNIT = re.compile(r"(?P<unit>[0-9]{4,8}-\S+)(?:\s+(?P<rest>.*))?$")
CATEGORY = re.compile(r"(?:^|\s)(?P<category>[0-9]{3}-\S+)(?:\s+(?P<rest>.*))?$")
ROW = re.compile(
    r"(?:(?P<unit>[0-9]{4,8}-\S+)\s+)?(?:(?P<category>[0-9]{3}-\S+)\s+)?"
    r"(?P<level1>[0-9]-\S+)\s+(?P<level2>[0-9]{2}-\S+)(?:\s+(?P<rest>.*))?$"
)
LEVEL3 = re.compile(r"[0-9]{5,}-\S+")
PAGE = re.compile(r"^(第\s*[0-9]+\s*页.*|[-—]+\s*[0-9]+\s*[-—]+|[0-9]+\s*/\s*[0-9]+)$")
KNOWN_HEADINGS = 5
_LETTER = re.compile(r"[A-Za-z]")


@dataclass(frozen=True)
class TextLine:
    """A line with its number; `after_blank`: a blank line stands before it."""

    number: int
    text: str
    after_blank: bool = False


def lines_of(grid: Grid) -> list[TextLine]:
    """Without page numbers."""
    found: list[TextLine] = []
    before = 0
    for number in sorted(grid.rows):
        text = grid.rows[number][0] if grid.rows[number] else ""
        if text and not PAGE.match(text):
            found.append(TextLine(number, text, number > before + 1))
        before = number
    return found


def is_heading(text: str) -> bool:
    return sum(LISTING.field_of(word) is not None for word in text.split()) >= KNOWN_HEADINGS


def joined(parts: list[str]) -> str:
    """Line ends are wrapping: nothing stands in their place but between Latin letters."""
    whole = ""
    for part in parts:
        latin = whole and _LETTER.match(whole[-1]) and _LETTER.match(part[:1])
        whole += f" {part}" if latin else part
    return whole


def width(text: str) -> float:
    """In full-width characters."""
    wide = sum(unicodedata.east_asian_width(character) in "WFA" for character in text)
    return wide + (len(text) - wide) / 2
