"""Reading: what a workbook says, and what is refused and why. Workbooks are made as bare XML."""

import os
import struct
import subprocess
import sys
import threading
import time
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest

from performance.sheets.formats import FORMATS, budget, cells, detect, guarded, kinds, xlsx
from performance.sheets.formats.guarded import read_guarded
from performance.sheets.grid import Grid, Note, SheetError

FILES = Path(__file__).parent / "files"
GOLDEN = Path(__file__).parents[2] / "fixtures" / "sheets" / "goals-2025.xlsx"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

FORMAT_CODES = ("0%", "yyyy-mm-dd", '0"人"', "#,##0", "[h]:mm")
"""Styles 1 to 5 of a made workbook; 6 is Excel's own Chinese date (57)."""


def style_sheet() -> str:
    codes = "".join(
        f'<numFmt numFmtId="{164 + n}" formatCode="{code.replace(chr(34), "&quot;")}"/>'
        for n, code in enumerate(FORMAT_CODES)
    )
    numbers = (0, *range(164, 164 + len(FORMAT_CODES)), 57)
    xfs = "".join(f'<xf numFmtId="{n}" fontId="0" fillId="0" borderId="0"/>' for n in numbers)
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts>{codes}</numFmts><fonts><font/></fonts>'
        f'<fills><fill><patternFill patternType="none"/></fill></fills><borders><border/></borders>'
        f'<cellStyleXfs><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f"<cellXfs>{xfs}</cellXfs></styleSheet>"
    )


def parts(*sheets: str, states=(), strings: str | None = None) -> dict[str, str | bytes]:
    """The parts of a workbook whose worksheets have these rows, or are these whole parts."""
    numbered = list(enumerate(sheets, 1))
    states = dict(zip(range(1, len(sheets) + 1), states, strict=False))
    listed = "".join(
        f'<sheet name="S{n}" sheetId="{n}" state="{states.get(n, "visible")}" r:id="r{n}"/>'
        for n, _ in numbered
    )
    made: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{TYPE}.sharedStrings+xml"/>'
        "</Types>",
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="r{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n, _ in numbered
        )
        + "</Relationships>",
        "xl/styles.xml": style_sheet(),
    }
    if strings is not None:
        made["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{strings}</sst>'
    made |= {f"xl/worksheets/sheet{n}.xml": worksheet(rows) for n, rows in numbered}
    return made


def worksheet(rows: str, after: str = "", before: str = "") -> str:
    if rows.startswith("<worksheet"):
        return rows
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def zipped(made: dict[str, str | bytes], compression: int = ZIP_DEFLATED) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w", compression) as archive:
        for name, content in made.items():
            archive.writestr(name, content)
    return target.getvalue()


def workbook(*sheets: str, **more) -> bytes:
    return zipped(parts(*sheets, **more))


def only(data: bytes) -> Grid:
    (grid,) = xlsx.read(data)
    return grid


def refusal(data: bytes, read=read_guarded) -> str:
    with pytest.raises(SheetError) as caught:
        read(data)
    message = str(caught.value)
    assert message.endswith("。")
    assert "请" in message
    return caught.value.kind


def test_the_golden_file_is_read_whole():
    grid = only(GOLDEN.read_bytes())

    assert len(grid.rows) == 63
    assert len(grid.merges) == 28
    assert grid.notes == ()
    assert grid.rows[1] == (
        "2025年珠海高新技术产业开发区政务服务数据管理局重点绩效管理项目绩效目标",
    )
    assert grid.rows[63][7:] == ("113003214-任务完成及时率", "100%", "100%")
    assert grid.text(7, 2) == grid.text(3, 2) == "工作制服经费"


def test_numbers_are_read_as_they_are_shown():
    grid = only((FILES / "s03-numbers.xlsx").read_bytes())

    assert grid.rows[5][8:10] == ("50期", "150期")
    assert grid.rows[7][8:10] == ("96.5%", "97.5%")
    assert grid.rows[8][8:10] == ("2025-12-20", "2027-12-20")
    assert grid.rows[11][8:10] == ("12,800", "38,400")
    assert grid.rows[18][8] == "≥98%"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="A1"><v>5</v></c>', "5"),
        ('<c r="A1" s="1"><v>1</v></c>', "100%"),
        ('<c r="A1" s="2"><v>46011</v></c>', "2025-12-20"),
        ('<c r="A1" s="6"><v>46011</v></c>', "2025-12-20"),
        ('<c r="A1" s="3"><v>3200</v></c>', "3200人"),
        ('<c r="A1" s="4"><v>12800</v></c>', "12,800"),
        ('<c r="A1" s="5"><v>1.25</v></c>', "30:00"),
        ('<c r="A1" s="99"><v>1</v></c>', "1"),
        ('<c r="A1" t="d"><v>2025-12-20T00:00:00</v></c>', "2025-12-20"),
        ('<c r="A1" t="str"><f>A2</f><v> 文 </v></c>', "文"),
        ('<c r="A1" t="inlineStr"><is><t>一&#13;\n二</t></is></c>', "一\n二"),
        ('<c r="A1" t="inlineStr"><is><t>a_x0007_b_x005F_x0041_</t></is></c>', "a\x07b_x0041_"),
        ('<c r="A1" t="inlineStr"><is><t>_xD83D__xDE00__xD83D_</t></is></c>', "😀�"),
        ('<c r="A1" t="inlineStr"><is><r><t>富</t></r><r><t>文本</t></r></is></c>', "富文本"),
        ('<c r="A1" t="s"><v>1</v></c>', "東京都"),
        ('<c><v>7</v></c>', "7"),
        ('<c r="A1"><v>不是数</v></c>', "不是数"),
        ('<c r="A1"><v>1e999</v></c>', "inf"),
    ],
)  # fmt: skip
def test_a_cell_is_read_as_text(cell, text):
    strings = (
        "<si><t>零</t></si><si><r><t>東京</t></r><r><t>都</t></r>"
        '<rPh sb="0" eb="2"><t>トウキョウ</t></rPh><phoneticPr fontId="1"/></si>'
    )

    grid = only(workbook(f'<row r="1">{cell}</row>', strings=strings))

    assert grid.rows == {1: (text,)}
    assert grid.notes == ()


