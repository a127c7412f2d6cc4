"""Files made to hurt: each is refused by its kind with a sentence, in little memory, or is read.

The child's limit is set so low here that whatever took more than 300 MB would fail; how long they
take is measured by hand, for no test measures time.
"""

import struct
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_LZMA, ZipFile

import pytest

from performance.sheets.convert import read_file
from performance.sheets.formats import guarded
from performance.sheets.formats.guarded import read_guarded
from performance.sheets.formats.kinds import MAX_BYTES
from performance.sheets.grid import SheetError
from tests.builders import make_grid, make_row, make_workbook
from tests.sheets.test_formats import MAIN, OFFICE, parts, refusal, workbook, worksheet, zipped

FILES = Path(__file__).parent / "files"
LEGACY = (FILES / "s04-legacy.xls").read_bytes()
SMALL = 420 * 1024**2  # of addresses: an idle child has a bit more than 100 MB
ONE = '<row r="1"><c r="A1"><v>1</v></c></row>'
OPEN = "urn:oasis:names:tc:opendocument:xmlns:{}:1.0"
SPACES = " ".join(f'xmlns:{name}="{OPEN.format(name)}"' for name in ("office", "table", "text"))


@pytest.fixture(autouse=True)
def small(monkeypatch):
    run = subprocess.run

    def run_small(command: list[str], **options):
        program = (
            "import sys; from performance.sheets.formats import guarded; "
            f"guarded.MEMORY = {SMALL}; "
            f"sys.argv = {command[2:]}; guarded.main()"
        )
        return run([sys.executable, "-c", program], **options)

    monkeypatch.setattr(guarded.subprocess, "run", run_small)


def ods(rows: str) -> bytes:
    content = (
        f"<office:document-content {SPACES}><office:body><office:spreadsheet>"
        f'<table:table table:name="x">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return zipped({"mimetype": kind, "content.xml": content})


def ods_row(cells: str, **repeated: int) -> str:
    told = "".join(f' table:number-{name}-repeated="{n}"' for name, n in repeated.items())
    return f"<table:table-row{told}>{cells}</table:table-row>"


def ods_cell(text: str = "1", **counts: int) -> str:
    told = "".join(f' table:number-{name.replace("_", "-")}="{n}"' for name, n in counts.items())
    return f"<table:table-cell{told}><text:p>{text}</text:p></table:table-cell>"


def changed(data: bytes, *changes: tuple[int, int]) -> bytes:
    """The bytes with other 32 bit numbers at some places."""
    made = bytearray(data)
    for place, number in changes:
        struct.pack_into("<I", made, place, number)
    return bytes(made)


def lying(compression: int = 8) -> bytes:
    """Both of its directories say 1,000 bytes, it has 30 million."""
    made = parts("") | {"xl/worksheets/sheet1.xml": worksheet(" " * 30_000_000)}
    data, name = zipped(made, compression), b"xl/worksheets/sheet1.xml"
    return changed(data, (data.rindex(name) - 22, 1_000), (data.index(name) - 8, 1_000))


def listed_often() -> bytes:
    """One worksheet of 9 MB under ten thousand names and two ids."""
    made = parts(worksheet(ONE + " " * 9_000_000))
    sheets = '<sheet name="S" sheetId="1" r:id="r1"/>' * 10_000
    spaces = f'xmlns="{MAIN}" xmlns:r="{OFFICE}"'
    made["xl/workbook.xml"] = f"<workbook {spaces}><sheets>{sheets}</sheets></workbook>"
    return zipped(made)


def merged(*areas: str) -> str:
    return "".join(f'<mergeCell ref="{area}"/>' for area in areas)


FAT = 512 + 512 * struct.unpack_from("<I", LEGACY, 76)[0]
DIRECTORY = 512 + 512 * struct.unpack_from("<I", LEGACY, 48)[0]
NUMBERS = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 20_000))

