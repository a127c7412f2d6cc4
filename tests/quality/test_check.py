"""All rules over one sheet: levels, order, and what a refusal silences."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from performance.goals.background import Background
from performance.goals.queries import background
from performance.goals.sheet import Coded, Line, Ref, Sheet
from performance.library.levels import Level
from performance.library.lookup import Entries, Entry
from performance.library.models import RuleLevel
from performance.quality.check import blocking, check
from performance.quality.finding import Finding, cell_of, named_place
from performance.quality.rules import RULES
from performance.sheets.convert import read_file
from tests.builders import clean_sheet, make_background, make_line, make_sheet

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "fixtures" / "sheets" / "goals-2025.xlsx"
FILES = ROOT / "tests" / "sheets" / "files"


def found(sheet, known=None):
    return [(f.rule, f.level, f.line, f.field) for f in check(sheet, known or make_background())]


def test_a_clean_sheet_has_no_findings():
    assert check(clean_sheet(), make_background()) == []


def test_the_clean_sheet_is_clean_in_the_demo_library(portal):
    assert check(clean_sheet(), background(portal)) == []


def test_the_head_comes_first_then_line_by_line():
    sheet = make_sheet(
        "甲", make_line(annual_value=""), make_line("1-短"), make_line(), annual_goal=""
    )

    assert found(sheet) == [
        ("R05", Level.ERROR, None, "annual_goal"),
        ("R05", Level.ERROR, 0, "annual_value"),
        ("R01", Level.ERROR, 1, "level3"),
        ("R03", Level.ERROR, 2, "level3"),
    ]


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_year_decides_how_much_a_rule_matters(rule, level):
    sheet = make_sheet(
        "甲", make_line("1-短"), make_line("111999999-无"), make_line("1-短", annual_value="")
    )
    known = make_background(levels={rule.id: level})

    findings = check(sheet, known)

    assert {f.level for f in findings if f.rule == rule.id} == {level}
    assert {f.level for f in findings if f.rule != rule.id} == {Level.ERROR}
    assert len(blocking(findings)) == sum(f.level is Level.ERROR for f in findings)


def test_the_level_is_a_row_of_the_year(portal):
    RuleLevel.objects.create(year=portal, rule="R05", level="warning")

    findings = check(clean_sheet(annual_goal=""), background(portal))

    assert findings == [
        Finding("R05", Level.WARNING, "年度绩效目标为空，送审前必须填写。", None, "annual_goal")
    ]
    assert blocking(findings) == []


def test_what_is_refused_is_an_error_in_every_year_and_said_once():
    known = make_background(levels={"R05": Level.HINT})

    findings = check(clean_sheet("", unit=""), known)

    assert [(f.rule, f.level, f.field, f.refuses) for f in findings] == [
        ("R05", Level.ERROR, "unit", True),
        ("R05", Level.ERROR, "project", True),
    ]


def test_a_finding_says_its_place_on_the_form():
    findings = check(
        make_sheet("甲", make_line(annual_value=""), annual_goal=""), make_background()
    )
    places = [finding.place for finding in findings]

    assert places == ["“年度绩效目标”", "第1行“年度指标值”"]
    assert Finding("R05", Level.ERROR, "", None, "lines").place == ""


def test_a_place_in_a_file_is_its_cell():
    line = replace(make_line(), ref=Ref("表", {"level3": "H9"}))
    sheet = replace(make_sheet("甲", line, line), ref=Ref("表", {"project": "B9"}))

    assert cell_of(sheet, None, "project") == "B9"
    assert cell_of(sheet, 1, "level3") == "H9"
    assert cell_of(sheet, 1, "annual_value") is None
    assert cell_of(make_sheet(), 0, "level3") is None
    assert named_place(sheet, 0, "level3") == "单元格 H9 "
    assert check(sheet, make_background())[0].message == (
        "“111000898-订制制服数”与单元格 H9 的三级指标重复，请删去或更换。"
    )


def test_what_the_bureau_really_filed_has_no_error(portal):
    known = background(portal)

    findings = [
        f for goal in read_file(GOLDEN.read_bytes()).goals for f in check(goal.sheet, known)
    ]

    assert blocking(findings) == []


def expected_background(data) -> Background:
    """A library with every indicator of a sample, as its page asks for."""
    rows = [row for project in data["rows"] for row in project["indicators"]]
    fixture = json.loads((ROOT / "fixtures" / "year-2025.json").read_text())
    return Background(
        frame=Entries(Entry(*row) for row in fixture["frame"]),
        indicators=Entries(Entry(**r["level3"]) for r in rows),
        categories=Entries(Entry(**project["category"]) for project in data["rows"]),
    )


def test_the_sample_with_faults_reports_exactly_the_named_cells():
    expected = json.loads((FILES / "s13-findings.expected.json").read_text())
    reading = read_file((FILES / "s13-findings.xlsx").read_bytes())
    known = expected_background(expected["data"])

    cells = {
        cell_of(goal.sheet, finding.line, finding.field)
        for goal in reading.goals
        for finding in check(goal.sheet, known)
    }
    cells |= {f.cell for f in reading.findings if f.level is not Level.HINT}

    assert cells == {finding["cell"] for finding in expected["findings"]}


RULE_OF_KIND = {
    "unknown_level2": {"R01"},
    "code_level_mismatch": {"R01"},
    "level2_under_wrong_level1": {"R01"},
    "duplicate_indicator": {"R03"},
    "missing_project_name": {"R05"},
    "empty_value": {"R05"},
    "formula_without_value": {"R05"},
    "bad_code": {"R01"},
}


def test_each_fault_of_the_sample_is_found_by_its_rule():
    expected = json.loads((FILES / "s13-findings.expected.json").read_text())
    known = expected_background(expected["data"])
    rules: dict[str, set[str]] = {}
    for goal in read_file((FILES / "s13-findings.xlsx").read_bytes()).goals:
        for finding in check(goal.sheet, known):
            cell = cell_of(goal.sheet, finding.line, finding.field) or ""
            rules.setdefault(cell, set()).add(finding.rule)

    assert rules == {f["cell"]: RULE_OF_KIND[f["kind"]] for f in expected["findings"]}


@pytest.mark.parametrize("text", ["", "\0", "😀", "‮مرحبا", "-", "1" * 400, "#" * 9, "\ud800"])
def test_no_text_whatever_makes_a_rule_fail(text):
    coded = Coded(text, text)
    sheet = Sheet(
        2025, coded, text, coded, text, text, (Line(coded, coded, coded, text, text),) * 2
    )

    assert isinstance(check(sheet, make_background(level3_pattern=text.strip("\0") or "#")), list)
