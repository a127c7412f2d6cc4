"""Each rule: what passes, and one case for each way to fail."""

import pytest

from performance.goals.sheet import Line
from performance.library.lookup import Entries, Entry
from performance.quality.rules import RULES
from tests.builders import clean_sheet, make_background, make_line, make_sheet

BY_ID = {rule.id: rule for rule in RULES}
OFFICE = make_background(
    level3_pattern="{1}{2}####", indicators=Entries()
)  # another bureau's code: 7 digits

NAMED = make_background(
    frame=Entries((Entry("", "过程指标"), Entry("", "管理指标", "\n过程指标"))),
    indicators=Entries(
        Entry("", name, "\n过程指标\n管理指标") for name in ("资料完备", "2025-项目")
    ),
)  # a source without codes


def hits(rule_id, sheet, background=None):
    found = BY_ID[rule_id].check(sheet, background or make_background())
    return [(line, field) for line, field, _ in found]


def messages(rule_id, sheet, background=None):
    found = BY_ID[rule_id].check(sheet, background or make_background())
    return [message for _, _, message in found]


PASSING = {
    "R01": [
        (clean_sheet(), None),
        (make_sheet("甲", make_line("订制制服数", "数量指标", "产出指标")), None),
        (make_sheet("甲", make_line("订制制服数", "数量 指标", "产出 指标")), None),
        (make_sheet("甲", Line()), None),
        (make_sheet("甲", make_line("111999999-库里没有")), None),
        (make_sheet("甲", make_line("1110001-短的")), OFFICE),
        (make_sheet("甲", make_line("999999999-没有上级", "", "")), None),
        (make_sheet("甲", make_line("资料完备", "管理指标", "过程指标")), NAMED),
        (make_sheet("甲", make_line("资料完备", "管理 指标", "")), NAMED),
        (make_sheet("甲", make_line("2025-项目", "管理指标", "过程指标")), NAMED),
        (make_sheet("甲", make_line("999000001-甲", "管理指标", "过程指标")), NAMED),
    ],
    "R02": [
        (clean_sheet(), None),
        (make_sheet("甲", make_line("111000898-订制 制服数")), None),
        (make_sheet("甲", make_line("订制制服数")), None),
        (make_sheet("甲", make_line("订制 制服数", "数量指标", "产出指标")), None),
        (make_sheet("甲", make_line("资料完备", "管理指标", "过程指标")), NAMED),
        (make_sheet("甲", make_line("2025-项目", "管理指标", "过程指标")), NAMED),
        (make_sheet("甲", make_line("33-编码不对", "31-服务对象满意度", "3-满意度指标")), None),
        (make_sheet("甲", Line()), None),
        (clean_sheet(category=""), None),
        (clean_sheet(category="331-别的名称"), None),
        (clean_sheet(category="部门预算部门职能类"), None),
    ],
    "R03": [
        (clean_sheet(), None),
        (make_sheet("甲", Line(), Line()), None),
        (make_sheet("甲", make_line("满意度", "11-甲"), make_line("满意度", "12-乙")), None),
        (make_sheet("甲", make_line("111000001-同名"), make_line("111000002-同名")), None),
    ],
    "R05": [
        (clean_sheet(), None),
        (clean_sheet(category=""), make_background(category_required=False)),
        (clean_sheet(overall_goal=""), make_background(overall_goal_required=False)),
    ],
}

