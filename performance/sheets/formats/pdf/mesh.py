"""From ruled lines to the cells of tables: own columns and rows, walls only where lines are."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product

from performance.sheets.formats.pdf.drawn import Area, Edge
from performance.sheets.formats.pdf.standing import NOWHERE, Standing

NEAR = 3.0
"""Lines that end so close to each other meet."""

SAME_COLUMN, SAME_ROW = 5.0, 2.5
"""Lines so close to each other are one: the heading's edges may stand beside the body's."""

LEAST = 4
"""Columns and rows of the smallest table: the last row of a list may have a page for itself."""

WALL = 0.6
MAX_LINES = 1_500
MAX_PLACES = 60_000

Slot = tuple[int, int]


@dataclass
class Cell:
    """A cell of one page: its first and last row and column in the mesh, from 0.

    `open_top`, `open_bottom`: no line closes it where the page cuts the table.
    """

    row: int
    column: int
    last_row: int
    last_column: int
    area: Area
    open_top: bool = False
    open_bottom: bool = False
    text: str = ""
    standing: Standing = NOWHERE
    cut_top: bool = False
    cut_bottom: bool = False
    is_crowded: bool = False


@dataclass
class Mesh:
    """One table of a page. `at` names the cell of each place; `crowded`: the share of its letters
    that lie over others."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: list[Cell] = field(default_factory=list)
    at: dict[Slot, Cell] = field(default_factory=dict)
    crowded: float = 0.0

    @property
    def area(self) -> Area:
        return Area(self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])

    @property
    def last_row(self) -> int:
        return len(self.ys) - 2

    def add(self, cell: Cell) -> None:
        self.cells.append(cell)
        for row in range(cell.row, cell.last_row + 1):
            for column in range(cell.column, cell.last_column + 1):
                self.at[row, column] = cell


def meshes(edges: Iterable[Edge]) -> list[Mesh]:
    """The tables of a page from top to bottom; a frame around one cell is none."""
    lines = [line for upright in (True, False) for line in _joined(edges, upright, 1.0)]
    if len(lines) > MAX_LINES:
        return []
    groups = list(_touching(lines))
    alone = [line for group in groups if len(group) == 1 for line in group if line.upright]
    found = [mesh for group in groups if (mesh := _mesh([*group, *_sides(group, alone)]))]
    return sorted(found, key=lambda mesh: (mesh.ys[0], mesh.xs[0]))


def _joined(edges: Iterable[Edge], upright: bool, near: float) -> Iterator[Edge]:
    """Edges on one line, whose ends meet, as one edge."""
    chosen = sorted(edge for edge in edges if edge.upright == upright)
    place = _places([(edge.at, edge.end - edge.start) for edge in chosen], near)
    placed = sorted(edge._replace(at=place(edge.at)) for edge in chosen)
    whole: Edge | None = None
    for edge in placed:
        if whole and edge.at == whole.at and edge.start <= whole.end + NEAR:
            whole = whole._replace(end=max(whole.end, edge.end))
            continue
        if whole:
            yield whole
        whole = edge
    if whole:
        yield whole


def _places(weighed: Iterable[tuple[float, float]], near: float) -> Callable[[float], float]:
    """Positions near each other become the weightiest of them."""
    best: dict[float, float] = {}
    group: list[tuple[float, float]] = []

    def close() -> None:
        weights: dict[float, float] = {}
        for at, weight in group:
            weights[at] = weights.get(at, 0.0) + weight
        heaviest = max(weights, key=lambda at: weights[at])
        best.update(dict.fromkeys(weights, heaviest))

    for at, weight in sorted(weighed):
        if group and at - group[-1][0] > near:
            close()
            group = []
        group.append((at, weight))
    if group:
        close()
    return lambda at: best[at]


def _touching(lines: Sequence[Edge]) -> Iterator[list[Edge]]:
    """Groups of lines that meet."""
    level = [line for line in lines if not line.upright]
    left = set(lines)
    while left:
        group, waiting = [], [left.pop()]
        while waiting:
            line = waiting.pop()
            group.append(line)
            others = [o for o in (left if not line.upright else level) if o in left]
            met = [o for o in others if o.upright != line.upright and _meet(line, o)]
            left.difference_update(met)
            waiting += met
        yield group


