"""Texts of two pages as one: a reprint comes out once, and nothing else is ever left out."""

from dataclasses import replace

import pytest

from performance.sheets.formats.pdf.joining import (
    ALMOST,
    APPENDED,
    KEPT_BOTH,
    TAKEN_ONCE,
    Written,
    joined,
)
from performance.sheets.formats.pdf.standing import Standing

LOOSE = Standing(line=8)
FULL_ABOVE = Standing(line=8, to_bottom=True, full=True)
FULL_BELOW = Standing(line=8, from_top=True)


def put(before, after, above=LOOSE, below=LOOSE, row_is_cut=True):
    return joined(Written(before, above), Written(after, below), row_is_cut)


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        ("", "文字", "文字"),
        ("文字", "", "文字"),
        ("同样的文字", "同样的文字", "同样的文字"),
        ("同样的\n文字", "同样的文字", "同样的\n文字"),
    ],
)
def test_a_text_that_has_room_left_and_stands_on_both_pages_comes_out_once(before, after, text):
    assert put(before, after) == (text, "")


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        ("开头的文字和结尾的文字", "结尾的文字", "开头的文字和结尾的文字结尾的文字"),
        ("10", "0%", "100%"),
        ("100", "00", "10000"),
        ("上半", "下半", "上半下半"),
        ("data", "base", "data base"),
    ],
)
def test_different_texts_are_put_together_and_marked(before, after, text):
    assert put(before, after) == (text, APPENDED)


@pytest.mark.parametrize(
    ("before", "after", "beyond", "text"),
    [
        ("开头的文字和结尾的文字", "和结尾的文字", 6, "开头的文字和结尾的文字"),
        ("和结尾的文字", "开头的文字和结尾的文字", 6, "开头的文字和结尾的文字"),
        ("甲乙丙丁戊己庚辛", "丙丁 戊己庚辛壬癸", 6, "甲乙丙丁戊己庚辛壬癸"),
        ("同" * 30, "同" * 20, 10, "同" * 40),
    ],
)
def test_lines_beyond_the_cell_are_those_that_the_next_page_prints_again(
    before, after, beyond, text
):
    assert put(before, after, Standing(below=beyond, under=1.2, line=8)) == (text, "")
    assert put(before, after, below=Standing(above=beyond, over=1.2, line=8)) == (text, "")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("每月检查一次。每月检查一次。", "每月检查一次。"),
        ("本年完成验收，保证质量", "完成验收，保证质量，按时付款"),
    ],
)
def test_the_same_words_without_a_line_beyond_are_kept_twice_and_marked(before, after):
    assert put(before, after) == (before + after, KEPT_BOTH)


def test_nearly_the_same_text_on_both_pages_is_kept_twice_and_marked():
    """A reprint of which a letter could not be read is no second text."""
    text = "到2028年，惠民工程项目经费全面完成，群众获得感明显增强。"

    assert put(text, text.replace("目", "")) == (text + text.replace("目", ""), ALMOST)


def test_a_line_that_only_seems_to_be_beyond_is_no_reprint():
    above, below = Standing(below=8, under=0.4, line=8), Standing(above=8, over=0.2, line=8)

    assert put("同" * 16, "同" * 24, above, below) == ("同" * 40, KEPT_BOTH)
    assert put("同" * 16, "同" * 24, above, replace(below, over=0.6)) == ("同" * 24, "")


def test_more_of_the_same_than_lies_beyond_is_kept_twice_and_marked():
    assert put("同" * 30 + "终", "同" * 29 + "终", Standing(below=4, under=1.2, line=8)) == (
        "同" * 30 + "终" + "同" * 29 + "终",
        KEPT_BOTH,
    )


@pytest.mark.parametrize(
    ("row_is_cut", "expected"), [(True, ("同" * 32, KEPT_BOTH)), (False, ("同" * 16, TAKEN_ONCE))]
)
def test_the_same_text_that_fills_both_pages_may_go_on_and_is_marked(row_is_cut, expected):
    assert put("同" * 16, "同" * 16, FULL_ABOVE, FULL_BELOW, row_is_cut) == expected


@pytest.mark.parametrize(
    ("before", "after", "ended", "text"),
    [
        ("同" * 16, "同" * 16, True, "同" * 16),
        ("同" * 16, "同" * 16, False, "同" * 32),
        ("甲 ", "\n乙", False, "甲 \n乙"),
    ],
)
def test_marks_of_ours_say_whether_a_text_goes_on(before, after, ended, text):
    above, below = Standing(known=True, ended=ended), Standing(known=True, ended=True)

    assert put(before, after, above, below) == (text, "")


def test_a_text_that_repeats_itself_for_pages_takes_no_time():
    text = "完成任务。" * 20_000

    assert put(text, text[5:], Standing(below=len(text), under=900, line=8)).text == text
