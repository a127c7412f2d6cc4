"""Units as a flat table, without a page around it."""

import pytest
from tablib import Dataset

from performance.people.models import Unit
from performance.people.queries import loop_problem
from performance.people.resources import UnitResource

HEADINGS = ["编码", "名称", "上级单位编码"]

pytestmark = pytest.mark.django_db


def load(*rows: tuple[str, ...], headings=HEADINGS, **options):
    return UnitResource().import_data(Dataset(*rows, headers=headings), **options)


def test_rows_become_units_under_their_parents_in_any_order():
    result = load(("1012", "丙", "101"), ("101", "乙", "1"), ("1", "甲", ""))

    assert not result.has_errors()
    assert {unit.code: unit.parent and unit.parent.code for unit in Unit.objects.all()} == {
        "1": None,
        "101": "1",
        "1012": "101",
    }


def test_a_dry_run_writes_nothing():
    result = load(("1", "甲", ""), dry_run=True)

    assert result.totals["new"] == 1
    assert not Unit.objects.exists()


def test_the_same_file_a_second_time_changes_nothing():
    load(("1", "甲", ""), ("11", "乙", "1"))

    result = load(("1", "甲", ""), ("11", "乙", "1"))

    assert result.totals["skip"] == 2


def test_a_missing_column_leaves_what_is_there():
    load(("1", "甲", ""), ("2", "乙", "1"))

    load(("2", "新名"), headings=HEADINGS[:2])

    unit = Unit.objects.get(code="2")
    assert (unit.name, unit.parent.code) == ("新名", "1")


def test_rows_that_change_something_come_first():
    load(("1", "甲", ""))

    result = load(("1", "甲", ""), ("2", "乙", ""))

    assert [row.import_type for row in result.rows] == ["new", "skip"]


def test_a_loop_through_several_rows_is_refused():
    load(("1", "甲", ""), ("2", "乙", ""))

    result = load(("1", "甲", "2"), ("2", "乙", "1"), rollback_on_validation_errors=True)

    assert result.has_validation_errors()
    assert not Unit.objects.exclude(parent=None).exists()


def test_a_loop_is_seen_however_long():
    top = Unit.objects.create(code="1", name="甲")
    middle = Unit.objects.create(code="2", name="乙", parent=top)
    bottom = Unit.objects.create(code="3", name="丙", parent=middle)

    assert loop_problem(bottom, top) == ""
    assert loop_problem(top, None) == ""
    assert "不能以自己为上级单位" in loop_problem(top, top)
    assert "下级单位" in loop_problem(top, bottom)


def test_a_table_without_headings_is_refused():
    result = UnitResource().import_data(Dataset(("1", "甲", "")))

    assert "表中缺少" in str(result.base_errors[0].error)


def tree() -> set[tuple[str, str, str]]:
    units = Unit.objects.select_related("parent")
    return {(unit.code, unit.name, unit.parent.name if unit.parent else "") for unit in units}


def test_a_unit_without_code_is_known_by_its_name_below_its_parent():
    rows = [("", "办公室", "局"), ("", "局", ""), ("", "办公室", "2"), ("2", "别局", "")]
    first = load(*rows)

    again = load(*rows)

    assert not first.has_errors()
    assert tree() == {
        ("", "办公室", "局"),
        ("", "局", ""),
        ("", "办公室", "别局"),
        ("2", "别局", ""),
    }
    assert again.totals["skip"] == 4


def test_a_name_alone_means_the_only_unit_that_has_it():
    load(("", "局", ""), ("", "办公室", "局"))

    one = load(("", "办公室"), headings=HEADINGS[:2])
    load(("2", "别局", ""), ("", "办公室", "2"))
    two = load(("", "办公室"), headings=HEADINGS[:2])

    assert one.totals["skip"] == 1
    (row,) = two.invalid_rows
    assert "请加上“上级单位编码”列" in str(row.error)


def test_a_parents_name_that_several_have_needs_a_code():
    load(("", "局", ""), ("2", "别局", ""), ("", "办公室", "局"), ("", "办公室", "2"))

    result = load(("", "一组", "办公室"))

    (row,) = result.invalid_rows
    assert "有2个单位叫“办公室”" in str(row.error)


def test_the_same_name_twice_is_refused_where_it_means_the_same_unit():
    result = load(("", "局", ""), ("", "局", ""))

    (row,) = result.invalid_rows
    assert "与第2行的名称、上级单位编码相同" in str(row.error)


def test_what_is_exported_of_units_without_codes_is_read_back_unchanged():
    load(("", "局", ""), ("2", "别局", "局"), ("", "办公室", "2"), ("", "2", "局"))

    result = UnitResource().import_data(UnitResource().export())

    assert result.totals["skip"] == 4
