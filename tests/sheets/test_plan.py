"""Comparing a file with what the portal has: nothing is written, everything is said."""

from dataclasses import replace

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from performance.goals.models import Goal, State
from performance.library.actions import open_year
from performance.library.levels import Level
from performance.library.models import Category, Frame, Indicator, Listing, Year
from performance.people.models import Unit
from performance.sheets.applying import apply_plan
from performance.sheets.convert import Asked, read_grids
from performance.sheets.grid import Note
from performance.sheets.located import Located, report_row
from performance.sheets.plan import Creation, Kind, Plan
from performance.sheets.planning import make_plan
from performance.sheets.stored import (
    dump_plan,
    dump_reading,
    load_plan,
    load_reading,
    text_hash,
)
from tests.builders import (
    HEADINGS,
    change_goal,
    make_goal,
    make_grid,
    make_line,
    make_row,
    make_sheet,
)

# The library is the same for all examples of a test: each of them is rolled back.
tries = settings(suppress_health_check=list(HealthCheck), max_examples=40)
EDUCATION = "202001-区教育局"


def plan_of(*grids, by, create_missing=False, year=None) -> Plan:
    return make_plan(read_grids(grids, Asked(year)), by=by, create_missing=create_missing)


def kinds(plan):
    return [(op.sheet.project, op.kind.value) for op in plan.operations]


def said(plan):
    return [(f.rule, f.level.value, f.cell, f.goal, f.refuses) for f in plan.findings]


def created(plan):
    return [(c.what, c.year, c.code, c.name, c.parent) for c in plan.creations]


def test_each_goal_is_new_changed_the_same_or_refused(clerk):
    same = make_goal(make_sheet("同"), by=clerk)
    changed = make_goal(make_sheet("改", annual_goal="旧的"), by=clerk)
    grid = make_grid(make_row("同"), make_row("改"), make_row("新"), make_row("坏", level3=""))

    plan = plan_of(grid, by=clerk)

    assert kinds(plan) == [("同", "same"), ("改", "changed"), ("新", "new"), ("坏", "refused")]
    assert [(op.goal_id, op.base, op.position) for op in plan.operations] == [
        (same.pk, 1, 1),
        (changed.pk, 1, 2),
        (None, 0, 3),
        (None, 0, 4),
    ]
    assert [op.sheet.project for op in plan.to_write] == ["改", "新"]
    assert said(plan) == [("R05", "error", "H6", 3, True)]
    assert plan.refuses
    assert plan.summary == {
        "goals": 4, "lines": 4, "new": 1, "changed": 1, "same": 1, "refused": 1, "create": 0
    }  # fmt: skip


def test_lines_of_a_file_take_the_keys_of_the_lines_that_they_are(clerk):
    lines = (make_line(key="a"), make_line("111000317-乙", key="b"))
    make_goal(make_sheet("甲", *lines), by=clerk)
    grid = make_grid(
        make_row("甲", level3="111000317-乙"), make_row("甲", level3="1-新"), make_row("甲")
    )

    plan = plan_of(grid, by=clerk)

    assert [line.key for line in plan.operations[0].sheet.lines] == ["b", "", "a"]


def test_a_void_goal_is_no_goal(clerk):
    make_goal(make_sheet("甲"), by=clerk, state=State.VOID)

    assert kinds(plan_of(make_grid(make_row("甲")), by=clerk)) == [("甲", "new")]


@pytest.mark.parametrize("state", [State.SUBMITTED, State.APPROVED])
def test_a_locked_goal_is_the_same_or_refused(clerk, state):
    make_goal(make_sheet("同"), by=clerk, state=state)
    make_goal(make_sheet("改"), by=clerk, state=state)
    grid = make_grid(make_row("同"), make_row("改", annual_value="6套"))

    plan = plan_of(grid, by=clerk)

    assert kinds(plan) == [("同", "same"), ("改", "refused")]
    assert said(plan) == [("F06", "error", "B4", 1, True)]
    assert plan.findings[0].message.startswith(
        f"项目“改”现在是“{state.label}”，不能用表格修改；需先"
    )


