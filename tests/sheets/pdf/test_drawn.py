"""The same list, drawn in every way that a page break and its borders can be drawn."""

from dataclasses import replace
from pathlib import Path

import pytest

from performance.goals.sheet import Sheet
from performance.sheets.convert import read_grids
from performance.sheets.formats import pdf, xlsx
from performance.sheets.grid import Grid
from performance.sheets.layouts.listing import LISTING
from performance.sheets.layouts.written import write_table
from tests.sheets.pdf.drawing import Style, printed

TITLE = "2025年绩效目标表"
FILE = Path(__file__).parents[3] / "fixtures" / "sheets" / "goals-2025.xlsx"
SHEETS = [goal.sheet for goal in read_grids(xlsx.read(FILE.read_bytes())).goals]

CUTS = ("clipped", "body", "whole", "split", "again", "first")


def grid_of(*sheets: Sheet) -> Grid:
    return write_table(LISTING, TITLE, sheets)


def one_line(sheet: Sheet) -> Sheet:
    """Line ends inside goals cannot all be seen in a print."""
    goals = {
        name: "".join(getattr(sheet, name).split()) for name in ("overall_goal", "annual_goal")
    }
    return replace(sheet, **goals)


def read_back(data: bytes) -> list[Sheet]:
    reading = read_grids(pdf.read(data))
    assert {goal.title for goal in reading.goals} == {TITLE}
    return [one_line(goal.sheet) for goal in reading.goals]


def doubts(data: bytes) -> list[str]:
    return [note.message for grid in pdf.read(data) for note in grid.notes]


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("heading_again", [True, False])
@pytest.mark.parametrize("closed", [True, False])
def test_a_list_reads_back_whatever_happens_to_cut_cells(cut, closed, heading_again):
    style = Style("ruled", cut, closed, heading_again)

    assert read_back(printed(grid_of(*SHEETS), style)) == [one_line(s) for s in SHEETS]


@pytest.mark.parametrize("edges", ["rects", "bars"])
@pytest.mark.parametrize("cut", ["clipped", "split"])
@pytest.mark.parametrize("row_height", [22, 41])
def test_a_list_reads_back_however_its_borders_are_drawn(edges, cut, row_height):
    style = Style(edges, cut, row_height=row_height)

    assert read_back(printed(grid_of(*SHEETS), style)) == [one_line(s) for s in SHEETS]


def test_a_project_of_three_pages_is_one_project():
    long = replace(SHEETS[-1], lines=SHEETS[-1].lines * 4)
    style = Style(cut="clipped", closed=False)

    assert read_back(printed(grid_of(SHEETS[0], long), style)) == [
        one_line(SHEETS[0]),
        one_line(long),
    ]


def test_a_name_that_only_stands_on_the_later_page_is_marked_as_doubtful():
    long = replace(SHEETS[-1], lines=SHEETS[-1].lines * 3, overall_goal="", annual_goal="")
    data = printed(grid_of(long), Style(cut="split", closed=True, row_height=24))
    told = doubts(data)

    assert read_back(data) == [one_line(long)]
    assert told
    assert all(message.endswith("请核对这一格和两页的指标。") for message in told)


def test_goals_of_two_pages_that_had_to_be_put_together_are_marked():
    long = replace(SHEETS[-1], lines=SHEETS[-1].lines * 2)
    data = printed(grid_of(long), Style(cut="split", closed=True, row_height=37))

    assert read_back(data) == [one_line(long)]
    assert any("两页的文字已接在一起，请核对" in message for message in doubts(data))


def test_a_page_that_begins_with_another_project_begins_it():
    one = replace(SHEETS[0], lines=SHEETS[0].lines * 3)
    rows = len(one.lines)
    height = (595 - 30 - 20 - 24 - 30 - 1) / (rows + 1)
    style = Style(row_height=height, closed=True)

    assert read_back(printed(grid_of(one, SHEETS[1]), style)) == [
        one_line(one),
        one_line(SHEETS[1]),
    ]


def test_lists_with_titles_of_their_own_are_lists_of_their_own():
    first, second = grid_of(SHEETS[0]), write_table(LISTING, "2026年另一张绩效目标表", SHEETS[1:2])

    grids = pdf.read(printed([first, second], Style()))

    assert [grid.name for grid in grids] == ["第1页", "第2页"]
    assert {goal.title for goal in read_grids(grids).goals} == {TITLE, "2026年另一张绩效目标表"}
    assert len(read_grids(grids).goals) == 2


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("closed", [True, False])
def test_a_project_of_many_pages_is_one_project(cut, closed):
    long = replace(
        SHEETS[-1], lines=SHEETS[-1].lines * 5, overall_goal="做好。", annual_goal="好。"
    )
    style = Style(cut=cut, closed=closed)

    assert read_back(printed(grid_of(SHEETS[0], long, SHEETS[1]), style)) == [
        one_line(sheet) for sheet in (SHEETS[0], long, SHEETS[1])
    ]


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("row_height", [18, 27, 33])
@pytest.mark.parametrize(
    "sentence", ["同", "一二三四五六七", "完成本年度的全部工作任务并通过验收。"]
)
def test_a_goal_that_repeats_itself_over_a_page_break_loses_nothing(cut, row_height, sentence):
    room = 20 if cut == "again" else 50  # printed whole on both pages it has to be shorter
    goal = (sentence * 2_000)[: room * row_height]
    lines = (SHEETS[0].lines * 40)[:30]
    long = replace(SHEETS[0], overall_goal=goal, annual_goal=goal[:70], lines=lines)
    style = Style(cut=cut, row_height=row_height)

    assert read_back(printed(grid_of(long, SHEETS[1]), style)) == [long, one_line(SHEETS[1])]
