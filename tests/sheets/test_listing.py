"""The yearly list as offices type it: which rows become which projects and lines."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from performance.goals.sheet import Coded, Line, Sheet
from performance.library.levels import Level
from performance.sheets.convert import read_grids
from performance.sheets.grid import Grid, Note, SheetError
from performance.sheets.layouts import LAYOUTS
from performance.sheets.layouts.declared import plain_heading
from performance.sheets.layouts.listed import read_table
from performance.sheets.layouts.listing import LISTING
from performance.sheets.layouts.written import flat_rows, write_table
from tests.builders import HEADINGS, TITLE, make_grid, make_line, make_row, make_sheet

FIELDS = [column.field for column in LISTING.columns]
SECOND = {"level3": "111000317-购买/租赁系统数"}
THIRD = {"level3": "222002319-设备配备达标率", "level1": "2-效益指标", "level2": "22-社会效益"}


def read(grid, year=None):
    table = read_table(LISTING, grid, year)
    assert table is not None
    return table


def said(table):
    return [(f.rule, f.level.value, f.cell) for f in table.findings]


def blanked(row, *fields):
    """The row as it stands under merged or unrepeated cells."""
    return tuple("" if FIELDS[n] in fields else text for n, text in enumerate(row))


def names(table):
    return [(sheet.project, len(sheet.lines)) for sheet in table.sheets]


def test_a_table_is_read_with_title_year_and_places():
    table = read(make_grid(make_row(), make_row(**SECOND), make_row("乙")))

    assert table.sheets == (
        make_sheet("工作制服经费", make_line(), make_line("111000317-购买/租赁系统数")),
        make_sheet("乙", make_line()),
    )
    assert (table.title, table.year, table.findings, table.missing) == (
        TITLE,
        2025,
        (),
        frozenset(),
    )
    first, second = table.sheets
    assert first.ref.sheet == "绩效目标"
    assert first.ref.cells == dict(zip(FIELDS, [f"{c}3" for c in "ABCDEFGHIJ"], strict=True))
    assert second.ref.cell("project") == "B5"
    assert [line.ref.cell("level3") for line in first.lines] == ["H3", "H4"]


GROUPED = ("unit", "project", "category", "overall_goal", "annual_goal")
COLUMN = {field: number for number, field in enumerate(FIELDS, 1)}


@pytest.mark.parametrize("how", ["repeated", "blank", "merged"])
@pytest.mark.parametrize("fields", [(), ("project",), GROUPED[1:], GROUPED, ("level1", "level2")])
def test_what_belongs_together_may_be_repeated_blank_or_merged(fields, how):
    second = make_row(**SECOND) if how == "repeated" else blanked(make_row(**SECOND), *fields)
    merges = [(3, COLUMN[f], 4, COLUMN[f]) for f in fields] if how == "merged" else []
    below = blanked(make_row(**SECOND), *fields) if how != "repeated" else make_row(**SECOND)
    merges += [(5, COLUMN[f], 6, COLUMN[f]) for f in fields] if how == "merged" else []

    table = read(
        make_grid(
            make_row("甲"),
            second_of(second, "甲"),
            make_row("乙"),
            second_of(below, "乙"),
            merges=merges,
        )
    )

    lines = (make_line(), make_line("111000317-购买/租赁系统数"))
    assert table.sheets == (make_sheet("甲", *lines), make_sheet("乙", *lines))
    assert table.findings == ()


def second_of(row, project):
    """A second row that repeats the project's name if it says one at all."""
    return tuple(project if FIELDS[n] == "project" and text else text for n, text in enumerate(row))


def test_a_new_level_1_ends_the_level_2_above():
    rows = [
        make_row(),
        blanked(make_row(**THIRD), "level2"),
        blanked(make_row(**SECOND), "level1", "level2"),
    ]

    (sheet,) = read(make_grid(*rows)).sheets

    assert [(line.level1.code, line.level2.code) for line in sheet.lines] == [
        ("1", "11"),
        ("2", ""),
        ("2", ""),
    ]


