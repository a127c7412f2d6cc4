"""What a library refuses, and how a year begins."""

import pytest

from performance.library.actions import open_year
from performance.library.models import Category, Frame, Indicator, RuleLevel, Year
from performance.library.queries import parent_problem


@pytest.fixture
def later(portal) -> Year:
    return open_year(2027)


def frames(year: Year) -> set[tuple[str, str, str | None]]:
    return set(Frame.objects.filter(year=year).values_list("code", "name", "parent__code"))


def test_a_year_begins_as_the_nearest_one(portal):
    portal.level3_pattern = "{2}####"
    portal.overall_goal_required = False
    portal.save()
    RuleLevel.objects.create(year=portal, rule="R01", level="hint")

    year = open_year(2026)

    assert frames(year) == frames(portal)
    assert (year.level3_pattern, year.overall_goal_required) == ("{2}####", False)
    assert list(RuleLevel.objects.filter(year=year).values_list("rule", "level")) == [
        ("R01", "hint")
    ]
    assert (
        Category.objects.filter(year=year).count() == Category.objects.filter(year=portal).count()
    )
    assert not Indicator.objects.filter(year=year).exists()


def test_the_copied_frame_stands_in_its_own_year(later):
    parents = Frame.objects.filter(year=later, parent__isnull=False)

    assert set(parents.values_list("parent__year__year", flat=True)) == {2027}


@pytest.mark.django_db
def test_the_very_first_year_is_empty():
    year = open_year(2025)

    assert not frames(year)
    assert year.category_required


@pytest.mark.parametrize(
    ("parent", "sentence"), [("1", "是一级指标"), ("11", ""), (None, "没有填写二级指标。")]
)
def test_an_indicator_stands_under_a_level_2(portal, parent, sentence):
    over = Frame.objects.get(code=parent) if parent else None

    problem = parent_problem(Indicator(year=portal), over)

    assert (sentence in problem) if sentence else problem == ""


def test_an_entry_stands_in_the_year_of_its_parent(portal, later):
    for entry, code in ((Indicator(year=later), "11"), (Frame(year=later), "1")):
        assert "请选择2027年的。" in parent_problem(
            entry, Frame.objects.get(year=portal, code=code)
        )
        assert parent_problem(entry, Frame.objects.get(year=later, code=code)) == ""


def test_the_frame_has_two_levels(portal):
    assert "不是一级指标" in parent_problem(Frame(year=portal), Frame.objects.get(code="11"))
    top = Frame.objects.get(code="1")
    assert "不能改为二级指标" in parent_problem(top, Frame.objects.get(code="2"))
    assert parent_problem(top, None) == ""
