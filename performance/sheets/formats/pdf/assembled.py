"""From the parts of a table on its pages to one Grid, rows numbered through."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from unicodedata import bidirectional

from performance.sheets.formats.marks import END, unmarked
from performance.sheets.formats.pdf import crowded
from performance.sheets.formats.pdf.breaks import Break, Columns, Placed, pairs_at
from performance.sheets.formats.pdf.chain import Chain, Part
from performance.sheets.formats.pdf.drawn import UNREADABLE
from performance.sheets.formats.pdf.mesh import SAME_COLUMN
from performance.sheets.grid import Area, Box, Grid, Note

LOST = (
    f"第{{page}}页的这一格里有读不出的字（显示为“{UNREADABLE}”），PDF 没有写明是什么字，"
    "请对照原件改正。"
)
BACKWARDS = (
    "第{page}页的这一格里有从右向左书写的文字（如阿拉伯文、维吾尔文），PDF 按印在纸上的先后存放，"
    "读出来可能前后颠倒，请对照原件核对。"
)


def assemble(chain: Chain, name: str) -> Grid:
    xs = _columns(chain)
    rows: dict[int, dict[int, str]] = {}
    boxes: dict[tuple[int, int], Box] = {}
    merges: list[Area] = []
    notes: list[Note] = []
    for number, line in enumerate(chain.first.above, 1):
        for column, (text, area) in enumerate(line, 1):
            rows.setdefault(number, {})[column] = unmarked(text) if END in text else text
            boxes[number, column] = Box(chain.first.page, *area)
    for cell in _placed(chain):
        row, left, last_row, right = place = _place(cell, xs, len(chain.first.above) + 1)
        boxes[row, left] = Box(cell.page, *cell.cell.area)
        if text := _text(cell):
            rows.setdefault(row, {})[left] = text
        if (row, left) != (last_row, right):
            merges.append(place)
        notes += _notes(cell, row, left)
    shown = {row: _cells(rows[row]) for row in sorted(rows)}
    return Grid(name, shown, tuple(merges), tuple(notes), boxes=boxes)


def _place(cell: Placed, xs: Sequence[float], first_row: int) -> Area:
    left = _column(xs, cell.x0) + 1
    return cell.row + first_row, left, cell.last_row + first_row, max(_column(xs, cell.x1), left)


def _text(cell: Placed) -> str:
    return unmarked(cell.text).strip() if cell.standing.known else cell.text


def _notes(cell: Placed, row: int, column: int) -> Iterator[Note]:
    yield from (Note(row, column, "warning", doubt, "F19") for doubt in cell.doubts)
    if UNREADABLE in cell.text:
        yield Note(row, column, "warning", LOST.format(page=cell.page))
    if any(bidirectional(character) in ("R", "AL") for character in cell.text):
        yield Note(row, column, "warning", BACKWARDS.format(page=cell.page), "F19")


def _placed(chain: Chain) -> list[Placed]:
    """All cells of all pages, those that a break cut as one."""
    columns = Columns(chain)
    found: list[Placed] = []
    rows = 0
    last: Part | None = None
    for part in chain.parts:
        new = list(_of_part(part, rows, part.mesh.xs[0] - chain.first.mesh.xs[0]))
        if not new:
            continue
        if last is not None:
            pages = {"before": last.page, "after": part.page}
            new = _mended(found, new, rows, columns, pages)
        found += new
        rows = max(cell.last_row for cell in found) + 1
        last = part
    return found


def _mended(
    found: Sequence[Placed],
    new: Sequence[Placed],
    rows: int,
    columns: Columns,
    pages: Mapping[str, int],
) -> list[Placed]:
    """The new page's cells that are not the rest of one before it."""
    bottom = [cell for cell in found if cell.last_row == rows - 1]
    top = [cell for cell in new if cell.row == rows]
    tall = [c for c in (*found, *new) if c.last_row > max(c.row, columns.last_row)]
    width = max(cell.x1 for cell in new) - min(cell.x0 for cell in new)
    gone = Break(pairs_at(bottom, top), columns, tall, pages, width).mend()
    ended = {id(cell) for cell in gone}
    return [cell for cell in new if id(cell) not in ended]


def _of_part(part: Part, rows: int, shift: float) -> Iterator[Placed]:
    """Cells of a page below its repeated heading; a page shifted sideways is shifted back."""
    skip = part.repeated
    for cell in part.mesh.cells:
        if cell.last_row >= skip:
            first, last = max(cell.row, skip) - skip + rows, cell.last_row - skip + rows
            x0, x1 = cell.area.x0 - shift, cell.area.x1 - shift
            doubts = [crowded.DOUBT.format(page=part.page)] if cell.is_crowded else []
            yield Placed(
                first, last, x0, x1, part.page, cell, cell, cell.text, cell.standing, doubts
            )


def _columns(chain: Chain) -> list[float]:
    """The edges of columns on all pages, those near each other as one."""
    first = chain.first.mesh.xs[0]
    shifts = [part.mesh.xs[0] - first for part in chain.parts]
    edges = sorted(
        x - shift for part, shift in zip(chain.parts, shifts, strict=True) for x in part.mesh.xs
    )
    found = edges[:1]
    for x in edges:
        if x - found[-1] > SAME_COLUMN:
            found.append(x)
    return found


def _column(xs: Sequence[float], x: float) -> int:
    return min(range(len(xs)), key=lambda number: abs(xs[number] - x))


def _cells(row: dict[int, str]) -> tuple[str, ...]:
    return tuple(row.get(column, "") for column in range(1, max(row) + 1))


def name_of(chain: Chain, taken: Iterable[str]) -> str:
    first, last = chain.first.page, chain.last.page
    name = f"第{first}页" if first == last else f"第{first}至{last}页"
    number = sum(other == name or other.startswith(f"{name}表") for other in taken) + 1
    return name if number == 1 else f"{name}表{number}"
