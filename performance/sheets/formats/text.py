"""Plain text: a grid of one column, a row a line. What the lines mean is a layout's business."""

import re

from performance.sheets.formats.budget import Budget
from performance.sheets.formats.decoded import decoded
from performance.sheets.formats.gather import Gathered
from performance.sheets.formats.readings import Reading
from performance.sheets.grid import TEXT, Grid

LINE_END = re.compile(r"\r\n?|\n")


def read(data: bytes, hidden: bool = False) -> tuple[Grid, ...]:
    """Nothing is hidden in such a file."""
    return (grid_of(decoded(data)),)


def grid_of(text: str) -> Grid:
    """Of a text that was pasted, too."""
    sheet = Gathered(Budget())
    for number, line in enumerate(LINE_END.split(text), 1):
        sheet.take(number, 1, Reading(line.strip()))
    return sheet.grid(TEXT)