@pytest.mark.parametrize(
    ("cell", "text", "level", "said"),
    [
        ('<c r="A1"><f>I18</f></c>', "", "warning", "“=I18”，请在 Excel 中重新计算并保存"),
        ('<c r="A1"><f>I18</f><v></v></c>', "", "warning", "“=I18”"),
        ('<c r="A1"><f t="shared" si="0"/></c>', "", "warning", "没有计算结果的公式，"),
        ('<c r="A1" t="e"><v>#DIV/0!</v></c>', "", "warning", "#DIV/0!"),
        ('<c r="A1" t="e"><f>1/0</f><v>#N/A</v></c>', "", "warning", "#N/A"),
        ('<c r="A1" s="2"><v>99999999</v></c>', "99999999", "warning", "不是有效的日期"),
        ('<c r="A1" t="b"><v>1</v></c>', "是", "hint", "TRUE"),
        ('<c r="A1" s="1"><v>0.955</v></c>', "95.5%", "hint", "96%"),
        ('<c r="A1" s="1"><v>0.33333333333333331</v></c>', "33%", "hint", "33%"),
    ],
)
def test_a_doubtful_cell_has_a_note(cell, text, level, said):
    grid = only(workbook(f'<row r="1">{cell}<c r="B1"><v>1</v></c></row>'))

    (note,) = grid.notes
    assert grid.rows == {1: (text, "1")}
    assert (note.row, note.column, note.level) == (1, 1, level)
    assert said in note.message


def test_an_empty_text_of_a_formula_is_only_blank():
    grid = only(workbook('<row r="1"><c r="A1" t="str"><f>""</f><v></v></c></row>'))

    assert grid == Grid("S1", {})


def test_places_are_counted_where_the_file_does_not_name_them():
    grid = only(workbook("<row><c><v>1</v></c><c/><c><v>3</v></c></row><row r='5'><c/></row><row>"
                         "<c r='B6'><v>2</v></c></row>"))  # fmt: skip

    assert grid.rows == {1: ("1", "", "3"), 6: ("", "2")}


