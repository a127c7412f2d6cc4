"""Comma, tab and semicolon files in, in any encoding that offices use, and out."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performance.sheets.formats import csv, detect, text
from performance.sheets.formats.guarded import read_guarded
from performance.sheets.grid import Grid, SheetError
from tests.sheets.test_html import outcome

FILES = Path(__file__).parent / "files"
GOLDEN = Path(__file__).parents[2] / "fixtures" / "sheets" / "goals-2025.xlsx"
ROWS = {1: ("标题",), 2: ("名称", "值", "说明"), 3: ("甲", "＞5", "𬇙河"), 4: ("", "100%", "")}


def only(data: bytes) -> Grid:
    (grid,) = csv.read(data)
    return grid


def refusal(data: bytes) -> tuple[str, str]:
    with pytest.raises(SheetError) as caught:
        csv.read(data)
    assert "请" in str(caught.value)
    return caught.value.kind, str(caught.value)


@pytest.mark.parametrize("cut_by", ["\t", ",", ";"])
@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_table_is_read_in_any_encoding(code, cut_by, end):
    data = (end.join(cut_by.join(cells) for cells in ROWS.values()) + end).encode(code)

    assert detect(data).extension == "csv"
    assert only(data).rows == ROWS | {4: ("", "100%")}


@pytest.mark.parametrize("code", ["utf-16-le", "utf-16-be"])
def test_both_orders_of_utf_16_are_read_by_their_mark(code):
    data = "\ufeff名称\t值\r\n甲\t1".encode(code)

    assert only(data).rows == {1: ("名称", "值"), 2: ("甲", "1")}


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + "名称,值".encode("gb18030"),
        "名称,值".encode() + b"\xff\xff\xff",
        "名称,值".encode("utf-16")[:-1],
        "名称\0,值".encode(),
    ],
)
def test_what_does_not_decode_throughout_is_refused(data):
    assert refusal(data) == ("damaged", refusal(data)[1])
    assert "GB18030" in refusal(data)[1]


def test_quoted_cells_keep_breaks_quotes_and_delimiters():
    data = '名称,说明\r\n甲,"第一行\r\n第二行"\r\n乙,"他说""好"", 行"\r\n'.encode()

    assert only(data).rows == {1: ("名称", "说明"), 2: ("甲", "第一行\n第二行"),
                               3: ("乙", '他说"好", 行')}  # fmt: skip


@pytest.mark.parametrize("data", ['名称,值\n甲,"1\n乙,2\n', '名称,值\n"甲"x,1\n'])
def test_quotes_that_do_not_pair_are_refused_with_their_row(data):
    kind, message = refusal(data.encode())

    assert kind == "damaged"
    assert message.startswith("第2行的引号不成对")


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ("甲\t1,000;2\t3\n乙\t1,000;2\t3\n", "\t"),
        ("甲;1,5;2\n乙;2,5;3\n", ";"),
        ("甲,b;c,2\n乙,b;c,3\n", ","),
        ("标题\n甲,1,2\n乙,1,2,\n", ","),
        ("标题\n说明\n甲,1\n", None),
        ("第一段，完善便民服务,维持。\n第二段。\n第三段。\n", None),
        ("", None),
    ],
)
def test_the_delimiter_is_what_cuts_most_rows_alike(rows, found):
    assert csv.delimiter(rows) == found


def test_a_hint_of_excel_names_the_delimiter_and_is_no_row():
    assert only("sep=;\r\n甲;1,5\r\n".encode()).rows == {2: ("甲", "1,5")}


def test_errors_and_numbers_that_found_no_room_are_told():
    grid = only("名称,值\n甲,#DIV/0!\n乙,#####\n".encode())

    assert grid.rows == {1: ("名称", "值"), 2: ("甲",), 3: ("乙",)}
    assert [(note.row, note.column, note.level) for note in grid.notes] == [
        (2, 2, "warning"),
        (3, 2, "warning"),
    ]


def test_a_file_of_one_column_is_a_text():
    data = "第一行\n\n  第三行\r\n".encode("gb18030")

    assert detect(data).extension == "txt"
    assert text.read(data) == (Grid("文本", {1: ("第一行",), 3: ("第三行",)}),)
    assert read_guarded(data) == text.read(data)


def test_a_million_blank_rows_cost_nothing():
    assert only(b"a,b,c\n" + b",,\n" * 1_000_000).rows == {1: ("a", "b", "c")}


def test_too_much_is_refused():
    assert refusal(b"a,b\n" * 200_001)[0] == "too_large"
    assert refusal(b"a" + b"," * 5_000_001)[0] == "too_large"


FORMULAS = ["=1+1", "+1", "-1", "@x", "＝1", "＋1", "－1", "＠x", "'=1", "''@x"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_what_a_program_might_run_goes_out_as_text_and_comes_back_unchanged(formula):
    grid = Grid("CSV", {1: ("名称", "值"), 2: ("甲", formula)})

    data = csv.write([grid])

    assert f"甲,'{formula}\r\n" in data.decode("utf-8-sig")
    assert csv.read(data) == (grid,)


@pytest.mark.parametrize("harmless", ["'引号", "＞5", "5-1", "1=1", "", "（-1）"])
def test_other_texts_go_out_as_they_are(harmless):
    assert csv.harmless(harmless) == harmless


def test_rows_keep_their_numbers_and_merged_cells_are_blank():
    grid = Grid("CSV", {1: ("标题",), 3: ("甲", "1", "x"), 4: ("", "2")}, ((3, 1, 4, 1),))

    data = csv.write([grid])

    assert data.decode("utf-8-sig") == "标题,,\r\n,,\r\n甲,1,x\r\n,2,\r\n"
    assert only(data).rows == grid.rows


def test_tables_below_each_other_come_apart():
    heading = ("名称", "值", "说明")
    grids = [
        Grid("CSV", {1: ("甲表",), 2: heading, 3: ("甲", "1")}),
        Grid("CSV", {1: ("乙表",), 2: heading, 3: ("乙", "2")}),
        Grid("CSV", {1: ("甲表",), 2: heading}),
    ]

    read = csv.read(csv.write(grids))

    assert [list(grid.rows.values()) for grid in read] == [
        list(grid.rows.values()) for grid in grids
    ]
    assert [list(grid.rows) for grid in read] == [[1, 2, 3], [5, 6, 7], [9, 10]]


def test_a_heading_that_is_only_repeated_parts_nothing():
    rows = ("甲表", "名称,值,说明", "甲,1,x", ",,", "甲表", "名称,值,说明", "乙,2,x")

    assert len(csv.read("\n".join(rows).encode())) == 1


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=9)
tables = st.lists(st.lists(cells, min_size=3, max_size=3), min_size=2, max_size=6)


@given(tables)
def test_whatever_is_written_is_read_back(table):
    rows = {n: tuple(text.strip() for text in row) for n, row in enumerate(table, 2)}
    grid = Grid("CSV", {1: ("a", "b", "c")} | rows)
    seen = {n: texts for n, row in grid.rows.items() if any(texts := trimmed(row))}

    read = csv.read(csv.write([grid]))

    assert {n: row for found in read for n, row in found.rows.items()} == seen


def trimmed(row: tuple[str, ...]) -> tuple[str, ...]:
    found = list(row)
    while found and not found[-1]:
        found.pop()
    return tuple(found)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data):
    assert outcome(data, csv.read) in ("read", "damaged")
