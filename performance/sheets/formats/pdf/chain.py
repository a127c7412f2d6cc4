"""Which tables of successive pages are one table."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from performance.sheets.formats.pdf.drawn import Area, Char, Page
from performance.sheets.formats.pdf.heading import (
    HEADING_WITHIN,
    NAME,
    heading_cells,
    heading_row,
    row_cells,
    texts,
)
from performance.sheets.formats.pdf.mesh import Mesh
from performance.sheets.formats.pdf.words import fragments, squeezed

Line = list[tuple[str, Area]]

MAX_ABOVE = 12
SHIFT = 8.0
_FOLIO = re.compile(r"[-—–·\s]*(第?\d+页?)?([/／,，\s]*共?\d+页)?[-—–·\s]*|续表\d*")
# But for the year of a title, such as 2025年绩效目标, which is no date, such as 2025年3月1日.
_DIGITS = re.compile(r"(?!20\d\d年(?!\d))(?<!\d)\d+")


@dataclass
class Part:
    """A table on one page, with the text between the table above it, or the page's top, and it.

    `repeated`: how many of its first rows repeat the heading of the table that it continues.
    """

    page: int
    mesh: Mesh
    above: list[Line]
    below: list[Line]
    is_last: bool
    repeated: int = 0

    @property
    def is_open_above(self) -> bool:
        """One open cell is a cut one; where all are open, the table has no border there."""
        cells = row_cells(self.mesh, 0)
        openings = [cell.open_top for cell in cells]
        return _some(openings) or any(cell.cut_top for cell in self.mesh.cells)

    @property
    def is_open_below(self) -> bool:
        cells = [cell for cell in self.mesh.cells if cell.last_row == self.mesh.last_row]
        openings = [cell.open_bottom for cell in cells]
        return _some(openings) or any(cell.cut_bottom for cell in cells)


@dataclass
class Chain:
    """One table, page by page."""

    parts: list[Part] = field(default_factory=list)

    @property
    def first(self) -> Part:
        return self.parts[0]

    @property
    def last(self) -> Part:
        return self.parts[-1]


def parts_of(page: Page, meshes: list[Mesh], outside: Iterable[Char]) -> list[Part]:
    lines = [line for line in fragments(outside) if not _is_folio(line)]
    found = []
    for number, mesh in enumerate(meshes):
        top = max((m.ys[-1] for m in meshes[:number] if m.ys[-1] <= mesh.ys[0]), default=-1e9)
        above = [line for line in lines if top < _middle(line) < mesh.ys[0]]
        below = [line for line in lines if _middle(line) > mesh.ys[-1]]
        last = number == len(meshes) - 1
        found.append(Part(page.number, mesh, above[-MAX_ABOVE:], below, last))
    return found


def chains(pages: Iterable[list[Part]]) -> list[Chain]:
    found: list[Chain] = []
    for parts in pages:
        for number, part in enumerate(parts):
            if found and number == 0 and _continues(found[-1], part, parts[-1]):
                part.repeated = _repeated_rows(found[-1].first, part)
                found[-1].parts.append(part)
            else:
                found.append(Chain([part]))
    return found


def _continues(chain: Chain, part: Part, last_of_page: Part) -> bool:
    before = chain.last
    if not before.is_last or part.page != before.page + 1 or not _same_columns(before, part):
        return False
    above = [line for line in part.above if not _is_of_cells(line, before)]
    if _repeated_rows(chain.first, part):
        return _texts(above) <= _texts(chain.first.above)
    if part.is_open_above:
        return True
    if above or _begins_list(chain, part):
        return False
    if _first_text(part) and _first_text(part) == _first_text(chain.first):
        return False
    return _texts(before.below) <= _texts(last_of_page.below) or before.is_open_below


def _begins_list(chain: Chain, part: Part) -> bool:
    """Whether a heading is another list's; a form's may be the first thing on its second page."""
    if heading_row(part.mesh, HEADING_WITHIN) is None:
        return False
    names = any(NAME.fullmatch(text) for text in texts(heading_cells(part.mesh)))
    return names or any(heading_row(before.mesh) is not None for before in chain.parts)


def _is_of_cells(line: Line, before: Part) -> bool:
    """Whether a line is text of cells that the page break cut, written whole once more."""
    cells = [c for c in before.mesh.cells if c.last_row == before.mesh.last_row]
    known = [squeezed(cell.text) for cell in cells]
    return all(any(squeezed(text) in other for other in known) for text, _ in line)


def _some(openings: list[bool]) -> bool:
    return any(openings) and not all(openings)


def _same_columns(before: Part, part: Part) -> bool:
    """A form's pages may lack columns of each other, but the frame is one."""
    one, other = before.mesh.xs, part.mesh.xs
    if abs(one[0] - other[0]) > SHIFT or abs(one[-1] - other[-1]) > SHIFT:
        return False
    few, many = sorted((one, other), key=len)
    found = sum(any(abs(x - y) <= SHIFT for y in many) for x in few)
    return found >= len(few) - 1


def _repeated_rows(first: Part, part: Part) -> int:
    mine, theirs = heading_row(part.mesh, HEADING_WITHIN), heading_row(first.mesh)
    if mine is None or theirs is None:
        return 0
    known = texts(cell for cell in first.mesh.cells if cell.row <= theirs)
    band = texts(cell for cell in part.mesh.cells if cell.row <= mine)
    return mine + 1 if band <= known else 0


def _first_text(part: Part) -> str:
    return squeezed(part.mesh.at[0, 0].text)


def _texts(lines: Iterable[Line]) -> set[str]:
    """Numbers do not count: pages and dates of printing differ from page to page. Years do: the
    next page may have the next year's list."""
    return {_DIGITS.sub("", squeezed("".join(text for text, _ in line))) for line in lines}


def _is_folio(line: Line) -> bool:
    return bool(_FOLIO.fullmatch("".join(text for text, _ in line)))


def _middle(line: Line) -> float:
    return (line[0][1].top + line[0][1].bottom) / 2