def test_a_wrong_dimension_does_not_matter():
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="9"><c r="C9"><v>2</v></c></row>'

    grid = only(workbook(worksheet(rows, before='<dimension ref="A1:A1"/>')))

    assert grid.rows == {1: ("1",), 9: ("", "", "2")}


def test_merges_are_cut_to_what_is_used_and_hide_what_they_cover():
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="B{n}" t="e"><v>#REF!</v></c>'
        f'<c r="C{n}"><v>{n}</v></c></row>'
        for n in (1, 2, 3)
    )
    areas = ("A1:B1048576", "C2", "C3:XFD3", "A9:B10")
    merged = "".join(f'<mergeCell ref="{area}"/>' for area in areas)

    grid = only(workbook(worksheet(rows, f"<mergeCells>{merged}</mergeCells>")))

    assert grid.rows == {1: ("1", "", "1"), 2: ("", "", "2"), 3: ("", "", "3")}
    assert grid.merges == ((1, 1, 3, 2),)
    assert grid.notes == ()
    assert grid.text(3, 2) == "1"


def test_only_visible_worksheets_are_read_in_order():
    sheet = '<row r="1"><c r="A1"><v>{}</v></c></row>'
    states = ("visible", "hidden", "veryHidden", "visible")

    grids = xlsx.read(workbook(*(sheet.format(n) for n in range(4)), states=states))

    read = [(grid.name, grid.text(1, 1)) for grid in grids]
    assert read == [("S1", "0"), ("S2", ""), ("S4", "3")]
    (note,) = grids[1].notes
    assert "“S2”是隐藏的" in note.message
    everything = xlsx.read(workbook(*(sheet.format(n) for n in range(4)), states=states), True)
    assert [grid.text(1, 1) for grid in everything] == list("0123")


@pytest.mark.parametrize("missing", ["xl/styles.xml", "xl/sharedStrings.xml"])
def test_parts_that_nothing_needs_may_be_missing(missing):
    made = parts('<row r="1"><c r="A1"><v>1</v></c></row>', strings="")
    del made[missing]

    assert only(zipped(made)).rows == {1: ("1",)}


def test_links_macros_and_pictures_are_left_alone():
    made = parts('<row r="1"><c r="A1"><v>1</v></c></row>')
    made |= {"xl/externalLinks/externalLink1.xml": "broken <", "xl/vbaProject.bin": b"\xd0"}
    made |= {"xl/media/a.svg": "<!DOCTYPE svg>", "docProps/core.xml": "<broken"}

    assert only(zipped(made)).rows == {1: ("1",)}


def test_a_prefix_for_the_namespace_is_no_matter():
    sheet = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c>'
        "</x:row></x:sheetData></x:worksheet>"
    )
    made = parts("") | {"xl/worksheets/sheet1.xml": sheet}

    assert only(zipped(made)).rows == {1: ("1",)}


def test_notes_are_cut_where_there_are_too_many():
    row = '<row r="{0}"><c r="A{0}"><f>1/0</f></c></row>'

    grid = only(workbook("".join(row.format(n) for n in range(1, 2_000))))

    assert len(grid.notes) == 1_000
    assert "不再列出" in grid.notes[-1].message


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("b01-truncated.xlsx", "damaged"),
        ("b02-encrypted.xlsx", "encrypted"),
        ("b04-binary.xlsb", "unsupported"),
        ("b06-entities.xlsx", "damaged"),
        ("b07-word.docx", "unsupported"),
        ("b03-bomb.xlsx", "too_large_inflated"),
    ],
)
def test_a_sample_is_refused_by_its_kind(name, kind):
    data = (FILES / name).read_bytes()
    started = time.monotonic()

    assert kind == refusal(data)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "damaged"),
        (b"PK\x03\x04", "damaged"),
        (b"PK\x05\x06" + bytes(18), "unsupported"),
        (b"\x89PNG\r\n\x1a\n", "unsupported"),
        (b"\x00\x01\x02\x03", "unsupported"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "unsupported"),
        (zipped({"a.txt": "x"}), "unsupported"),
        (zipped({"../../etc/passwd": "x"}), "damaged"),
        (zipped({"/xl/workbook.xml": "x"}), "damaged"),
        (zipped({"C:\\x": "x"}), "damaged"),
        (zipped({f"p{n}": "" for n in range(10_000)}), "too_large_inflated"),
        (zipped({"xl/a.xml": bytes(11 * 1024**2)}), "too_large_inflated"),
        (bytes(kinds.MAX_BYTES + 1), "too_large"),
    ],
)
def test_other_content_is_refused_by_its_kind(data, kind):
    assert refusal(data, detect) == kind


