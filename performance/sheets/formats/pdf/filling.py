"""Which cell each character belongs to.

A merged cell that a page break cuts is written whole on both pages, over other cells, outside the
table and outside the page; what clips the text, and the order in which it was written, tell.
"""

from collections.abc import Iterable, Sequence

from performance.sheets.formats.marks import END, LINE, TINY, has_ended
from performance.sheets.formats.pdf.crowded import mark_crowded
from performance.sheets.formats.pdf.drawn import Area, Char, Page
from performance.sheets.formats.pdf.heading import HEADING, HEADING_WITHIN, KNOWN_HEADINGS, plain
from performance.sheets.formats.pdf.mesh import Cell, Mesh
from performance.sheets.formats.pdf.pieces import Finder, Piece, once, pieces_of, runs_of
from performance.sheets.formats.pdf.standing import Standing, standing
from performance.sheets.formats.pdf.words import written

CLIPPED = 0.8
"""A clip belongs to the cell that fills so much of it, and is filled by it as much."""

MIDDLE = 4.0
ONE_SIZE = 0.3
OVER = 0.1

Run = list[Piece]


def fill(meshes: Sequence[Mesh], page: Page) -> list[Char]:
    """Give the cells of a page's tables their texts; the answer is what stands outside them."""
    is_ours = any(char.size < TINY and char.text in (LINE, END) for char in page.chars)
    left = list(page.chars if is_ours else once(page.chars))
    for mesh in meshes:
        pieces, left = pieces_of(mesh, left)
        if not is_ours:
            _settle_all(mesh, pieces)
            mark_crowded(mesh, pieces)
        left += [char for piece in pieces if piece.cell is None for char in piece.chars]
        _write(mesh, pieces, is_ours)
    return [char for char in left if _is_shown(char) and _holds(page.area, char)]


def _settle_all(mesh: Mesh, pieces: Sequence[Piece]) -> None:
    _settle_by_clip(mesh, pieces)
    runs = runs_of(pieces)
    for run in runs:
        _settle(mesh, run, pieces)
    _uncover_headings(mesh, runs)


def _settle_by_clip(mesh: Mesh, pieces: Iterable[Piece]) -> None:
    """A clip as large as a cell is that cell's; what lies beyond a larger one is of its rim."""
    find = Finder(mesh)
    cells: dict[Area, Cell | None] = {}
    for piece in pieces:
        clip = piece.chars[0].clip
        if clip is None or not mesh.area.shared(clip).size:
            continue
        if clip not in cells:
            cells[clip] = _clipped_to(mesh, clip)
        cell = cells[clip] or find.at_rim(piece, mesh.area.shared(clip))
        if cell is not None:
            _move(mesh, piece, cell)


def _clipped_to(mesh: Mesh, clip: Area) -> Cell | None:
    for cell in mesh.cells:
        shared = cell.area.shared(clip).size
        if shared and shared >= CLIPPED * max(clip.size, cell.area.size):
            return cell
    return None


def _move(mesh: Mesh, piece: Piece, cell: Cell) -> None:
    """Text beyond the table's ends says that the cell is cut there."""
    area = piece.area
    middle = (area.top + area.bottom) / 2
    cell.cut_top |= middle < cell.area.top and cell.row < HEADING_WITHIN
    cell.cut_bottom |= middle > cell.area.bottom and cell.last_row == mesh.last_row
    piece.cell = cell


def _settle(mesh: Mesh, run: Run, pieces: Sequence[Piece]) -> None:
    """A run that leaves the table, or goes over another cell's text, belongs to one cell."""
    held = [piece for piece in run if piece.cell is not None]
    homes = {id(piece.cell): piece.cell for piece in held if piece.cell}
    if not homes or (len(homes) == 1 and len(held) == len(run)) or not _is_one_text(run):
        return
    home = _middle_home(mesh, run, list(homes.values()), pieces)
    free = [cell for cell in homes.values() if not _lies_over(run, cell, pieces)]
    for piece in run:
        if home is not None:
            _move(mesh, piece, home)
        elif piece.cell is None:
            nearest = min(held, key=lambda other: abs(other.area.top - piece.area.top))
            if nearest.cell is not None:
                _move(mesh, piece, nearest.cell)
        elif free and piece.cell not in free:
            _move(mesh, piece, free[0])


