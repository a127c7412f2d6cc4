"""What changed from one sheet to the next, cell by cell."""

from dataclasses import replace

import pytest
from hypothesis import given

from performance.goals.compare import CellChange, Difference, LineChange, compare
from tests.builders import clean_sheet, make_line, make_sheet
from tests.goals.test_sheet import sheets

A, B, C = (make_line(f"11100000{n}-指标{n}") for n in (1, 2, 3))


@pytest.mark.parametrize(
    ("before", "after", "difference"),
    [
        (clean_sheet(), clean_sheet(), Difference()),
        (
            make_sheet("甲", A),
            make_sheet("乙", A, annual_goal=""),
            Difference(
                head=(
                    CellChange("project", "甲", "乙"),
                    CellChange("annual_goal", "本年为窗口人员订制制服5套。", ""),
                )
            ),
        ),
        (
            make_sheet("甲", A, category="331-甲类"),
            make_sheet("甲", A, category="331-乙类"),
            Difference(head=(CellChange("category", "331-甲类", "331-乙类"),)),
        ),
        (
            make_sheet("甲", A, B),
            make_sheet("甲", A, replace(B, annual_value="6套", cycle_value="")),
            Difference(
                lines=(
                    LineChange(
                        B,
                        replace(B, annual_value="6套", cycle_value=""),
                        (
                            CellChange("cycle_value", "15套", ""),
                            CellChange("annual_value", "5套", "6套"),
                        ),
                    ),
                )
            ),
        ),
        (make_sheet("甲", A), make_sheet("甲", A, B), Difference(lines=(LineChange(None, B),))),
        (make_sheet("甲", A, B), make_sheet("甲", B), Difference(lines=(LineChange(A, None),))),
        (
            make_sheet("甲", A, B, C),
            make_sheet("甲", C, B),
            Difference(lines=(LineChange(A, None),), moved=True),
        ),
        (make_sheet("甲", A, B), make_sheet("甲", B, A), Difference(moved=True)),
        (make_sheet("甲", A, A), make_sheet("甲", A), Difference(lines=(LineChange(A, None),))),
        (make_sheet("甲", A), make_sheet("甲", A, A), Difference(lines=(LineChange(None, A),))),
    ],
    ids=[
        "nothing",
        "head",
        "name of a code",
        "cells",
        "added",
        "removed",
        "removed and moved",
        "moved",
        "a double removed",
        "a double added",
    ],
)
def test_the_difference_is_exactly_what_changed(before, after, difference):
    assert compare(before, after) == difference
    assert bool(compare(before, after)) is (before != after)


@pytest.mark.parametrize(
    ("change", "kind", "name"),
    [
        (LineChange(None, A), "added", "111000001-指标1"),
        (LineChange(A, None), "removed", "111000001-指标1"),
        (LineChange(A, B), "changed", "111000002-指标2"),
    ],
)
def test_a_changed_line_has_a_kind_and_a_name(change, kind, name):
    assert (change.kind, change.name) == (kind, name)


def test_a_cell_of_the_head_is_found_by_its_field():
    difference = compare(make_sheet("甲"), make_sheet("乙"))

    assert difference.head_cell("project") == CellChange("project", "甲", "乙")
    assert difference.head_cell("unit") is None


@given(sheets)
def test_a_sheet_does_not_differ_from_itself(sheet):
    assert compare(sheet, sheet) == Difference()