def test_the_content_decides_and_every_format_is_found_by_what_it_writes():
    for row in FORMATS.values():
        if row.write and row.read:
            assert detect(row.write([Grid("表", {1: ("x", "y")})])) is row


@pytest.mark.parametrize("code", ["utf-8", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("declared", ["<!DOCTYPE a>", '<!ENTITY a "b">'])
def test_a_declaration_is_refused_in_any_encoding_and_anywhere(code, declared):
    filler = "<a/>" * 300_000
    made = parts("") | {"xl/worksheets/sheet1.xml": (filler[: 1024**2 - 3] + declared).encode(code)}

    assert refusal(zipped(made, ZIP_STORED), xlsx.read) == "damaged"


def changed(name: str, content: str | bytes | None) -> bytes:
    made = parts('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', strings="<si><t>一</t></si>")
    made[name] = content or ""
    if content is None:
        del made[name]
    return zipped(made)


STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("xl/worksheets/sheet1.xml", None),
        ("xl/worksheets/sheet1.xml", "<worksheet"),
        ("xl/worksheets/sheet1.xml", '<worksheet xmlns="urn:other"/>'),
        ("xl/worksheets/sheet1.xml", worksheet('<row r="99999999"/>')),
        ("xl/worksheets/sheet1.xml", worksheet('<row r="0"/>')),
        ("xl/worksheets/sheet1.xml", worksheet('<row r="1"><c r="XFE1"><v>1</v></c></row>')),
        ("xl/worksheets/sheet1.xml", worksheet('<row r="1"><c t="s"><v>9</v></c></row>')),
        ("xl/worksheets/sheet1.xml", worksheet("", '<mergeCell ref="?"/>')),
        ("xl/worksheets/sheet1.xml", '<?xml version="1.0" encoding="cp037"?><a/>'),
        ("xl/sharedStrings.xml", None),
        ("xl/sharedStrings.xml", "<sst>"),
        ("xl/workbook.xml", f'<workbook xmlns="{STRICT}"><sheets/></workbook>'),
        ("xl/workbook.xml", None),
        ("xl/_rels/workbook.xml.rels", None),
    ],
)  # fmt: skip
def test_a_workbook_made_badly_is_damaged(name, content):
    assert refusal(changed(name, content), xlsx.read) == "damaged"


def test_the_strict_variant_is_read_like_the_other():
    made = parts('<row r="1"><c r="A1" s="1"><v>1</v></c></row>', strings="<si><t>一</t></si>")
    relations = "http://purl.oclc.org/ooxml/officeDocument/relationships"
    strict = {
        name: part.replace(MAIN, STRICT).replace(OFFICE, relations) for name, part in made.items()
    }

    assert only(zipped(strict)).rows == {1: ("100%",)}


def test_broken_fills_fonts_and_borders_are_no_matter():
    styles = style_sheet().replace('<fill><patternFill patternType="none"/></fill>', "<fill/>")
    made = parts('<row r="1"><c r="A1" s="1"><v>1</v></c></row>')
    made["xl/styles.xml"] = styles.replace("<font/>", "").replace("<border/>", "<other/>")

    assert only(zipped(made)).rows == {1: ("100%",)}


@pytest.mark.parametrize("styles", ["<styleSheet", "<other/>", None])
def test_a_number_without_its_format_is_told_at_its_cell(styles):
    cells = (
        '<c r="A1" s="1"><v>1</v></c><c r="B1"><v>2</v></c><c r="C1" s="1" t="str"><v>文</v></c>'
    )
    made = parts(f'<row r="1">{cells}</row>')
    made["xl/styles.xml"] = styles or ""
    if styles is None:
        del made["xl/styles.xml"]

    grid = only(zipped(made))

    assert grid.rows == {1: ("1", "2", "文")}
    (note,) = grid.notes
    assert (note.row, note.column, note.level) == (1, 1, "warning")
    assert "数字格式读不出来" in note.message


