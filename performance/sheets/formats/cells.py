"""One pass over a worksheet's XML: its filled cells and its merged areas."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO, NamedTuple

from performance.sheets.formats.packed import BROKEN
from performance.sheets.formats.streamed import CHUNK, Events, run, tidy
from performance.sheets.grid import Area, SheetError

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
MAX_CELLS = 1_500_000
MAX_BLANK_CELLS = 6_000_000
MAX_STRINGS = 2_000_000
MAX_MERGES = 100_000
MAX_ROWS = 200_000
MAX_PLACES = 5_000_000
MAX_MERGED = 2_000_000
MAX_CHARACTERS = 20_000_000

TOO_LARGE = (
    "表格过大（超过 20 万行、150 万个单元格，或文字过多），不予读取；"
    "请删去无关的工作表、行和列，或分成几个文件后再上传。"
)

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


class RawCell(NamedTuple):
    """A cell as the file has it; `value` and `formula` are None where the file has none."""

    row: int
    column: int
    kind: str
    style: int
    value: str | None
    formula: str | None


@dataclass
class Budget:
    """What all worksheets of a file may use; places are cells and the blanks left of them."""

    cells: int = MAX_CELLS
    blank_cells: int = MAX_BLANK_CELLS
    merges: int = MAX_MERGES
    rows: int = MAX_ROWS
    places: int = MAX_PLACES
    merged: int = MAX_MERGED
    characters: int = MAX_CHARACTERS

    def spend(self, name: str, amount: int = 1) -> None:
        left = self.__dict__[name] = self.__dict__[name] - amount
        if left < 0:
            raise SheetError("too_large", TOO_LARGE)


def read_cells(source: IO[bytes], take: Callable[[RawCell], None], budget: Budget) -> list[Area]:
    """Hand every filled cell to `take`; the merged areas are the answer."""
    found = _Cells(take, budget)
    run(found, source)
    return found.merges


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

    def __init__(self, take: Callable[[RawCell], None], budget: Budget):
        super().__init__()
        self.take, self.budget = take, budget
        self.merges: list[Area] = []
        self.columns: dict[str, int] = {}
        self.row = self.column = self.filled = self.blank = 0
        self.kind, self.style = "n", "0"
        self.value: str | None = None
        self.formula: str | None = None
        self.starts |= {"row": self.start_row, "c": self.start_cell, "mergeCell": self.merge}
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
        self.take(RawCell(self.row or 1, self.column, self.kind, style, value, self.formula))

    def end_row(self) -> None:
        """Formatted blanks are common by the million, and cost no more than this."""
        self.budget.spend("cells", self.filled)
        self.budget.spend("blank_cells", self.blank)
        self.filled = self.blank = 0

    def merge(self, attributes: Mapping[str, str]) -> None:
        self.budget.spend("merges")
        first, _, last = attributes.get("ref", "").partition(":")
        (top, left), (bottom, right) = position(first), position(last or first)
        self.merges.append((top, left, bottom, right))
