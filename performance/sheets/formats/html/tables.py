"""Tables of a page: cells with their spans, and the texts between them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from performance.sheets.formats.html.markup import Tag, pieces

MOST_COLUMNS, MOST_ROWS = 1_000, 65_534
"""What spans may be: browsers take no more."""

MAX_DEPTH = 50

BREAK, BLOCK = "\n", "\f"
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide|visibility\s*:\s*(?:hidden|collapse)", re.I)
_BLOCK = re.compile(r"[ \n]*\f[ \n\f]*")
_BLOCKS = (
    *("address", "blockquote", "center", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5"),
    *("h6", "hr", "li", "ol", "p", "pre", "ul"),
)
_LINES = dict.fromkeys(_BLOCKS, BLOCK) | {"br": BREAK}


@dataclass
class Cell:
    attributes: Mapping[str, str]
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Blanks and line ends of the source are one blank; lines end at breaks and blocks."""
        text = _BLOCK.sub("\n", "".join(self.pieces).replace("\xa0", " "))
        return "\n".join(line.strip(" ") for line in text.split("\n")).strip()

    def span(self, name: str, most: int) -> int:
        number = self.attributes.get(name, "").strip()
        return min(max(int(number), 1), most) if number.isdecimal() and len(number) < 9 else 1

    @property
    def hidden(self) -> bool:
        return is_hidden(self.attributes)


@dataclass
class Row:
    attributes: Mapping[str, str] = field(default_factory=dict)
    cells: list[Cell] = field(default_factory=list)


@dataclass
class Table:
    """Its rows, in which a text outside of tables is a row of one cell."""

    rows: list[Row] = field(default_factory=list)
    columns: list[tuple[int, bool]] = field(default_factory=list)
    """(how many, hidden) for each <col>."""

    @property
    def is_text(self) -> bool:
        """Not a table but a place for a title: no row has a second cell."""
        return all(len(row.cells) < 2 for row in self.rows)


def tables_of(markup: str) -> list[Table]:
    """Tables and the texts between them, in the order of the page."""
    page = _Page()
    for piece in pieces(markup):
        if isinstance(piece, str):
            page.text(piece)
        else:
            page.tag(piece)
    page.end_text()
    return [table for table in page.tables if table.rows]


def is_hidden(attributes: Mapping[str, str]) -> bool:
    return "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style", "")))


class _Page:
    """What is open while the page goes by. A table in a cell parts the table around it in two:
    what stands before it, and what comes after."""

    def __init__(self) -> None:
        self.tables: list[Table] = []
        self.open: list[Table] = []
        self.cells: list[Cell | None] = []
        self.outside = Cell({})

    def text(self, text: str) -> None:
        cell = self._cell()
        if cell is not None:
            cell.pieces.append(_BLANKS.sub(" ", text))

    def tag(self, tag: Tag) -> None:
        if tag.name in _LINES:
            cell = self._cell()
            if cell is not None:
                cell.pieces.append(_LINES[tag.name])
        elif act := (self._ENDS if tag.closes else self._STARTS).get(tag.name):
            act(self, tag)

    def end_text(self) -> None:
        """The texts so far that stand in no table."""
        lines = [line for line in self.outside.text.split("\n") if line]
        rows = [Row(cells=[Cell({}, [line])]) for line in lines]
        self.outside = Cell({})
        if rows:
            self.tables.append(Table(rows))

    def _cell(self) -> Cell | None:
        """Where text goes now: nowhere, between the cells of a table."""
        return self.cells[-1] if self.open else self.outside

    def _start_table(self, tag: Tag) -> None:
        if len(self.open) >= MAX_DEPTH:
            return
        if not self.open:
            self.end_text()
        else:
            rest = Table()
            self.open[-1], self.cells[-1] = rest, None
        inner = Table()
        self.open.append(inner)
        self.cells.append(None)
        self.tables.append(inner)

    def _end_table(self, tag: Tag) -> None:
        if not self.open:
            return
        self.open.pop()
        self.cells.pop()
        if self.open:
            self.tables.append(self.open[-1])

    def _start_row(self, tag: Tag) -> None:
        if self.open:
            self.open[-1].rows.append(Row(tag.attributes))
            self.cells[-1] = None

    def _start_cell(self, tag: Tag) -> None:
        if not self.open:
            return
        if not self.open[-1].rows:
            self.open[-1].rows.append(Row())
        cell = Cell(tag.attributes)
        self.open[-1].rows[-1].cells.append(cell)
        self.cells[-1] = cell

    def _end_cell(self, tag: Tag) -> None:
        if self.open:
            self.cells[-1] = None

    def _column(self, tag: Tag) -> None:
        if self.open:
            span = Cell(tag.attributes).span("span", MOST_COLUMNS)
            self.open[-1].columns.append((span, is_hidden(tag.attributes)))

    def _start_caption(self, tag: Tag) -> None:
        self._start_row(tag)
        self._start_cell(Tag("td", {}))

    _STARTS = {
        "table": _start_table,
        "tr": _start_row,
        "td": _start_cell,
        "th": _start_cell,
        "col": _column,
        "caption": _start_caption,
    }
    _ENDS = {
        "table": _end_table,
        "tr": _end_cell,
        "td": _end_cell,
        "th": _end_cell,
        "caption": _end_cell,
    }
