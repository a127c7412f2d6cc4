"""Prints that nobody can read for certain: told or refused, never read as something else."""

from dataclasses import replace

import pytest

from performance.sheets.convert import read_file, read_grids, write_file
from performance.sheets.formats import pdf
from performance.sheets.formats.pdf.drawn import Area, Char
from performance.sheets.formats.pdf.pieces import once
from performance.sheets.grid import Grid, Look, SheetError
from tests.builders import make_line, make_sheet
from tests.sheets.pdf.drawing import Style, printed
from tests.sheets.pdf.test_drawn import SHEETS, grid_of

HEAD = ("用款单位", "项目名称", "项目类别", "总体绩效目标", "年度绩效目标")
HEADING = (*HEAD, "一级指标", "二级指标", "三级指标", "实施周期指标值", "年度指标值")
GOAL = "到2028年全面完成惠民工程，群众获得感明显增强，资金支付率达到百分之九十五以上。"
LINE = ("产出指标", "数量指标", "培训场次", "30场", "10场")


def listing(*rows: tuple[str, ...]) -> Grid:
    body = dict(enumerate(rows, 3))
    return Grid("表", {1: ("绩效目标表",), 2: HEADING, **body}, look=Look(1, 2, (10,) * 10))


def form(goal: str) -> Grid:
    """A form whose goals stand below their labels, side by side."""
    rows = {
        1: ("项目支出绩效目标申报表",),
        2: ("项目名称", "道路维护", "", ""),
        3: ("实施单位", "乡镇建设办", "", ""),
        4: ("主管部门", "县交通局", "", ""),
        5: ("总体目标", "", "年度目标", ""),
        6: ("路面完好。", "", goal, ""),
        7: ("一级指标", "二级指标", "三级指标", "指标值"),
        8: ("产出指标", "数量指标", "维护里程", "12公里"),
    }
    sides = [(row, column, row, column + 1) for row in (5, 6) for column in (1, 3)]
    merges = (*((row, 2, row, 4) for row in (2, 3, 4)), *sides)
    return Grid("表", rows, merges, look=Look(1, 0, (15, 15, 15, 15)))


def test_rows_too_low_for_their_texts_are_refused_with_advice():
    rows = [("镇政府", f"{n}号惠民工程", "民生类", GOAL, GOAL, *LINE) for n in range(9)]

    with pytest.raises(SheetError) as caught:
        pdf.read(printed(listing(*rows), Style(row_height=9)))

    assert caught.value.kind == "crowded"
    assert "第1页的表格行高太低" in str(caught.value)
    assert ".xlsx" in str(caught.value)


def test_a_goal_too_long_for_its_row_is_read_from_the_middle_of_it_and_marked():
    goal = "完成城区道路的日常维护和路面整修任务，保障市民安全出行，" * 2 + "力争全年无投诉。"

    (grid,) = pdf.read(printed(form(goal), Style(row_height=11, heading_again=False)))
    (read,) = read_grids([grid]).goals

    assert (read.sheet.overall_goal, read.sheet.annual_goal) == ("路面完好。", goal)
    assert [(note.row, note.column, note.rule) for note in grid.notes] == [(6, 3, "F19")]
    assert "行高太低" in grid.notes[0].message


def test_letters_of_one_cell_over_the_same_letter_of_another_are_both_kept():
    """A cell cut by a break is printed whole again: one of its letters may lie on the heading."""
    at = Area(10, 10, 20, 20)
    heading, again, bold = (Char("目", at, 10, clip) for clip in (None, Area(0, 15, 99, 99), None))

    assert list(once([heading, again, bold])) == [heading, again]


def test_indicators_without_lines_between_them_are_refused():
    """Several in one cell: strung together they would look like one."""
    many = ("产出指标\n产出指标\n效益指标", "数量指标\n质量指标\n社会效益指标")
    rest = ("培训场次\n合格率\n知晓率", "30场\n100%\n90%", "10场\n100%\n80%")
    rows = [("镇政府", name, "民生类", GOAL[:9], GOAL[:9], *many, *rest) for name in ("甲", "乙")]

    with pytest.raises(SheetError) as caught:
        pdf.read(printed(listing(*rows), Style(row_height=60)))

    assert caught.value.kind == "no_table"
    assert "行与行之间没有横线" in str(caught.value)


def test_text_about_goals_without_a_ruled_table_is_told_from_a_file_without_text():
    with pytest.raises(SheetError) as caught:
        pdf.read(printed(grid_of(SHEETS[0]), Style("unruled")))

    assert caught.value.kind == "no_table"
    assert "没有画着格线的目标表" in str(caught.value)


def test_writing_from_right_to_left_may_come_back_reversed_and_is_marked():
    sheet = make_sheet("维语培训", make_line(), annual_goal="举办 ئۇيغۇر 语培训班")

    reading = read_file(write_file([("目标表", [sheet])], "listing", "pdf"))

    assert any("从右向左" in f.message for f in reading.findings if f.rule == "F19")


def test_a_title_of_ours_keeps_signs_that_no_font_has():
    sheet = make_sheet("甲", make_line())

    reading = read_file(write_file([("绩效目标表🧧", [sheet])], "listing", "pdf"))

    assert reading.goals[0].title == "绩效目标表🧧"


def test_texts_that_fit_their_rows_raise_no_doubt():
    tight = Style(row_height=9, size=7)
    rows = [replace(sheet, overall_goal="完成。", annual_goal="完成。") for sheet in SHEETS[:2]]
    short = [replace(sheet, lines=sheet.lines[:1]) for sheet in rows]

    (grid,) = pdf.read(printed(listing(*map(cells, short)), tight))

    assert grid.notes == ()
    assert [goal.sheet.project for goal in read_grids([grid]).goals] == [
        sheet.project[:5] for sheet in short
    ]


def cells(sheet) -> tuple[str, ...]:
    return ("镇", sheet.project[:5], "类", sheet.overall_goal, sheet.annual_goal, *LINE)
