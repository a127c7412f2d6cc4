"""Changed files are read or refused, whatever was changed: never another exception.

A few of each kind on every run; many thousands were tried by hand, and what they found is below.
"""

import random
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from performance.sheets.convert import read_grids
from performance.sheets.formats import detect
from performance.sheets.grid import SheetError
from tests.sheets.test_formats import parts, refusal, workbook, zipped

FILES = Path(__file__).parent / "files"
SAMPLES = [
    path
    for path in sorted(FILES.iterdir())
    if path.suffix in (".xlsx", ".xls", ".ods", ".csv", ".txt") and path.name[0] in "sv"
]
PACKED = [path for path in SAMPLES if path.suffix in (".xlsx", ".ods")]
PUT_IN = [
    *(b"<row ", b"</row>", b' r="A99999999"', b' r="ZZZZ1"', b' t="s"', b' t="d"', b' s="99999"'),
    *(b"<v>1e999</v>", b"<v>nan</v>", b"<v>-1</v>", b"&#0;", b"&#xD800;", b"<!--", b"<![CDATA["),
    *(b' ref="B9:A1"', b' min="-1"', b' hidden="1"', b'"', b">", b"<", b"\xff", b"\0", b"\n", b","),
    *(b' formatCode="[&lt;1e999]0"', b' formatCode="0/0;@;[h]:mm"', b' numFmtId="14"'),
    *(b' office:value="inf"', b' office:date-value="0000-00-00"', b"rowspan=99999999"),
    *(b'x:num="1e999"', b"<table>", b"<tr><td colspan=0>", "　".encode(), b"1-", "单位".encode()),
]


def changed(data: bytes, chance: random.Random) -> bytes:
    """A few bytes overwritten, cut out, doubled, or something put between."""
    made = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        if not made:
            break
        start = chance.randrange(len(made))
        end = min(start + chance.choice((1, 2, 4, 20, 200)), len(made))
        other = chance.randrange(len(made))
        made[start:end] = chance.choice(
            (
                bytes([chance.randrange(256)]),
                b"",
                chance.choice(PUT_IN) + made[start:end],
                made[start:end] * 2,
                made[other : other + end - start],
                bytes(chance.choices(b'\xff\0 09<"', k=end - start)),
            )
        )
    return bytes(made)


def changed_inside(data: bytes, chance: random.Random) -> bytes:
    """The package with some of its parts changed, missing, or from another one."""
    with ZipFile(BytesIO(data)) as archive, ZipFile(chance.choice(PACKED)) as foreign:
        made = {name: archive.read(name) for name in archive.namelist()}
        for name in chance.sample(sorted(made), chance.choice((1, 1, 2))):
            kind = chance.randrange(6)
            if kind == 0:
                del made[name]
            elif kind == 1:
                made[name] = foreign.read(chance.choice(foreign.namelist()))
            else:
                made[name] = changed(made[name], chance)
    return zipped(made, ZIP_DEFLATED)


def read_or_refuse(data: bytes) -> None:
    try:
        read = detect(data).read
        assert read is not None
        read_grids(read(data))
    except SheetError as error:
        told = str(error)
    else:
        told = "。"
    assert told.endswith("。")


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_file_with_changed_bytes_is_read_or_refused(path, seed):
    read_or_refuse(changed(path.read_bytes(), random.Random(seed)))


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("path", PACKED, ids=lambda path: path.name)
def test_a_package_with_changed_parts_is_read_or_refused(path, seed):
    read_or_refuse(changed_inside(path.read_bytes(), random.Random(seed)))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_an_upload_that_broke_off_anywhere_is_read_or_refused(path):
    data = path.read_bytes()
    for cut in range(1, len(data), max(len(data) // 20, 1)):
        read_or_refuse(data[:cut])


@pytest.mark.parametrize("encoding", ["UTF-2", "GB18030", "UTF-7", "utf-16"])
@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "content.xml"])
def test_an_encoding_that_no_workbook_has_is_damage(encoding, part):
    """Found by chance in an .ods: the parser raised a LookupError of its own."""
    kind = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}
    made = kind if part == "content.xml" else parts("")
    told = f'<?xml version="1.0" encoding="{encoding}"?>'

    assert refusal(zipped(made | {part: told + str(made.get(part, "<a/>"))})) == "damaged"


def test_the_samples_are_read_when_nothing_is_changed():
    for path in SAMPLES:
        assert detect(path.read_bytes()).read
    assert detect(workbook("")).extension == "xlsx"
