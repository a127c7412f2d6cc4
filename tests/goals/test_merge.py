from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performance.goals.merge import ROW, Conflict, merge
from performance.goals.sheet import Coded, Line
from tests.builders import make_sheet


def line(name: str, key: str = "", cycle: str = "1", annual: str = "1") -> Line:
    return Line(
        Coded("1", "产出指标"), Coded("11", "数量指标"), Coded("", name), cycle, annual, key
    )


BASE = make_sheet("甲", line("一", "k1"), line("二", "k2"), line("三", "k3"))


def with_lines(*lines: Line):
    return replace(BASE, lines=lines)


def changed(index: int, **changes):
    lines = list(BASE.lines)
    lines[index] = replace(lines[index], **changes)
    return with_lines(*lines)


def names(sheet) -> list[str]:
    return [x.level3.name for x in sheet.lines]


def test_different_fields_and_lines_merge_by_themselves():
    mine = replace(changed(0, annual_value="5"), overall_goal="我的总体目标")
    theirs = replace(changed(0, cycle_value="9"), annual_goal="对方的年度目标", project="乙")
    theirs = replace(theirs, lines=(*theirs.lines, line("四", "k4")))

    merged = merge(BASE, mine, theirs)

    assert merged.conflicts == ()
    assert merged.sheet == replace(
        BASE,
        project="乙",
        overall_goal="我的总体目标",
        annual_goal="对方的年度目标",
        lines=(line("一", cycle="9", annual="5"), *BASE.lines[1:], line("四")),
    )
    assert [x.key for x in merged.sheet.lines] == ["k1", "k2", "k3", "k4"]


def test_the_same_cell_is_a_conflict_that_holds_mine_and_names_all_three():
    mine, theirs = changed(1, annual_value="我"), changed(1, annual_value="他")

    merged = merge(BASE, mine, theirs)

    assert merged.conflicts == (Conflict(1, "annual_value", "1", "我", "他"),)
    assert merged.sheet == mine


def test_the_same_change_by_both_is_no_conflict():
    both = replace(changed(1, annual_value="5"), project="乙")

    assert merge(BASE, both, both).conflicts == ()
    assert merge(BASE, both, both).sheet == both


def test_the_head_conflicts_like_any_cell():
    mine, theirs = replace(BASE, category=Coded("1", "甲类")), replace(BASE, category=Coded())

    merged = merge(BASE, mine, theirs)

    assert merged.conflicts == (Conflict(None, "category", "331-部门预算部门职能类", "1-甲类", ""),)


def test_a_line_removed_by_one_and_untouched_by_the_other_is_gone():
    mine, theirs = with_lines(*BASE.lines[1:]), with_lines(*BASE.lines[:2])

    assert names(merge(BASE, mine, theirs).sheet) == ["二"]


@pytest.mark.parametrize("mine_removes", [True, False])
def test_a_line_removed_by_one_and_changed_by_the_other_is_kept_and_asked_about(mine_removes):
    removed, other = with_lines(*BASE.lines[1:]), changed(0, annual_value="7")
    mine, theirs = (removed, other) if mine_removes else (other, removed)

    merged = merge(BASE, mine, theirs)

    sides = ("", "一，1，7") if mine_removes else ("一，1，7", "")
    (conflict,) = merged.conflicts
    assert conflict == Conflict(conflict.line, ROW, "一，1，1", *sides)
    assert merged.sheet.lines[conflict.line].annual_value == "7"


def test_the_same_indicator_added_by_both_is_one_line():
    mine = with_lines(*BASE.lines, line("四", annual="2"))
    theirs = with_lines(*BASE.lines, line("四", "k4", annual="3"))

    merged = merge(BASE, mine, theirs)

    assert names(merged.sheet) == ["一", "二", "三", "四"]
    assert merged.sheet.lines[3].key == "k4"
    assert merged.conflicts == (Conflict(3, "annual_value", "", "2", "3"),)


def test_two_different_new_lines_in_the_same_place_are_two_lines():
    mine = with_lines(*BASE.lines, line("四"))
    theirs = with_lines(*BASE.lines, line("五", "k5"))

    assert names(merge(BASE, mine, theirs).sheet) == ["一", "二", "三", "四", "五"]


