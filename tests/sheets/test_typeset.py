"""Goals as a PDF: complete, readable again, and the same bytes every time."""

import signal
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pdfplumber
import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from performance.sheets.convert import read_file, read_grids
from performance.sheets.formats import guarded
from performance.sheets.formats.marks import END, TINY
from performance.sheets.formats.pdf import read
from performance.sheets.formats.typeset import write
from performance.sheets.grid import Grid, SheetError
from performance.sheets.layouts.listing import LISTING
from performance.sheets.layouts.written import write_table

GOLDEN = Path(__file__).parents[2] / "fixtures" / "sheets" / "goals-2025.xlsx"
TITLE = "2025年重点项目绩效目标"
HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)


@pytest.fixture(scope="module")
def golden():
    return [goal.sheet for goal in read_file(GOLDEN.read_bytes()).goals]


def written(sheets, title=TITLE):
    return write([write_table(LISTING, title, sheets)])


def with_goal(golden, text):
    return [replace(golden[0], overall_goal=text), golden[1]]


def read_back(data):
    return [goal.sheet for goal in read_grids(read(data)).goals]


def words(data):
    """The text of each page, without blanks and line ends."""
    pages = pypdfium2.PdfDocument(data)
    return ["".join(page.get_textpage().get_text_bounded().split()) for page in pages]


def test_the_list_of_a_year_is_read_back_the_same(golden):
    assert read_back(written(golden)) == golden


def test_the_same_goals_give_the_same_bytes(golden):
    assert written(golden) == written(golden)


def test_each_page_has_title_headings_and_its_number(golden):
    pages = words(written(golden))
    assert len(pages) > 1
    for number, text in enumerate(pages, 1):
        assert TITLE in text
        assert "总体绩效目标" in text
        assert f"第{number}页，共{len(pages)}页" in text


def test_a_project_that_crosses_a_page_has_its_name_and_goals_on_both(golden):
    long = [replace(golden[0], lines=golden[0].lines * 10)]
    pages = words(written(long))
    assert len(pages) > 1
    assert all(golden[0].project in text for text in pages)
    assert all(golden[0].annual_goal in text for text in pages)


def test_only_the_last_page_is_signed_and_it_is_never_alone(golden):
    for count in range(1, 40):
        *before, last = words(written([replace(golden[0], lines=golden[0].lines[:1] * count)]))
        assert not any("单位负责人" in text for text in before)
        assert all(label in last for label in ("制表人", "审核人", "单位负责人", "填表日期"))
        assert "112000826" in last


def test_a_goal_longer_than_a_page_flows_on_and_is_read_back(golden):
    text = "".join(chr(0x4E00 + (number * 7919) % 8000) for number in range(6_000))
    sheets = with_goal(golden, text)
    data = written(sheets)
    assert len(words(data)) > 3
    assert read_back(data) == sheets


@pytest.mark.parametrize("lines", [1, 3])
def test_what_flows_on_says_on_each_page_whose_it_is(golden, lines):
    """A label read from the page before and after is one label."""
    goal = "".join(chr(0x4E00 + (number * 7919) % 8000) for number in range(4_000))
    sheets = [replace(golden[0], overall_goal=goal, lines=golden[0].lines[:lines]), golden[1]]
    data = written(sheets)
    *flowing, after = words(data)
    assert len(flowing) > 2
    for text in flowing:
        assert golden[0].project in text
        assert golden[0].unit.code in text
        assert golden[0].category.code in text
    assert golden[0].project not in after
    assert read_back(data) == sheets


@pytest.mark.parametrize("text", ["a" * 300, "！" * 80, "https://example.org/" + "abc/" * 90])
def test_what_has_no_place_to_break_stays_in_its_cell(golden, text):
    goal = read_back(written(with_goal(golden, text)))[0].overall_goal
    assert goal.replace(" ", "") == text


@pytest.mark.parametrize("text", ['#panic("x")', "$a$ *b* _c_ @d <e> `f`", "\\u{41} // /*", "= 一"])
def test_text_is_never_markup(golden, text):
    assert "".join(text.split()) in "".join(words(written(with_goal(golden, text))))


