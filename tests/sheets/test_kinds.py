"""What a file is, by its content; and the same table in every format that is read."""

import json
from pathlib import Path

import pytest

from performance.sheets.formats import FORMATS, detect, kinds, xlsx
from performance.sheets.formats.guarded import read_guarded
from performance.sheets.formats.kinds import recognise
from performance.sheets.grid import Grid, SheetError
from tests.sheets.test_formats import zipped

FILES = Path(__file__).parent / "files"
GOLDEN = Path(__file__).parents[2] / "fixtures" / "sheets" / "goals-2025.xlsx"
READ = {
    "s03-numbers.xlsx": "xlsx",
    "s04-legacy.xls": "xls",
    "s05-open.ods": "ods",
    "s06-tabs.csv": "csv",
    "s11-html.xls": "html",
}


@pytest.mark.parametrize(("name", "extension"), READ.items())
def test_a_sample_is_told_by_its_content(name, extension):
    assert detect((FILES / name).read_bytes()).extension == extension


@pytest.mark.parametrize("name", READ)
def test_a_sample_holds_everything_that_must_come_out(name):
    expected = json.loads((FILES / name).with_suffix(".expected.json").read_text("utf-8"))

    grids = read_guarded((FILES / name).read_bytes())

    cells = {cell for grid in grids for row in grid.rows.values() for cell in row}
    assert [text for text in wanted(expected["data"]) if text not in cells] == []


def wanted(data: dict) -> list[str]:
    """Every text of a list of goals; codes stand before names or in a cell of their own."""
    found = [data["title"]]
    for row in data["rows"]:
        found += [row["name"], row["overall_goal"], row["annual_goal"]]
        found += [*coded(row["unit"]), *coded(row["category"])]
        for line in row["indicators"]:
            found += [line["cycle_value"], line["annual_value"]]
            found += [text for n in (1, 2, 3) for text in coded(line[f"level{n}"])]
    return [text for text in found if text]


def coded(pair: dict[str, str]) -> list[str]:
    apart = pair["name"] in APART
    return list(pair.values()) if apart else ["-".join(filter(None, pair.values()))]


S04 = json.loads((FILES / "s04-legacy.expected.json").read_text("utf-8"))["data"]["rows"]
APART = {row["unit"]["name"] for row in S04} | {
    line["level3"]["name"] for row in S04 for line in row["indicators"]
}
"""In s04 the codes of units and of level 3 have columns of their own."""


@pytest.mark.parametrize("extension", ["xls", "ods"])
def test_the_golden_table_is_the_same_grid_in_every_workbook(extension):
    (golden,) = xlsx.read(GOLDEN.read_bytes())

    (grid,) = read_guarded((FILES / f"goals-2025.{extension}").read_bytes())

    assert (grid.name, grid.rows, grid.notes) == (golden.name, golden.rows, ())
    assert sorted(grid.merges) == sorted(golden.merges)


def test_the_golden_table_has_the_same_cells_as_csv():
    (golden,) = xlsx.read(GOLDEN.read_bytes())

    assert read_guarded((FILES / "goals-2025.csv").read_bytes()) == (Grid("CSV", golden.rows),)


VALUES = {
    3: "95.5%",
    4: "100%",
    5: "33%",
    6: "5天",
    7: "12,800",
    8: "2025-12-20",
    9: "是",
    10: "2",
    12: "甲乙",
    13: "第一行\n第二行",
    14: "a   b",
    15: "＞85％",
    16: "111000898",
    17: "0.3",
    18: "(5)",
    19: "≥98%",
    20: "7",
    21: "7",
    22: "100%",
    23: "=1+1",
    24: "2025-12-20 08:30:00",
}
"""What column C of the files `values` shows, by row."""


@pytest.mark.parametrize("extension", ["xlsx", "xls", "ods"])
def test_values_are_read_as_they_are_shown_in_every_workbook(extension):
    grid, unseen, blank = read_guarded((FILES / f"values.{extension}").read_bytes())

    assert {row: grid.text(row, 3) for row in VALUES} == VALUES
    assert grid.text(11, 3) == ""
    assert (grid.name, unseen.name, blank) == ("目标 表", "隐藏表", Grid("空表", {}))


@pytest.mark.parametrize("extension", ["xlsx", "xls", "ods"])
def test_doubts_are_told_at_their_cells_in_every_workbook(extension):
    grid, unseen, _ = read_guarded((FILES / f"values.{extension}").read_bytes())

    assert [(note.row, note.column, note.level) for note in grid.notes] == [
        (0, 0, "warning"),
        (3, 3, "hint"),
        (5, 3, "hint"),
        (9, 3, "hint"),
        (11, 3, "warning"),
    ]
    assert "1行（第25行）、1列（B列）" in grid.notes[0].message
    assert unseen.rows == {}
    assert "“隐藏表”是隐藏的" in unseen.notes[0].message


