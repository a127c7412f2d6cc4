"""What people type as an indicator, as the three levels of a line."""

import pytest

from performance.goals.resolving import TypedLine, resolve_lines
from performance.library.models import Frame, Indicator
from tests.builders import make_line

COUNT = ("1-产出指标", "11-数量指标", "111000898-订制制服数")


def resolved(year, *texts, known=()):
    typed = [TypedLine("", text, "15套", "5套") for text in texts]
    return [
        (line.level1.text, line.level2.text, line.level3.text)
        for line in resolve_lines(typed, year, known)
    ]


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("111000898-订制制服数", COUNT),
        ("111000898", COUNT),
        ("订制制服数", COUNT),
        ("111000898-别的名称", (*COUNT[:2], "111000898-别的名称")),
        ("111999999-库里没有", (*COUNT[:2], "111999999-库里没有")),
        ("111999999", (*COUNT[:2], "111999999")),
        ("999999999-没有的级别", ("", "", "999999999-没有的级别")),
        ("库里没有", ("", "", "库里没有")),
        ("", ("", "", "")),
        ("a\0b", ("", "", "a\0b")),
        ("111000898-a\0b", (*COUNT[:2], "111000898-a\0b")),
        ("\ud800", ("", "", "\ud800")),
        ("长" * 40_000, ("", "", "长" * 40_000)),
        ("1" * 300, (*COUNT[:2], "1" * 300)),
    ],
)
def test_a_code_a_name_or_both_tell_the_levels(portal, text, levels):
    assert resolved(portal, text) == [levels]


def test_a_name_that_two_indicators_have_tells_nothing(portal):
    parent = Frame.objects.get(code="12")
    Indicator.objects.create(year=portal, code="112999999", name="订制制服数", parent=parent)

    assert resolved(portal, "订制制服数") == [("", "", "订制制服数")]


def test_what_was_not_retyped_keeps_its_words(portal):
    written = make_line("111000898-当年的名称", "11-旧框架", "1-旧一级", key="k1")
    typed = [TypedLine("k1", "111000898-当年的名称", "15套", "6套")]

    (line,) = resolve_lines(typed, portal, [written])

    assert (line.level1, line.level2, line.level3) == (
        written.level1,
        written.level2,
        written.level3,
    )
    assert (line.key, line.annual_value) == ("k1", "6套")


def test_blank_rows_are_no_lines(portal):
    typed = [
        TypedLine("k1", "", "", ""),
        TypedLine("", "111000898", "", ""),
        TypedLine("", "", "", "1"),
    ]

    assert [line.level3.code for line in resolve_lines(typed, portal, [])] == ["111000898", ""]


def test_a_name_without_a_code_tells_its_levels(portal):
    level1 = Frame.objects.create(year=portal, name="过程指标")
    level2 = Frame.objects.create(year=portal, name="管理指标", parent=level1)
    for name in ("制度 完备", "2025-项目", "同名"):
        Indicator.objects.create(year=portal, name=name, parent=level2)
    Indicator.objects.create(year=portal, name="同名", parent=Frame.objects.get(code="11"))

    above = ("过程指标", "管理指标")
    assert resolved(portal, "制度完备", "2025-项目", "同名") == [
        (*above, "制度 完备"),
        (*above, "2025-项目"),
        ("", "", "同名"),
    ]


def test_a_level_2_without_a_code_takes_no_code_for_its_own(portal):
    level1 = Frame.objects.create(year=portal, name="过程指标")
    Frame.objects.create(year=portal, name="管理指标", parent=level1)
    portal.level3_pattern = "######"

    assert resolved(portal, "999999999-没有的级别") == [("", "", "999999999-没有的级别")]


@pytest.mark.parametrize("count", [1, 60])
def test_any_number_of_lines_takes_one_query(portal, django_assert_num_queries, count):
    with django_assert_num_queries(1):
        resolved(portal, *["111000898", "订制制服数"] * count)


def test_nothing_retyped_takes_none(portal, django_assert_num_queries):
    known = [make_line(key="k1")]

    with django_assert_num_queries(0):
        resolve_lines([TypedLine("k1", known[0].level3.text, "", "")], portal, known)
