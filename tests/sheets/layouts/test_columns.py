"""Lists of other bureaus: headings of two rows, codes beside names, sign and unit beside values."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performance.sheets.convert import read_grids
from performance.sheets.grid import Grid, SheetError
from performance.sheets.layouts.joined import is_placeholder, with_code, written_value
from performance.sheets.layouts.listing import LISTING
from performance.sheets.layouts.mapped import MAPPABLE, heading_key, read_table_mapped
from performance.sheets.layouts.unknown import likely_heading
from tests.builders import HEADINGS, make_grid, make_line, make_row, make_sheet

UPPER = ("单位名称", "项目名称", "项目类别", "绩效目标", "", "绩效指标", "", "", "指标值", "")
LOWER = ("", "", "", "总体", "年度", "一级指标", "二级指标", "三级指标", "实施周期", "年度")
OVER = [(2, c, 3, c) for c in (1, 2, 3)] + [(2, 4, 2, 5), (2, 6, 2, 8), (2, 9, 2, 10)]


def grouped(*rows, merges=()):
    found = {1: ("2025年项目绩效目标",), 2: UPPER, 3: LOWER, **dict(enumerate(rows, 4))}
    return Grid("表", {n: tuple(row) for n, row in found.items()}, tuple(merges))


def sheets(grid):
    return [goal.sheet for goal in read_grids([grid]).goals]


@pytest.mark.parametrize("merges", [OVER, []], ids=["merged", "not merged"])
def test_a_heading_of_two_rows_is_read_with_its_groups(merges):
    reading = read_grids([grouped(make_row(), make_row("乙"), merges=merges)])

    assert [goal.sheet for goal in reading.goals] == [make_sheet(), make_sheet("乙")]
    assert reading.findings == ()
    assert reading.goals[0].title == "2025年项目绩效目标"


def test_a_heading_of_two_rows_that_is_repeated_is_no_data():
    again = grouped(make_row(), UPPER, LOWER, make_row("乙"), merges=OVER)

    assert sheets(again) == [make_sheet(), make_sheet("乙")]


def with_codes(*rows):
    headings = ["单位编码", "单位名称", *HEADINGS[1:7], "三级指标编码", "三级指标名称"]
    return make_grid(*rows, headings=[*headings, *HEADINGS[8:]])


def coded_row(unit_code, unit, level3_code, level3):
    row = make_row()
    return (unit_code, unit, *row[1:7], level3_code, level3, *row[8:])


def test_codes_in_columns_of_their_own_belong_to_their_names():
    row = coded_row("101009", "区政数局", "111000898", "订制制服数")

    assert sheets(with_codes(row)) == [make_sheet()]


def test_a_code_without_a_name_and_a_name_with_its_code_stay():
    only_code = coded_row("101009", "", "111000898", "")
    both = coded_row("999", "101009-区政数局", "999", "111000898-订制制服数")

    (first,), (second,) = sheets(with_codes(only_code)), sheets(with_codes(both))

    assert (first.unit.text, first.lines[0].level3.text) == ("101009", "111000898")
    assert second == make_sheet()


@pytest.mark.parametrize(
    ("name", "code", "text"),
    [
        ("甲", "12", "12-甲"),
        ("甲", "", "甲"),
        ("", "12", "12"),
        ("12-甲", "13", "12-甲"),
        ("甲", "无编码", "甲"),
        ("", "", ""),
    ],
)
def test_name_and_code_make_one_text(name, code, text):
    assert with_code(name, code) == text


def test_the_usual_heading_counts_before_another_word_for_it():
    headings = ["单位", *HEADINGS]
    row = ("别的局", *make_row())

    assert sheets(make_grid(row, headings=headings)) == [make_sheet()]


@pytest.mark.parametrize(
    ("sign", "value", "measure", "text"),
    [
        ("≥", "12", "种", "≥12种"),
        ("＝", "100", "%", "100%"),
        ("=", "1", "处", "1处"),
        ("定性", "持续完善", "次", "持续完善"),
        ("≥", "90", "百分比", "≥90百分比"),
        ("≥", "", "个", ""),
        ("≥", "≥90", "%", "≥90%"),
        ("≥", "90%", "%", "≥90%"),
        ("", "90", "/", "90"),
        ("", "", "", ""),
        ("正向", "10", "场", "10场"),
        ("反向指标", "10", "场", "10场"),
        ("定量", "10", "场", "10场"),
        ("定性指标", "有效促进", "", "有效促进"),
        ("大于等于", "10", "场", "≥10场"),
        ("小于或等于", "50", "万元", "≤50万元"),
        (">=", "10", "场", "≥10场"),
        ("等于", "100", "%", "100%"),
        ("不低于", "90", "%", "不低于90%"),
        ("大于等于", "≥10", "场", "≥10场"),
    ],
)
def test_sign_value_and_unit_make_one_value(sign, value, measure, text):
    assert written_value(sign, value, measure) == text


def platform(*rows):
    columns = ["*计算符号\n（≥、＝、定性）", "*指标值", "计量单位（定量必填）", "实施期指标值"]
    headings = [f"*{heading}" for heading in HEADINGS[:8]] + columns
    return make_grid(*(make_row()[:8] + tuple(row) for row in rows), headings=headings)


def test_the_cycle_has_the_same_sign_and_unit():
    (sheet,) = sheets(platform(("≥", "5", "套", "15"), ("定性", "完成", "", "")))

    assert [(line.cycle_value, line.annual_value) for line in sheet.lines] == [
        ("≥15套", "≥5套"),
        ("", "完成"),
    ]


@pytest.mark.parametrize(
    "headings",
    [
        ("指标性质", "指标值", "度量单位"),
        ("绩效指标性质", "绩效指标值", "绩效度量单位"),
        ("比较符号", "目标值", "指标值单位"),
        ("指标方向", "指标数值", "计量单位"),
    ],
)
def test_other_words_for_sign_value_and_unit_are_known(headings):
    row = (*make_row()[:8], "≥", "5", "套")
    swapped = (*make_row()[:8], "5", "套", "≥")
    turned = (*headings[1:], headings[0])

    for cells, found in ((row, headings), (swapped, turned)):
        (sheet,) = sheets(make_grid(cells, headings=[*HEADINGS[:8], *found]))
        assert [line.annual_value for line in sheet.lines] == ["≥5套"]


def test_sign_value_and_unit_may_stand_under_one_group():
    upper = (*HEADINGS[:8], "指标值", "", "")
    lower = (*[""] * 8, "符号", "数值", "单位")
    rows = {2: upper, 3: lower, 4: (*make_row()[:8], "≥", "5", "套")}
    merges = [(2, 9, 2, 11)] + [(2, column, 3, column) for column in range(1, 9)]

    (sheet,) = sheets(Grid("表", rows, tuple(merges)))

    assert [line.annual_value for line in sheet.lines] == ["≥5套"]


@pytest.mark.parametrize("unit", ["[101009]区政数局", "【101009】 区政数局", "［101009］区政数局"])
def test_a_code_in_brackets_before_a_unit_is_its_code(unit):
    assert sheets(make_grid(make_row(unit=unit))) == [make_sheet()]


@pytest.mark.parametrize("spelled", ["{}\nHeading Text", "{} / Heading", "1.{}", "三、{}", "*{}："])
def test_what_stands_around_a_heading_does_not_count(spelled):
    headings = [spelled.format(heading) for heading in HEADINGS]

    assert sheets(make_grid(make_row(), headings=headings)) == [make_sheet()]


def test_examples_are_left_out_and_placeholders_are_no_values():
    example = ("示例", *make_row()[1:8], "≥", "**", "个", "**")
    grid = platform(("≥", "**", "套", "15"))
    grid = Grid(grid.name, {**grid.rows, 4: example})

    reading = read_grids([grid])

    assert [(f.rule, f.level.value, f.cell) for f in reading.findings] == [
        ("F18", "warning", "J3"),
        ("F04", "hint", "A4"),
    ]
    assert [line.annual_value for line in reading.goals[0].sheet.lines] == [""]


@pytest.mark.parametrize("text", ["**", "≥**%", "**人", "××"])
def test_what_templates_print_is_a_placeholder(text):
    assert is_placeholder(text)


@pytest.mark.parametrize("text", ["", "5*3", "*", "100%", "12**", "完成", "2400元/套*5人"])
def test_what_people_write_is_none(text):
    assert not is_placeholder(text)


def test_in_the_portals_own_columns_even_a_placeholder_is_a_value():
    row = make_row(annual_value="**")

    assert sheets(make_grid(row)) == [make_sheet("工作制服经费", make_line(annual_value="**"))]


def test_a_unit_above_the_headings_counts_for_the_whole_list():
    rows = make_grid(make_row()[1:], make_row("乙")[1:], headings=HEADINGS[1:]).rows
    shifted = {number + 1: cells for number, cells in rows.items()}
    above = {1: rows[1], 2: ("填报单位（盖章）：101009-区政数局", "金额单位：万元")}

    reading = read_grids([Grid("表", {**shifted, **above})])

    assert [goal.sheet for goal in reading.goals] == [make_sheet(), make_sheet("乙")]
    assert [(f.rule, f.level.value, f.cell) for f in reading.findings] == [("F01", "warning", "A2")]
    assert reading.goals[0].missing == frozenset()


def test_a_unit_of_money_is_no_unit():
    grid = make_grid(make_row()[1:], headings=HEADINGS[1:], title="2025年目标 单位：万元")
    grid = Grid("表", {**grid.rows, 1: ("单位：万元", "2025年目标")})

    assert [f.refuses for f in read_grids([grid]).findings] == [True]


STRANGE = ("处室", "事项", "目的", "指标A", "指标B", "指标C", "数")


def strange(*rows, at=3):
    cells = {at: STRANGE, **dict(enumerate(rows, at + 1))}
    return Grid("表", {1: ("2025年目标",), **cells})


MAPPING = {"unit": 1, "project": 2, "annual_goal": 3, "level1": 4, "level2": 5, "level3": 6} | {
    "annual_value": 7
}


def test_columns_that_a_person_has_mapped_are_read():
    rows = [
        (
            "101009-区政数局",
            "甲",
            "做好",
            "1-产出指标",
            "11-数量指标",
            "111000898-订制制服数",
            "5套",
        ),
        ("", "", "", "", "", "111000899-别的", "6套"),
    ]
    grid = strange(*rows)
    with pytest.raises(SheetError):
        read_grids([grid])

    table = read_table_mapped(grid, likely_heading(grid), MAPPING)

    (sheet,) = table.sheets
    assert (sheet.year, sheet.unit.code, sheet.project, sheet.annual_goal) == (
        2025,
        "101009",
        "甲",
        "做好",
    )
    assert [(line.level1.code, line.annual_value) for line in sheet.lines] == [
        ("1", "5套"),
        ("1", "6套"),
    ]
    assert table.missing == {"category", "overall_goal", "cycle_value"}


def test_a_mapping_may_name_sign_and_unit_and_leave_out_what_is_needed():
    grid = strange(("甲局", "≥", "5", "个", "", "", ""))
    mapping = {"unit": 1, "sign": 2, "annual_value": 3, "measure": 4, "nothing": 5, "level2": 0}

    (sheet,) = read_table_mapped(grid, 3, mapping).sheets

    assert [line.annual_value for line in sheet.lines] == ["≥5个"]
    assert sheet.project == ""


def test_the_key_of_a_heading_row_is_the_same_wherever_it_stands():
    spelled = tuple(f" *{text}：" for text in STRANGE)

    keys = {
        heading_key(strange(), 3),
        heading_key(strange(at=9), 9),
        heading_key(Grid("别的", {5: (*spelled, "", "")}), 5),
    }

    assert len(keys) == 1
    assert heading_key(Grid("x", {5: (*STRANGE, "更多")}), 5) not in keys
    assert heading_key(Grid("x", {}), 1)


def test_every_field_of_the_list_can_be_mapped():
    assert {column.field for column in LISTING.columns} <= MAPPABLE.keys()


cell = st.sampled_from([*HEADINGS, *make_row(), *UPPER, *LOWER, "", "合计", "**"]) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=5
)
rows = st.dictionaries(st.integers(1, 50), st.lists(cell, max_size=12).map(tuple), max_size=12)
area = st.tuples(st.integers(1, 20), st.integers(1, 12), st.integers(0, 5), st.integers(0, 5))
areas = st.lists(area.map(lambda a: (a[0], a[1], a[0] + a[2], a[1] + a[3])), max_size=5)


@given(rows, areas, st.dictionaries(st.sampled_from(list(MAPPABLE)), st.integers(-1, 14)))
def test_no_mapping_whatever_makes_reading_fail(found, merges, mapping):
    grid = Grid("表", found, tuple(merges))

    table = read_table_mapped(grid, 3, mapping)

    assert all(sheet.ref for sheet in table.sheets)


@given(rows, areas)
def test_no_heading_of_two_rows_makes_reading_fail(found, merges):
    grid = grouped(merges=(*merges, *OVER))
    grid = Grid("表", {**grid.rows, **found}, grid.merges)

    with suppress(SheetError):
        assert read_grids([grid]).findings is not None