@pytest.mark.parametrize("extension", ["xlsx", "xls", "ods"])
def test_merged_areas_are_the_same_in_every_workbook(extension):
    """One of them begins in a hidden row, all of them lie over a hidden column."""
    grid, *_ = read_guarded((FILES / f"values.{extension}").read_bytes())

    assert sorted(grid.merges) == [(1, 1, 1, 3), (26, 1, 27, 3), (29, 1, 30, 1)]
    assert grid.text(30, 1) == "藏头"
    assert 25 not in grid.rows
    assert {row[1] for row in grid.rows.values() if len(row) > 1} == {""}


@pytest.mark.parametrize("extension", ["xlsx", "xls", "ods"])
def test_what_is_hidden_is_read_when_it_is_asked_for(extension):
    data = (FILES / f"values.{extension}").read_bytes()

    grid, unseen, _ = read_guarded(data, hidden=True)

    assert grid.text(25, 1) == "隐藏的行"
    assert grid.text(3, 2) == unseen.text(1, 1) == "藏"
    assert (28, 1, 30, 1) in grid.merges
    assert all(note.row for note in grid.notes)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"<html><table>", kinds.HTML),
        (b"\xef\xbb\xbf\r\n <TABLE>", kinds.HTML),
        ("<!DOCTYPE html><p>".encode("utf-16"), kinds.HTML),
        (b'<?xml version="1.0"?><html xmlns="x">', kinds.HTML),
        (b"<!-- x --><meta><style></style><table>", kinds.HTML),
        (b'<?xml?><a xmlns="urn:schemas-microsoft-com:office:spreadsheet">', kinds.XML_SHEET),
        (b"<a xmlns='urn:oasis:names:tc:opendocument:xmlns:office:1.0'>", kinds.FODS),
        (b"a,b,c\n1,<table>,<html>\n", kinds.CSV),
        (b"BM,x\nBM,y\n", kinds.CSV),
        (b"BM\x36\x00\x00\x00\x00", kinds.PICTURE),
        (b"<5%\n", kinds.TEXT),
        (b"MIME-Version: 1.0\r\n", kinds.MHT),
        (b"{\\rtf1", kinds.RTF),
        (b"\x1f\x8b\x08\x00", kinds.ARCHIVE),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), kinds.DOCX),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.graphics"}), kinds.ODF),
        (zipped({"mimetype": "application/vnd.sun.xml.calc"}), kinds.SXC),
        (zipped({"OFD.xml": "<x/>"}), kinds.OFD),
        (zipped({"a.xlsx": "x"}), kinds.ARCHIVE),
        (zipped({"[Content_Types].xml": "ms-excel.sheet.macroEnabled.main+xml"}), kinds.XLSX),
        (zipped({"[Content_Types].xml": "ms-excel.sheet.binary.macroEnabled.main"}), kinds.XLSB),
    ],
)  # fmt: skip
def test_a_kind_is_told_by_its_content(data, kind):
    assert recognise(data) is kind


def test_a_garbled_text_is_refused_as_a_text():
    with pytest.raises(SheetError, match="文字编码认不出来"):
        recognise("项目名称,指标值\n".encode() + b"\xff\xff\n")


def test_names_in_a_package_that_cannot_be_read_are_damage():
    data = bytearray(zipped({"[Content_Types].xml": "x", "a": "y"}))
    place = data.index(b"[Content_Types].xml")
    data[place + 15] = 0xAE
    data[place - 30 + 6 : place - 30 + 8] = b"\x00\x08"

    with pytest.raises(SheetError) as caught:
        recognise(bytes(data))

    assert caught.value.kind == "damaged"


UNREAD = [
    kind for kind in vars(kinds).values()
    if isinstance(kind, kinds.Kind) and kind.extension not in FORMATS
]  # fmt: skip


@pytest.mark.parametrize("kind", UNREAD, ids=lambda kind: kind.extension)
def test_what_is_not_read_is_refused_with_advice(kind, monkeypatch):
    monkeypatch.setattr("performance.sheets.formats.recognise", lambda data: kind)

    with pytest.raises(SheetError) as caught:
        detect(b"x")

    assert caught.value.kind == "unsupported"
    assert str(caught.value).startswith(f"文件是{kind.label}，不能直接读取；请")
    assert str(caught.value).endswith("。")
