"""OpenDocument spreadsheets in: bare content.xml, made for each test."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performance.sheets.formats import ods
from performance.sheets.formats.guarded import read_guarded
from performance.sheets.grid import Grid, SheetError
from tests.sheets.test_formats import zipped
from tests.sheets.test_html import outcome

FILES = Path(__file__).parent / "files"
SPACES = (
    " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for name, long in (
            ("office", "office"),
            ("table", "table"),
            ("text", "text"),
            ("style", "style"),
            ("draw", "drawing"),
        )
    )
    + ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
)
MIME = "application/vnd.oasis.opendocument.spreadsheet"
STYLES = (
    "<office:automatic-styles>"
    '<style:style style:name="ta1" style:family="table"><style:table-properties '
    'table:display="true"/></style:style><style:style style:name="ta2" style:family="table">'
    '<style:table-properties table:display="false"/></style:style></office:automatic-styles>'
)


def content(*sheets: str, before: str = "") -> str:
    tables = "".join(
        sheet
        if sheet.startswith("<table:table ")
        else f'<table:table table:name="表">{sheet}</table:table>'
        for sheet in sheets
    )
    return (
        f"<office:document-content {SPACES}>{STYLES}<office:body><office:spreadsheet>{before}"
        f"{tables}</office:spreadsheet></office:body></office:document-content>"
    )


def package(xml: str | bytes, **more: str) -> bytes:
    return zipped({"mimetype": MIME, "content.xml": xml, **more})


def read(*sheets: str, **more) -> Grid:
    (grid,) = ods.read(package(content(*sheets, **more)))
    return grid


def row(*cells: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


def cell(text: str = "", attributes: str = "") -> str:
    paragraphs = "".join(f"<text:p>{line}</text:p>" for line in text.split("|") if text)
    return f"<table:table-cell {attributes}>{paragraphs}</table:table-cell>"


def refusal(data: bytes, by=ods.read) -> str:
    with pytest.raises(SheetError) as caught:
        by(data)
    assert "请" in str(caught.value)
    return caught.value.kind


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (cell("文"), "文"),
        (cell("第一行|第二行"), "第一行\n第二行"),
        (cell("一<text:line-break/>二<text:tab/>三"), "一\n二\t三"),
        (cell('a<text:s text:c="2"/> b\n  c'), "a   b c"),
        (cell('<text:span>富</text:span><text:a>文<text:span>本</text:span></text:a>'), "富文本"),
        (cell("_x0041_ ＞85％"), "_x0041_ ＞85％"),
        (cell("5天", 'office:value-type="float" office:value="5"'), "5天"),
        (cell("100%", 'office:value-type="percentage" office:value="1"'), "100%"),
        (cell("", 'office:value-type="float" office:value="5"'), "5"),
        (cell("", 'office:value-type="percentage" office:value="0.9"'), "90%"),
        (cell("2025年1月2日", 'office:value-type="date" office:date-value="2025-01-02"'),
         "2025-01-02"),
        (cell("x", 'office:value-type="date" office:date-value="2025-01-02T08:30:00"'),
         "2025-01-02 08:30:00"),
        (cell("某日", 'office:value-type="date" office:date-value="someday"'), "某日"),
        (cell("08:30", 'office:value-type="time" office:time-value="PT08H30M00S"'), "08:30"),
        (cell("<office:annotation/>"), ""),
    ],
)  # fmt: skip
def test_a_cell_is_read_as_it_is_shown(made, text):
    grid = read(row(made, cell("x")))

    assert grid.rows == {1: (text, "x")}
    assert grid.notes == ()


@pytest.mark.parametrize(
    ("made", "text", "level", "said"),
    [
        (cell("96%", 'office:value-type="percentage" office:value="0.955"'),
         "95.5%", "hint", "96%"),
        (cell("≥96%", 'office:value-type="percentage" office:value="0.955"'),
         "≥95.5%", "hint", "≥96%"),
        (cell("-96%", 'office:value-type="percentage" office:value="-0.955"'),
         "-95.5%", "hint", "-96%"),
        (cell("33%", 'office:value-type="percentage" office:value="0.3333333333"'),
         "33%", "hint", "算出来的小数"),
        (cell("TRUE", 'office:value-type="boolean" office:boolean-value="true"'),
         "是", "hint", "TRUE"),
        (cell("#N/A", 'calcext:value-type="error" office:value-type="string"'),
         "", "warning", "#N/A"),
        (cell("#DIV/0!", 'table:formula="of:=1/0"'), "", "warning", "#DIV/0!"),
        (cell("", 'table:formula="of:=[.I18]"'), "", "warning", "“=[.I18]”"),
        (cell("###"), "", "warning", "列宽不够"),
    ],
)  # fmt: skip
def test_a_doubtful_cell_has_a_note(made, text, level, said):
    grid = read(row(made, cell("x")))

    assert grid.rows == {1: (text, "x")}
    (note,) = grid.notes
    assert (note.row, note.column, note.level) == (1, 1, level)
    assert said in note.message


def test_comments_drawings_and_tracked_cells_are_no_content():
    other = f"<table:tracked-changes>{row(cell('旧'))}{cell('旧')}</table:tracked-changes>"
    noted = "<office:annotation><text:p>批注</text:p></office:annotation><text:p>文</text:p>"
    drawn = "<draw:frame><draw:text-box><text:p>框</text:p></draw:text-box></draw:frame>"
    shapes = f"<table:shapes><draw:frame><table:table>{row(cell('图'))}</table:table></draw:frame>"

    grid = read(f"{shapes}</table:shapes>", before=other)
    filled = read(row(f"<table:table-cell>{noted}{drawn}</table:table-cell>"), before=other)

    assert grid == Grid("表", {})
    assert filled.rows == {1: ("文",)}


def test_repeats_and_spans_are_counted():
    twice = 'table:number-columns-repeated="2"'
    area = 'table:number-columns-spanned="2" table:number-rows-spanned="2"'
    covered = f"<table:covered-table-cell {twice}><text:p>盖住</text:p></table:covered-table-cell>"

    rows = (
        row(cell("题", area), "<table:covered-table-cell/>", cell("甲", twice)),
        row(covered, cell("", twice), cell("乙")),
        row(cell("丙"), attributes='table:number-rows-repeated="2"'),
        row(cell(attributes='table:number-columns-repeated="16384"'),
            attributes='table:number-rows-repeated="1000000"'),
        row(cell("末")),
    )  # fmt: skip

    grid = read("".join(rows))

    assert grid.rows == {
        1: ("题", "", "甲", "甲"),
        2: ("", "", "", "", "乙"),
        3: ("丙",),
        4: ("丙",),
        1_000_005: ("末",),
    }
    assert grid.merges == ((1, 1, 2, 2),)


def test_hidden_and_filtered_rows_and_columns_are_left_out_and_told():
    columns = (
        '<table:table-column/><table:table-column table:visibility="collapse" '
        'table:number-columns-repeated="3"/>'
    )
    rows = (
        row(cell("甲"), cell("乙")),
        row(cell("丙"), attributes='table:visibility="filter"'),
        row(cell("丁"), attributes='table:visibility="collapse" table:number-rows-repeated="2"'),
        row(attributes='table:visibility="collapse" table:number-rows-repeated="1000000"'),
    )

    grid = read(columns + "".join(rows))

    assert grid.rows == {1: ("甲",)}
    assert "3行（第2–4行）、1列（B列）" in grid.notes[0].message
    everything = ods.read(package(content(columns + "".join(rows))), hidden=True)
    assert everything == (Grid("表", {1: ("甲", "乙"), 2: ("丙",), 3: ("丁",), 4: ("丁",)}),)


def test_a_hidden_worksheet_is_told_in_its_place():
    sheet = (
        '<table:table table:name="{}" table:style-name="{}">' + row(cell("x")) + "</table:table>"
    )
    data = package(content(sheet.format("甲", "ta2"), sheet.format("乙", "ta1")))

    unseen, seen = ods.read(data)

    assert (unseen.name, unseen.rows, seen) == ("甲", {}, Grid("乙", {1: ("x",)}))
    assert "“甲”是隐藏的" in unseen.notes[0].message
    assert [grid.rows for grid in ods.read(data, hidden=True)] == [{1: ("x",)}] * 2


def test_a_password_is_told():
    manifest = {"META-INF/manifest.xml": "<manifest:encryption-data>"}

    assert refusal(package(b"\x00\x01", **manifest)) == "encrypted"


@pytest.mark.parametrize(
    "xml",
    [
        "",
        "<a/>",
        "<office:document-content",
        content(row(cell("x")))[:-40],
        content(row(cell("x"), cell("y", 'table:number-columns-repeated="16384"'))),
        content(row(attributes='table:number-rows-repeated="1048576"') + row(cell("x"))),
        f'<!DOCTYPE a [<!ENTITY b "c">]>{content()}',
    ],
)
def test_content_made_badly_is_damaged(xml):
    assert refusal(package(xml)) == "damaged"


def test_a_package_without_content_is_damaged():
    assert refusal(zipped({"mimetype": MIME})) == "damaged"


def test_an_upload_that_broke_off_is_damaged():
    data = (FILES / "s05-open.ods").read_bytes()

    assert {refusal(data[:length], read_guarded) for length in (30, 1_000, len(data) - 9)} == {
        "damaged"
    }


@pytest.mark.parametrize(
    "sheet",
    [
        row(cell("x"), attributes='table:number-rows-repeated="1048576"'),
        row(cell("x", 'table:number-columns-repeated="16384"')) * 400,
        row(cell("", 'table:number-rows-spanned="9"'),
            attributes='table:number-rows-repeated="200000"'),
        row(cell("长" * 1_000, 'table:number-columns-repeated="10000"')) * 3,
    ],
    ids=["rows", "places", "merges", "characters"],
)  # fmt: skip
def test_repeats_that_are_too_many_are_too_large(sheet):
    assert refusal(package(content(sheet))) == "too_large"


def test_deep_nesting_and_foreign_elements_are_harmless():
    deep = "<draw:g>" * 50_000 + "</draw:g>" * 50_000

    assert read(row(f"<table:table-cell>{deep}<text:p>文</text:p></table:table-cell>")).rows == {
        1: ("文",)
    }


@given(st.lists(st.tuples(st.integers(0, 3_000), st.sampled_from('<>/"&a \x00\udcff0'))))
def test_changed_content_is_read_or_refused(changes):
    xml = list(content(row(cell("甲"), cell("5天", 'office:value="5"')) * 5))
    for place, character in changes:
        xml[place % len(xml)] = character
    data = package("".join(xml).encode(errors="surrogateescape"))

    assert outcome(data, ods.read) in ("read", "damaged")