def test_what_rules_find_is_said_at_its_cell_and_refuses_nothing(clerk):
    grid = make_grid(
        make_row("甲", level3="33-短"), make_row("甲", annual_value=""), make_row("乙", category="")
    )

    plan = plan_of(grid, by=clerk)

    assert kinds(plan) == [("甲", "new"), ("乙", "new")]
    assert said(plan) == [
        ("R01", "error", "H3", 0, False),
        ("R05", "error", "J4", 0, False),
        ("R05", "error", "C5", 1, False),
    ]


def test_a_finding_in_a_merged_cell_is_at_its_first_cell(clerk):
    grid = make_grid(make_row("甲"), make_row("甲", level3="33-短"), merges=[(3, 8, 4, 8)])

    assert [f.cell for f in plan_of(grid, by=clerk).findings] == ["H3"]


def test_a_column_that_is_missing_is_said_once(clerk):
    headings = tuple("" if h == "年度指标值" else h for h in HEADINGS)
    rows = [make_row("甲"), make_row("乙")]

    plan = plan_of(make_grid(*rows, headings=headings), by=clerk)

    assert said(plan) == [("F01", "error", None, None, False)]
    assert kinds(plan) == [("甲", "new"), ("乙", "new")]


def test_without_a_column_for_units_no_row_has_a_place(clerk):
    headings = tuple("" if h == "用款单位" else h for h in HEADINGS)

    plan = plan_of(make_grid(make_row("甲"), make_row("乙"), headings=headings), by=clerk)

    assert said(plan) == [("F01", "error", None, None, True)]
    assert kinds(plan) == [("甲", "refused"), ("乙", "refused")]


def test_a_clerk_cannot_bring_another_units_goals(clerk):
    plan = plan_of(make_grid(make_row("甲", unit=EDUCATION), make_row("乙")), by=clerk)

    assert kinds(plan) == [("甲", "refused"), ("乙", "new")]
    assert said(plan) == [("F06", "error", "A3", 0, True)]
    assert plan.findings[0].message == (
        "您没有填报单位“202001-区教育局”的权限，请检查单位编码，或请该单位填报人导入。"
    )


@pytest.mark.parametrize("unit", ["999999-没有的", "没有的", "999999"])
@pytest.mark.parametrize("create", [False, True])
def test_an_unknown_unit_is_created_by_its_name_or_refused(bureau, unit, create):
    plan = plan_of(make_grid(make_row("甲", unit=unit)), by=bureau, create_missing=create)

    if create and unit != "999999":
        code = unit.removesuffix("没有的").removesuffix("-")
        assert created(plan) == [("unit", 0, code, "没有的", "")]
        assert said(plan) == [("F07", "hint", "A3", 0, False)]
        assert plan.findings[0].message == f"单位“{unit}”尚未登记，确认后将新建。"
    else:
        assert created(plan) == []
        assert said(plan) == [("F05", "error", "A3", 0, True)]


def test_a_new_unit_stands_below_the_longest_beginning_of_its_code(bureau):
    Unit.objects.create(code="1010", name="中间")
    grid = make_grid(make_row("甲", unit="101010-新"), make_row("乙", unit="909-新"))

    plan = plan_of(grid, by=bureau, create_missing=True)

    assert created(plan) == [("unit", 0, "101010", "新", "1010"), ("unit", 0, "909", "新", "")]


def test_a_unit_without_code_is_found_by_its_name_if_only_one_has_it(bureau):
    grid = make_grid(make_row("甲", unit="区教育局"))

    assert plan_of(grid, by=bureau).operations[0].unit_id == Unit.objects.get(code="202001").pk

    Unit.objects.create(code="303", name="区教育局")
    plan = plan_of(grid, by=bureau, create_missing=True)
    assert [f.message for f in plan.findings if f.refuses] == [
        "单位库中不止一个单位叫“区教育局”，请在名称前写明单位编码。"
    ]


def test_another_name_of_a_unit_is_a_hint(clerk):
    plan = plan_of(make_grid(make_row("甲", unit="101009-政数局")), by=clerk)

    assert kinds(plan) == [("甲", "new")]
    assert said(plan) == [("F09", "hint", "A3", 0, False)]
    assert plan.operations[0].sheet.unit.name == "政数局"


