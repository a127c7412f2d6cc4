"""Goals of forms that stand in several rows, or in one cell with their label."""

import pytest

from tests.sheets.layouts.form_builders import BLOCK, HEAD, TWO_LINES, lines, only

FRAME = HEAD[:3]


def goals(*rows, merges=()):
    goal = only(*FRAME, *rows, *BLOCK, merges=merges)
    assert lines(goal) == TWO_LINES
    return goal.sheet.overall_goal, goal.sheet.annual_goal


def test_all_rows_beside_a_label_are_the_goal():
    rows = [("年度目标", "目标1：培训。"), ("", "目标2：发册。"), ("", "目标3：满意。")]
    whole = "目标1：培训。\n目标2：发册。\n目标3：满意。"

    assert goals(*rows, merges=[(4, 1, 6, 1), (4, 2, 4, 6), (5, 2, 5, 6), (6, 2, 6, 6)]) == (
        "",
        whole,
    )
    assert goals(*rows) == ("", whole)


def test_all_rows_below_a_label_are_the_goal():
    rows = [("年度目标",), ("目标1：培训。",), ("目标2：发册。",)]
    wide = [(row, 1, row, 5) for row in (4, 5, 6)]

    assert goals(*rows, merges=wide) == ("", "目标1：培训。\n目标2：发册。")
    assert goals(*rows) == ("", "目标1：培训。\n目标2：发册。")


def test_short_texts_below_a_wide_label_are_the_goal_too():
    rows = [("年度目标",), ("培训",), ("发册",)]

    assert goals(*rows, merges=[(row, 1, row, 5) for row in (4, 5, 6)]) == ("", "培训\n发册")


def test_two_goals_side_by_side_go_on_together():
    rows = [
        ("绩效目标", "实施期目标", "", "年度目标"),
        ("", "1.总甲。", "", "1.年甲。"),
        ("", "2.总乙。", "", "2.年乙。"),
    ]
    merges = [(4, 1, 6, 1)] + [(row, 2, row, 3) for row in (4, 5, 6)]

    assert goals(*rows, merges=merges) == ("1.总甲。\n2.总乙。", "1.年甲。\n2.年乙。")


def test_of_two_goals_one_may_have_more_rows():
    rows = [
        ("绩效目标", "实施期目标", "", "年度目标"),
        ("", "总甲，三年完成。", "", "年甲。"),
        ("", "总乙，四年完成。"),
    ]

    assert goals(*rows) == ("总甲，三年完成。\n总乙，四年完成。", "年甲。")


def test_a_number_in_a_cell_of_its_own_belongs_to_its_text():
    named = [("年度目标", "目标1", "培训10场"), ("", "目标2", "发册")]
    numbered = [("序号", "年度绩效目标"), ("1", "培训10场。"), ("2", "发册3000。")]

    assert goals(*named) == ("", "目标1：培训10场\n目标2：发册")
    assert goals(*numbered) == ("", "培训10场。\n发册3000。")


def test_a_blank_row_does_not_end_a_goal():
    assert goals(("年度目标", "1.培训；"), (), ("", "2.发册。")) == ("", "1.培训；\n2.发册。")


@pytest.mark.parametrize(
    "below",
    [
        ("资金来源", "财政拨款，共5万元。"),
        ("备注：以上为2026年的。",),
        ("二、绩效指标情况",),
        ("绩效指标情况",),
        ("填报人：李四", "", "", "联系电话：0000"),
        ("", "主管部门", "区政府"),
        ("", "金额单位：万元"),
    ],
)
def test_what_stands_below_a_goal_and_is_none_does_not_belong_to_it(below):
    assert goals(("年度目标", "培训10场。"), below) == ("", "培训10场。")
    above = [("年度目标",), ("培训10场，发册3000册。",)]
    wide = [(row, 1, row, 5) for row in (4, 5)]
    assert goals(*above, below, merges=wide) == ("", "培训10场，发册3000册。")


def test_an_empty_box_does_not_take_what_stands_below():
    assert goals(("年度目标", ""), ("资金来源", "财政拨款"), merges=[(4, 2, 4, 5)]) == ("", "")


def test_a_goal_may_stand_in_one_cell_with_its_label():
    assert goals(("总体目标：三年完成。",), ("年度目标：培训10场。",)) == (
        "三年完成。",
        "培训10场。",
    )


def test_one_box_may_hold_both_goals():
    both = "总体目标：三年培训。\n分步推进。\n年度目标：1.培训；\n2.发册。"
    parted = ("三年培训。\n分步推进。", "1.培训；\n2.发册。")

    assert goals(("绩效目标", both)) == parted
    assert goals(("绩效目标", "总体目标：三年培训。"), ("", "年度目标：培训。")) == (
        "三年培训。",
        "培训。",
    )


def test_a_label_that_is_written_again_into_its_box_stays_as_written():
    assert goals(("年度目标", "年度目标：培训。")) == ("", "年度目标：培训。")