FAILING = {
    "R01": [
        (
            make_sheet("甲", make_line(level1="9-没有的")),
            [(0, "level1"), (0, "level2"), (0, "level3")],
        ),
        (make_sheet("甲", make_line("没有编码", level1="没有的")), [(0, "level1")]),
        (
            make_sheet("甲", make_line("111000898-甲", "15-没有的", "1-产出指标")),
            [(0, "level2")],
        ),
        (make_sheet("甲", make_line("115000898-甲", "15-没有的", "1-产出指标")), [(0, "level2")]),
        (make_sheet("甲", make_line("没有编码", "没有的", "产出指标")), [(0, "level2")]),
        (make_sheet("甲", make_line("111000898-甲", "1-产出指标", "1-产出指标")), [(0, "level2")]),
        (make_sheet("甲", make_line("122000898-甲", "22-社会效益", "1-产出指标")), [(0, "level2")]),
        (make_sheet("甲", make_line("没有编码", "数量指标", "效益指标")), [(0, "level2")]),
        (make_sheet("甲", make_line("没有编码", "11-数量指标", "效益指标")), [(0, "level2")]),
        (make_sheet("甲", make_line("112000898-甲", "数量指标", "产出指标")), [(0, "level3")]),
        (make_sheet("甲", make_line("112000898-甲")), [(0, "level3")]),
        (make_sheet("甲", make_line("11100089-甲")), [(0, "level3")]),
        (make_sheet("甲", make_line("1110008980-甲")), [(0, "level3")]),
        (make_sheet("甲", make_line("A11000898-甲")), [(0, "level3")]),
        (make_sheet("甲", make_line(), make_line("1-甲")), [(1, "level3")]),
    ],
    "R02": [
        (make_sheet("甲", make_line("111000899-库里没有")), [(0, "level3")]),
        (make_sheet("甲", make_line("111000898-别的名称")), [(0, "level3")]),
        (make_sheet("甲", make_line("111000898")), [(0, "level3")]),
        (make_sheet("甲", make_line("没有的名称")), [(0, "level3")]),
        (make_sheet("甲", make_line("订制制服数", "", "")), [(0, "level3")]),
        (
            make_sheet("甲", make_line("订制制服数", "社会效益", "效益指标")),
            [(0, "level3")],
        ),
        (clean_sheet(category="999-没有的类别"), [(None, "category")]),
        (clean_sheet(category="没有的类别"), [(None, "category")]),
    ],
    "R03": [
        (make_sheet("甲", make_line(), make_line()), [(1, "level3")]),
        (
            make_sheet("甲", make_line(), make_line("订制制服数", "数量指标", "产出指标")),
            [(1, "level3")],
        ),
        (
            make_sheet("甲", make_line(), Line(), make_line(), make_line()),
            [(2, "level3"), (3, "level3")],
        ),
        (make_sheet("甲", make_line("满意 度"), make_line("满意度")), [(1, "level3")]),
        (make_sheet("甲", make_line("111000898-甲"), make_line("111000898-乙")), [(1, "level3")]),
    ],
    "R05": [
        (clean_sheet(unit=""), [(None, "unit")]),
        (clean_sheet(""), [(None, "project")]),
        (clean_sheet(category=""), [(None, "category")]),
        (clean_sheet(overall_goal=""), [(None, "overall_goal")]),
        (clean_sheet(annual_goal=""), [(None, "annual_goal")]),
        (
            clean_sheet().__class__(
                2025, *[clean_sheet().unit, "甲", clean_sheet().category, "总", "年"]
            ),
            [(None, "lines")],
        ),
        (
            make_sheet("甲", make_line(), Line()),
            [(1, name) for name in ("level1", "level2", "level3", "cycle_value", "annual_value")],
        ),
        (make_sheet("甲", make_line(cycle_value="")), [(0, "cycle_value")]),
    ],
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_passing_and_failing_cases_and_a_text_for_people(rule):
    assert PASSING[rule.id]
    assert FAILING[rule.id]
    assert rule.text.endswith("。")


@pytest.mark.parametrize(
    ("rule_id", "sheet", "background"),
    [(rule_id, *case) for rule_id, cases in PASSING.items() for case in cases],
)
def test_a_rule_is_silent_where_nothing_is_wrong(rule_id, sheet, background):
    assert hits(rule_id, sheet, background) == []


@pytest.mark.parametrize(
    ("rule_id", "sheet", "found"),
    [(rule_id, *case) for rule_id, cases in FAILING.items() for case in cases],
)
def test_a_rule_names_the_cells_that_are_wrong(rule_id, sheet, found):
    assert hits(rule_id, sheet) == found
    assert all(message.endswith("。") for message in messages(rule_id, sheet))


@pytest.mark.parametrize(
    ("rule_id", "sheet", "message"),
    [
        (
            "R01",
            make_sheet("甲", make_line("122000898-甲", "22-社会效益", "1-产出指标")),
            "二级指标“22-社会效益”属于“2-效益指标”，而所在行的一级指标是“1-产出指标”，"
            "请改正其中之一。",
        ),
        (
            "R01",
            make_sheet("甲", make_line("112000898-甲")),
            "三级指标“112000898-甲”的编码应以所在行一级、二级指标的编码“111”开头，"
            "读到“112”，请检查指标或所在的级别。",
        ),
        (
            "R01",
            make_sheet("甲", make_line("33101740-甲")),
            "三级指标“33101740-甲”的编码应为9位数字，读到8位。",
        ),
        (
            "R02",
            make_sheet("甲", make_line("111000898-别的名称")),
            "三级指标“111000898-别的名称”与指标库中的名称不一致，"
            "库中 111000898 是“订制制服数”，请核对。",
        ),
        (
            "R03",
            make_sheet("甲", make_line(), make_line()),
            "“111000898-订制制服数”与第1行的三级指标重复，请删去或更换。",
        ),
        ("R05", clean_sheet(annual_goal=""), "年度绩效目标为空，送审前必须填写。"),
    ],
)
def test_a_message_says_what_was_read_and_what_is_expected(rule_id, sheet, message):
    assert messages(rule_id, sheet) == [message]


def test_how_a_code_must_look_is_data_of_the_year():
    national = make_background(level3_pattern="######")
    letters = make_background(level3_pattern="{1}{2}A.#")

    assert hits("R01", make_sheet("甲", make_line("654321-甲")), national) == []
    assert hits("R01", make_sheet("甲", make_line("111000898-甲")), national) == [(0, "level3")]
    assert hits("R01", make_sheet("甲", make_line("111000898-甲")), letters) == [(0, "level3")]


def test_a_name_that_several_have_asks_for_a_code():
    frame = Entries(
        (
            Entry("1", "产出指标"),
            Entry("", "产出指标"),
            Entry("2", "效益指标"),
            Entry("21", "数量", "2"),
            Entry("22", "数量", "2"),
        )
    )
    indicators = Entries((Entry("221000001", "人数", "22"), Entry("221000002", "人数", "22")))
    categories = Entries((Entry("1", "一般类"), Entry("2", "一般类")))
    known = make_background(frame=frame, indicators=indicators, categories=categories)
    lines = [make_line("甲", "", "产出指标"), make_line("乙", "数量", "效益指标")]
    lines.append(make_line("人数", "22-数量", "效益指标"))

    sheet = make_sheet("甲", *lines, category="一般类")

    assert messages("R01", sheet, known) == [
        "本年度的指标框架中有2个一级指标叫“产出指标”，请写明编码。",
        "本年度的指标框架中有2个二级指标叫“数量”，请写明编码。",
    ]
    assert messages("R02", sheet, known) == [
        "本年度有2个项目类别叫“一般类”，请写明编码。",
        "指标库的同一个二级指标下有2个“人数”，请写明编码，或从指标库选择。",
    ]
