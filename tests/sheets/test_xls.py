"""Excel 97–2003 workbooks in. Rare cells are made by changing bytes of a workbook that is sound."""

import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from performance.sheets.formats import xls
from performance.sheets.formats.guarded import read_guarded
from performance.sheets.grid import Grid, SheetError
from tests.sheets.test_html import outcome

FILES = Path(__file__).parent / "files"
SOUND = (FILES / "values.xls").read_bytes()
LEGACY = (FILES / "s04-legacy.xls").read_bytes()
FORMULA, NUMBER, BOUNDSHEET, FILEPASS = 0x0006, 0x0203, 0x0085, 0x002F
CODES = {"163001", "111010101"}
FIRST_RECORDS = b"\x09\x08\x10\x00"


def at(record: int, row: int, column: int) -> int:
    """Where the body of a cell's record stands in the sound workbook, after its place and style."""
    place = struct.pack("<HH", row - 1, column - 1)
    start = SOUND.find(struct.pack("<H", record))
    while SOUND[start + 4 : start + 8] != place:
        start = SOUND.index(struct.pack("<H", record), start + 1)
    return start + 10


def patched(start: int, new: bytes, data: bytes = SOUND) -> bytes:
    return data[:start] + new + data[start + len(new) :]


def grid_of(data: bytes) -> Grid:
    return xls.read(data)[0]


def refusal(data: bytes, read=xls.read) -> str:
    with pytest.raises(SheetError) as caught:
        read(data)
    assert "请" in str(caught.value)
    return caught.value.kind


def test_codes_in_columns_of_their_own_are_read_as_they_are_shown():
    (grid,) = xls.read(LEGACY)

    assert grid.notes == ()
    assert {cell for row in grid.rows.values() for cell in row} >= CODES


def test_a_formula_that_was_never_calculated_is_told():
    start = at(FORMULA, 10, 3)

    grid = grid_of(patched(start, struct.pack("<dH", 0.0, 2)))

    assert grid.text(10, 3) == ""
    (note,) = [note for note in grid.notes if (note.row, note.column) == (10, 3)]
    assert note.level == "warning"
    assert "没有计算结果的公式" in note.message


def test_a_formula_whose_result_is_zero_is_zero():
    start = at(FORMULA, 10, 3)

    assert grid_of(patched(start, struct.pack("<dH", 0.0, 0))).text(10, 3) == "0"


@pytest.mark.parametrize("value", [-1.0, 1e9, 1e300, float("nan"), float("inf")])
def test_a_day_that_there_is_not_is_told(value):
    grid = grid_of(patched(at(NUMBER, 24, 3), struct.pack("<d", value)))

    (note,) = [note for note in grid.notes if (note.row, note.column) == (24, 3)]
    assert note.level == "warning"
    assert "不是有效的日期" in note.message


def test_a_time_of_day_is_no_date():
    grid = grid_of(patched(at(NUMBER, 24, 3), struct.pack("<d", 8.5 / 24)))

    assert grid.text(24, 3) == "08:30"


def test_a_very_hidden_worksheet_is_not_even_told():
    start = SOUND.find("隐藏表".encode("utf-16-le"))
    state = SOUND.rindex(struct.pack("<H", BOUNDSHEET), 0, start) + 8

    grids = xls.read(patched(state, b"\x02"))

    assert [grid.name for grid in grids] == ["目标 表", "空表"]
    assert len(xls.read(patched(state, b"\x02"), hidden=True)) == 3


def test_a_password_is_told():
    start = SOUND.index(FIRST_RECORDS) + 20

    data = patched(start, struct.pack("<H", FILEPASS))

    assert refusal(data) == refusal(data, read_guarded) == "encrypted"


@pytest.mark.parametrize("length", [512, 1_000, 3_000, len(LEGACY) // 2, len(LEGACY) - 3_000])
def test_an_upload_that_broke_off_is_damaged(length):
    assert refusal(LEGACY[:length]) == "damaged"


changes = st.lists(st.tuples(st.integers(0, len(LEGACY) - 1), st.integers(0, 255)), min_size=1)


@settings(max_examples=150)
@given(changes)
def test_changed_bytes_are_read_or_refused(changes):
    data = bytearray(LEGACY)
    for place, byte in changes:
        data[place] = byte

    assert outcome(bytes(data), xls.read) in ("read", "damaged", "encrypted", "too_large")


@given(st.binary(max_size=600))
def test_any_bytes_behind_the_mark_are_refused(data):
    assert refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + data) == "damaged"
