"""What has no place at all; everything else is stored as written."""

import pytest

from performance.goals.refusals import refusals
from performance.goals.sheet import Coded, Line, Sheet
from tests.builders import clean_sheet, make_line, make_sheet

CONTROL = [chr(code) for code in (0, 1, 8, 11, 12, 13, 27, 31, 0x7F, 0x80, 0x9F, 0x2028, 0xD800)]


@pytest.mark.parametrize(
    ("sheet", "found"),
    [
        (clean_sheet(), []),
        (make_sheet("甲", category="", overall_goal="", annual_goal=""), []),
        (make_sheet("甲", Line()), []),
        (make_sheet("甲", make_line("", "", "", "", "")), []),
        (make_sheet("一\t二", overall_goal="一\n二"), []),
        (make_sheet("😀 مرحبا ‏‎ e\u0301 \U0002070e"), []),
        (make_sheet("长" * 500), []),
        (make_sheet("长" * 501), [(None, "project", "R49")]),
        (make_sheet("甲", unit=""), [(None, "unit", "R05")]),
        (make_sheet("甲", annual_goal="😀" * 16_383), []),
        (make_sheet("甲", annual_goal="长" * 32_768), [(None, "annual_goal", "R49")]),
        (make_sheet("甲", annual_goal="😀" * 16_384), [(None, "annual_goal", "R49")]),
        (make_sheet("甲", make_line(annual_value="长" * 32_768)), [(0, "annual_value", "R49")]),
        (make_sheet("甲", *[Line()] * 1_000), []),
        (make_sheet("甲", *[Line()] * 1_001), [(None, "lines", "R49")]),
        (make_sheet(""), [(None, "project", "R05")]),
        (make_sheet("甲", make_line(""), make_line()), [(0, "level3", "R05")]),
        (make_sheet("甲", make_line(), make_line("", cycle_value="")), [(1, "level3", "R05")]),
        (make_sheet("甲", make_line("", annual_value="")), [(0, "level3", "R05")]),
        (Sheet(2025, Coded("1" * 201, "甲"), "甲"), [(None, "unit", "R49")]),
        (Sheet(2025, Coded("1", "甲"), "甲", Coded("1" * 201)), [(None, "category", "R49")]),
        (make_sheet("甲", make_line("1" * 201 + "-乙")), [(0, "level3", "R49")]),
        (
            make_sheet("", make_line(""), make_line("\x07"), unit=""),
            [(None, "unit", "R05"), (None, "project", "R05"), (0, "level3", "R05"),
             (1, "level3", "F02")],
        ),
    ],
)  # fmt: skip
def test_only_what_has_no_place_is_refused_and_all_at_once(sheet, found):
    assert [(r.line, r.field, r.rule) for r in refusals(sheet)] == found


@pytest.mark.parametrize("character", CONTROL, ids=lambda c: f"U+{ord(c):04X}")
@pytest.mark.parametrize("field", ["project", "unit", "category", "overall_goal", "annual_goal"])
def test_a_control_character_is_refused_in_every_cell_of_the_head(field, character):
    sheet = make_sheet(**{"project": "甲", field: f"文{character}字"})

    (refusal,) = refusals(sheet)

    assert (refusal.line, refusal.field, refusal.rule) == (None, field, "F02")
    assert f"（U+{ord(character):04X}）" in refusal.message


@pytest.mark.parametrize("field", ["level1", "level2", "level3", "cycle_value", "annual_value"])
def test_a_control_character_is_refused_in_every_cell_of_a_line(field):
    sheet = make_sheet("甲", make_line(), make_line(**{field: "文\0字"}))

    assert [(r.line, r.field, r.rule) for r in refusals(sheet)] == [(1, field, "F02")]
