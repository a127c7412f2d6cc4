"""PDFs that are refused: each by its kind, with a whole sentence, whatever is in them."""

import zlib
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from performance.sheets.formats import pdf
from performance.sheets.formats.guarded import read_guarded
from performance.sheets.formats.pdf import pages, weighing
from performance.sheets.formats.pdf.inflating import MAX_PICTURE, MAX_STREAM
from performance.sheets.formats.pdf.opened import MAX_PAGES, refuse_unreadable
from performance.sheets.grid import SheetError
from tests.sheets.pdf.drawing import Style, printed
from tests.sheets.pdf.test_drawn import SHEETS, grid_of

FILES = Path(__file__).parents[1] / "files"
MEGABYTE = 1024 * 1024
DRAW = b"0 0 m 9 9 l S\n"
FORM = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]"


def refusal(data: bytes, read=read_guarded) -> str:
    with pytest.raises(SheetError) as caught:
        read(data)
    message = str(caught.value)
    assert message.endswith("。")
    assert "请" in message
    return caught.value.kind


def stream(content: bytes, entries: bytes = b"", times: int = 1) -> bytes:
    for _ in range(times):
        content = zlib.compress(content, 9)
    filters = b"/Filter[" + b"/FlateDecode" * times + b"]"
    length = len(content)
    return b"<<%s%s/Length %d>>\nstream\n%s\nendstream" % (filters, entries, length, content)


def document(*parts: bytes, contents: bytes = b"4 0 R") -> bytes:
    """One page; `parts` are objects from number 4 on, the fifth is the page's form A."""
    page = (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents %s/Resources<</XObject"
        b"<</A 5 0 R>>/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>" % contents
    )
    tree = (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page)
    made = bytearray(b"%PDF-1.7\n")
    places = []
    for number, part in enumerate((*tree, *parts), 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(places) + 1
    made += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, table)
    return bytes(made)


def test_a_scan_has_no_text():
    assert refusal((FILES / "b05-scan.pdf").read_bytes()) == "no_text"


def test_a_password_is_told():
    locked = printed(grid_of(SHEETS[0]), Style(), encrypt=StandardEncryption("geheim"))

    assert refusal(locked) == "encrypted"


def test_a_file_that_only_forbids_changes_is_opened():
    forbidding = StandardEncryption("", ownerPassword="geheim", canModify=0)

    refuse_unreadable(printed(grid_of(SHEETS[0]), Style(), encrypt=forbidding))


def test_a_font_that_does_not_name_its_characters_is_told():
    nameless = printed(grid_of(SHEETS[0]), Style()).replace(b"/Ordering (GB1)", b"/Ordering (XX1)")

    assert refusal(nameless) == "no_text"


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n",
        b"%PDF-1.7\n" + bytes(range(256)) * 50,
        (FILES / "s09-drawn.pdf").read_bytes()[:20_000],
        document(b"<<>>").replace(b"/Kids[3 0 R]/Count 1", b"/Kids[]/Count 0     "),
        document(b"<<>>").replace(b"/Kids[3 0 R]", b"/Kids[2 0 R]"),
    ],
)
def test_what_is_broken_is_damaged(data):
    assert refusal(data) == "damaged"


def test_too_many_pages_are_refused():
    target = BytesIO()
    canvas = Canvas(target)
    for _ in range(MAX_PAGES + 1):
        canvas.showPage()
    canvas.save()

    assert refusal(target.getvalue()) == "too_large"


BOMBS = {
    "one stream": document(stream(DRAW * (MAX_STREAM // len(DRAW) + 1))),
    "coded twice": document(stream(DRAW * (MAX_STREAM // len(DRAW) + 1), times=2)),
    "said to be a picture": document(stream(bytes(MAX_PICTURE + 1), b"/Subtype/Image")),
    "one stream many times": document(
        stream(DRAW * (2 * MEGABYTE // len(DRAW))), contents=b"[" + b"4 0 R " * 200 + b"]"
    ),
    "forms that draw forms": document(
        stream(b"/A Do " * 50),
        *(
            stream(b"/A Do " * 50, FORM + b"/Resources<</XObject<</A %d 0 R>>>>" % number)
            for number in range(6, 12)
        ),
        stream(DRAW, FORM),
    ),
    "another coding": document(
        b"<</Filter/L#5AWDecode/Length 30000>>\nstream\n" + b"\x80\x0b" * 15_000 + b"\nendstream"
    ),
    "the table of contents": b"%PDF-1.7\n1 0 obj\n"
    + stream(bytes(MAX_STREAM + 1), b"/Type/XRef/W[1 2 1]/Size 9/Root 1 0 R")
    + b"\nendobj\nstartxref\n9\n%%EOF",
}


@pytest.mark.parametrize("name", BOMBS)
def test_streams_that_inflate_are_refused_before_they_do(name):
    assert refusal(BOMBS[name]) == "too_large_inflated"


def test_a_form_that_draws_itself_does_no_harm():
    looped = document(
        stream(b"/A Do"), stream(b"/A Do", FORM + b"/Resources<</XObject<</A 5 0 R>>>>")
    )

    assert refusal(looped) == "no_text"


@pytest.mark.parametrize(
    ("limit", "kind"), [("MAX_CHARS", "too_large"), ("MAX_SHAPES", "too_large")]
)
def test_a_page_with_too_much_on_it_is_refused(monkeypatch, limit, kind):
    monkeypatch.setattr(pages, limit, 50)

    assert refusal((FILES / "s09-drawn.pdf").read_bytes(), pdf.read) == kind


def test_the_weight_of_all_pages_counts_together(monkeypatch):
    monkeypatch.setattr(weighing, "MAX_ALL", 20_000)

    assert refusal((FILES / "s09-drawn.pdf").read_bytes(), pdf.read) == "too_large_inflated"


@pytest.mark.parametrize("seed", range(12))
def test_fuzzed_files_are_read_or_refused(seed):
    random = Random(seed)
    data = bytearray((FILES / "s09-drawn.pdf").read_bytes())
    for _ in range(random.choice((1, 30, 300))):
        data[random.randrange(8, len(data))] = random.randrange(256)
    if seed % 3 == 0:
        start = random.randrange(8, len(data))
        del data[start : start + random.randrange(2_000)]

    try:
        grids = read_guarded(bytes(data))
    except SheetError as error:
        assert "请" in str(error)  # noqa: PT017 (read or refused: both are right)
    else:
        assert all(grid.rows for grid in grids)


SAMPLES = [path.read_bytes() for path in sorted(FILES.glob("*.pdf"))]
PLACES = st.integers(0, 2**20)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(
    one=st.sampled_from(SAMPLES),
    other=st.sampled_from(SAMPLES),
    cut=st.tuples(PLACES, PLACES, PLACES, st.integers(0, 9_000)),
    changes=st.lists(st.tuples(PLACES, st.integers(0, 255)), max_size=60),
)
def test_spliced_and_changed_files_are_read_or_refused(one, other, cut, changes):
    start, end = sorted(place % len(one) for place in cut[:2])
    begin = cut[2] % len(other)
    data = bytearray(one[:start] + other[begin : begin + cut[3]] + one[end:])
    for place, byte in changes:
        data[place % len(data)] = byte

    try:
        pdf.read(b"%PDF-1.7\n" + bytes(data[9:]))
    except SheetError as error:
        assert "请" in str(error)  # noqa: PT017 (read or refused: both are right)
