"""A goal table inside a longer document, forms, and what is no goal table."""

from dataclasses import replace

import pytest

from performance.sheets.convert import read_grids
from performance.sheets.formats import pdf
from performance.sheets.formats.pdf import reading
from performance.sheets.grid import Grid, Look, SheetError
from tests.sheets.pdf.drawing import Style, printed
from tests.sheets.pdf.test_drawn import SHEETS, grid_of, one_line


def budget(page: int) -> Grid:
    """A table of money, as a budget document has by the dozen."""
    rows = {1: (f"2025年部门收支预算表{page}",), 2: ("科目编码", "科目名称", "合计")}
    rows |= {n: (f"20{n:03}", f"{page}科目{n}", f"{n * 1000:,}.00") for n in range(3, 14)}
    return Grid("表", rows, look=Look(1, 2, (12, 40, 20)))


def form(goal: str) -> Grid:
    """A form whose goal stands beside its label."""
    rows = {
        1: ("项目支出绩效目标申报表",),
        2: ("项目名称", "道路维护", "", ""),
        3: ("年度绩效目标", goal, "", ""),
        4: ("一级指标", "二级指标", "三级指标", "指标值"),
        5: ("产出指标", "数量指标", "维护里程", "12公里"),
    }
    merges = ((2, 2, 2, 4), (3, 2, 3, 4))
    return Grid("表", rows, merges, look=Look(1, 2, (15, 30, 30, 15)))


def test_a_goal_table_in_a_long_document_is_found_and_other_tables_give_nothing():
    document = [*map(budget, range(6)), grid_of(*SHEETS), *map(budget, range(6, 9))]

    grids = pdf.read(printed(document, Style(footer=False)))

    assert len(grids) == 1
    goals = [one_line(goal.sheet) for goal in read_grids(grids).goals]
    assert goals == [one_line(sheet) for sheet in SHEETS]


def test_a_document_without_goals_has_no_table():
    grids = pdf.read(printed(list(map(budget, range(3))), Style()))

    assert grids == ()
    with pytest.raises(SheetError) as caught:
        read_grids(grids)
    assert caught.value.kind == "no_table"


def test_pages_that_speak_of_nothing_like_goals_are_not_taken_apart(monkeypatch):
    seen = []
    meshes = reading.meshes
    monkeypatch.setattr(reading, "meshes", lambda edges: seen.append(1) or meshes(edges))

    pdf.read(printed([*map(budget, range(6)), grid_of(SHEETS[0])], Style()))

    assert len(seen) == 1


def test_each_form_is_a_grid_though_all_look_alike():
    grids = pdf.read(printed([form("维护甲路"), form("维护乙路")], Style()))

    assert [grid.name for grid in grids] == ["第1页", "第2页"]
    assert [grid.text(3, 2) for grid in grids] == ["维护甲路", "维护乙路"]
    assert [grid.text(1, 1) for grid in grids] == ["项目支出绩效目标申报表"] * 2
    assert grids[0].merges == ((2, 2, 2, 4), (3, 2, 3, 4))


def test_two_tables_of_one_page_are_two_grids():
    grids = pdf.read(printed([form("甲")], Style(stacked=True)))

    assert [grid.name for grid in grids] == ["第1页", "第1页表2"]
    assert [grid.text(3, 2) for grid in grids] == ["甲", "二级指标"]


def test_a_second_impression_for_bold_is_not_a_second_text():
    data = printed(grid_of(SHEETS[0]), Style(bold=True))

    assert [one_line(goal.sheet) for goal in read_grids(pdf.read(data)).goals] == [
        one_line(SHEETS[0])
    ]


def test_a_page_turned_by_its_own_sign_is_read_as_it_is_shown():
    data = printed(grid_of(SHEETS[0]), Style(turned=True))

    assert [one_line(goal.sheet) for goal in read_grids(pdf.read(data)).goals] == [
        one_line(SHEETS[0])
    ]


def test_empty_cells_stay_empty():
    bare = replace(SHEETS[0], category=type(SHEETS[0].category)(), overall_goal="")
    data = printed(grid_of(bare, SHEETS[1]), Style())

    first = read_grids(pdf.read(data)).goals[0].sheet

    assert (first.category.text, first.overall_goal) == ("", "")