def test_a_year_nobody_tells_is_refused(clerk):
    grid = make_grid(make_row("甲"), title="绩效目标表")

    plan = plan_of(grid, by=clerk)

    assert said(plan) == [("F05", "error", None, 0, True)]
    assert plan.findings[0].sheet == "绩效目标"
    assert kinds(plan_of(grid, by=clerk, year=2025)) == [("甲", "new")]


@pytest.mark.parametrize("create", [False, True])
def test_an_unknown_year_is_created_only_on_demand(bureau, create):
    grid = make_grid(make_row("甲"), title="2027年绩效目标")

    plan = plan_of(grid, by=bureau, create_missing=create)

    if create:
        assert created(plan) == [
            ("year", 2027, "", "", ""),
            ("indicator", 2027, "111000898", "订制制服数", "11"),
        ]
        assert kinds(plan) == [("甲", "new")]
        assert {f.rule for f in plan.findings} == {"F07"}
    else:
        assert created(plan) == []
        assert said(plan) == [("F05", "error", None, 0, True)]
        assert kinds(plan) == [("甲", "refused")]


def test_everything_unknown_is_listed_once_at_its_first_cell(bureau):
    unknown = {
        "category": "777-新类别",
        "level1": "7-新一级",
        "level2": "71-新二级",
        "level3": "771000001-新三级",
    }
    rows = [make_row("甲"), make_row("甲", **unknown), make_row("乙", **unknown)]

    plan = plan_of(make_grid(*rows), by=bureau, create_missing=True)

    assert created(plan) == [
        ("frame", 2025, "7", "新一级", ""),
        ("frame", 2025, "71", "新二级", "7"),
        ("indicator", 2025, "771000001", "新三级", "71"),
        ("category", 2025, "777", "新类别", ""),
    ]
    proposals = [(f.cell, f.goal) for f in plan.findings if f.rule == "F07"]
    assert proposals == [("F4", 0), ("G4", 0), ("H4", 0), ("C5", 1)]
    assert [f.rule for f in plan.findings if f.rule.startswith("R")] == []


def test_what_does_not_fit_its_levels_is_a_fault_and_not_created(bureau):
    rows = [
        make_row("甲", level3="33-短"),
        make_row("甲", level3="222999999-别处"),
        make_row("甲", level2="22-社会效益", level3="122999999-乱"),
        make_row("甲", level2="99-乱"),
        make_row("甲", level1="产出"),
        make_row("甲", level1="产出", level2="数量", level3="111999999-甲"),
        make_row("甲", level3="长" * 501),
    ]

    plan = plan_of(make_grid(*rows), by=bureau, create_missing=True)

    assert created(plan) == []
    assert not plan.refuses


@pytest.mark.parametrize(
    "changes",
    [
        {"category": "1" * 33 + "-太长"},
        {"category": "777-有\0控制符"},
        {"unit": "1" * 33 + "-太长"},
        {"unit": "999999-" + "长" * 201},
        {"level1": "7" * 33 + "-太长"},
    ],
)
def test_what_the_library_cannot_hold_is_not_created(bureau, changes):
    plan = plan_of(make_grid(make_row("甲", **changes)), by=bureau, create_missing=True)

    assert created(plan) == []
    assert "F07" not in {finding.rule for finding in plan.findings}


@pytest.mark.parametrize("create", [False, True])
def test_who_may_not_create_is_told_as_if_it_was_not_asked_for(clerk, create):
    grid = make_grid(make_row("甲", category="777-新", level3="111999999-新"))

    plan = plan_of(grid, by=clerk, create_missing=create)

    assert created(plan) == []
    assert said(plan) == [
        ("R02", "error", "C3", 0, False),
        ("R02", "error", "H3", 0, False),
    ]


def test_a_project_in_two_worksheets_is_refused_once(clerk):
    grids = [
        make_grid(make_row("甲"), name="一"),
        make_grid(make_row("甲", annual_goal="另一份"), make_row("乙"), name="二"),
    ]

    plan = plan_of(*grids, by=clerk)

    assert kinds(plan) == [("甲", "new"), ("甲", "refused"), ("乙", "new")]
    assert [(f.rule, f.sheet, f.cell, f.message) for f in plan.findings] == [
        ("F08", "二", "B3", "项目“甲”在工作表“一”单元格 B3 已出现过，请合并到一处后再上传。")
    ]


