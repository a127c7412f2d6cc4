"""What must come out of one sheet of each kind, and what must not."""

import json
from pathlib import Path

import pytest

from performance.goals.sheet import Coded
from performance.sheets.convert import read_file
from performance.sheets.grid import SheetError

FILES = Path(__file__).parents[1] / "files"
SAMPLES = [
    "s01-listing.xlsx",
    "s02-declaration.xlsx",
    "s03-numbers.xlsx",
    "s04-legacy.xls",
    "s05-open.ods",
    "s06-tabs.csv",
    "s07-pages.pdf",
    "s08-forms.pdf",
    "s09-drawn.pdf",
    "s10-platform.xlsx",
    "s11-html.xls",
    "s12-text.txt",
    "s13-findings.xlsx",
    "s14-selfeval.xlsx",
]
GOLDEN = ["csv", "ods", "pdf", "txt", "xls"]


def expected(name):
    return json.loads((FILES / name).with_suffix(".expected.json").read_text("utf-8"))


def read(name):
    return read_file((FILES / name).read_bytes())


def as_data(reading, pages=False):
    """The structure of the expected files. On pages, where a line ends is nobody's word."""
    first = reading.goals[0]
    return {
        "title": first.title,
        "fiscal_year": first.sheet.year,
        "rows": [_project(goal.sheet, pages) for goal in reading.goals],
    }


def _project(sheet, pages):
    goals = {name: getattr(sheet, name) for name in ("overall_goal", "annual_goal")}
    if pages:
        goals = {name: "".join(text.split()) for name, text in goals.items()}
    return {
        "unit": _coded(sheet.unit),
        "name": sheet.project,
        "category": _coded(sheet.category),
        **goals,
        "indicators": [
            {name: _coded(getattr(line, name)) for name in ("level1", "level2", "level3")}
            | {"cycle_value": line.cycle_value, "annual_value": line.annual_value}
            for line in sheet.lines
        ],
    }


def _coded(coded: Coded):
    return {"code": coded.code, "name": coded.name}


def without_line_ends(data):
    for row in data["rows"]:
        for name in ("overall_goal", "annual_goal"):
            row[name] = "".join(row[name].split())
    return data


@pytest.mark.parametrize("name", SAMPLES)
def test_every_field_of_a_sample_comes_out(name):
    pages = name.endswith(".pdf")
    data = expected(name)["data"]

    reading = read(name)

    assert as_data(reading, pages) == (without_line_ends(data) if pages else data)


@pytest.mark.parametrize("extension", GOLDEN)
def test_the_2025_table_comes_out_of_every_format(extension):
    data = json.loads((FILES / "goals-2025.json").read_text("utf-8"))
    pages = extension == "pdf"

    reading = read(f"goals-2025.{extension}")

    assert as_data(reading, pages) == (without_line_ends(data) if pages else data)


@pytest.mark.parametrize("name", ["s02-declaration.xlsx", "s08-forms.pdf", "s14-selfeval.xlsx"])
def test_weights_and_amounts_are_kept_apart(name):
    reading = read(name)

    for goal, extra in zip(reading.goals, expected(name)["extras"], strict=True):
        assert goal.sheet.project == extra["project"]
        assert goal.extras.weights == tuple(extra.get("weights", ()))
        found = {(a.period, a.part): a.text for a in goal.extras.amounts}
        assert found == {
            (period, part): text
            for period in ("cycle", "annual")
            for part, text in extra.get(f"{period}_amount", {}).items()
        }
        assert goal.extras.amount_unit == extra.get("amount_unit", goal.extras.amount_unit)


def test_the_platforms_codes_and_weights_are_kept():
    reading = read("s10-platform.xlsx")

    assert [(g.sheet.project_code, g.extras.weights) for g in reading.goals] == [
        (extra["project_code"], tuple(extra["weights"]))
        for extra in expected("s10-platform.xlsx")["extras"]
    ]
    assert [(f.rule, f.sheet, f.cell) for f in reading.findings] == [
        ("F04", "项目绩效目标", "A4"),
        ("F15", "数据字典", None),
    ]


def test_points_of_a_level_are_no_part_of_its_name():
    first = read("s14-selfeval.xlsx").goals[0]

    assert first.extras.points == (("产出指标", "60"), ("效益指标", "25"), ("满意度指标", "5"))


def test_what_a_self_evaluation_holds_besides_is_told():
    reading = read("s14-selfeval.xlsx")

    told = [f.message for f in reading.findings if f.rule == "F17"]
    assert len(told) == 2
    for word in expected("s14-selfeval.xlsx")["left_out"]:
        assert all(word in message for message in told)
    assert reading.goals[0].missing == {"category", "overall_goal", "cycle_value"}


def test_each_split_of_a_text_asks_and_a_guess_warns():
    reading = read("s12-text.txt")

    splits = [f for f in reading.findings if "两个绩效目标" in f.message]
    assert [(f.rule, f.level.value, f.cell, f.goal) for f in splits] == [
        ("F16", "hint", "A21", 0),
        ("F16", "warning", "A45", 1),
        ("F16", "hint", "A68", 2),
        ("F16", "warning", "A85", 3),
    ]
    values = [f for f in reading.findings if f not in splits]
    assert [(f.rule, f.level.value, f.cell, f.goal) for f in values] == [
        ("F16", "warning", "A53", 1)
    ]
    for goal in reading.goals:
        cut = goal.split.cut
        assert "".join(goal.split.lines[:cut]) == goal.sheet.overall_goal.replace("\n", "")
        assert "".join(goal.split.lines[cut:]) == goal.sheet.annual_goal.replace("\n", "")


def test_a_pasted_text_is_read_as_its_file():
    text = (FILES / "s12-text.txt").read_text("utf-8")

    assert read_file(text.encode()) == read("s12-text.txt")


def test_cells_that_are_pasted_are_a_list():
    text = (FILES / "s06-tabs.csv").read_bytes().decode("gb18030")

    assert as_data(read_file(text.encode())) == expected("s06-tabs.csv")["data"]


def test_a_finding_stands_at_its_cell():
    reading = read("s13-findings.xlsx")

    found = {(f.cell, f.rule) for f in reading.findings}
    assert ("J18", "F03") in found
    assert [goal.sheet.project for goal in reading.goals][2] == ""


def test_another_table_is_refused_with_what_was_found():
    with pytest.raises(SheetError) as caught:
        read("b08-notable.xlsx")

    assert caught.value.kind == "no_table"
    assert "“通讯录”第2行：单位、姓名、职务、办公电话" in str(caught.value)


def test_text_in_another_order_is_refused_with_advice():
    with pytest.raises(SheetError) as caught:
        read_file("2025年绩效目标\n三级指标 指标值\n100%\n产出指标".encode())

    assert caught.value.kind == "no_table"
    assert "请直接上传原来的 PDF" in str(caught.value)
