"""Rows that stand in or below a table and hold no indicator: left out, and told."""

import pytest

from performance.sheets.convert import read_grids
from tests.builders import HEADINGS, make_grid, make_row, make_sheet
from tests.sheets.layouts.form_builders import BLOCK, HEAD, LEVELS, TWO_LINES, lines, read

ROW, OTHER = make_row(), make_row("另一个项目")


def at(**cells):
    """A row of a list with these texts, by the letter of their column."""
    return tuple(cells.get(letter, "") for letter in "ABCDEFGHIJ")


SIGNED = [
    at(
        A="填报人：",
        B="赵六",
        C="联系电话：",
        D="0756-1",
        F="审核人：",
        G="钱七",
        H="填报日期：",
        I="2026-01-06",
    ),
    at(A="制表：", B="张三", C="审核：", D="李四", H="日期：", J="2026.1.6"),
    at(A="领导签字", H="盖章"),
    at(A="单位负责人：", C="财务负责人：", E="经办人："),
    at(A="经办人", B="李四", D="审核人", E="王五", H="日期", J="2026-1-6"),
    at(A="分管领导：", D="股室负责人：", H="经办："),
    at(A="填报单位（盖章）：区政数局"),
    at(A="填报单位（盖章）", B="区政数局", D="填报日期", E="2026-01-06"),
    at(H="填报人：张三"),
    at(H="2026年1月6日"),
    at(E="第 1 页 共 2 页"),
    at(A="以下空白"),
    at(A="（续表）"),
]
SUMS = [
    at(A="区政数局小计", B="2个"),
    at(A="区政数局小计", I="30", J="10"),
    at(A="101009-区政数局", B="工作制服经费小计", I="30"),
    at(B="项目数：1", I="指标数：2"),
    at(A="合计项目数", B="2个", H="指标数", J="2"),
    at(H="共2个指标"),
    at(A="累计", I="30", J="10"),
    at(H="合计", I="30", J="10"),
]


@pytest.mark.parametrize("below", [*SIGNED, *SUMS])
def test_signatures_and_sums_are_no_projects(below):
    reading = read_grids([make_grid(ROW, below, OTHER)])

    assert [goal.sheet for goal in reading.goals] == [make_sheet(), make_sheet("另一个项目")]
    (finding,) = reading.findings
    assert (finding.rule, finding.level.value) == ("F04", "hint")
    assert finding.message.startswith("第4行")
    assert finding.message.endswith("，未读入。")


def test_a_sum_of_a_list_without_units_is_no_project():
    grid = make_grid(ROW[1:], ("工作制服经费小计", *[""] * 6, "30", "10"), headings=HEADINGS[1:])

    assert [goal.sheet.project for goal in read_grids([grid]).goals] == ["工作制服经费"]


@pytest.mark.parametrize(
    "row",
    [
        make_row("统计工作合计"),
        make_row("联系人满意度"),
        make_row(level3="负责人：满意度"),
        make_row(level3="2026年1月6日"),
        make_row(annual_value="2个"),
        make_row("日期", level3="审核人"),
    ],
)
def test_an_indicator_may_read_like_a_signature_or_a_sum(row):
    (goal,) = read_grids([make_grid(row)]).goals

    assert [line.annual_value for line in goal.sheet.lines] == [row[-1]]


@pytest.mark.parametrize("values", [("2个", "3个"), ("", "2026年1月6日"), ("3个项目", "")])
def test_a_row_of_values_under_a_merged_indicator_is_data(values):
    grid = make_grid(ROW, (*[""] * 8, *values), merges=[(3, c, 4, c) for c in range(1, 9)])

    (goal,) = read_grids([grid]).goals

    assert [(line.cycle_value, line.annual_value) for line in goal.sheet.lines] == [
        ("15套", "5套"),
        values,
    ]


@pytest.mark.parametrize(
    ("below", "cell"),
    [
        (("", "预算执行", "", "预算执行率", "", "100%"), "D9"),
        (("", "预算执行率", "", "", "", "100%"), "B9"),
        (("", "预算执行率（10分）", "", "", "", "100%"), "B9"),
        (("", "效益指标", "社会效益", "指标1：", "", ""), "D9"),
        (("", "", "", "指标 2", "", ""), "D9"),
        (("", "", "", "填报人：李四", "", ""), "D9"),
        (("", "", "", "填报日期：", "", "2026-1-6"), "D9"),
    ],
)
def test_what_a_form_prints_below_its_indicators_is_none(below, cell):
    reading = read(*HEAD, *BLOCK, below)

    assert lines(reading.goals[0]) == TWO_LINES
    (finding,) = reading.findings
    assert (finding.rule, finding.level.value, finding.cell, finding.goal) == (
        "F04",
        "hint",
        cell,
        0,
    )
    assert finding.message.endswith("不是指标，未读入。")


@pytest.mark.parametrize(
    "row",
    [
        ("", "产出指标", "数量指标", "指标1：培训场次", "", "5场"),
        ("", "产出指标", "数量指标", "指标1", "", "5场"),
        ("", "产出指标", "质量指标", "预算执行率", "", "100%"),
    ],
)
def test_an_indicator_of_a_form_may_read_like_one_of_those(row):
    assert lines(read(*HEAD, *BLOCK, row).goals[0])[-1] == row[1:]


@pytest.mark.parametrize(
    "between",
    [
        ("", "小计", "", "", "", "20"),
        ("", "", "小计", "", "", "20"),
        (
            "",
            "备注：以上为产出",
        ),
    ],
)
def test_indicators_below_a_sum_or_a_remark_are_not_lost(between):
    more = ("", "效益指标", "社会效益", "受益村", "9个", "3个")

    found = lines(read(*HEAD, *BLOCK, between, more, ("", "总分", "", "", "", "100")).goals[0])

    assert found == [*TWO_LINES, more[1:]]


def test_a_sum_above_the_indicators_does_not_hide_them():
    heading, *rows = BLOCK

    assert lines(read(*HEAD, heading, ("", "合计", "", "", "", "100"), *rows).goals[0]) == TWO_LINES


def test_what_follows_a_sum_is_no_indicator():
    below = [
        ("", "总分", "", "", "", "100"),
        ("", "自评结论", "", "优秀"),
        ("", "评价等次", "优", "95"),
    ]

    assert lines(read(*HEAD, *BLOCK, *below).goals[0]) == TWO_LINES


def test_an_indicator_that_nobody_gave_a_value_is_told():
    rows = [("", "", "", "加固堤坝", "≥**座", ""), ("", "", "", "", "**", "")]

    reading = read(*HEAD, *BLOCK, *rows)

    assert lines(reading.goals[0])[2:] == [("产出指标", "质量指标", "加固堤坝", "", "")]
    assert [(f.rule, f.level.value, f.cell) for f in reading.findings] == [("F18", "warning", "E9")]


def test_points_of_levels_are_not_those_of_an_indicator():
    heading = ("", LEVELS[0], "分值", LEVELS[1], "分值", LEVELS[2], "分值", "年度指标值")
    row = ("", "产出指标", "40", "数量指标", "20", "加固水库", "10", "5座")

    assert read(*HEAD, heading, row).goals[0].extras.weights == ("10",)
