"""Text over other text or across lines: rows too low for what they say, printed as they are.

Programs then leave whole lines out, so what is left may look like a shorter text.
"""

from collections.abc import Iterable, Sequence

from performance.sheets.formats.pdf.drawn import Area, Char
from performance.sheets.formats.pdf.heading import HEADING_WITHIN
from performance.sheets.formats.pdf.mesh import Mesh
from performance.sheets.formats.pdf.pieces import Piece
from performance.sheets.grid import SheetError

OVER = 0.35
"""Lines set close share less of a letter's height, letters set close less of its width."""

MOST = 0.15
"""More letters of a table over each other, and nobody reads it for certain."""

ACROSS = 0.3
"""Of a line's height: how much of it stands beyond its cell. Letters are lower than their line."""

SQUARE = 12.0

DOUBT = "第{page}页这一格的行高太低，文字压线或者叠在一起，可能读错或不全，请对照原件核对。"
TOO_CROWDED = (
    "PDF 第{page}页的表格行高太低，文字压线或者叠在一起，读不准也可能不全，不予读取；请在表格软件里"
    "把行高调到能看清全部文字后重新生成 PDF，或者上传原来的 Excel 表格（.xlsx）。"
)


def mark_crowded(mesh: Mesh, pieces: Iterable[Piece]) -> None:
    """Say of cells that their text lies over another one's or an edge, and of the table how much.

    A cell cut by a page break is left out: it is printed whole over its neighbours, and clipped.
    """
    within = [p for p in pieces if p.cell and not (p.cell.cut_top or p.cell.cut_bottom)]
    placed = [(char, piece) for piece in within for char in piece.chars if char.text.strip()]
    beside = _over([(_seen(char), piece) for char, piece in placed])
    across = [p for p in within if not _may_be_cut(mesh, p) and _is_across(p) and p not in beside]
    over = beside + [piece for _, piece in placed if piece in across]
    for piece in over:
        if piece.cell is not None:
            piece.cell.is_crowded = True
    mesh.crowded = len(over) / max(len(placed), 1)


def refuse_crowded(page: int, mesh: Mesh) -> None:
    if mesh.crowded > MOST:
        raise SheetError("crowded", TOO_CROWDED.format(page=page))


def _over(placed: Sequence[tuple[Area, Piece]]) -> list[Piece]:
    """For each letter that lies over a letter of another piece, its piece."""
    squares: dict[tuple[int, int], list[tuple[Area, Piece]]] = {}
    for area, piece in placed:
        for square in _squares(area):
            squares.setdefault(square, []).append((area, piece))
    return [
        piece
        for area, piece in placed
        if any(
            other is not piece and area.shared(beside).size > OVER * min(area.size, beside.size)
            for square in _squares(area)
            for beside, other in squares[square]
        )
    ]


def _may_be_cut(mesh: Mesh, piece: Piece) -> bool:
    """A break cuts the last row, or the first one below the heading: text beyond it is clipped."""
    cell = piece.cell
    return cell is None or cell.last_row == mesh.last_row or cell.row < HEADING_WITHIN


def _is_across(piece: Piece) -> bool:
    area, cell = piece.area, piece.cell
    if cell is None:
        return False
    beyond = max(cell.area.top - area.top, area.bottom - cell.area.bottom)
    return beyond > ACROSS * (area.bottom - area.top)


def _squares(area: Area) -> list[tuple[int, int]]:
    xs = range(int(area.x0 // SQUARE), int(area.x1 // SQUARE) + 1)
    ys = range(int(area.top // SQUARE), int(area.bottom // SQUARE) + 1)
    return [(x, y) for x in xs for y in ys]


def _seen(char: Char) -> Area:
    """What a letter shows; a font's letters are taller than they look by a fifth."""
    return char.area if char.clip is None else char.area.shared(char.clip)
