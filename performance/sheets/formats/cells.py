"""One pass over a worksheet's XML: its filled cells and its merged areas."""

import re
from collections.abc import Callable, Mapping
from typing import IO, NamedTuple

from performance.sheets.formats.budget import LAST_COLUMN, LAST_ROW, TOO_LARGE, Budget
from performance.sheets.formats.gather import Gathered
from performance.sheets.formats.packed import BROKEN
from performance.sheets.formats.readings import Reading
from performance.sheets.formats.streamed import CHUNK, Events, run, tidy
from performance.sheets.grid import SheetError

MAX_STRINGS = 2_000_000

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


_BLANK = re.compile(rb'<c r="[A-Z]{1,3}[0-9]{1,7}"(?: s="[0-9]{1,9}")?/>')
_LONGEST_BLANK = 64


class RawCell(NamedTuple):
    """A cell as the file has it; `value` and `formula` are None where the file has none."""

    row: int
    column: int
    kind: str
    style: int
    value: str | None
    formula: str | None


def read_cells(source: IO[bytes], read: Callable[[RawCell], Reading], sheet: Gathered) -> None:
    """Every filled cell as `read` understands it, the merged areas, and what is hidden."""
    run(_Cells(read, sheet), _Filled(source))


def count_cells(source: IO[bytes], budget: Budget) -> None:
    """A look ahead, ten times as fast as reading, that refuses most of what is too large."""
    found = 0
    while chunk := source.read(CHUNK):
        found += chunk.count(b"<v>") + chunk.count(b"<is>")
        if found > budget.cells:
            raise SheetError("too_large", TOO_LARGE)


def read_strings(source: IO[bytes]) -> list[str]:
    """The shared strings, without what is only a reading aid for a text (rPh)."""
    found = _Strings()
    run(found, source)
    return found.strings


def position(reference: str) -> tuple[int, int]:
    """Row and column of B3."""
    found = _REFERENCE.fullmatch(reference)
    if not found:
        raise SheetError("damaged", BROKEN)
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    row = int(found[2])
    if not (1 <= row <= LAST_ROW and column <= LAST_COLUMN):
        raise SheetError("damaged", BROKEN)
    return row, column


class _Filled:
    """A worksheet's XML without cells that have a place and a look and nothing else.

    Formatted blanks are common by the million: so they cost a third of what parsing them does.
    """

    def __init__(self, source: IO[bytes]):
        self.source, self.rest = source, b""

    def read(self, size: int) -> bytes:
        while chunk := self.source.read(size):
            whole = self.rest + chunk
            cut = whole.rfind(b"<", -_LONGEST_BLANK)
            self.rest = whole[cut:] if cut >= 0 else b""
            if kept := _BLANK.sub(b"", whole[:cut] if cut >= 0 else whole):
                return kept
        rest, self.rest = self.rest, b""
        return rest


class _Texts(Events):
    """Text runs `t` of one string, which may be rich text; phonetic runs are passed over."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.phonetic = False
        self.starts = {"t": self.start_text, "rPh": self.start_phonetic}
        self.ends = {"t": self.end_text, "rPh": self.end_phonetic}

    def start_text(self, attributes: Mapping[str, str]) -> None:
        self.parts = None if self.phonetic else []

    def end_text(self) -> None:
        if self.parts is not None:
            self.text.append(self.collected())

    def start_phonetic(self, attributes: Mapping[str, str]) -> None:
        self.phonetic = True

    def end_phonetic(self) -> None:
        self.phonetic = False


class _Strings(_Texts):
    root = "sst"

    def __init__(self) -> None:
        super().__init__()
        self.strings: list[str] = []
        self.ends["si"] = self.end_string

    def end_string(self) -> None:
        self.strings.append(tidy("".join(self.text)))
        self.text = []
        if len(self.strings) > MAX_STRINGS:
            raise SheetError("too_large", TOO_LARGE)


class _Cells(_Texts):
    root = "worksheet"

    def __init__(self, read: Callable[[RawCell], Reading], sheet: Gathered):
        super().__init__()
        self.read, self.sheet = read, sheet
        self.columns: dict[str, int] = {}
        self.row = self.column = self.filled = self.blank = 0
        self.kind, self.style = "n", "0"
        self.value: str | None = None
        self.formula: str | None = None
        self.starts |= {"col": self.hide, "mergeCell": self.merge}
        self.starts |= {"row": self.start_row, "c": self.start_cell}
        self.starts |= {"v": self.start_part, "f": self.start_part, "is": self.start_inline}
        self.ends |= {
            "row": self.end_row,
            "c": self.end_cell,
            "v": self.end_value,
            "f": self.end_formula,
        }

    def start_row(self, attributes: Mapping[str, str]) -> None:
        number = attributes.get("r")
        self.row = self.row + 1 if number is None else position(f"A{number}")[0]
        self.column = 0
        if _is_hidden(attributes, "ht"):
            self.sheet.hidden_rows.add(self.row, self.row)

    def hide(self, attributes: Mapping[str, str]) -> None:
        first, last = attributes.get("min", ""), attributes.get("max", "")
        if _is_hidden(attributes, "width") and first.isdecimal() and last.isdecimal():
            self.sheet.hidden_columns.add(int(first), min(int(last), LAST_COLUMN))

    def start_cell(self, attributes: Mapping[str, str]) -> None:
        self.column = self.place(attributes.get("r"))
        self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "0")
        self.value = self.formula = None

    def place(self, reference: str | None) -> int:
        """A cell without a reference stands right of the one before."""
        if reference is None:
            return self.column + 1
        letters = reference.rstrip("0123456789")
        if letters not in self.columns:
            self.columns[letters] = position(f"{letters}1")[1]
        return self.columns[letters]

    def start_part(self, attributes: Mapping[str, str]) -> None:
        self.parts = []

    def start_inline(self, attributes: Mapping[str, str]) -> None:
        self.text, self.value = [], ""

    def end_value(self) -> None:
        self.value = self.collected()

    def end_formula(self) -> None:
        self.formula = self.collected()

    def end_cell(self) -> None:
        if self.value is None and self.formula is None:
            self.blank += 1
            return
        if self.column > LAST_COLUMN:
            raise SheetError("damaged", BROKEN)
        self.filled += 1
        value = "".join(self.text) if self.kind == "inlineStr" else self.value
        style = int(self.style) if self.style.isdecimal() else 0
        cell = RawCell(self.row or 1, self.column, self.kind, style, value, self.formula)
        self.sheet.take(cell.row, cell.column, self.read(cell))

    def end_row(self) -> None:
        """Formatted blanks are common by the million, and cost no more than this."""
        self.sheet.budget.spend("cells", self.filled)
        self.sheet.budget.spend("blank_cells", self.blank)
        self.filled = self.blank = 0

    def merge(self, attributes: Mapping[str, str]) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        (top, left), (bottom, right) = position(first), position(last or first)
        self.sheet.merge((top, left, bottom, right))


def _is_hidden(attributes: Mapping[str, str], size: str) -> bool:
    """Said so, or of no height or width."""
    return attributes.get("hidden", "") in ("1", "true") or attributes.get(size, "") in ("0", "0.0")