def _sides(group: Sequence[Edge], alone: Iterable[Edge]) -> list[Edge]:
    """Upright lines as tall as a table that none of its lines meets: a cell open above and below
    stands between them, cut by both ends of the page."""
    upright = [line for line in group if line.upright]
    if len(upright) == len(group) or not upright:
        return []
    top, bottom = min(line.start for line in upright), max(line.end for line in upright)
    return [
        line for line in alone if abs(line.start - top) <= NEAR and abs(line.end - bottom) <= NEAR
    ]


def _meet(one: Edge, other: Edge) -> bool:
    return (
        other.start - NEAR <= one.at <= other.end + NEAR
        and one.start - NEAR <= other.at <= one.end + NEAR
    )


def _mesh(lines: Sequence[Edge]) -> Mesh | None:
    upright = list(_joined(lines, True, SAME_COLUMN))
    level = list(_joined(lines, False, SAME_ROW))
    if not upright or not level:
        return None
    xs = _with_ends([e.at for e in upright], level, SAME_COLUMN)
    ys = _with_ends([e.at for e in level], upright, SAME_ROW)
    columns, rows = len(xs) - 1, len(ys) - 1
    if columns < 2 or rows < 1 or columns + rows < LEAST or columns * rows > MAX_PLACES:
        return None
    mesh = Mesh(tuple(xs), tuple(ys))
    walls = _walls(upright, xs, ys), _walls(level, ys, xs)
    for cell in _cells(mesh, *walls):
        mesh.add(cell)
    return mesh


def _with_ends(places: Iterable[float], across: Sequence[Edge], near: float) -> list[float]:
    """The positions of lines, and the table's ends where no line closes it."""
    found = sorted(set(places))
    first, last = min(e.start for e in across), max(e.end for e in across)
    if first < found[0] - near:
        found.insert(0, first)
    if last > found[-1] + near:
        found.append(last)
    return found


def _walls(lines: Iterable[Edge], places: Sequence[float], across: Sequence[float]) -> set[Slot]:
    """(line, gap): at which position a line stands along which gap of the other direction."""
    index = {at: number for number, at in enumerate(places)}
    walls = set()
    for line in lines:
        for gap, (low, high) in enumerate(pairwise(across)):
            if min(line.end, high) - max(line.start, low) >= WALL * (high - low):
                walls.add((index[line.at], gap))
    return walls


def _cells(mesh: Mesh, upright: set[Slot], level: set[Slot]) -> Iterator[Cell]:
    """Places without a wall between them are one cell; what is then no rectangle is cut up."""
    rows, columns = len(mesh.ys) - 1, len(mesh.xs) - 1
    done: set[Slot] = set()
    for row, column in product(range(rows), range(columns)):
        if (row, column) in done:
            continue
        right, bottom = column, row
        while _reaches(row, right + 1, columns, upright, done):
            right += 1
        while bottom + 1 < rows and _goes_on(bottom + 1, column, right, upright, level):
            bottom += 1
        done |= set(product(range(row, bottom + 1), range(column, right + 1)))
        area = Area(mesh.xs[column], mesh.ys[row], mesh.xs[right + 1], mesh.ys[bottom + 1])
        closed_top = any((row, c) in level for c in range(column, right + 1))
        closed = any((bottom + 1, c) in level for c in range(column, right + 1))
        open_top, open_bottom = row == 0 and not closed_top, bottom + 1 == rows and not closed
        yield Cell(row, column, bottom, right, area, open_top, open_bottom)


def _reaches(row: int, column: int, columns: int, upright: set[Slot], done: set[Slot]) -> bool:
    """Whether a cell reaches this column: no line before it, and no other cell there."""
    return column < columns and (row, column) not in done and (column, row) not in upright


def _goes_on(row: int, left: int, right: int, upright: set[Slot], level: set[Slot]) -> bool:
    """Whether a cell goes on in this row: no line above it, and none through it."""
    return not any((row, column) in level for column in range(left, right + 1)) and not any(
        (column, row) in upright for column in range(left + 1, right + 1)
    )
