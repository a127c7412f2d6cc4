"""Write → read is the identity: every layout in every format that is both written and read, over
whatever a goal may say. PDF is printed, and has tests of its own (test_typeset.py)."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from performance.goals.sheet import Coded, Line, Sheet
from performance.library.plain import control_character
from performance.sheets.convert import can_write, read_grids, write_file
from performance.sheets.formats import FORMATS
from performance.sheets.layouts import LAYOUTS
from performance.sheets.layouts.declared import ListLayout
from tests.builders import TITLE

PAIRS = [
    (layout, extension)
    for layout in LAYOUTS
    for extension, row in FORMATS.items()
    if row.read and extension != "pdf" and can_write(layout, extension)
]
PIECES = [
    *("=", "+", "-", "@", "＝", "＋", "－", "＠", "'", '"', "''", "|", "\\", ",", ";", "\t", "%"),
    *("0", "007", "100%", "≥95%", "1.50", "1E5", "1/2", "2025-01-01", "#N/A", "TRUE", "###"),
    *("目标1：", "（一）", "产出指标", "三级指标", "合计", "备注", "示例", "项目名称", "年度目标"),
    *("𠮷", "𬇙", "😀", "👨‍👩‍👧", "é", "ﬁ", "％", "Ａ", "　", " ", "\xa0"),
    *("‏مرحبا", "\ufeff", "\u200b"),
    *("_x000A_", "_x0041_", "&amp;", "<b>", "]]>", "<!--", "sep=", "长" * 2_000, "**", "…"),
]  # fmt: skip
pieces = st.sampled_from(PIECES) | st.characters(exclude_categories=["Cs", "Cc"])


def is_kept(text: str) -> bool:
    """What a goal can say: no control characters, and no line that is blank at both ends."""
    return not any(control_character(one) for one in text if one not in "\n\t")


one_line = st.lists(pieces, max_size=6).map(lambda some: "".join(some).strip()).filter(is_kept)
lines = st.lists(one_line, max_size=3).map(lambda some: "\n".join(some).strip())
named = one_line.filter(bool)
code = st.integers(0, 10**9).map(str) | st.sampled_from(["00123", "0", "101009"])
coded = st.builds(Coded, code, named)
line = st.builds(Line, coded, coded, coded, lines, lines.filter(bool))
sheet = st.builds(
    Sheet,
    year=st.just(2025),
    unit=coded,
    project=named,
    category=coded | st.just(Coded()),
    overall_goal=lines,
    annual_goal=lines,
    lines=st.lists(line, min_size=1, max_size=4).map(tuple),
    project_code=one_line,
    filler=one_line,
    phone=one_line,
)
goals = st.lists(sheet, min_size=1, max_size=3, unique_by=lambda s: (s.unit.text, s.project))


def printed(layout: str, one: Sheet) -> Sheet:
    """Without what the layout has no place for."""
    shape = LAYOUTS[layout]
    if not isinstance(shape, ListLayout):
        return one
    known = {column.field for column in shape.columns}
    lost = {"project_code", "filler", "phone"} - known
    return replace(one, **dict.fromkeys(lost, ""))


@pytest.mark.parametrize(("layout", "extension"), PAIRS)
@given(goals)
@settings(max_examples=30)
def test_whatever_goals_say_comes_back_from_a_file(layout, extension, some):
    some = [printed(layout, one) for one in some]

    reading = read_grids(FORMATS[extension].read(write_file([(TITLE, some)], layout, extension)))

    assert [goal.sheet for goal in reading.goals] == some


def test_every_layout_takes_part():
    assert {layout for layout, _ in PAIRS} == set(LAYOUTS)
