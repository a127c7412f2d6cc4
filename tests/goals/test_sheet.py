"""The value in the middle: what a sheet says, as text and as JSON."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performance.goals.sheet import (
    FIELDS,
    Coded,
    Line,
    Ref,
    Sheet,
    content_hash,
    from_json,
    texts,
    to_json,
)
from tests.builders import clean_sheet, make_line, make_sheet

# What a text can be once it has passed the refusals; surrogates are no characters.
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
coded = st.builds(Coded, words, words)
refs = st.none() | st.builds(Ref, words, st.dictionaries(st.sampled_from(list(FIELDS)), words))
lines = st.builds(Line, coded, coded, coded, words, words, key=words, ref=refs)
sheets = st.builds(
    Sheet,
    st.integers(2000, 2100),
    coded,
    words,
    coded,
    words,
    words,
    st.lists(lines, max_size=4).map(tuple),
    ref=refs,
)


@pytest.mark.parametrize(
    ("text", "code", "name"),
    [
        ("111000898-订制制服数", "111000898", "订制制服数"),
        ("  1 - 产出指标 ", "1", "产出指标"),
        ("331", "331", ""),
        ("331-", "331", ""),
        ("产出指标", "", "产出指标"),
        ("", "", ""),
        ("-产出指标", "", "-产出指标"),
        ("A1-甲", "A1", "甲"),
        ("ab12-甲", "ab12", "甲"),
        ("abc1-甲", "", "abc1-甲"),
        ("5-10个", "5", "10个"),
        ("11-a-b", "11", "a-b"),
        ("１１-数量", "", "１１-数量"),
        ("11－数量", "", "11－数量"),
        ("U盘-采购", "", "U盘-采购"),
    ],
)
def test_a_code_is_what_stands_before_the_first_hyphen(text, code, name):
    assert Coded.parse(text) == Coded(code, name)


@given(words)
def test_what_was_parsed_is_written_so_that_it_is_parsed_to_the_same(text):
    parsed = Coded.parse(text)

    assert Coded.parse(parsed.text) == parsed


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Coded("11", "数量指标"), "11-数量指标"),
        (Coded("11"), "11"),
        (Coded("", "数量指标"), "数量指标"),
        (Coded(), ""),
    ],
)
def test_the_text_of_a_code_and_name_leaves_no_lonely_hyphen(value, text):
    assert value.text == text
    assert bool(value) is bool(text)


@given(sheets)
def test_a_sheet_comes_back_from_json_with_keys_and_places(sheet):
    again = from_json(to_json(sheet))

    assert again == sheet
    assert again.ref == sheet.ref
    assert [(line.key, line.ref) for line in again.lines] == [
        (line.key, line.ref) for line in sheet.lines
    ]
    assert to_json(again) == to_json(sheet)


def test_the_json_is_canonical():
    line = replace(make_line(), key="k1", ref=Ref("表1", {"level3": "H3"}))
    sheet = replace(make_sheet("甲\n乙", line), ref=Ref("表1", {"project": "B3"}))

    assert to_json(sheet) == (
        '{"annual_goal":"本年为窗口人员订制制服5套。",'
        '"category":{"code":"331","name":"部门预算部门职能类"},'
        '"lines":[{"annual_value":"5套","cycle_value":"15套","key":"k1",'
        '"level1":{"code":"1","name":"产出指标"},"level2":{"code":"11","name":"数量指标"},'
        '"level3":{"code":"111000898","name":"订制制服数"},'
        '"ref":{"cells":{"level3":"H3"},"sheet":"表1"}}],'
        '"overall_goal":"三年内为窗口人员配齐制服。","project":"甲\\n乙",'
        '"ref":{"cells":{"project":"B3"},"sheet":"表1"},'
        '"unit":{"code":"101009","name":"区政数局"},"year":2025}'
    )
    assert json.loads(to_json(sheet))["project"] == "甲\n乙"


@given(sheets)
def test_the_content_hash_does_not_know_keys_and_places(sheet):
    bare = replace(
        sheet,
        ref=None,
        lines=tuple(replace(line, key="other", ref=None) for line in sheet.lines),
    )

    assert content_hash(bare) == content_hash(sheet)
    assert bare == sheet


@given(sheets, sheets)
def test_sheets_are_equal_exactly_when_their_content_hash_is(one, other):
    assert (content_hash(one) == content_hash(other)) is (one == other)


@pytest.mark.parametrize(
    "changed",
    [
        replace(clean_sheet(), year=2026),
        clean_sheet("别的项目"),
        clean_sheet(unit="101-高新区"),
        clean_sheet(category="333-部门预算信息化新建类"),
        clean_sheet(overall_goal=""),
        clean_sheet(annual_goal="。"),
        replace(clean_sheet(), lines=clean_sheet().lines[:1]),
        replace(clean_sheet(), lines=clean_sheet().lines[::-1]),
    ],
)
def test_everything_that_is_said_counts(changed):
    assert changed != clean_sheet()
    assert content_hash(changed) != content_hash(clean_sheet())


def test_every_cell_is_listed_head_first():
    sheet = make_sheet("甲", make_line(annual_value="6套"), overall_goal="总", annual_goal="年")

    assert list(texts(sheet)) == [
        (None, "unit", "101009-区政数局"),
        (None, "project", "甲"),
        (None, "category", "331-部门预算部门职能类"),
        (None, "overall_goal", "总"),
        (None, "annual_goal", "年"),
        (None, "project_code", ""),
        (None, "filler", ""),
        (None, "phone", ""),
        (0, "level1", "1-产出指标"),
        (0, "level2", "11-数量指标"),
        (0, "level3", "111000898-订制制服数"),
        (0, "cycle_value", "15套"),
        (0, "annual_value", "6套"),
    ]