def test_names_of_parts_may_differ_in_case():
    made = parts('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', strings="<si><t>一</t></si>")
    made["xl/SharedStrings.xml"] = made.pop("xl/sharedStrings.xml")
    made["XL/Worksheets/Sheet1.xml"] = made.pop("xl/worksheets/sheet1.xml")

    assert only(zipped(made)).rows == {1: ("一",)}


def test_days_are_counted_from_1904_where_a_workbook_says_so():
    made = parts('<row r="1"><c r="A1" s="2"><v>44549</v></c></row>')
    text = str(made["xl/workbook.xml"])
    made["xl/workbook.xml"] = text.replace("<sheets>", '<workbookPr date1904="1"/><sheets>')

    assert only(zipped(made)).rows == {1: ("2025-12-20",)}


HIDING = (
    '<row r="1"><c r="A1"><v>1</v></c><c r="C1"><v>2</v></c></row>'
    '<row r="2" hidden="1"><c r="A2"><v>3</v></c></row>'
    '<row r="4" ht="0"><c r="B4"><v>4</v></c></row>'
    '<row r="5"><c r="B5"><v>5</v></c></row>'
)


def test_hidden_rows_and_columns_are_left_out_and_told():
    columns = '<cols><col min="3" max="16384" hidden="1"/></cols>'

    data = workbook(worksheet(HIDING, before=columns))

    grid = only(data)
    assert grid.rows == {1: ("1",), 5: ("", "5")}
    (note,) = grid.notes
    assert (note.row, note.column, note.level) == (0, 0, "warning")
    assert "2行（第2、4行）、1列（C列）" in note.message
    (everything,) = xlsx.read(data, hidden=True)
    assert everything.rows == {1: ("1", "", "2"), 2: ("3",), 4: ("", "4"), 5: ("", "5")}
    assert everything.notes == ()
    assert read_guarded(data) == (grid,)
    assert read_guarded(data, hidden=True) == (everything,)


def test_a_merged_area_that_is_partly_hidden_begins_at_its_first_visible_cell():
    merged = '<mergeCells><mergeCell ref="A2:A5"/><mergeCell ref="A1:C1"/></mergeCells>'
    columns = '<cols><col min="3" max="3" width="0"/></cols>'

    grid = only(workbook(worksheet(HIDING, merged, columns)))

    assert grid.rows == {1: ("1",), 3: ("3",), 5: ("", "5")}
    assert grid.merges == ((3, 1, 5, 1), (1, 1, 1, 3))
    assert "1行（第4行）" in grid.notes[0].message


def test_hidden_blanks_are_nobodys_business():
    blank = "".join(f'<row r="{n}" hidden="1"/>' for n in range(2, 9))

    assert only(workbook('<row r="1"><c r="A1"><v>1</v></c></row>' + blank)).notes == ()


def test_deep_nesting_is_harmless():
    deep = "<a>" * 100_000 + "</a>" * 100_000
    made = parts(worksheet("", deep)) | {"xl/styles.xml": deep}

    assert only(zipped(made)).rows == {}


def test_a_lying_directory_gains_nothing():
    made = parts("") | {"xl/worksheets/sheet1.xml": worksheet(" " * 30_000_000)}
    data = bytearray(zipped(made))
    entry = data.rindex(b"xl/worksheets/sheet1.xml") - 46
    data[entry + 24 : entry + 28] = struct.pack("<I", 1_000)

    assert refusal(bytes(data)) == "damaged"


def cell_rows(rows: int, columns: int, cell: str) -> str:
    return "".join(f"<row>{cell * columns}</row>" for _ in range(rows))


@pytest.mark.parametrize(
    "rows",
    [
        cell_rows(16_000, 100, "<c><v>1</v></c>"),
        cell_rows(200_001, 1, "<c><v>1</v></c>"),
        cell_rows(400, 1, '<c r="XFD1"><v>1</v></c>'),
    ],
    ids=["cells", "rows", "places"],
)
def test_too_much_in_all_is_refused_quickly(rows):
    data = zipped(parts(rows), ZIP_STORED)
    started = time.monotonic()

    assert refusal(data, xlsx.read) == "too_large"
    assert time.monotonic() - started < 10


