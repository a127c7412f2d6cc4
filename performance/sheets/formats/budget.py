"""What all worksheets of one file may use, whatever its format."""

from dataclasses import dataclass

from performance.sheets.grid import SheetError

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
MAX_CELLS = 600_000
MAX_BLANK_CELLS = 6_000_000
MAX_MERGES = 100_000
MAX_ROWS = 200_000
MAX_PLACES = 5_000_000
MAX_MERGED = 2_000_000
MAX_CHARACTERS = 20_000_000

TOO_LARGE = (
    "表格过大（超过 20 万行、60 万个单元格，或文字过多），不予读取；"
    "请删去无关的工作表、行和列，或分成几个文件后再上传。"
)


@dataclass
class Budget:
    """What is left; places are cells and the blanks left of them."""

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