def test_levels_are_not_carried_over_into_the_next_project():
    table = read(make_grid(make_row("甲"), blanked(make_row("乙"), "level1", "level2")))

    assert table.sheets[1].lines == (make_line(level1="", level2=""),)


def test_the_same_name_in_two_units_is_two_projects():
    table = read(make_grid(make_row("甲"), make_row("甲", unit="202001-区教育局")))

    assert [(sheet.unit.code, sheet.project) for sheet in table.sheets] == [
        ("101009", "甲"),
        ("202001", "甲"),
    ]


def test_two_merged_areas_of_the_same_name_in_two_units_are_two_projects():
    rows = [make_row("甲"), blanked(make_row("甲"), "project")]
    other = make_row("甲", unit="202001-区教育局")
    rows += [other, blanked(other, "project")]

    table = read(make_grid(*rows, merges=[(3, 2, 4, 2), (5, 2, 6, 2)]))

    assert names(table) == [("甲", 2), ("甲", 2)]


def test_a_blank_unit_is_the_one_above_only_where_units_are_not_repeated():
    sparse = read(
        make_grid(make_row("甲"), blanked(make_row("乙"), "unit"), blanked(make_row("丙"), "unit"))
    )
    repeated = read(make_grid(make_row("甲"), make_row("乙"), blanked(make_row("丙"), "unit")))

    assert [sheet.unit.code for sheet in sparse.sheets] == ["101009"] * 3
    assert [sheet.unit for sheet in repeated.sheets][2] == Coded()


def test_a_blank_name_with_goals_of_its_own_is_another_project():
    other = blanked(make_row(annual_goal="另一个目标"), "project")

    table = read(make_grid(make_row(), other))

    assert names(table) == [("工作制服经费", 1), ("", 1)]


def test_a_project_in_two_places_is_merged_with_a_warning():
    rows = [make_row("甲"), make_row("乙"), make_row("甲", **SECOND)]

    table = read(make_grid(*rows))

    assert names(table) == [("甲", 2), ("乙", 1)]
    assert said(table) == [("F08", "warning", "B5")]
    assert table.findings[0].message == (
        "项目“甲”在单元格 B3 已出现过，两处的指标合并为一个项目，请核对。"
    )


def test_another_head_within_a_project_is_a_warning_and_the_first_counts():
    rows = [make_row("甲"), make_row("甲", annual_goal="另一个目标", category="333-别的", **SECOND)]

    table = read(make_grid(*rows))

    assert table.sheets == (make_sheet("甲", make_line(), make_line("111000317-购买/租赁系统数")),)
    assert said(table) == [("F11", "warning", "C4"), ("F11", "warning", "E4")]


@pytest.mark.parametrize(
    "label",
    [
        "合计",
        "小计：",
        "总计",
        "总 计",
        "合　计",
        "备注",
        "说明：数据来自",
        "填表人：",
        "注：略",
        "联系电话",
    ],
)
def test_totals_and_remarks_are_no_data(label):
    row = (label, "", "", "", "", "", "", "", "", "100")

    table = read(make_grid(make_row(), row[:9] if label not in ("合计", "小计：") else row))

    assert names(table) == [("工作制服经费", 1)]
    assert said(table) == [("F04", "hint", "A4")]
    assert label in table.findings[0].message


def test_a_unit_whose_name_begins_like_a_remark_is_data():
    table = read(make_grid(make_row(unit="备注局"), make_row("乙", unit="说明办")))

    assert [sheet.unit.name for sheet in table.sheets] == ["备注局", "说明办"]


def test_headings_that_are_repeated_are_no_data():
    table = read(make_grid(make_row(), HEADINGS, make_row(**SECOND)))

    assert names(table) == [("工作制服经费", 2)]
    assert table.findings == ()