def test_a_long_string_that_is_used_often_is_too_much():
    cell = '<c t="s"><v>0</v></c>'
    strings = f"<si><t>{'长' * 100_000}</t></si>"

    assert refusal(workbook(cell_rows(300, 1, cell), strings=strings), xlsx.read) == "too_large"


def test_too_many_strings_and_merges_are_too_much(monkeypatch):
    monkeypatch.setattr(cells, "MAX_STRINGS", 10)
    merged = '<mergeCell ref="A1:B2"/>' * (budget.MAX_MERGES + 1)

    assert refusal(workbook("", strings="<si/>" * 11), xlsx.read) == "too_large"
    assert refusal(workbook(worksheet("", merged)), xlsx.read) == "too_large"


def test_merges_one_over_the_other_are_too_much():
    rows = cell_rows(3_000, 10, "<c><v>1</v></c>")
    merged = '<mergeCell ref="A1:J3000"/>' * 100

    assert refusal(workbook(worksheet(rows, merged)), xlsx.read) == "too_large"


def test_a_lone_cell_at_the_end_of_the_sheet_costs_nothing():
    started = time.monotonic()

    grid = only(workbook('<row r="1"><c r="A1"><v>1</v></c></row>'
                         '<row r="1048576"><c r="XFD1048576"><v>9</v></c></row>'))  # fmt: skip

    assert grid.text(1_048_576, 16_384) == "9"
    assert list(grid.rows) == [1, 1_048_576]
    assert time.monotonic() - started < 2


def test_a_million_blank_rows_cost_little():
    blank = "".join(f'<row r="{n}" s="1" customFormat="1"/>' for n in range(2, 1_000_000))
    data = workbook('<row r="1"><c r="A1"><v>1</v></c></row>' + blank)
    started = time.monotonic()

    assert only(data).rows == {1: ("1",)}
    assert time.monotonic() - started < 10


def test_the_guarded_reader_reads_the_same(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    data = GOLDEN.read_bytes()
    noted = workbook('<row r="2"><c r="B2" t="e"><v>#N/A</v></c><c r="C2"><v>1</v></c></row>')

    assert read_guarded(data) == xlsx.read(data)
    assert read_guarded(noted) == xlsx.read(noted)
    assert isinstance(read_guarded(noted)[0].notes[0], Note)


def test_the_guarded_reader_works_in_threads_and_leaves_no_process():
    found: list[tuple[Grid, ...]] = []
    data = GOLDEN.read_bytes()
    threads = [threading.Thread(target=lambda: found.append(read_guarded(data))) for _ in range(3)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [xlsx.read(data)] * 3
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_a_child_that_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(guarded, "WALL_SECONDS", 0.01)

    assert refusal(GOLDEN.read_bytes()) == "too_large"


def replace_child(monkeypatch, program: str) -> None:
    run = subprocess.run
    command = [sys.executable, "-c", program]
    monkeypatch.setattr(guarded.subprocess, "run", lambda _, **options: run(command, **options))


@pytest.mark.parametrize(
    ("program", "kind"),
    [
        ("import os; os.kill(os.getpid(), 9)", "too_large"),
        ("import os; os.abort()", "damaged"),
        ("print('{\"grids\": 1}')", "damaged"),
        ("print('[')", "damaged"),
        ("raise SystemExit(3)", "damaged"),
    ],
)
def test_a_child_that_fails_is_a_refusal(monkeypatch, program, kind):
    replace_child(monkeypatch, program)

    assert refusal(GOLDEN.read_bytes()) == kind


def test_a_child_without_memory_says_so(monkeypatch):
    program = (
        "import sys; from performance.sheets.formats import guarded; "
        "guarded.MEMORY = 70 * 1024**2; sys.argv = ['', 'xlsx']; guarded.main()"
    )
    replace_child(monkeypatch, program)
    strings = f"<si><t>{'a' * 9_000_000}😀</t></si>"

    assert refusal(workbook("", strings=strings)) == "too_large_inflated"


def test_no_django_is_needed():
    program = (
        "import sys, performance.sheets.formats.guarded; "
        "assert not any(name.partition('.')[0] == 'django' for name in sys.modules)"
    )

    subprocess.run([sys.executable, "-c", program], check=True, cwd=guarded.ROOT)
