"""What prints of office suites and report generators must give, to the last character."""

import json
from pathlib import Path

import pytest

from performance.goals.sheet import Coded, Sheet
from performance.sheets.convert import read_file
from performance.sheets.formats.guarded import read_guarded
from performance.sheets.grid import Box, Grid

FILES = Path(__file__).parents[1] / "files"
GOLDEN = Path(__file__).parents[2] / "golden" / "goals-2025.json"


def coded(value: Coded) -> dict[str, str]:
    return {"code": value.code, "name": value.name}


def as_json(sheet: Sheet) -> dict:
    lines = [
        {
            "level1": coded(line.level1),
            "level2": coded(line.level2),
            "level3": coded(line.level3),
            "cycle_value": line.cycle_value,
            "annual_value": line.annual_value,
        }
        for line in sheet.lines
    ]
    return {
        "unit": coded(sheet.unit),
        "name": sheet.project,
        "category": coded(sheet.category),
        "overall_goal": sheet.overall_goal,
        "annual_goal": sheet.annual_goal,
        "indicators": lines,
    }


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("goals-2025.pdf", GOLDEN),
        ("s07-pages.pdf", FILES / "s07-pages.expected.json"),
        ("s08-forms.pdf", FILES / "s08-forms.expected.json"),
        ("s09-drawn.pdf", FILES / "s09-drawn.expected.json"),
    ],
)
def test_what_was_printed_is_read_exactly(name, expected):
    told = json.loads(expected.read_text("utf-8"))
    told = told.get("data", told)

    reading = read_file((FILES / name).read_bytes())

    assert [as_json(goal.sheet) for goal in reading.goals] == told["rows"]
    assert {goal.title for goal in reading.goals} == {told["title"]}
    assert {goal.sheet.year for goal in reading.goals} == {told["fiscal_year"]}
    assert reading.findings == ()


def test_a_table_over_several_pages_is_one_grid_with_its_rows_numbered_through():
    (grid,) = read_guarded((FILES / "goals-2025.pdf").read_bytes())

    assert grid.name == "第1至4页"
    assert max(grid.rows) == 2 + 61
    assert grid.text(20, 2) == grid.text(22, 2) == "聘用法律顾问费"
    assert (19, 2, 24, 2) in grid.merges
    assert grid.notes == ()


def test_each_cell_knows_its_place_on_its_page():
    (grid,) = read_guarded((FILES / "s09-drawn.pdf").read_bytes())

    assert grid.text(4, 1) == "老旧小区改造"
    assert grid.boxes[4, 1] == Box(1, 28, 96, 90, 448)
    assert {box.page for box in grid.boxes.values()} == {1, 2, 3}
    filled = {(r, c) for r, cells in grid.rows.items() for c, text in enumerate(cells, 1) if text}
    assert filled <= set(grid.boxes)


def test_boxes_do_not_make_a_grid_another_one():
    plain = Grid("表", {1: ("文",)})

    assert Grid("表", {1: ("文",)}, boxes={(1, 1): Box(1, 0, 0, 9, 9)}) == plain


def test_forms_are_a_grid_each_and_one_goes_on_over_a_page_break():
    first, second, third = read_guarded((FILES / "s08-forms.pdf").read_bytes())
    told = json.loads((FILES / "s08-forms.expected.json").read_text("utf-8"))["data"]["rows"]

    assert [first.name, second.name, third.name] == ["第1页", "第2页", "第3至4页"]
    for grid, project in zip((first, second, third), told, strict=True):
        cells = {text for row in grid.rows.values() for text in row}
        assert {project["name"], project["annual_goal"], project["overall_goal"]} <= cells
        for line in project["indicators"]:
            row = next(row for row, texts in grid.rows.items() if line["level3"]["name"] in texts)
            shown = [grid.text(row, column) for column in range(1, 8)]
            assert line["level1"]["name"] in shown
            assert line["level2"]["name"] in shown
            assert line["cycle_value"] in shown
            assert line["annual_value"] in shown
    assert third.text(26, 1) == "绩效指标"
    assert third.merges[-1][0] > 19
