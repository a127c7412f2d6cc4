"""What may be changed after a return, cell by cell."""

from dataclasses import replace

import pytest

from performance.goals.opening import FORM, Opened, closed_changes, is_touched, place_of, text_at
from tests.builders import make_line, make_sheet

FIRST = make_line(key="a")
SECOND = make_line("331001710-行政服务窗口群众满意度", "31-服务对象满意度", "3-满意度指标", key="b")
SHEET = make_sheet("甲", FIRST, SECOND)


def closed(after, *cells) -> list[str]:
    return closed_changes(SHEET, after, Opened.of([list(cell) for cell in cells]))


def with_line(**changes):
    return replace(SHEET, lines=(replace(FIRST, **changes), SECOND))


@pytest.mark.parametrize("stored", [None, [["", FORM]], [["", FORM], ["a", "line"]]])
def test_everything_is_open_without_a_list_or_with_the_whole_form(stored):
    opened = Opened.of(stored)

    assert opened.everything
    assert opened.adds_lines
    assert opened.removes("a")
    assert closed_changes(SHEET, make_sheet("乙"), opened) == []


def test_an_empty_list_opens_nothing():
    opened = Opened.of([])

    assert not opened.everything
    assert closed_changes(SHEET, SHEET, opened) == []
    assert closed_changes(SHEET, replace(SHEET, project="乙"), opened) == ["项目名称"]


def test_only_the_remarked_cell_is_open():
    assert closed(with_line(annual_value="6套"), ("a", "annual_value")) == []
    assert closed(with_line(annual_value="6套", cycle_value="9套"), ("a", "annual_value")) == [
        "第1行“实施周期指标值”"
    ]
    assert closed(replace(SHEET, project="乙"), ("", "annual_goal")) == ["项目名称"]


def test_levels_1_and_2_follow_their_indicator():
    other = make_line("112000287-验收合格率", "12-质量指标", key="a")

    assert closed(replace(SHEET, lines=(other, SECOND)), ("a", "level3")) == []
    assert closed(replace(SHEET, lines=(other, SECOND)), ("a", "annual_value")) == [
        "第1行“二级指标”",
        "第1行“三级指标”",
    ]


def test_a_line_is_removed_only_where_the_whole_line_is_open():
    after = replace(SHEET, lines=(SECOND,))

    assert closed(after, ("a", "line")) == []
    assert closed(after, ("a", "annual_value")) == ["原第1行（删除）"]
    assert closed(after, ("", "lines")) == ["原第1行（删除）"]


def test_lines_are_added_and_moved_only_where_that_is_open():
    added = replace(SHEET, lines=(*SHEET.lines, make_line("新的")))
    moved = replace(SHEET, lines=(SECOND, FIRST))

    assert closed(added, ("", "lines")) == closed(moved, ("", "lines")) == []
    assert closed(added, ("a", "line")) == ["第3行（新增）"]
    assert closed(moved, ("a", "line")) == ["各行的顺序"]


@pytest.mark.parametrize("field", ["form", "lines", "line", "nothing"])
def test_places_have_no_text(field):
    assert text_at(SHEET, "", field) is None
    assert text_at(SHEET, "nokey", "annual_value") is None


@pytest.mark.parametrize(
    ("after", "key", "field", "touched"),
    [
        (with_line(annual_value="6套"), "a", "annual_value", True),
        (with_line(annual_value="6套"), "a", "cycle_value", False),
        (with_line(annual_value="6套"), "a", "line", True),
        (with_line(annual_value="6套"), "b", "line", False),
        (with_line(annual_value="6套"), "", "form", True),
        (with_line(annual_value="6套"), "", "lines", False),
        (replace(SHEET, lines=(SECOND, FIRST)), "", "lines", True),
        (replace(SHEET, lines=(SECOND,)), "a", "annual_value", True),
        (SHEET, "", "form", False),
    ],
)
def test_a_remark_is_answered_by_a_change_where_it_points(after, key, field, touched):
    assert is_touched(SHEET, after, key, field) is touched


def test_places_are_told_in_the_words_of_the_form():
    assert place_of("b", "annual_value", SHEET) == "第2行“年度指标值”"
    assert place_of("", "form", SHEET) == "整张表"
    assert place_of("gone", "line", SHEET) == "已删除的行“整行”"