def _middle_home(
    mesh: Mesh, run: Run, homes: Sequence[Cell], pieces: Sequence[Piece]
) -> Cell | None:
    """The cell that a text too long for it is in the middle of, over others with their own text."""
    top, bottom = run[0].area.top, run[-1].area.bottom
    between = Finder(mesh).cell((top + bottom) / 2, homes[0].column)
    for cell in (*homes, *([between] if between and between not in homes else ())):
        middle = abs(top + bottom - cell.area.top - cell.area.bottom) / 2
        too_long = bottom - top > cell.area.bottom - cell.area.top
        others = (home for home in homes if home is not cell)
        if middle <= MIDDLE and too_long and all(_has_own(run, o, pieces) for o in others):
            return cell
    return None


def _has_own(run: Run, cell: Cell, pieces: Sequence[Piece]) -> bool:
    return any(piece.cell is cell and piece.run != run[0].run for piece in pieces)


def _lies_over(run: Run, cell: Cell, pieces: Sequence[Piece]) -> bool:
    mine = [piece.area for piece in run if piece.cell is cell]
    return any(
        other.cell is cell
        and other.run != run[0].run
        and any(area.shared(other.area).size > OVER * area.size for area in mine)
        for other in pieces
    )


def _is_one_text(run: Run) -> bool:
    """Lines of one text have one size; a title right above a heading has not."""
    sizes = [piece.chars[0].size for piece in run]
    return max(sizes) - min(sizes) < ONE_SIZE


def _uncover_headings(mesh: Mesh, runs: Sequence[Run]) -> None:
    """Text over a heading that is one without it belongs to the cell below."""
    headings = [
        run for run in runs if (cell := run[0].cell) and cell.row < HEADING_WITHIN and _heads(run)
    ]
    rows = [run[0].cell.row for run in headings if run[0].cell]
    known = {id(run[0].cell): run for run in headings if rows.count(_row(run)) >= KNOWN_HEADINGS}
    for run in runs:
        over = known.get(id(run[0].cell))
        if run[0].cell and over is not None and over is not run and not _heads([*over, *run]):
            below = mesh.at.get((run[0].cell.last_row + 1, run[0].cell.column))
            for piece in run:
                if below is not None:
                    _move(mesh, piece, below)


def _heads(run: Run) -> bool:
    text = "".join(char.text for piece in run for char in piece.chars)
    return bool(HEADING.fullmatch(plain(text)))


def _row(run: Run) -> int:
    return run[0].cell.row if run[0].cell else -1


def _write(mesh: Mesh, pieces: Iterable[Piece], is_ours: bool) -> None:
    chars: dict[int, list[Char]] = {}
    for piece in pieces:
        if piece.cell is not None:
            chars.setdefault(id(piece.cell), []).extend(piece.chars)
    for cell in mesh.cells:
        inside = chars.get(id(cell), ())
        if is_ours:
            cell.text = "".join(char.text for char in inside)
            cell.standing = Standing(known=bool(cell.text), ended=has_ended(cell.text))
        else:
            cell.text = written(inside, cell.area.x1 - cell.area.x0)
            cell.standing = standing(inside, cell.area)


def _is_shown(char: Char) -> bool:
    """Blanks are not, but for our mark: it tells a character's number from text typed like one."""
    return bool(char.text.strip()) or char.text == END


def _holds(page: Area, char: Char) -> bool:
    return page.x0 <= char.x <= page.x1 and page.top <= char.y <= page.bottom