def test_order_never_conflicts_mine_wins_where_i_moved_something():
    mine = with_lines(*reversed(BASE.lines))
    theirs = with_lines(BASE.lines[1], BASE.lines[0], BASE.lines[2], line("四", "k4"))

    assert names(merge(BASE, mine, theirs).sheet) == ["三", "二", "一", "四"]
    assert names(merge(BASE, BASE, theirs).sheet) == ["二", "一", "三", "四"]
    assert merge(BASE, mine, theirs).conflicts == ()


def test_a_row_i_insert_stays_where_i_put_it():
    mine = with_lines(BASE.lines[0], line("新"), *BASE.lines[1:])
    theirs = changed(2, annual_value="9")

    assert names(merge(BASE, mine, theirs).sheet) == ["一", "新", "二", "三"]


def test_a_value_for_another_indicator_is_asked_about():
    mine = changed(0, level3=Coded("", "换了"))
    theirs = changed(0, annual_value="为旧指标填的")

    merged = merge(BASE, mine, theirs)

    assert merged.conflicts == (Conflict(0, "annual_value", "1", "1", "为旧指标填的"),)
    assert merged.sheet.lines[0].level3.name == "换了"


def test_the_three_levels_are_one_cell():
    mine = changed(0, level3=Coded("", "甲"), level2=Coded("12", "质量指标"))
    theirs = changed(0, level3=Coded("", "乙"), level2=Coded("13", "时效指标"))

    merged = merge(BASE, mine, theirs)

    assert merged.conflicts == (Conflict(0, "level3", "一", "甲", "乙"),)
    assert merged.sheet.lines[0].level2.code == "12"


# --- whatever two people do ------------------------------------------------------------------
CELL = st.sampled_from(["1", "2", "3"])
HEADS = st.fixed_dictionaries(
    {}, optional={"project": CELL, "overall_goal": CELL, "annual_goal": CELL, "filler": CELL}
)


@st.composite
def edited(draw, prefix: str):
    """BASE as somebody may leave it: cells changed, lines removed, moved and added."""
    kept = [
        replace(x, cycle_value=draw(CELL), annual_value=draw(CELL))
        for x in BASE.lines
        if draw(st.booleans())
    ]
    new = [line(f"{prefix}{n}") for n in range(draw(st.integers(0, 2)))]
    return replace(BASE, lines=tuple(draw(st.permutations(kept + new))), **draw(HEADS))


@given(edited("我"))
def test_what_only_one_side_changed_is_what_it_says(sheet):
    assert merge(BASE, sheet, BASE).sheet == sheet
    assert merge(BASE, sheet, BASE).conflicts == ()
    assert merge(BASE, BASE, sheet).sheet == sheet
    assert merge(BASE, BASE, sheet).conflicts == ()


@given(edited("我"), edited("他"))
def test_no_change_of_either_side_is_lost_without_a_conflict(mine, theirs):
    merged = merge(BASE, mine, theirs)
    asked = {(c.line, c.field) for c in merged.conflicts}

    for name in ("project", "overall_goal", "annual_goal", "filler"):
        before, a, b = (getattr(x, name) for x in (BASE, mine, theirs))
        expected = b if a == before else a
        assert getattr(merged.sheet, name) == expected
        assert ((None, name) in asked) == (a != before and b not in (before, a))
    by_name = {x.level3.name: (i, x) for i, x in enumerate(merged.sheet.lines)}
    for old in BASE.lines:
        a, b = ({x.key: x for x in s.lines}.get(old.key) for s in (mine, theirs))
        if a is None or b is None:
            touched = (a or b) is not None and (a or b) != old
            assert (old.level3.name in by_name) == touched
            if touched:
                assert (by_name[old.level3.name][0], ROW) in asked
            continue
        index, kept = by_name[old.level3.name]
        for name in ("cycle_value", "annual_value"):
            before, x, y = (getattr(side, name) for side in (old, a, b))
            assert getattr(kept, name) == (y if x == before else x)
            assert ((index, name) in asked) == (x != before and y not in (before, x))
    added = {x.level3.name for s in (mine, theirs) for x in s.lines if not x.key}
    assert added <= set(by_name)
    assert len(by_name) == len(merged.sheet.lines)


@given(edited("我"), edited("他"))
def test_who_comes_first_makes_no_difference_to_what_is_asked(mine, theirs):
    def asked(merged):
        return {
            (c.field, merged.sheet.lines[c.line].level3.name if c.line is not None else "")
            for c in merged.conflicts
        }

    assert asked(merge(BASE, mine, theirs)) == asked(merge(BASE, theirs, mine))
