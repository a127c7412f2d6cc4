"""What became of a copy: each line kept, changed or added, and what was removed."""

from dataclasses import replace

from performance.goals.copied import comparable, marks
from tests.builders import clean_sheet, make_line, make_sheet

FIRST = make_line(key="a1")
SECOND = make_line("222000929-保障机构正常运作", "22-社会效益", "2-效益指标", key="a2")
THIRD = make_line("331001710-群众满意度", "31-服务对象满意度", "3-满意度指标", key="a3")
SOURCE = make_sheet("制服", FIRST, SECOND, THIRD)


def copy_of(*lines, **changes):
    """As saved in the next year: under keys of its own."""
    sheet = replace(SOURCE, year=2026, lines=lines or SOURCE.lines, **changes)
    keyed = tuple(replace(line, key=f"b{n}") for n, line in enumerate(sheet.lines))
    return replace(sheet, lines=keyed)


def kinds(sheet):
    return [mark.kind for mark in marks(SOURCE, sheet).lines]


def test_a_fresh_copy_keeps_everything():
    found = marks(SOURCE, copy_of())

    assert [mark.label for mark in found.lines] == ["沿用"] * 3
    assert (found.head, found.removed) == ({}, ())
    assert found.summary == "沿用 3 项"


def test_another_year_alone_is_no_change():
    assert comparable(SOURCE, 2026) == copy_of()


def test_a_changed_value_stands_beside_what_the_source_says():
    found = marks(SOURCE, copy_of(FIRST, replace(SECOND, annual_value="≥90%"), THIRD))

    assert [mark.kind for mark in found.lines] == ["kept", "changed", "kept"]
    assert found.lines[1].before == {"annual_value": "5套"}
    assert found.summary == "沿用 2 项、调整 1 项"


def test_another_indicator_in_the_same_row_is_a_change_of_that_row():
    other = make_line("222000111-别的指标", "22-社会效益", "2-效益指标")

    found = marks(SOURCE, copy_of(FIRST, other, THIRD))

    assert found.lines[1].kind == "changed"
    assert found.lines[1].before["level3"] == "222000929-保障机构正常运作"
    assert found.removed == ()


def test_lines_in_another_order_are_kept():
    assert kinds(copy_of(THIRD, FIRST, SECOND)) == ["kept"] * 3


def test_added_and_removed_lines_are_counted():
    new = make_line("111000001-新的")

    found = marks(SOURCE, copy_of(THIRD, new))

    assert [mark.kind for mark in found.lines] == ["kept", "changed"]  # in the place of the second
    found = marks(SOURCE, copy_of(FIRST, SECOND, THIRD, new))
    assert [mark.kind for mark in found.lines] == ["kept", "kept", "kept", "added"]
    assert found.summary == "沿用 3 项、新增 1 项"


def test_a_copy_that_lost_all_its_lines_lists_them():
    found = marks(SOURCE, replace(copy_of(), lines=()))

    assert [line.level3 for line in found.removed] == [line.level3 for line in SOURCE.lines]
    assert found.summary == "沿用 0 项、已删去 3 项"


def test_changed_fields_of_the_head_are_named_with_what_they_said():
    found = marks(SOURCE, copy_of(annual_goal="今年订制8套。", phone="123"))

    assert found.head_labels == ("年度绩效目标", "联系电话")
    assert found.head_texts == (
        ("年度绩效目标", "本年为窗口人员订制制服5套。"),
        ("联系电话", ""),
    )


def test_doubled_indicators_pair_in_their_order():
    source = clean_sheet()
    twice = replace(source, lines=(FIRST, FIRST))
    sheet = replace(twice, lines=(FIRST, replace(FIRST, annual_value="6套", key="b")))

    assert [mark.kind for mark in marks(twice, sheet).lines] == ["kept", "changed"]