def test_a_project_under_two_spellings_of_its_unit_is_refused_once(clerk):
    make_goal(make_sheet("甲"), by=clerk)
    rows = [make_row("甲", annual_goal="一"), make_row("甲", unit="区政数局", annual_goal="二")]

    plan = plan_of(make_grid(*rows), by=clerk)

    assert kinds(plan) == [("甲", "changed"), ("甲", "refused")]


def test_notes_of_cells_come_before_what_rules_say(clerk):
    grid = make_grid(make_row("甲", annual_value=""))
    noted = type(grid)(grid.name, grid.rows, notes=(Note(3, 10, "warning", "没有结果的公式"),))

    assert said(plan_of(noted, by=clerk)) == [
        ("F03", "warning", "J3", 0, False),
        ("R05", "error", "J3", 0, False),
    ]


def test_making_a_plan_writes_nothing(bureau, django_assert_max_num_queries):
    make_goal(make_sheet("甲"), by=bureau)
    tables = (Goal, Year, Unit, Frame, Category, Indicator, Listing)
    before = [model.objects.count() for model in tables]
    grid = make_grid(
        make_row("甲", annual_goal="改"), make_row("乙", unit="9-新"), title="2028年目标"
    )

    with django_assert_max_num_queries(30):
        plan_of(grid, by=bureau, create_missing=True)

    assert [model.objects.count() for model in tables] == before


def test_the_nearest_year_lends_a_new_one_its_frame(bureau, portal):
    for number in (2023, 2030):
        open_year(number)
    Frame.objects.create(year=Year.objects.get(year=2030), code="8", name="只在2030")
    plan = plan_of(
        make_grid(make_row("甲", level1="8-只在2030"), title="2028年目标"),
        by=bureau,
        create_missing=True,
    )

    assert ("frame", 2028, "8", "只在2030", "") not in created(plan)


def test_a_reading_and_a_plan_come_back_from_their_text(bureau):
    make_goal(make_sheet("改"), by=bureau)
    rows = [
        make_row("改", annual_value="6套"),
        make_row("新", unit="9-新"),
        make_row("坏", level3=""),
    ]
    reading = read_grids([make_grid(*rows, ("合计",))])
    plan = make_plan(reading, by=bureau, create_missing=True)

    assert load_reading(dump_reading(reading)) == reading
    assert load_plan(dump_plan(plan)) == plan
    assert dump_plan(load_plan(dump_plan(plan))) == dump_plan(plan)
    assert text_hash(dump_plan(plan)) != text_hash(dump_plan(Plan((), (), ())))
    first = load_plan(dump_plan(plan)).operations[0]
    assert first.sheet.lines[0].key == plan.operations[0].sheet.lines[0].key != ""
    assert first.sheet.lines[0].ref == plan.operations[0].sheet.lines[0].ref


def test_a_located_finding_is_told_in_words_and_in_five_keys():
    finding = Located("F05", Level.ERROR, "话。", "表", "A1", 3, True)

    assert finding.place == "工作表“表”单元格 A1"
    assert report_row(finding) == {
        "sheet": "表",
        "cell": "A1",
        "rule": "F05",
        "level": "error",
        "message": "话。",
    }
    assert Located.from_json(finding.as_json()) == finding


@pytest.mark.parametrize(
    ("creation", "label"),
    [
        (Creation("year", 2026, "", ""), "年度“2026年”"),
        (Creation("unit", 0, "9", "甲"), "单位“9-甲”"),
        (Creation("frame", 2026, "7", "甲"), "一级指标“7-甲”"),
        (Creation("frame", 2026, "71", "甲", "7"), "二级指标“71-甲”"),
        (Creation("category", 2026, "331", "甲"), "项目类别“331-甲”"),
        (Creation("category", 2026, "", "甲"), "项目类别“甲”"),
        (Creation("unit", 0, "", "甲"), "单位“甲”"),
        (Creation("indicator", 2026, "1", "甲", "71"), "三级指标“1-甲”"),
    ],
)
def test_what_will_be_created_has_a_name_for_people(creation, label):
    assert creation.label == label