def test_a_row_without_indicator_and_values_is_left_out_with_a_hint():
    empty = blanked(make_row(), "level3", "cycle_value", "annual_value")

    table = read(make_grid(make_row(), empty))
    alone = read(make_grid(empty))

    assert names(table) == [("工作制服经费", 1)]
    assert said(table) == [("F04", "hint", "H4")]
    assert names(alone) == [("工作制服经费", 0)]
    assert alone.findings == ()


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ({"level3": ""}, make_line("")),
        ({"level3": "", "cycle_value": ""}, make_line("", cycle_value="")),
        ({"cycle_value": "", "annual_value": ""}, make_line(cycle_value="", annual_value="")),
    ],
)
def test_a_row_with_a_value_or_an_indicator_is_a_line(changes, kept):
    (sheet,) = read(make_grid(make_row(**changes))).sheets

    assert sheet.lines == (kept,)


@pytest.mark.parametrize("column", LISTING.columns, ids=lambda column: column.field)
def test_every_spelling_of_a_heading_is_understood(column):
    for spelling in (column.heading, *column.also):
        for text in (spelling, f" *{spelling}：", f"{spelling}（必填）", "\n".join(spelling)):
            assert LISTING.field_of(text) == column.field


def test_no_spelling_means_two_columns():
    for layout in LAYOUTS.values():
        spellings = [plain_heading(t) for c in layout.columns for t in (c.heading, *c.also)]
        assert len(spellings) == len(set(spellings))


@pytest.mark.parametrize("column", LISTING.columns, ids=lambda column: column.field)
def test_a_missing_heading_is_named_once(column):
    headings = tuple("" if h == column.heading else h for h in HEADINGS)
    grid = make_grid(make_row(), make_row("乙"), headings=headings)

    if column.field in LISTING.needed:
        with pytest.raises(SheetError) as caught:
            read_grids([grid])
        assert caught.value.kind == "no_table"
        assert column.heading in str(caught.value)
        return
    table = read(grid)
    assert said(table) == [("F01", "error", None)]
    message = table.findings[0].message
    assert message.startswith(f"第2行的表头中没有“{column.heading}”一栏")
    assert ("保持不变" in message) is (column.field != "unit")
    assert table.findings[0].refuses is (column.field == "unit")
    assert table.missing == {column.field}


def test_columns_may_stand_in_any_order_among_others():
    order = [9, 3, 0, 7, 1, 4, 8, 2, 5, 6]
    headings = ("序号", *(HEADINGS[n] for n in order), "备注", "年度指标值")
    row = ("1", *(make_row()[n] for n in order), "随便", "不是这个")

    assert read(make_grid(row, headings=headings)).sheets == (make_sheet(),)


def test_the_row_with_most_headings_is_the_heading():
    rows = {
        1: ("单位", "项目", "一级指标", "二级指标", "三级指标"),
        2: (TITLE,),
        5: HEADINGS,
        6: make_row(),
    }

    assert read(Grid("表", rows)).sheets == (make_sheet(),)


def test_a_heading_below_the_fortieth_row_is_none():
    rows = {40: HEADINGS, 41: make_row()}
    below = {41: HEADINGS, 42: make_row()}

    assert read_table(LISTING, Grid("表", {1: ("说明",)} | rows), 2025) is not None
    assert read_table(LISTING, Grid("表", {1: ("说明",)} | below), 2025) is None


