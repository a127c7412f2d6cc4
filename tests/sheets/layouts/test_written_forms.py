"""The form as the portal writes it: nice to print, and whatever it says comes back."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from performance.goals.sheet import Coded, Line, Sheet
from performance.sheets.convert import read_file, read_grids, write_file
from performance.sheets.formats import FORMATS
from performance.sheets.layouts import LAYOUTS
from performance.sheets.layouts.forms.declaration import DECLARATION
from performance.sheets.layouts.shapes import write_grids
from tests.builders import TITLE, clean_sheet, make_line, make_sheet

FULL = replace(clean_sheet("甲"), project_code="440000264119", filler="高文远", phone="0000-586")


def through(sheets, layout="declaration", title=TITLE):
    return read_grids(write_grids(LAYOUTS[layout], title, sheets, ""))


def test_each_project_has_a_worksheet_of_its_own():
    grids = write_grids(DECLARATION, TITLE, [FULL, clean_sheet("乙")], "")

    assert [grid.name for grid in grids] == ["甲", "乙"]
    assert grids[0].rows[1][0] == TITLE
    assert grids[0].rows[3] == ("项目名称", "甲", "", "", "项目代码", "440000264119")


def test_a_form_is_read_back_the_same_from_its_file():
    sheets = [FULL, make_sheet("乙", *[make_line(f"指标{n}") for n in range(30)])]
    sheets.append(replace(clean_sheet("丙"), lines=()))
    data = write_file([(TITLE, sheets), ("2026年目标", [clean_sheet("甲", year=2026)])], *XLSX)

    reading = read_file(data)

    assert [goal.sheet for goal in reading.goals] == [*sheets, clean_sheet("甲", year=2026)]
    assert [goal.title for goal in reading.goals] == [TITLE] * 3 + ["2026年目标"]
    assert reading.findings == ()


XLSX = ("declaration", "xlsx")


def test_levels_that_go_on_are_merged_and_others_are_not():
    lines = [
        make_line("a", "11-数量", "1-产出"),
        make_line("b", "11-数量", "1-产出"),
        make_line("c", "12-质量", "1-产出"),
        make_line("d", "12-质量", "2-效益"),
        make_line("e", "", ""),
        make_line("f", "", ""),
    ]
    sheet = make_sheet("甲", *lines)

    (grid,) = write_grids(DECLARATION, TITLE, [sheet], "")

    body = sorted(area for area in grid.merges if area[0] > 8)
    assert body == [(9, 2, 11, 2), (9, 3, 10, 3)]
    assert [goal.sheet for goal in through([sheet]).goals] == [sheet]


def test_a_form_whose_layout_was_changed_is_read_by_its_labels():
    (grid,) = write_grids(DECLARATION, TITLE, [FULL], "")
    moved = {number + (number > 2): cells for number, cells in grid.rows.items()}
    merges = tuple((t + (t > 2), le, b + (b > 2), r) for t, le, b, r in grid.merges)

    (goal,) = read_grids([replace(grid, rows=moved, merges=merges)]).goals

    assert goal.sheet == replace(FULL, filler="", phone="")


def test_an_indicator_named_like_a_heading_makes_no_list_of_a_form():
    sheet = make_sheet("甲", make_line("1-x", "1-x", "项目名称", "年度目标", "总体目标"))

    assert [goal.sheet for goal in through([sheet]).goals] == [sheet]


def test_forms_are_not_written_to_a_format_of_lists():
    with pytest.raises(ValueError, match="is not written as csv"):
        write_file([(TITLE, [FULL])], "declaration", "csv")


odd = st.sampled_from(
    [
        *("=1+1", "+1", "-1", "@x", "＝1", "100%", "0012", "1.50", "2025-01-01", "TRUE", "'x", '"'),
        *("第一行\n第二行", "𬇙河㙟角", "😀👨‍👩‍👧", "مرحبا‏", "_x0041_", "长" * 3_000, "1E5"),
        *("项目名称", "年度绩效目标", "绩效指标", "三级指标", "年度目标：", "备注", "合计", "示例"),
        *("（2026年度）", "产出指标（60分）", "指标值", "单位：万元", "总分", "2-效益指标"),
    ]
)
text = odd | st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Zs"]), min_size=1, max_size=12
)
one_line = text.map(lambda words: "".join(words.split("\n")))
code = st.integers(0, 10**9).map(str)
coded = st.builds(Coded, code, one_line) | st.just(Coded())
line = st.builds(Line, coded, coded, st.builds(Coded, code, one_line), text, text)
sheet = st.builds(
    Sheet,
    year=st.integers(2000, 2099),
    unit=st.builds(Coded, code, one_line),
    project=one_line,
    category=coded,
    overall_goal=text | st.just(""),
    annual_goal=text | st.just(""),
    lines=st.lists(line, max_size=6).map(tuple),
    project_code=text | st.just(""),
    filler=text | st.just(""),
    phone=text | st.just(""),
)


@given(st.lists(sheet, min_size=1, max_size=3), text)
def test_any_form_comes_back_from_its_grid(some, name):
    for one in some:
        reading = read_grids(write_grids(DECLARATION, TITLE, [one], name))

        assert [goal.sheet for goal in reading.goals] == [one]
        assert reading.findings == ()


in_a_list = sheet.map(lambda one: replace(one, year=2025, project_code="", filler="", phone=""))


@given(st.lists(in_a_list, min_size=1, max_size=4, unique_by=lambda s: (s.unit.text, s.project)))
def test_any_filled_list_comes_back_from_its_grid(some):
    """A list has one row a line, and levels that its rows repeat."""
    some = [replace(one, lines=tuple(map(_filled, one.lines or (Line(),)))) for one in some]

    assert [goal.sheet for goal in through(some, "listing").goals] == some


def _filled(one):
    """What a list cannot say otherwise: a line without its levels."""
    names = ("level1", "level2", "level3")
    blank = {name: Coded("1", "甲") for name in names if not getattr(one, name)}
    return replace(one, **blank, cycle_value=one.cycle_value or "1")


@pytest.mark.slow
@settings(max_examples=40, derandomize=False, suppress_health_check=list(HealthCheck))
@given(st.lists(sheet, min_size=1, max_size=3))
def test_any_form_comes_back_from_its_file(some):
    grids = FORMATS["xlsx"].read(write_file([(TITLE, some)], *XLSX))

    assert [goal.sheet for goal in read_grids(grids).goals] == some