def test_a_character_without_a_glyph_is_shown_by_its_number(golden):
    sheets = with_goal(golden, "完成😀的\U00030000字")
    data = written(sheets)
    assert "完成〔U+1F600〕的〔U+30000〕字" in "".join(words(data)).replace(END, "")
    assert all("〔U+…〕是印刷字体没有的字的编号" in text for text in words(data))
    assert read_back(data) == sheets


def test_a_page_without_such_characters_explains_none(golden):
    assert not any("U+" in text for text in words(written(golden)))


def test_what_was_typed_like_a_number_stays_as_typed(golden):
    sheets = with_goal(golden, "完成〔U+0041〕和U+0042")
    assert read_back(written(sheets)) == sheets


@pytest.mark.parametrize(
    "text", ["👨\u200d👩", "葛\U000e0100城", "软\xad连", "甲\t乙\ufeff丙", "❤\ufe0f"]
)
def test_what_nobody_sees_is_read_back_and_not_shown(golden, text):
    sheets = with_goal(golden, text)
    data = written(sheets)
    seen = [
        char["text"]
        for page in pdfplumber.open(BytesIO(data)).pages
        for char in page.chars
        if char["size"] > TINY
    ]
    assert "U+200D" not in "".join(seen)
    assert "U+FE0F" not in "".join(seen)
    assert read_back(data) == sheets


@pytest.mark.parametrize(
    "grids",
    [
        [],
        [Grid("", {})],
        [Grid("甲", {1: ("a", "b"), 9: ("c",)})],
        [Grid("甲", {1: ("a",) * 60})],
        [Grid("甲", {2: ("甲" * 9_000, "b")}, ((2, 1, 900, 1), (2, 1, 3, 2)))],
        [write_table(LISTING, "题" * 5_000, [])],
        [write_table(LISTING, "\0\ud800\r\n", []), write_table(LISTING, "", [])],
    ],
)
def test_odd_grids_are_drawn_too(grids):
    assert write(grids).startswith(b"%PDF")


@pytest.fixture
def child(monkeypatch):
    """A child that does something else instead of printing."""
    run = subprocess.run

    def instead(program):
        command = [sys.executable, "-c", program]
        monkeypatch.setattr(guarded.subprocess, "run", lambda _, **options: run(command, **options))

    return instead


@pytest.mark.parametrize(
    ("program", "kind", "advice"),
    [
        (f"import os; os.kill(os.getpid(), {signal.SIGXCPU.value})", "too_large", "按单位筛选"),
        ("import os; os.abort()", "too_large", "按单位筛选"),
        ("raise MemoryError", "unsupported", "Excel"),
        ("print('no PDF')", "unsupported", "Excel"),
        ("raise SystemExit(1)", "unsupported", "Excel"),
    ],
)
def test_a_typesetter_that_breaks_down_is_a_sentence(golden, child, program, kind, advice):
    child(program)
    with pytest.raises(SheetError) as caught:
        written(golden)
    assert caught.value.kind == kind
    assert advice in str(caught.value)


def test_a_typesetter_that_does_not_end_is_ended(golden, child, monkeypatch):
    monkeypatch.setattr(guarded, "WALL_SECONDS", 0.2)
    child("import time; time.sleep(60)")
    with pytest.raises(SheetError) as caught:
        written(golden)
    assert caught.value.kind == "too_large"


def test_the_server_itself_never_loads_the_typesetter():
    program = (
        "import sys; from performance.sheets.formats import FORMATS; "
        "from performance.sheets.grid import Grid; "
        "assert FORMATS['pdf'].write([Grid('', {1: ('a',)})])[:4] == b'%PDF'; "
        "assert 'typst' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=guarded.ROOT)


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    goals=st.lists(st.text(st.one_of(HAN, st.sampled_from("，、；")), min_size=9), min_size=1),
    lines=st.integers(1, 30),
)
def test_goals_in_chinese_are_read_back_the_same(golden, goals, lines):
    some = (golden[1].lines * 5)[:lines]
    sheets = [
        replace(golden[1], project=f"{number}号项目", overall_goal=f"完成{goal}。", lines=some)
        for number, goal in enumerate(goals)
    ]
    assert read_back(written(sheets)) == sheets


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.text(max_size=400))
def test_any_text_is_drawn(golden, text):
    assert written(with_goal(golden, text), title=text).startswith(b"%PDF")
