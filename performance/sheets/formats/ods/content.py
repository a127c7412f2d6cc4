"""One pass over content.xml: worksheets, their cells with spans and repeats, what is hidden."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from xml.parsers.expat import XMLParserType

from performance.sheets.formats.budget import LAST_COLUMN, LAST_ROW, Budget
from performance.sheets.formats.gather import Gathered
from performance.sheets.formats.hidden import hidden_sheet
from performance.sheets.formats.packed import BROKEN
from performance.sheets.formats.readings import Reading
from performance.sheets.formats.streamed import Events
from performance.sheets.grid import Grid, SheetError

_SPACE = "urn:oasis:names:tc:opendocument:xmlns:{}:1.0 "
OFFICE, TABLE, TEXT, STYLE = (_SPACE.format(name) for name in ("office", "table", "text", "style"))
CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
_VALUES = ("value", "date-value", "boolean-value", "time-value")
_WIDTH = "number-columns-spanned"
_CELL, _COVERED = f"{TABLE}table-cell", f"{TABLE}covered-table-cell"
_ASIDE = frozenset(
    (f"{OFFICE}forms", f"{TABLE}shapes", f"{TABLE}tracked-changes", f"{TABLE}dde-links")
)
"""Parts that may hold cells and texts which stand in no worksheet."""

_BLANKS = re.compile(r"[ \t\r\n]+")
_MOST_BLANKS = 1_000


@dataclass
class OpenCell:
    """A cell as the file has it: shown text, type, the value behind the text, formula."""

    kind: str = ""
    value: str | None = None
    formula: str = ""
    spans: tuple[int, int] = (1, 1)
    repeated: int = 1
    pieces: list[str] = field(default_factory=list)
    has_text: bool = False

    @property
    def text(self) -> str:
        return "".join(self.pieces).strip()


@dataclass
class _Row:
    repeated: int
    column: int = 1
    cells: list[tuple[int, OpenCell, Reading]] = field(default_factory=list)


class Content(Events):
    """`grids` are complete when the pass ends. `hidden`: hidden things are read like others."""

    def __init__(self, read: Callable[[OpenCell], Reading], budget: Budget, hidden: bool):
        super().__init__()
        self.read, self.budget, self.hidden = read, budget, hidden
        self.grids: list[Grid] = []
        self.unseen: set[str] = set()
        self.style = self.name = ""
        self.sheet: Gathered | None = None
        self.row = self.column = 1
        self.line: _Row | None = None
        self.cell: OpenCell | None = None
        self.aside = 0
        self.in_paragraph = False

    def connect(self, parser: XMLParserType) -> None:
        self.parser = parser
        parser.StartElementHandler = self._first
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text

    def _first(self, name: str, attributes: Mapping[str, str]) -> None:
        if name != f"{OFFICE}document-content":
            raise SheetError("damaged", BROKEN)
        self.parser.StartElementHandler = self._start

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        foreign = self.cell is not None and not name.startswith(TEXT)
        if self.aside or foreign or name in _ASIDE:
            self.aside += 1
        elif act := self._STARTS.get(name):
            act(self, attributes)

    def _end(self, name: str) -> None:
        if self.aside:
            self.aside -= 1
        elif act := self._ENDS.get(name):
            act(self)

    def _text(self, piece: str) -> None:
        if self.in_paragraph and self.cell is not None and not self.aside:
            self._add(_BLANKS.sub(" ", piece))

    def _start_style(self, attributes: Mapping[str, str]) -> None:
        self.style = attributes.get(f"{STYLE}name", "")

    def _table_style(self, attributes: Mapping[str, str]) -> None:
        if attributes.get(f"{TABLE}display") == "false":
            self.unseen.add(self.style)

    def _start_sheet(self, attributes: Mapping[str, str]) -> None:
        name = attributes.get(f"{TABLE}name", "")
        is_unseen = attributes.get(f"{TABLE}style-name") in self.unseen and not self.hidden
        if is_unseen:
            self.grids.append(hidden_sheet(name))
        if is_unseen or self.sheet:
            self.aside = 1
            return
        self.name, self.sheet = name, Gathered(self.budget)
        self.row = self.column = 1

    def _end_sheet(self) -> None:
        if self.sheet:
            self.grids.append(self.sheet.grid(self.name, hidden=self.hidden))
        self.sheet = None

    def _column(self, attributes: Mapping[str, str]) -> None:
        count = _count(attributes, "number-columns-repeated")
        if self.sheet and _is_unseen(attributes):
            last = min(self.column + count - 1, LAST_COLUMN)
            self.sheet.hidden_columns.add(self.column, last)
        self.column += count

    def _start_row(self, attributes: Mapping[str, str]) -> None:
        self.line = _Row(_count(attributes, "number-rows-repeated"))
        if self.sheet and _is_unseen(attributes):
            self.sheet.hidden_rows.add(self.row, self.row + self.line.repeated - 1)

    def _end_row(self) -> None:
        """A row that is repeated with something in it counts as often as it stands there."""
        if not self.line or not self.sheet:
            return
        if self.line.cells:
            for row in range(self.row, self.row + self.line.repeated):
                self._place(self.sheet, row, self.line)
        self.row += self.line.repeated
        self.line = None

    def _place(self, sheet: Gathered, row: int, line: _Row) -> None:
        if row > LAST_ROW:
            raise SheetError("damaged", BROKEN)
        for column, cell, reading in line.cells:
            self.budget.spend("cells")
            height, width = cell.spans
            if height > 1 or width > 1:
                sheet.merge((row, column, row + height - 1, column + width - 1))
            sheet.take(row, column, reading)

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        values = (attributes.get(f"{OFFICE}{name}") for name in _VALUES)
        told = attributes.get(f"{CALC}value-type") or attributes.get(f"{OFFICE}value-type", "")
        self.cell = OpenCell(
            kind=told,
            value=next((value for value in values if value is not None), None),
            formula=attributes.get(f"{TABLE}formula", "").removeprefix("of:").removeprefix("="),
            spans=(_count(attributes, "number-rows-spanned"), _count(attributes, _WIDTH)),
            repeated=_count(attributes, "number-columns-repeated"),
        )

    def _end_cell(self) -> None:
        cell, line, self.cell = self.cell, self.line, None
        if cell is None or line is None:
            return
        reading = self.read(cell)
        if reading.text or reading.message or cell.spans != (1, 1):
            last = line.column + cell.repeated - 1
            if last > LAST_COLUMN:
                raise SheetError("damaged", BROKEN)
            self.budget.spend("cells", cell.repeated)
            line.cells += [(n, cell, reading) for n in range(line.column, last + 1)]
        else:
            self.budget.spend("blank_cells")
        line.column += cell.repeated

    def _start_covered(self, attributes: Mapping[str, str]) -> None:
        """What lies under a merged area is not seen, and nothing of it is read."""
        if self.line:
            self.line.column += _count(attributes, "number-columns-repeated")
        self.aside = 1

    def _start_paragraph(self, attributes: Mapping[str, str]) -> None:
        if self.cell is not None:
            if self.cell.has_text:
                self.cell.pieces.append("\n")
            self.cell.has_text = self.in_paragraph = True

    def _end_paragraph(self) -> None:
        self.in_paragraph = False

    def _blanks(self, attributes: Mapping[str, str]) -> None:
        count = attributes.get(f"{TEXT}c", "1")
        times = int(count) if count.isdecimal() and len(count) < 5 else 1
        self._add(" " * min(times, _MOST_BLANKS))

    def _add(self, piece: str) -> None:
        if self.cell is not None:
            self.budget.spend("characters", len(piece))
            self.cell.pieces.append(piece)

    _STARTS = {
        f"{STYLE}style": _start_style,
        f"{STYLE}table-properties": _table_style,
        f"{TABLE}table": _start_sheet,
        f"{TABLE}table-column": _column,
        f"{TABLE}table-row": _start_row,
        _CELL: _start_cell,
        _COVERED: _start_covered,
        f"{TEXT}p": _start_paragraph,
        f"{TEXT}s": _blanks,
        f"{TEXT}tab": lambda self, attributes: self._add("\t"),
        f"{TEXT}line-break": lambda self, attributes: self._add("\n"),
    }
    _ENDS = {
        f"{TABLE}table": _end_sheet,
        f"{TABLE}table-row": _end_row,
        _CELL: _end_cell,
        f"{TEXT}p": _end_paragraph,
    }


def _is_unseen(attributes: Mapping[str, str]) -> bool:
    return attributes.get(f"{TABLE}visibility") in ("collapse", "filter")


def _count(attributes: Mapping[str, str], name: str) -> int:
    text = attributes.get(f"{TABLE}{name}", "")
    return max(int(text), 1) if text.isdecimal() and len(text) < 9 else 1
