"""What a check says: a value, with the cell it speaks of."""

from dataclasses import dataclass

from performance.goals.sheet import FIELDS, Sheet
from performance.library.levels import Level


@dataclass(frozen=True)
class Finding:
    """A sentence about one cell. `line` is an index into the sheet's lines, None for its head;
    `refuses`: the sheet cannot even be stored as a draft.
    """

    rule: str
    level: Level
    message: str
    line: int | None = None
    field: str = ""
    refuses: bool = False

    @property
    def place(self) -> str:
        """Where on the form, in words."""
        label = f"“{FIELDS[self.field]}”" if self.field in FIELDS else ""
        return label if self.line is None else f"第{self.line + 1}行{label}"


def worksheet_of(sheet: Sheet) -> str | None:
    """The worksheet of the file that it came from, if it came from one."""
    return sheet.ref.sheet if sheet.ref else None


def cell_of(sheet: Sheet, line: int | None, field: str) -> str | None:
    """The cell of the file that a finding's place came from, if it came from one."""
    ref = sheet.ref if line is None else sheet.lines[line].ref
    return ref.cell(field) if ref else None


def named_place(sheet: Sheet, line: int, field: str) -> str:
    """A line as the reader of a message can find it: by cell in a file, by number on the form."""
    cell = cell_of(sheet, line, field)
    return f"单元格 {cell} " if cell else f"第{line + 1}行"