REFUSED: dict[str, tuple[str, Callable[[], bytes]]] = {
    # what inflates
    "ratio": ("too_large_inflated", lambda: workbook("<row>" + "<c/>" * 3_000_000 + "</row>")),
    "in all": ("too_large_inflated", lambda: workbook(*[worksheet(" " * 9_999_999)] * 21)),
    "many parts": (
        "too_large_inflated",
        lambda: zipped(parts("") | {f"x{n}": "a" for n in range(2_000)}),
    ),
    "lying": ("damaged", lying),
    "lying, bzip2": ("damaged", lambda: lying(ZIP_BZIP2)),
    "lying, lzma": ("damaged", lambda: lying(ZIP_LZMA)),
    "nested": ("unsupported", lambda: zipped({"a.zip": zipped({"b.xlsx": workbook(ONE)})})),
    "one sheet, often": ("damaged", listed_often),
    "string, often": (
        "too_large",
        lambda: workbook(
            "".join(f'<row r="{n}"><c t="s"><v>0</v></c></row>' for n in range(1, 900)),
            strings=f"<si><t>{'长' * 30_000}</t></si>",
        ),
    ),
    "cells": (
        "too_large",
        lambda: workbook(*["<row>" + "<c><v>1</v></c>" * 9_000 + "</row>"] * 70),
    ),
    "tall merges": (
        "too_large",
        lambda: workbook(worksheet(NUMBERS, merged(*(f"A{n}:A1048576" for n in range(1, 20_000))))),
    ),
    "place beyond": ("damaged", lambda: workbook('<row r="1048577"><c><v>1</v></c></row>')),
    # XML
    "entity": (
        "damaged",
        lambda: zipped(
            parts("") | {"xl/worksheets/sheet1.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a/>'}
        ),
    ),
    "external entity": (
        "damaged",
        lambda: zipped(
            parts("")
            | {"xl/_rels/workbook.xml.rels": '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'}
        ),
    ),
    "entity, ods": (
        "damaged",
        lambda: (
            ods("").replace(b"content.xml", b"kontent.xml")
            and zipped(
                {
                    "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
                    "content.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
                }
            )
        ),
    ),
    # names
    "slip": ("damaged", lambda: zipped(parts(ONE) | {"../../etc/cron.d/x": "a"})),
    "absolute": ("damaged", lambda: zipped(parts(ONE) | {"/etc/x": "a"})),
    "drive": ("damaged", lambda: zipped(parts(ONE) | {"C:\\x": "a"})),
    # OpenDocument
    "rows": ("too_large", lambda: ods(ods_row(ods_cell(), rows=1_048_575))),
    "columns": (
        "too_large",
        lambda: ods(ods_row(ods_cell(columns_repeated=16_384), rows=90)),
    ),
    "long, often": ("too_large", lambda: ods(ods_row(ods_cell("长" * 100_000), rows=1_000))),
    "spaces": ("too_large", lambda: ods(ods_row(ods_cell('<text:s text:c="9999"/>' * 30_000)))),
    "spans": (
        "too_large",
        lambda: ods(ods_row(ods_cell(rows_spanned=1_048_576, columns_spanned=16_384)) * 20_000),
    ),
    # web pages
    "tags": ("too_large", lambda: b"<html><table><tr><td>" + b"<p>" * 3_000_001),
    "page cells": ("too_large", lambda: b"<html><table><tr>" + b"<td>" * 600_001),
    "nested tables": ("too_large", lambda: b"<html>" + b"<table><tr><td>" * 700_000),
    # text
    "large": ("too_large", lambda: b"a" * (MAX_BYTES + 1)),
    "one cell": ("damaged", lambda: b"a,b,c\n" + b"x" * 19_000_000 + b"\n"),
    "one row": ("too_large", lambda: b"a,b,c\n" + b"," * 19_000_000),
    "blank lines": ("too_large", lambda: b"a,b,c\n" + b"\n" * 19_000_000),
    "rows of text": ("too_large", lambda: b"a,b,c\n" * 450_000),
    "lines": ("too_large", lambda: b"x\n" * 9_000_000),
    # old workbooks
    "cyclic chain": ("damaged", lambda: changed(LEGACY, *((FAT + 4 * n, 0) for n in range(9)))),
    "cyclic directory": (
        "damaged",
        lambda: changed(LEGACY, (FAT + (DIRECTORY - 512) // 128, (DIRECTORY - 512) // 512)),
    ),
    "stream of 4 GB": ("damaged", lambda: changed(LEGACY, (DIRECTORY + 128 + 120, 0xFFFFFFF0))),
    "cyclic double chain": ("damaged", lambda: changed(LEGACY, (68, 1), (72, 0xFFFFFF))),
    # what it is not
    "program": ("unsupported", lambda: b"MZ\x90\0\x03\0\0\0" + bytes(range(256)) * 99),
    "picture": ("unsupported", lambda: b"\x89PNG\r\n\x1a\n" + bytes(99)),
    "Excel 4": ("unsupported", lambda: struct.pack("<HHHHH", 0x409, 6, 4, 16, 0) + bytes(9)),
    "part of a zip": ("damaged", lambda: workbook(ONE)[:-30]),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_was_made_to_hurt_is_refused_by_its_kind(name):
    kind, make = REFUSED[name]

    assert refusal(make(), read_file) == kind


READ: dict[str, Callable[[], bytes]] = {
    "million blank rows": lambda: workbook(
        ONE + "".join(f'<row r="{n}" s="1" customFormat="1"/>' for n in range(2, 1_000_000))
    ),
    "formatted blanks": lambda: workbook(
        ONE
        + "".join(
            f'<row r="{n}"><c r="A{n}" s="1"/><c r="B{n}" s="1"/></row>'
            for n in range(2, 300_000)
        )
    ),
    "merged over all": lambda: workbook(worksheet(ONE, merged("A1:XFD1048576"))),
    "inner archive": lambda: zipped(
        parts(ONE) | {"xl/embeddings/a.zip": zipped({"b.zip": zipped({"c": "0" * 9_000_000})})}
    ),
    "blank repeats": lambda: ods(
        ods_row(ods_cell()) + ods_row("<table:table-cell/>", rows=1_048_575)
    ),
    "never closed": lambda: b"<html><table><tr><td>1<td>2<tr><td " + b'a="' * 4_000_000,
    "stream without a file system": lambda: LEGACY[512 : 512 + 12_288],
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_what_only_looks_heavy_is_read_in_little_memory(name):
    grids = read_guarded(READ[name]())

    assert any(grid.rows for grid in grids)


def test_headings_are_looked_for_in_a_sheet_of_all_columns_at_little_cost():
    """Blank cells left of a far one are many: nobody goes over them again and again."""
    far = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 90))

    assert refusal(workbook(far), read_file) == "no_table"


def test_a_format_that_excel_would_not_take_is_told_and_not_drawn():
    long = f'<numFmts><numFmt numFmtId="200" formatCode="{"0.0[" * 60_000}"/></numFmts>'
    styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="200"/></cellXfs>'
    cells = '<row r="1"><c r="A1" s="1"><v>0.5</v></c></row>'
    made = parts(cells) | {
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{long}{styles}</styleSheet>'
    }

    (grid,) = read_guarded(zipped(made))

    assert grid.text(1, 1) == "0.5"
    assert "数字格式读不出来" in grid.notes[0].message


@pytest.mark.parametrize("filler", range(0, 40, 4))
def test_blanks_are_left_out_wherever_a_chunk_of_the_file_ends(filler):
    """One of them lies across the end of a chunk, at every place of it."""
    before = f"<!--{'x' * (256 * 1024 - 200 - filler)}-->"
    cells = "".join(f'<c r="{c}1" s="1"/>' for c in "ABCDEFGH") + '<c r="I1"><v>9</v></c>'

    (grid,) = read_guarded(workbook(f'{before}<row r="1">{cells}</row>'))

    assert grid.rows == {1: (*[""] * 8, "9")}


def test_macros_links_and_data_from_elsewhere_are_passed_over():
    data = make_workbook(make_grid(make_row(annual_value="5套")))
    with ZipFile(BytesIO(data)) as archive:
        made = {name: archive.read(name) for name in archive.namelist()}
    made["[Content_Types].xml"] = made["[Content_Types].xml"].replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    link = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    link += '<Relationship Id="r9" Type="x/externalLinkPath" TargetMode="External" '
    link += 'Target="http://127.0.0.1:1/x.xlsx"/></Relationships>'
    made |= {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0", "xl/externalLinks/_rels/a.xml.rels": link}
    made |= {"xl/connections.xml": "<connections><connection/></connections>"}

    (goal,) = read_file(zipped(made)).goals

    assert goal.sheet.lines[0].annual_value == "5套"


def test_what_a_cell_asks_a_program_to_run_is_text():
    dde = "=cmd|'/c calc'!A0"

    (goal,) = read_file(make_workbook(make_grid(make_row(annual_value=dde)))).goals

    assert goal.sheet.lines[0].annual_value == dde


def test_the_limit_of_these_tests_is_one():
    """A child that wants 400 MB more is told to have none."""
    with pytest.raises(SheetError) as caught:
        read_guarded(workbook("", strings=f"<si><t>{'a' * 9_000_000}😀</t></si>" * 11))

    assert caught.value.kind == "too_large_inflated"
