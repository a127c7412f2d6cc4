"""Forms as offices draw them: labels beside or above, blocks side by side or one below another."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performance.sheets.convert import Asked, read_grids
from performance.sheets.grid import Grid, Note, SheetError
from performance.sheets.layouts import LAYOUTS, READ_ONLY
from performance.sheets.layouts.declared import plain_heading
from performance.sheets.layouts.forms.declared import FormLayout
from tests.sheets.layouts.form_builders import (
    BLOCK,
    HEAD,
    LEVELS,
    TWO_LINES,
    form,
    lines,
    only,
    read,
)

FORMS = [one for one in (LAYOUTS | READ_ONLY).values() if isinstance(one, FormLayout)]


def test_labels_stand_beside_their_cells():
    goal = only(*HEAD, *BLOCK)

    sheet = goal.sheet
    assert (goal.title, sheet.year) == ("2026年度项目支出绩效目标申报表", 2026)
    assert (sheet.project, sheet.unit.text) == ("水库除险", "101009-水务局")
    assert (sheet.category.text, sheet.overall_goal, sheet.annual_goal) == (
        "一次性项目",
        "消除隐患",
        "加固5座",
    )
    assert lines(goal) == TWO_LINES
    assert sheet.ref.cell("project") == "B2"
    assert [line.ref.cell("annual_value") for line in sheet.lines] == ["F7", "F8"]
    assert goal.missing == frozenset()


def test_labels_stand_above_their_cells():
    head = [
        ("绩效目标申报表（2026年度）",),
        ("项目名称", "实施单位", "项目类别"),
        ("水库除险", "水务局", "一次性项目"),
        ("总体目标", "年度目标"),
        ("消除隐患", "加固5座"),
    ]

    goal = only(*head, *BLOCK)

    sheet = goal.sheet
    assert (sheet.project, sheet.unit.name, sheet.category.name) == (
        "水库除险",
        "水务局",
        "一次性项目",
    )
    assert (sheet.overall_goal, sheet.annual_goal) == ("消除隐患", "加固5座")
    assert lines(goal) == TWO_LINES


def test_an_empty_cell_beside_a_label_is_empty():
    head = [("绩效目标表",), ("项目名称", "甲", "项目类别", ""), ("实施单位", "乙局", "", "")]

    sheet = only(*head, ("年度目标", ""), *BLOCK).sheet

    assert (sheet.project, sheet.category.text, sheet.annual_goal) == ("甲", "", "")


def test_the_supervisor_is_not_the_unit():
    head = [("目标申报表",), ("项目名称", "甲"), ("主管部门", "市水务局", "实施单位", "水库管理所")]

    assert only(*head, *BLOCK).sheet.unit.name == "水库管理所"


def test_a_unit_that_stands_in_one_cell_with_its_label_counts_if_no_other_does():
    above = [("目标申报表",), ("填报单位（盖章）：水库管理所", "", "金额单位：万元")]

    alone = only(*above, ("项目名称", "甲"), *BLOCK)
    beside = only(*above, ("项目名称", "甲"), ("实施单位", "别的所"), *BLOCK)

    assert alone.sheet.unit.name == "水库管理所"
    assert alone.title == "目标申报表"
    assert beside.sheet.unit.name == "别的所"


def test_a_form_without_a_unit_cannot_be_stored():
    reading = read(("目标申报表",), ("项目名称", "甲"), *BLOCK)

    assert [(f.rule, f.goal, f.refuses) for f in reading.findings if f.refuses] == [
        ("F01", 0, True)
    ]


def test_what_a_form_does_not_ask_for_is_told_once_and_left_alone():
    reading = read(*HEAD[:3], *BLOCK)

    (goal,), (finding,) = reading.goals, reading.findings
    assert goal.missing == {"overall_goal", "annual_goal"}
    assert (finding.rule, finding.level.value) == ("F01", "hint")
    assert "没有“总体绩效目标”“年度绩效目标”" in finding.message


def test_the_only_box_for_goals_holds_the_years():
    sheet = only(*HEAD[:3], ("绩效目标", "加固5座"), *BLOCK).sheet

    assert (sheet.overall_goal, sheet.annual_goal) == ("", "加固5座")


def test_two_blocks_side_by_side_are_matched_by_their_levels():
    heading = ("绩效指标", "长期绩效指标", "", "", "", "年度绩效指标", "", "", "")
    columns = ("", *LEVELS, "指标值", *LEVELS, "指标值")
    rows = [
        ("", "产出指标", "数量指标", "加固水库", "14座", "产出指标", "质量指标", "合格率", "100%"),
        ("", "", "质量指标", "合格率", "98%", "", "数量指标", "加固水库", "5座"),
        ("", "", "", "", "", "效益指标", "社会效益", "受益村", "3个"),
    ]

    assert lines(only(*HEAD, heading, columns, *rows)) == [
        ("产出指标", "数量指标", "加固水库", "14座", "5座"),
        ("产出指标", "质量指标", "合格率", "98%", "100%"),
        ("效益指标", "社会效益", "受益村", "", "3个"),
    ]


def test_two_blocks_may_share_their_levels():
    columns = ("一级指标", "二级指标", "三级指标", "指标值", "三级指标", "指标值")
    rows = [
        ("产出指标", "数量指标", "加固水库", "14座", "加固水库", "5座"),
        ("", "质量指标", "合格率", "100%", "合格率", "100%"),
    ]

    assert lines(only(*HEAD, columns, *rows)) == TWO_LINES


def test_two_blocks_one_below_the_other_are_told_by_their_labels():
    rows = [
        ("长期绩效指标", *LEVELS, "指标值"),
        ("", "产出指标", "数量指标", "加固水库", "14座"),
        ("", "", "质量指标", "合格率", "100%"),
        ("年度绩效指标", *LEVELS, "指标值"),
        ("", "产出指标", "数量指标", "加固水库", "5座"),
        ("", "", "质量指标", "合格率", "100%"),
    ]

    assert lines(only(*HEAD, *rows)) == TWO_LINES


def test_the_same_indicator_twice_in_both_blocks_stays_two():
    rows = [
        ("长期绩效指标", *LEVELS, "指标值"),
        *[("", "产出指标", "数量指标", "加固水库", f"{n}座") for n in (1, 2)],
        ("年度绩效指标", *LEVELS, "指标值"),
        *[("", "产出指标", "数量指标", "加固水库", f"{n}座") for n in (3, 4)],
    ]

    assert [row[3:] for row in lines(only(*HEAD, *rows))] == [("1座", "3座"), ("2座", "4座")]


def test_a_heading_that_comes_again_on_the_next_page_goes_on():
    again = ("绩效指标", *LEVELS, "实施周期指标值", "年度指标值")
    more = ("", "效益指标", "社会效益", "受益村", "9个", "3个")

    goal = only(*HEAD, *BLOCK, again, more)

    assert lines(goal) == [*TWO_LINES, ("效益指标", "社会效益", "受益村", "9个", "3个")]


def test_values_may_stand_under_a_group_of_two_rows():
    rows = [
        (*LEVELS, "指标值", ""),
        ("", "", "", "实施周期", "年度"),
        ("产出指标", "数量指标", "加固水库", "14座", "5座"),
        ("", "质量指标", "合格率", "100%", "100%"),
    ]
    merges = [(6, 1, 7, 1), (6, 2, 7, 2), (6, 3, 7, 3), (6, 4, 6, 5)]

    assert lines(only(*HEAD, *rows, merges=merges)) == TWO_LINES


def test_sign_and_unit_of_a_form_belong_to_the_value():
    rows = [
        (*LEVELS, "计算符号", "指标值", "计量单位", "分值"),
        ("产出指标", "数量指标", "加固水库", "≥", "5", "座", "20"),
    ]

    goal = only(*HEAD, *rows)

    assert lines(goal) == [("产出指标", "数量指标", "加固水库", "", "≥5座")]
    assert goal.extras.weights == ("20",)


def test_sign_and_unit_may_stand_under_one_group_with_the_value():
    rows = [
        ("绩效指标", "", "", "指标值", "", ""),
        (*LEVELS, "符号", "值", "单位"),
        ("产出指标", "数量指标", "加固水库", "≥", "5", "座"),
    ]

    for merges in ([(6, 1, 6, 3), (6, 4, 6, 6)], []):
        assert lines(only(*HEAD, *rows, merges=merges))[0][3:] == ("", "≥5座")


@pytest.mark.parametrize("sign", ["指标性质", "绩效指标性质", "指标方向"])
def test_other_words_for_the_sign_of_a_form_are_known(sign):
    rows = [
        (*LEVELS, sign, "绩效指标值", "绩效度量单位"),
        ("产出", "数量", "水库", "大于等于", "5", "座"),
    ]

    assert lines(only(*HEAD, *rows))[0][3:] == ("", "≥5座")


def test_labels_may_be_numbered():
    head = [
        ("2026年目标申报表",),
        ("1.项目名称", "甲", "2.实施单位", "水务局"),
        ("三、年度目标", "加固"),
    ]

    sheet = only(*head, *BLOCK).sheet

    assert (sheet.project, sheet.unit.name, sheet.annual_goal) == ("甲", "水务局", "加固")


def test_several_labels_may_stand_in_one_cell_with_their_texts():
    line = "项目名称：甲    实施单位：水务局　金额单位：万元"

    goal = only(("2026年目标申报表",), (line,), ("年度目标", "加固"), *BLOCK)

    assert (goal.sheet.project, goal.sheet.unit.name) == ("甲", "水务局")
    assert goal.extras.amount_unit == "万元"


@pytest.mark.parametrize(
    "below",
    [
        ("主管部门\n审核意见", "", "（盖章）"),
        ("备注", "不是指标", "", "", "1", "2"),
        ("总分", "", "", "", "", "100"),
        ("填报人：高文远  联系电话：0000-5861207",),
        ("", "合计", "", "", "", "100"),
    ],
)
def test_what_follows_the_block_is_no_indicator(below):
    assert lines(only(*HEAD, *BLOCK, below)) == TWO_LINES


@pytest.mark.parametrize("name", ["负责人满意度", "说明会场次", "备注完整率", "总分"])
def test_an_indicator_may_begin_like_a_remark(name):
    row = ("", "", "", name, "", "")

    assert [line[2] for line in lines(only(*HEAD, *BLOCK, row))][-1] == name


def test_a_row_without_indicator_is_none_but_its_level_counts_below():
    rows = [("", "效益指标", "经济效益", "", "", ""), ("", "", "社会效益", "受益村", "9个", "3个")]

    assert lines(only(*HEAD, *BLOCK, *rows))[-1][:3] == ("效益指标", "社会效益", "受益村")


def test_filler_dots_are_no_indicator():
    assert lines(only(*HEAD, *BLOCK, ("", "", "……", "…", "", ""))) == TWO_LINES


def test_placeholders_are_no_values():
    row = ("", "", "", "加固水库", "≥**座", "**")

    assert lines(only(*HEAD, *BLOCK, row))[-1][3:] == ("", "")


def test_several_forms_stand_one_below_the_other():
    second = [("2026年度乙项目申报表",), ("项目名称", "乙"), ("实施单位", "水务局")]

    reading = read(*HEAD, *BLOCK, ("备注",), *second, *BLOCK)

    assert [(g.sheet.project, len(g.sheet.lines)) for g in reading.goals] == [
        ("水库除险", 2),
        ("乙", 2),
    ]


def test_worksheets_of_forms_and_lists_may_mix():
    listing = Grid(
        "汇总",
        {
            1: ("2026年目标",),
            2: ("用款单位", "项目名称", *LEVELS, "年度指标值"),
            3: ("水务局", "丙", "产出指标", "数量指标", "次数", "3次"),
        },
    )

    reading = read_grids([form(*HEAD, *BLOCK), listing, Grid("空", {})])

    assert [goal.sheet.project for goal in reading.goals] == ["水库除险", "丙"]
    assert [goal.position for goal in reading.goals] == [1, 2]


def test_notes_of_cells_that_are_read_belong_to_the_form():
    notes = [Note(7, 6, "warning", "公式"), Note(3, 4, "warning", "不读"), Note(0, 0, "hint", "藏")]

    reading = read(*HEAD, *BLOCK, notes=notes)

    assert [(f.rule, f.cell, f.goal, f.message) for f in reading.findings] == [
        ("F15", None, None, "藏"),
        ("F03", "F7", 0, "公式"),
    ]


def test_the_year_that_is_chosen_wins_with_a_warning():
    reading = read_grids([form(*HEAD, *BLOCK)], Asked(2027))

    assert reading.goals[0].sheet.year == 2027
    assert [(f.rule, f.cell) for f in reading.findings] == [("F10", "A1")]


@pytest.mark.parametrize("rows", [HEAD, BLOCK, [("项目名称", "甲")], [(*LEVELS, "指标值")]])
def test_half_a_form_is_none(rows):
    with pytest.raises(SheetError) as caught:
        read(*rows)

    assert caught.value.kind == "no_table"


@pytest.mark.parametrize("layout", FORMS, ids=lambda layout: layout.name)
def test_no_word_means_two_fields(layout):
    for columns in (layout.labels, layout.block):
        words = [plain_heading(text) for c in columns for text in (c.heading, *c.also)]
        assert len(words) == len(set(words))


words = st.sampled_from(
    [
        *(text for row in (*HEAD, *BLOCK) for text in row),
        *("指标值", "分值", "实际完成值", "其中：财政拨款", "286.00", "年度资金总额：", "备注"),
        *("项目名称：甲", "单位：", "：", "**", "产出指标（60分）", "合计", "\0", "长" * 300),
    ]
) | st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
table = st.dictionaries(
    st.integers(1, 30) | st.integers(1, 1_048_576),
    st.lists(words, max_size=10).map(tuple),
    max_size=14,
)
area = st.tuples(st.integers(1, 30), st.integers(1, 10), st.integers(0, 9), st.integers(0, 6))
areas = st.lists(area.map(lambda a: (a[0], a[1], a[0] + a[2], a[1] + a[3])), max_size=6)


@given(table, areas, st.booleans())
def test_no_grid_whatever_makes_reading_fail(found, merges, with_form):
    rows = dict(enumerate([*HEAD, *BLOCK], 1)) if with_form else {}
    grid = Grid("表", {n: row for n, row in (rows | found).items() if any(row)}, tuple(merges))

    with suppress(SheetError):
        assert all(goal.sheet.ref for goal in read_grids([grid]).goals)
