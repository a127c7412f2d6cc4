"""Every goal as JSON: the whole structure, whatever is missing."""

import pytest

from performance.goals.models import Goal, State
from performance.goals.sheet import Line
from performance.library.models import Listing, Year
from tests.builders import TITLE, change_goal, clean_sheet, make_goal, make_line, make_sheet
from tests.commands.running import run

NOTHING = {"code": "", "name": ""}


def dump(*options):
    ran = run("dump_goals", *options)
    assert (ran.code, ran.err) == (0, "")
    return ran.json


@pytest.mark.django_db
def test_an_empty_portal_has_no_goals():
    assert dump() == {"title": "", "fiscal_year": None, "rows": []}


def test_a_goal_is_told_whole(clerk):
    make_goal(make_sheet("甲"), by=clerk)

    assert dump() == {
        "title": "",
        "fiscal_year": 2025,
        "rows": [
            {
                "unit": {"code": "101009", "name": "区政数局"},
                "name": "甲",
                "category": {"code": "331", "name": "部门预算部门职能类"},
                "overall_goal": "三年内为窗口人员配齐制服。",
                "annual_goal": "本年为窗口人员订制制服5套。",
                "indicators": [
                    {
                        "level1": {"code": "1", "name": "产出指标"},
                        "level2": {"code": "11", "name": "数量指标"},
                        "level3": {"code": "111000898", "name": "订制制服数"},
                        "cycle_value": "15套",
                        "annual_value": "5套",
                    }
                ],
            }
        ],
    }


def test_what_is_missing_is_empty(clerk):
    make_goal(make_sheet("甲", Line(), category="", overall_goal="", annual_goal=""), by=clerk)

    (row,) = dump()["rows"]

    assert (row["category"], row["overall_goal"], row["annual_goal"]) == (NOTHING, "", "")
    assert row["indicators"] == [
        {
            "level1": NOTHING,
            "level2": NOTHING,
            "level3": NOTHING,
            "cycle_value": "",
            "annual_value": "",
        }
    ]


def test_a_source_without_codes_has_empty_codes(clerk):
    make_goal(make_sheet("甲", make_line("满意度", "服务对象满意度", "满意度指标")), by=clerk)

    (row,) = dump()["rows"]

    assert row["indicators"][0]["level3"] == {"code": "", "name": "满意度"}


def test_two_years_have_no_one_year_and_two_lists_no_one_title(bureau, portal):
    other = Year.objects.create(year=2026)
    make_goal(clean_sheet("甲"), by=bureau)
    make_goal(clean_sheet("甲", year=2026), by=bureau)
    for year in (portal, other):
        listing = Listing.objects.create(year=year, title=f"{year}目标")
        Goal.objects.filter(year=year).update(listing=listing)

    assert dump()["fiscal_year"] is None
    assert dump()["title"] == ""
    assert len(dump()["rows"]) == 2
    only = dump("--year", "2026")
    assert (only["fiscal_year"], only["title"], len(only["rows"])) == (2026, "2026年目标", 1)


def test_years_lists_and_places_give_the_order(bureau, portal):
    Year.objects.create(year=2024)
    first, second = (Listing.objects.create(year=portal, title=t) for t in ("乙表", "甲表"))
    places = [("手工", None, 1), ("乙2", first, 2), ("乙1", first, 1), ("甲1", second, 1)]
    for name, listing, position in places:
        goal = make_goal(clean_sheet(name), by=bureau)
        Goal.objects.filter(pk=goal.pk).update(listing=listing, position=position)
    make_goal(clean_sheet("早年", year=2024), by=bureau)

    names = [row["name"] for row in dump()["rows"]]

    assert names == ["早年", "乙1", "乙2", "甲1", "手工"]


def test_a_unit_can_be_asked_for_and_void_goals_are_not_told(bureau):
    make_goal(clean_sheet("甲"), by=bureau)
    make_goal(clean_sheet("乙", unit="202001-区教育局"), by=bureau)
    make_goal(clean_sheet("丙"), by=bureau, state=State.VOID)

    assert [row["name"] for row in dump()["rows"]] == ["甲", "乙"]
    assert [row["name"] for row in dump("--unit", "202001")["rows"]] == ["乙"]
    assert dump("--unit", "404")["rows"] == []


def test_the_newest_content_is_told_with_lines_in_their_order(clerk):
    goal = make_goal(make_sheet("甲", make_line("一"), make_line("二")), by=clerk)
    change_goal(goal, make_sheet("甲", make_line("二"), make_line("一"), make_line("零")), by=clerk)

    (row,) = dump()["rows"]

    assert [line["level3"]["name"] for line in row["indicators"]] == ["二", "一", "零"]
    assert dump()["title"] != TITLE