@pytest.mark.parametrize(
    ("above", "name", "title", "year"),
    [
        (("2025年区政数局绩效目标",), "表", "2025年区政数局绩效目标", 2025),
        (("附件2", "2026 年绩效目标"), "表", "2026 年绩效目标", 2026),
        (("绩效目标表", "（2026年度）"), "表", "绩效目标表", 2026),
        (("绩效目标表", "(２０２６年度)"), "表", "绩效目标表", 2026),
        (("绩效目标表", "单位：万元", "填报日期：2027年1月5日"), "表", "绩效目标表", 2027),
        (("二〇二六年绩效目标",), "表", "二〇二六年绩效目标", 2026),
        (("二○二六年度绩效目标",), "表", "二○二六年度绩效目标", 2026),
        (("二零三零年绩效目标",), "表", "二零三零年绩效目标", 2030),
        (("二〇二二年绩效目标",), "表", "二〇二二年绩效目标", 2022),
        (("２０２６年绩效目标",), "表", "２０２６年绩效目标", 2026),
        (("一二三四年绩效目标",), "表", "一二三四年绩效目标", None),
        (("绩效目标表",), "2026", "绩效目标表", 2026),
        (("绩效目标表",), "2026年", "绩效目标表", 2026),
        (("绩效目标表",), "2026目标", "绩效目标表", None),
        (("绩效目标表",), "表", "绩效目标表", None),
        ((), "表", "", None),
        (("附件", "某某汇总表", "重点项目绩效目标"), "表", "重点项目绩效目标", None),
        (("绩效\n目标   表",), "表", "绩效 目标 表", None),
    ],
)
def test_title_and_year_are_found_above_the_headings(above, name, title, year):
    cells = [*((text,) for text in above), HEADINGS, make_row()]
    grid = Grid(name, dict(enumerate(cells, 1)))

    table = read(grid)

    assert (table.title, table.year) == (title, year)
    assert {sheet.year for sheet in table.sheets} == {year or 0}


def test_a_year_that_is_given_wins():
    assert read(make_grid(make_row()), 2031).sheets[0].year == 2031


def test_a_note_of_a_cell_that_is_read_belongs_to_its_goal():
    grid = make_grid(make_row("甲"), (*make_row("乙"), "", "旁边的"))
    notes = (
        Note(4, 10, "warning", "公式"),
        Note(4, 12, "warning", "不读"),
        Note(1, 1, "hint", "题"),
    )

    table = read(Grid(grid.name, grid.rows, notes=notes))

    (finding,) = table.findings
    assert (finding.rule, finding.level, finding.cell, finding.goal) == (
        "F03",
        Level.WARNING,
        "J4",
        1,
    )


def test_a_name_over_two_lines_of_a_cell_is_one_name():
    table = read(make_grid(make_row("工作\n制服"), make_row("工作\n制服", **SECOND)))

    assert names(table) == [("工作制服", 2)]


def test_several_worksheets_are_numbered_through():
    grids = [
        make_grid(make_row("甲"), make_row("乙"), name="一"),
        Grid("说明", {1: ("这里没有表",)}),
        make_grid(
            make_row("丙"), make_row("甲"), make_row("丙"), title="2026年绩效目标", name="二"
        ),
    ]

    reading = read_grids(grids)

    assert [(g.sheet.project, g.sheet.year, g.title, g.position) for g in reading.goals] == [
        ("甲", 2025, TITLE, 1),
        ("乙", 2025, TITLE, 2),
        ("丙", 2026, "2026年绩效目标", 3),
        ("甲", 2026, "2026年绩效目标", 4),
    ]
    assert [(f.rule, f.sheet, f.cell) for f in reading.findings] == [("F08", "二", "B5")]


def test_a_table_without_rows_says_so():
    reading = read_grids([make_grid()])

    assert reading.goals == ()
    assert [(f.rule, f.refuses) for f in reading.findings] == [("F12", True)]


@pytest.mark.parametrize("grids", [[], [Grid("空", {})], [Grid("表", {1: ("姓名", "电话")})]])
def test_no_table_at_all_is_refused(grids):
    with pytest.raises(SheetError) as caught:
        read_grids(grids)

    assert caught.value.kind == "no_table"


def test_a_written_table_looks_as_the_office_lays_it_out():
    sheets = [make_sheet("甲", make_line(), make_line("111000317-乙")), make_sheet("丙")]

    grid = write_table(LISTING, TITLE, sheets)

    assert grid.rows[1] == (TITLE,)
    assert grid.rows[2] == HEADINGS
    assert grid.rows[4] == blanked(
        make_row("甲", level3="111000317-乙"), "project", "overall_goal", "annual_goal"
    )
    assert grid.merges == ((1, 1, 1, 10), (3, 2, 4, 2), (3, 4, 4, 4), (3, 5, 4, 5))
    assert list(flat_rows(LISTING, sheets[0]))[1] == make_row("甲", level3="111000317-乙")