def test_a_goal_that_changed_since_is_compared_with_its_newest_content(clerk):
    goal = make_goal(make_sheet("甲", annual_goal="一"), by=clerk)
    change_goal(goal, make_sheet("甲"), by=clerk)

    plan = plan_of(make_grid(make_row("甲")), by=clerk)

    assert [(op.kind, op.base) for op in plan.operations] == [(Kind.SAME, 2)]


def try_to_import(rows, user):
    """A random table is planned, kept, applied as kept, and forgotten."""
    grids = [make_grid(*rows, name="一"), make_grid(*rows[::-1], name="二")]
    plan = make_plan(read_grids(grids), by=user, create_missing=True)
    with transaction.atomic():
        applied = apply_plan(load_plan(dump_plan(plan)), by=user)
        written = Goal.objects.count()
        transaction.set_rollback(True)
    assert len(applied.written) == written
    assert applied.left_out == []


texts = st.one_of(
    st.sampled_from(["", "-", "9-新", "777-新", "7-新", "71-新", "771000001-新", "合计", "\0"]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
    st.sampled_from(["1" * 40 + "-长", "长" * 501, "1" * 201, "😀", "9-" + "长" * 201, "a\x07"]),
)
some_rows = st.lists(
    st.tuples(*(st.just(cell) | texts for cell in make_row())), min_size=1, max_size=5
)


@tries
@given(some_rows)
def test_whatever_a_table_says_can_be_planned_and_applied(bureau, rows):
    try_to_import(rows, bureau)


@pytest.mark.slow
@settings(tries, max_examples=400, derandomize=False)
@given(some_rows)
def test_whatever_a_table_says_can_be_planned_and_applied_for_long(bureau, rows):
    try_to_import(rows, bureau)


def test_only_what_is_kept_has_its_entries_created(bureau):
    grid = make_grid(
        make_row("", category="777-新", level3="111999998-甲"),
        make_row("乙", category="778-新", level3="111999999-乙"),
    )

    plan = plan_of(grid, by=bureau, create_missing=True)

    assert kinds(plan) == [("", "refused"), ("乙", "new")]
    assert [creation.code for creation in plan.creations] == ["778", "111999999"]
    assert [f.rule for f in plan.findings if f.goal == 0] == ["R05"]


def test_another_name_of_a_known_category_is_kept_and_told(clerk):
    plan = plan_of(make_grid(make_row("甲", category="331-别的名称")), by=clerk)

    assert said(plan) == [("F09", "hint", "C3", 0, False)]
    assert plan.operations[0].sheet.category.name == "别的名称"


def test_a_column_that_is_not_there_leaves_what_stands_there(clerk):
    goal = make_goal(make_sheet("甲", make_line(annual_value="5套")), by=clerk)
    headings = tuple("" if h in ("年度指标值", "总体绩效目标") else h for h in HEADINGS)
    row = make_row("甲", annual_goal="改了的年度目标")

    plan = plan_of(make_grid(row, headings=headings), by=clerk)

    assert kinds(plan) == [("甲", "changed")]
    assert plan.operations[0].sheet == replace(goal.sheet(), annual_goal="改了的年度目标")


def test_a_column_that_is_not_there_alone_changes_nothing(clerk):
    make_goal(make_sheet("甲"), by=clerk)
    headings = tuple("" if h == "年度指标值" else h for h in HEADINGS)

    plan = plan_of(make_grid(make_row("甲"), headings=headings), by=clerk)

    assert kinds(plan) == [("甲", "same")]


def test_another_indicator_in_the_same_place_inherits_no_value(clerk):
    make_goal(make_sheet("甲", make_line(annual_value="5套")), by=clerk)
    headings = tuple("" if h == "年度指标值" else h for h in HEADINGS)
    row = make_row("甲", level3="111000317-购买/租赁系统数")

    plan = plan_of(make_grid(row, headings=headings), by=clerk)

    assert [line.annual_value for line in plan.operations[0].sheet.lines] == [""]
