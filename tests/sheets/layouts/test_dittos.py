"""Marks that mean what stands above them are read as that, and told."""

import pytest

from performance.sheets.convert import Asked, read_grids
from performance.sheets.grid import Grid
from performance.sheets.layouts.mapped import heading_key
from tests.builders import HEADINGS, make_grid, make_line, make_row, make_sheet
from tests.sheets.layouts.form_builders import BLOCK, HEAD, lines, read

NEXT = ("111000899-别的", "9套", "3套")
LINES = make_line(), make_line("111000899-别的", cycle_value="9套", annual_value="3套")


def told(reading):
    return [(f.rule, f.level.value, f.cell, f.message) for f in reading.findings]


@pytest.mark.parametrize("mark", ["〃", "″", "〃〃", "同上", "同上。"])
def test_a_row_of_marks_goes_on_with_the_project_above(mark):
    reading = read_grids([make_grid(make_row(), (*[mark] * 7, *NEXT))])

    assert [goal.sheet for goal in reading.goals] == [make_sheet("工作制服经费", *LINES)]
    message = f"第4行的“{mark}”按上面一行的内容读取，请核对。"
    assert told(reading) == [("F04", "hint", "A4", message)]


def test_marks_below_marks_mean_the_same():
    rows = [make_row(), (*["〃"] * 7, *NEXT), (*["〃"] * 7, "111000900-再一个", "〃", "〃")]

    (goal,) = read_grids([make_grid(*rows)]).goals

    assert [line.annual_value for line in goal.sheet.lines] == ["5套", "3套", "3套"]
    assert {line.level2.text for line in goal.sheet.lines} == {"11-数量指标"}


def test_a_mark_below_a_merged_cell_means_its_text():
    rows = [make_row(), (*[""] * 7, *NEXT), ("〃", "另一个", *["〃"] * 5, *NEXT)]
    merges = [(3, column, 4, column) for column in (1, 2, 3, 4, 5)]

    first, second = read_grids([make_grid(*rows, merges=merges)]).goals

    assert second.sheet == make_sheet("另一个", LINES[1])
    assert len(first.sheet.lines) == 2


def test_a_mark_that_means_nothing_is_told():
    reading = read_grids([make_grid(("〃", *make_row()[1:]))])

    assert [goal.sheet.unit.text for goal in reading.goals] == ["〃"]
    assert [(rule, level, cell) for rule, level, cell, _ in told(reading)] == [
        ("F04", "warning", "A3")
    ]


def test_a_quotation_mark_may_be_a_text_and_is_told():
    reading = read_grids([make_grid(make_row(), make_row(annual_value='"'))])

    assert reading.goals[0].sheet.lines[1].annual_value == '"'
    assert [(rule, level, cell) for rule, level, cell, _ in told(reading)] == [
        ("F04", "warning", "J4")
    ]


def test_marks_in_a_column_that_nobody_reads_are_not_told_instead_of_the_others():
    headings = ("序号", *HEADINGS, "备注")
    rows = [("1", *make_row(), "无"), ("〃", *["〃"] * 7, *NEXT, "〃")]

    reading = read_grids([make_grid(*rows, headings=headings)])

    assert [goal.sheet for goal in reading.goals] == [make_sheet("工作制服经费", *LINES)]
    assert [cell for _, _, cell, _ in told(reading)] == ["B4"]


def test_marks_in_a_form_mean_what_stands_above_too():
    again = ("", "〃", "〃", "加固堤坝", "〃", "2座")

    reading = read(*HEAD, *BLOCK, again)

    assert lines(reading.goals[0])[-1] == ("产出指标", "质量指标", "加固堤坝", "100%", "2座")
    assert [f.rule for f in reading.findings] == ["F04"]


def test_marks_in_columns_that_somebody_mapped_are_read():
    headings = ("甲", "乙", "丙", "丁", "戊", "己")
    grid = Grid("表", {1: headings, 2: ("局", "项", "产出", "数量", "次", "5"), 3: ("〃",) * 6})
    columns = dict(zip(("unit", "project", "level1", "level2", "level3"), range(1, 6), strict=True))
    mapping = {heading_key(grid, 1): {**columns, "annual_value": 6}}

    reading = read_grids([grid], Asked(year=2026, remembered=mapping))

    assert [line.annual_value for line in reading.goals[0].sheet.lines] == ["5", "5"]
    assert "F04" in {f.rule for f in reading.findings}


def test_far_below_a_mark_costs_no_more_than_the_rows_there_are():
    grid = make_grid(make_row())
    rows = {**grid.rows, 1_048_576: (*["〃"] * 7, *NEXT)}

    assert [goal.sheet for goal in read_grids([Grid("表", rows)]).goals] == [
        make_sheet("工作制服经费", *LINES)
    ]
