"""Lists as other offices type them: read exactly, or refused with a reason."""

import pytest

from performance.sheets.convert import read_file, read_grids, write_file
from performance.sheets.grid import Grid, SheetError
from performance.sheets.layouts.apart import apart
from tests.builders import (
    HEADINGS,
    TITLE,
    clean_sheet,
    make_grid,
    make_line,
    make_row,
    make_sheet,
)

ROW, OTHER = make_row(), make_row("另一个项目")
BELOW = ("", *[""] * (len(HEADINGS) - 1))


def projects(*grids: Grid) -> list[str]:
    return [goal.sheet.project for goal in read_grids(grids).goals]


def told(*grids: Grid) -> str:
    return "".join(finding.message for finding in read_grids(grids).findings)


def only(text: str, column: int = 0) -> tuple[str, ...]:
    """A row with one text."""
    return tuple(text if n == column else "" for n in range(len(HEADINGS)))


def test_columns_may_stand_the_other_way_round():
    (goal,) = read_grids([make_grid(ROW[::-1], headings=HEADINGS[::-1])]).goals

    assert goal.sheet == make_sheet()


def test_a_heading_may_stand_in_row_38():
    rows = {1: (TITLE,), 38: HEADINGS, 39: ROW}

    assert projects(Grid("表", rows)) == ["工作制服经费"]


@pytest.mark.parametrize("sum_row", ["小计", "合  计", "本页小计", "单位合计："])
@pytest.mark.parametrize("column", [0, 1, 2])
def test_sums_may_stand_among_projects_and_in_the_place_of_a_name(sum_row, column):
    cells = (*only(sum_row, column)[:8], "3", "2")
    if column == 1:
        cells = (ROW[0], *cells[1:])
    if column == 2:
        cells = only(sum_row, column)

    assert projects(make_grid(ROW, cells, OTHER)) == ["工作制服经费", "另一个项目"]
    assert sum_row[:2] in told(make_grid(ROW, cells, OTHER))


def test_an_indicator_of_a_project_with_the_name_of_a_sum_is_data():
    assert projects(make_grid(make_row("项目总计划编制"))) == ["项目总计划编制"]
    assert projects(make_grid(make_row("合计"))) == ["合计"]


def test_units_may_stand_on_rows_of_their_own_over_their_projects():
    rows = (only("101009-区政数局")[:9], ROW[1:], only("202001-区教育局")[:9], OTHER[1:])
    merges = [(3, 1, 3, 9), (5, 1, 5, 9)]

    for areas in (merges, []):
        grid = make_grid(*rows, headings=HEADINGS[1:], merges=areas)
        goals = read_grids([grid]).goals
        assert [goal.sheet.unit.text for goal in goals] == ["101009-区政数局", "202001-区教育局"]
        assert [goal.sheet.project for goal in goals] == ["工作制服经费", "另一个项目"]
        assert "按“101009-区政数局”等单独成行的名称读取" in told(grid)


@pytest.mark.parametrize("areas", [[(3, 1, 3, 10), (5, 1, 5, 10)], []])
def test_groups_of_projects_on_rows_of_their_own_are_no_projects(areas):
    grid = make_grid(only("一、部门预算项目"), ROW, only("二、其他项目"), OTHER, merges=areas)

    assert [goal.sheet for goal in read_grids([grid]).goals] == [
        make_sheet(),
        make_sheet("另一个项目"),
    ]
    assert "第3行只有“一、部门预算项目”，不是指标，未读入。" in told(grid)


@pytest.mark.parametrize("note", ["2.请于3月前上报", "*标注为必填", "1、指标值应当量化。"])
def test_notes_below_a_list_are_no_projects(note):
    assert projects(make_grid(ROW, BELOW, only("注：1.一式三份"), only(note))) == ["工作制服经费"]


def test_a_name_on_a_row_above_its_indicators_stays_their_name():
    row = (*[""] * 5, *ROW[5:])
    grid = make_grid(ROW, (ROW[0], "另一个项目", *[""] * 8), row)

    assert projects(grid) == ["工作制服经费", "另一个项目"]


def test_a_unit_on_a_row_above_its_projects_stays_their_unit():
    grid = make_grid(only("202001-区教育局"), ("", *ROW[1:]))

    assert [goal.sheet.unit.code for goal in read_grids([grid]).goals][-1] == "202001"


@pytest.mark.parametrize(
    ("cycle", "annual"),
    [
        ("指标值（中长期）", "指标值（年度）"),
        ("指标值(实施周期)", "指标值(当年)"),
        ("中长期指标值", "本年度指标值"),
    ],
)
def test_a_period_behind_a_heading_counts(cycle, annual):
    (goal,) = read_grids([make_grid(ROW, headings=(*HEADINGS[:8], cycle, annual))]).goals

    assert goal.sheet == make_sheet()


