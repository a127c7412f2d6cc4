"""Characters in the pieces they were written in, each in the cell it stands over."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from performance.sheets.formats.pdf.drawn import Area, Char
from performance.sheets.formats.pdf.mesh import Cell, Mesh

RIM = 1.0
PITCH = 2.4
EVEN = 1.25
GAP = 3.0
TWICE = 0.6
SLACK = 0.35


@dataclass
class Piece:
    """Characters of one line, written one after the other, in one cell by their centres."""

    chars: list[Char]
    cell: Cell | None
    run: int = 0

    @property
    def area(self) -> Area:
        return Area(
            self.chars[0].area.x0,
            min(char.area.top for char in self.chars),
            max(char.area.x1 for char in self.chars),
            max(char.area.bottom for char in self.chars),
        )


class Finder:
    def __init__(self, mesh: Mesh):
        self.mesh = mesh

    def column(self, x: float) -> int | None:
        return _between(self.mesh.xs, x)

    def cell(self, y: float, column: int, slack: float = 0.0) -> Cell | None:
        """`slack`: how far a line may stand on the table's edge and still be in it."""
        first, last = self.mesh.ys[0], self.mesh.ys[-1]
        if first - slack <= y <= last + slack:
            y = min(max(y, first), last)
        row = _between(self.mesh.ys, y)
        return None if row is None else self.mesh.at[row, column]

    def at_rim(self, piece: Piece, clip: Area) -> Cell | None:
        """The cell where a clip ends, for a line that nobody sees because it lies beyond."""
        area = piece.area
        y = (area.top + area.bottom) / 2
        if clip.top <= y <= clip.bottom:
            return None
        column = self.column(piece.chars[0].x)
        inside = min(max(y, clip.top + RIM), clip.bottom - RIM)
        return None if column is None else self.cell(inside, column)


def pieces_of(mesh: Mesh, chars: Sequence[Char]) -> tuple[list[Piece], list[Char]]:
    """Characters over a table's columns in pieces, and those beside the table."""
    find = Finder(mesh)
    pieces: list[Piece] = []
    outside: list[Char] = []
    last: Piece | None = None
    for char in chars:
        column = find.column(char.x)
        if column is None:
            outside.append(char)
            continue
        cell = find.cell(char.y, column, SLACK * char.size)
        if last and last.cell is cell and _follows(last.chars[-1], char):
            last.chars.append(char)
        else:
            last = Piece([char], cell)
            pieces.append(last)
    return pieces, outside


def runs_of(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces written one after the other, line below line."""
    runs: list[list[Piece]] = []
    for piece in pieces:
        if runs and _goes_on(runs[-1][-1], piece) and _is_even(runs[-1], piece):
            runs[-1].append(piece)
        else:
            runs.append([piece])
        piece.run = len(runs)
    return runs


def _goes_on(before: Piece, piece: Piece) -> bool:
    one, other = before.area, piece.area
    size = max(before.chars[0].size, piece.chars[0].size)
    below = -0.5 * size <= other.top - one.top <= PITCH * size
    over = min(one.x1, other.x1) - max(one.x0, other.x0) > 0
    beside = abs(other.top - one.top) <= 0.45 * size and 0 <= other.x0 - one.x1 <= size
    same = before.chars[0].clip == piece.chars[0].clip
    return same and ((below and over) or beside)


def _is_even(run: Sequence[Piece], piece: Piece) -> bool:
    """Lines of one text are equally far apart; what is further off in another cell is its own."""
    if len(run) < 2 or piece.cell is run[-1].cell:
        return True
    pitch = max(other.area.top - one.area.top for one, other in pairwise(run))
    return piece.area.top - run[-1].area.top <= max(EVEN * pitch, piece.chars[0].size)


def once(chars: Iterable[Char]) -> Iterator[Char]:
    """Without second impressions: bold is often the same text written again beside itself.

    They have one clip; a merged cell written whole on each page may lay a character on the same
    one of a heading, but is clipped to another area.
    """
    seen: dict[tuple[str, int, int], list[Char]] = {}
    for char in chars:
        x, y = round(char.area.x0), round(char.area.top)
        near = (seen.get((char.text, x + a, y + b), ()) for a in (-1, 0, 1) for b in (-1, 0, 1))
        if not any(_is_again(char, other) for others in near for other in others):
            seen.setdefault((char.text, x, y), []).append(char)
            yield char


def _is_again(char: Char, other: Char) -> bool:
    aside, below = char.area.x0 - other.area.x0, char.area.top - other.area.top
    return char.clip == other.clip and abs(aside) < TWICE and abs(below) < TWICE


def _follows(before: Char, char: Char) -> bool:
    """Whether a character was written next to the one before it, on the same line."""
    size = max(before.size, char.size)
    gap = char.area.x0 - before.area.x1
    same = abs(char.y - before.y) <= 0.45 * size and -0.5 * size <= gap <= GAP * size
    return same and char.clip == before.clip


def _between(places: Sequence[float], at: float) -> int | None:
    if not places[0] <= at <= places[-1]:
        return None
    return next(n for n in range(len(places) - 1) if at <= places[n + 1])