def test_many_projects_stay_many_projects():
    grid = make_grid(*(make_row(f"项目{n}") for n in range(8_000)))

    table = read(grid)

    assert [sheet.project for sheet in table.sheets] == [f"项目{n}" for n in range(8_000)]


# --- whatever a file may hold -----------------------------------------------------------------
cells = st.one_of(
    st.sampled_from(
        ["", "", "", *HEADINGS, *make_row(), "合计", "备注", TITLE, "2026年", "-", "年"]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.sampled_from(["\0", "😀" * 50, "‮مرحبا", "长" * 5_000, "\n\n", "1" * 300 + "-x", "　"]),
)
rows = st.dictionaries(
    st.integers(1, 60) | st.integers(1, 1_048_576),
    st.lists(cells, max_size=14).map(tuple),
    max_size=14,
)
areas = st.tuples(st.integers(1, 50), st.integers(1, 14), st.integers(0, 30), st.integers(0, 10))
merges = st.lists(areas.map(lambda a: (a[0], a[1], a[0] + a[2], a[1] + a[3])), max_size=6)
notes = st.lists(
    st.builds(
        Note, st.integers(1, 60), st.integers(1, 14), st.sampled_from(["hint", "warning"]), cells
    ),
    max_size=3,
)


@given(st.lists(cells, max_size=4), rows, merges, notes, st.sampled_from([None, 2025]), cells)
def test_no_grid_whatever_makes_reading_fail(title, found, areas, marks, year, name):
    """The heading stands somewhere; everything else is random, and may lie over it."""
    with_heading = {1: tuple(title), 2: HEADINGS} | found
    grid = Grid(name, with_heading, tuple(map(tuple, areas)), tuple(marks))

    table = read_table(LISTING, grid, year)

    for sheet in table.sheets if table else ():
        assert isinstance(sheet, Sheet)
        assert all(line.ref is not None for line in sheet.lines)


@given(st.lists(st.permutations(make_row()).map(tuple), max_size=8), merges)
def test_shuffled_cells_never_get_lost_in_an_exception(shuffled, areas):
    table = read_table(LISTING, make_grid(*shuffled, merges=areas), None)

    assert table is not None
    assert sum(len(sheet.lines) for sheet in table.sheets) <= len(shuffled)


def test_a_sheet_of_two_hundred_columns_is_read():
    wide = ("", *HEADINGS, *(f"其他{n}" for n in range(190)))
    row = ("", *make_row(), *("x" * 40 for _ in range(190)))

    assert read(make_grid(row, row, headings=wide)).sheets == (
        make_sheet("工作制服经费", make_line(), make_line()),
    )


@pytest.mark.parametrize(
    "text", ["长" * 32_767, "😀👨‍👩‍👧", "مرحبا‏", "a\0b", "<b>&amp;", "=1+1", "'", "\u3000x\u3000"]
)
def test_any_text_is_kept_as_written(text):
    (sheet,) = read(
        make_grid(make_row(text, annual_goal=text, level3=text, annual_value=text))
    ).sheets

    assert sheet.project == sheet.annual_goal == sheet.lines[0].annual_value == text


@pytest.mark.slow
@settings(max_examples=3_000, derandomize=False)
@given(st.lists(cells, max_size=4), rows, merges, notes, st.sampled_from([None, 2025]), cells)
def test_no_grid_whatever_makes_reading_fail_for_long(title, found, areas, marks, year, name):
    with_heading = {1: tuple(title), 2: HEADINGS} | found

    read_table(LISTING, Grid(name, with_heading, tuple(map(tuple, areas)), tuple(marks)), year)


def test_levels_left_blank_in_a_draft_come_back_blank_from_its_export():
    lines = (make_line(), make_line(), Line(level3=Coded("", "没有查到的指标")), make_line())
    sheet = make_sheet("甲", *lines)

    table = read_table(LISTING, write_table(LISTING, "2025年目标", [sheet]), None)

    assert table is not None
    assert table.sheets == (sheet,)