def test_lists_side_by_side_are_refused_and_not_half_read():
    grid = make_grid((*ROW, "", *OTHER), headings=(*HEADINGS, "", *HEADINGS))

    findings = [finding for finding in read_grids([grid]).findings if finding.refuses]
    assert ["并排的两张表" in finding.message for finding in findings] == [True]


def test_a_second_column_of_the_same_heading_is_told():
    grid = make_grid((*ROW, "9套"), headings=(*HEADINGS, HEADINGS[-1]))

    assert read_grids([grid]).goals[0].sheet == make_sheet()
    assert "“年度指标值”一栏不止一处，只读了J2，没有读K2" in told(grid)


def below(*lists: Grid) -> Grid:
    """Lists one below the other in one worksheet, a blank row between."""
    rows: dict[int, tuple[str, ...]] = {}
    for one in lists:
        start = max(rows, default=-1) + 1
        rows |= {number + start: cells for number, cells in one.rows.items()}
    return Grid("表", rows)


def test_lists_of_two_years_below_each_other_come_apart():
    grid = below(make_grid(ROW), make_grid(OTHER, title="2026年项目绩效目标"))

    goals = read_grids(apart(grid)).goals

    assert [(goal.sheet.year, goal.sheet.project) for goal in goals] == [
        (2025, "工作制服经费"),
        (2026, "另一个项目"),
    ]
    assert goals[1].title == "2026年项目绩效目标"
    assert goals[1].sheet.ref.cell("project") == "B7"


def test_a_list_below_whose_columns_stand_elsewhere_is_read_by_its_own_heading():
    grid = below(make_grid(ROW), make_grid(OTHER[::-1], headings=HEADINGS[::-1]))

    assert [goal.sheet for goal in read_grids(apart(grid)).goals] == [
        make_sheet(),
        make_sheet("另一个项目"),
    ]


@pytest.mark.parametrize("title", [TITLE, "2025年项目绩效目标（续）", "项目绩效目标"])
def test_a_heading_that_only_comes_again_parts_nothing(title):
    grid = below(make_grid(ROW), make_grid(OTHER, title=title))

    assert apart(grid) == [grid]


def test_what_is_no_list_stays_in_one():
    for grid in (Grid("空", {}), Grid("表", {1: ("甲",)})):
        assert apart(grid) == [grid]


def test_english_headings_are_refused_with_those_that_are_understood():
    grid = make_grid(ROW, headings=("Unit", "Project", "Category", "Goal", "Indicator", "Value"))

    with pytest.raises(SheetError, match="能识别的表头有：用款单位、项目名称"):
        read_grids([grid])


@pytest.mark.parametrize("extension", ["csv", "xlsx", "pdf"])
def test_a_second_list_far_below_is_read_like_the_first(extension):
    many = [make_sheet(f"甲{n}", *map(make_line, "一二三四五六七")) for n in range(8)]
    tables = [("2025年甲表", many), ("2025年乙表", [clean_sheet("乙")])]

    reading = read_file(write_file(tables, "listing", extension))

    assert [goal.sheet for goal in reading.goals] == [*many, clean_sheet("乙")]
    assert reading.findings == ()


def test_a_second_list_of_another_unit_belongs_to_that_unit():
    headings, row = HEADINGS[1:], make_row("甲")[1:]
    above = {1: ("2025年目标",), 2: ("单位：101009-区政数局", "", "金额单位：万元")}
    below = {52: ("2025年目标",), 53: ("填报单位：101-区机关事务局",), 54: headings}
    rows = above | {3: headings, 4: row} | below | {55: make_row("乙")[1:]}

    goals = read_grids([Grid("表", rows)]).goals

    assert [(goal.sheet.unit.code, goal.sheet.project) for goal in goals] == [
        ("101009", "甲"),
        ("101", "乙"),
    ]


def test_a_table_that_is_half_known_beside_one_that_is_read_is_told():
    other = Grid("另一张", {1: ("单位", "项目名称", "年度目标", "甲"), 2: ("x", "y", "z", "1")})

    reading = read_grids([make_grid(make_row()), other, Grid("说明", {1: ("请看",)})])

    (told,) = reading.findings
    assert (told.rule, told.sheet, told.cell) == ("F04", "另一张", "A1")
    assert "没有读入" in told.message


@pytest.mark.parametrize("extension", ["csv", "xlsx", "pdf"])
def test_a_title_without_a_year_has_it_below_so_that_it_comes_back(extension):
    sheets = [clean_sheet("甲")]

    (goal,) = read_file(write_file([("项目绩效目标表", sheets)], "listing", extension)).goals

    assert (goal.title, goal.sheet) == ("项目绩效目标表", sheets[0])
