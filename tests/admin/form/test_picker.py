"""What the picker answers while somebody types an indicator."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from performance.goals.models import Goal, State
from performance.goals.suggesting import OFFERED
from performance.library.actions import open_year
from performance.library.models import Frame, Indicator, Year
from performance.people.models import Unit
from performance.people.roles import ROLES, Right
from tests.admin.desk import at_desk, goal_url, visible
from tests.builders import make_goal, make_line, make_sheet, make_user

HUGE = "9" * 5000
SATISFACTION = make_line(
    "331001710-行政服务窗口群众满意度", "31-服务对象满意度", "3-满意度指标", "≥90%", "≥95%"
)


@pytest.fixture(autouse=True)
def nothing_counted_before():
    cache.clear()


@pytest.fixture
def later(portal) -> Year:
    """The year after, with the same indicators."""
    year = open_year(2026)
    level2 = {frame.code: frame for frame in Frame.objects.filter(year=year)}
    rows = Indicator.objects.filter(year=portal).values_list("code", "name", "parent__code")
    Indicator.objects.bulk_create(
        Indicator(year=year, code=code, name=name, parent=level2[parent])
        for code, name, parent in rows
    )
    return year


def ask(user, **query):
    return at_desk(user).get(goal_url("indicators"), query)


def texts(response) -> list[str]:
    assert response["Content-Type"] == "application/json"
    return [row["text"] for row in response.json()["indicators"]]


def first(response) -> dict:
    return response.json()["indicators"][0]


def unit(code: str = "101009") -> int:
    return Unit.objects.get(code=code).pk


def add(year: Year, code: str, name: str, parent: str = "11") -> None:
    above = Frame.objects.get(year=year, code=parent)
    Indicator.objects.create(year=year, code=code, name=name, parent=above)


def test_an_indicator_comes_with_its_levels(clerk):
    response = ask(clerk, year="2025", q="订制制服")

    assert response.json()["indicators"] == [
        {
            "text": "111000898-订制制服数",
            "level1": "1-产出指标",
            "level2": "11-数量指标",
            "reasons": [],
            "last": "",
            "marks": [[10, 14]],
        }
    ]


# --- what comes first -------------------------------------------------------------------------


def test_what_the_unit_used_last_year_comes_first_with_its_value(clerk, later):
    make_goal(make_sheet("去年的", SATISFACTION), by=clerk)

    response = ask(clerk, year="2026", unit=unit())

    assert first(response)["text"] == "331001710-行政服务窗口群众满意度"
    assert (first(response)["reasons"], first(response)["last"]) == (["上年用过"], "≥95%")
    assert len(texts(response)) == OFFERED


def test_it_is_known_by_its_name_where_the_year_numbers_anew(clerk, portal):
    year = open_year(2026)
    add(year, "331900001", "行政服务窗口 群众满意度", "31")
    add(year, "111900001", "另一个")
    make_goal(make_sheet("去年的", SATISFACTION), by=clerk)

    response = ask(clerk, year="2026", unit=unit())

    assert [(row["text"], row["last"]) for row in response.json()["indicators"]] == [
        ("331900001-行政服务窗口 群众满意度", "≥95%"),
        ("111900001-另一个", ""),
    ]


def test_a_namesake_of_what_is_there_under_its_code_was_not_used(clerk, later):
    add(later, "121900001", "行政服务窗口群众满意度", "31")
    make_goal(make_sheet("去年的", SATISFACTION), by=clerk)

    rows = ask(clerk, year="2026", unit=unit(), q="窗口群众").json()["indicators"]

    assert [row["last"] for row in rows] == ["≥95%", ""]


def test_the_nearest_earlier_year_counts(clerk, later):
    make_goal(make_sheet("前年的", SATISFACTION), by=clerk)
    Year.objects.create(year=2028)
    make_goal(make_sheet("明年的", make_line(), year=2028), by=clerk)
    open_year(2027)
    add(Year.objects.get(year=2027), "331001710", "行政服务窗口群众满意度", "31")
    add(Year.objects.get(year=2027), "111000898", "订制制服数")

    rows = ask(clerk, year="2027", unit=unit()).json()["indicators"]

    assert [row["last"] for row in rows] == ["≥95%", ""]


def test_void_goals_were_not_used(clerk, later):
    goal = make_goal(make_sheet("作废的", SATISFACTION), by=clerk)
    Goal.objects.filter(pk=goal.pk).update(state=State.VOID)

    response = ask(clerk, year="2026", unit=unit(), category="331-部门预算部门职能类")

    assert first(response)["reasons"] == []


def test_then_what_the_category_uses_most(clerk, bureau, portal):
    sheets = [
        make_sheet("甲", SATISFACTION, make_line("222001691-提高办公效率")),
        make_sheet("乙", SATISFACTION, unit="202001-区教育局"),
        make_sheet("丙", make_line("111001603-租赁设备数"), category="332-别的类别"),
    ]
    for sheet in sheets:
        make_goal(sheet, by=bureau)

    rows = ask(clerk, year="2025", category="331-部门预算部门职能类").json()["indicators"]

    assert [(row["text"], row["reasons"]) for row in rows[:3]] == [
        ("331001710-行政服务窗口群众满意度", ["本类别常用 2 次"]),
        ("222001691-提高办公效率", ["本类别用过 1 次"]),
        ("111000246-聘请第三方机构数", []),
    ]


def test_a_goal_says_its_unit_and_category_by_itself(clerk, later):
    make_goal(make_sheet("去年的", SATISFACTION), by=clerk)
    goal = make_goal(make_sheet("今年的", year=2026), by=clerk)

    response = ask(clerk, year="2026", goal=goal.pk)

    assert first(response)["reasons"] == ["上年用过", "本类别用过 1 次"]


def test_the_whole_text_is_before_all_that_was_used(clerk, later):
    add(later, "111900001", "满意度")
    make_goal(make_sheet("去年的", SATISFACTION), by=clerk)

    rows = ask(clerk, year="2026", unit=unit(), q="满意度", level2="31-服务对象满意度")

    assert texts(rows) == [
        "111900001-满意度",
        "331001710-行政服务窗口群众满意度",
        "331000972-合同制职员满意度",
    ]


def test_the_level_2_of_the_row_comes_first(clerk):
    assert texts(ask(clerk, year="2025", level2="23-生态效益"))[0] == "223002884-节约用电"
    assert texts(ask(clerk, year="2025", level2="999"))[0] == "111000246-聘请第三方机构数"


def test_without_words_the_first_ones_are_offered(clerk):
    assert len(texts(ask(clerk, year="2025"))) == OFFERED
    assert len(texts(ask(clerk, year="2025", q=""))) == OFFERED


# --- who and what -----------------------------------------------------------------------------


def test_what_a_strange_unit_used_is_not_told(clerk, stranger, later):
    goal = make_goal(make_sheet("去年的", SATISFACTION), by=clerk)

    for known in ({"unit": unit()}, {"goal": goal.pk}):
        response = ask(stranger, year="2026", **known)
        assert "≥95%" not in response.content.decode()
        assert first(response)["reasons"] == []
        assert "unit=" not in response.json()["request"]


def test_a_year_has_its_own_indicators(clerk):
    other = Year.objects.create(year=2024)
    level1 = Frame.objects.create(year=other, code="1", name="产出")
    Frame.objects.create(year=other, code="11", name="数量", parent=level1)
    add(other, "111000001", "去年的指标")

    assert texts(ask(clerk, year="2024")) == ["111000001-去年的指标"]
    assert texts(ask(clerk, year="2025", q="去年的指标")) == []


@pytest.mark.parametrize(
    "year", ["", "abc", "1999", "-1", "0", "99999999999999999999", HUGE, "²", "\x00", "2025年"]
)
def test_a_year_that_is_not_there_is_not_found(clerk, year):
    response = ask(clerk, year=year, q="订制")

    assert response.status_code == 404
    assert "没有找到" in visible(response)


@pytest.mark.parametrize("name", ["q", "unit", "goal", "category", "level2"])
@pytest.mark.parametrize("text", ["\x00", "-1", "²", HUGE, "订" * 3000, "1-\x00", "'", "1e9", "٣"])
def test_nonsense_is_answered_like_nothing(clerk, name, text):
    make_goal(by=clerk)

    assert ask(clerk, **{"year": "2025", name: text}).status_code == 200


@pytest.mark.parametrize("role", list(ROLES))
def test_it_answers_whoever_may_see_the_library(portal, role):
    user = make_user("any", (role, "101009" if ROLES[role].needs_unit else None))

    response = ask(user, year="2025")

    rights = ROLES[role].rights
    assert response.status_code == (200 if Right.SEE_LIBRARY in rights else 403)
    if response.status_code == 200:
        assert bool(response.json()["request"]) == (Right.WRITE_GOALS in rights)


def test_a_missing_one_can_be_asked_for_with_what_is_known(clerk):
    response = ask(clerk, year="2025", q=" 无人机架次 ", unit=unit(), level2="11-数量指标")

    page = urlsplit(response.json()["request"])
    assert parse_qs(page.query) == {
        "year": ["2025"],
        "name": ["无人机架次"],
        "unit": [str(unit())],
        "level2": ["11"],
    }
    assert at_desk(clerk).get(response.json()["request"]).status_code == 200


def test_names_with_markup_come_as_plain_json(clerk, portal):
    add(portal, "111888888", "<img src=x onerror=alert(1)>")

    response = ask(clerk, year="2025", q="<img")

    assert texts(response) == ["111888888-<img src=x onerror=alert(1)>"]
    assert response["X-Content-Type-Options"] == "nosniff"


def test_it_costs_the_same_however_much_was_used(clerk, later):
    def cost() -> int:
        desk = at_desk(clerk)
        query = {"year": "2026", "unit": unit(), "category": "331-部门预算部门职能类"}
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(goal_url("indicators"), query).status_code == 200
        return len(queries)

    make_goal(make_sheet("一"), by=clerk)
    few = cost()
    names = Indicator.objects.filter(year__year=2025)
    make_goal(make_sheet("多", *(make_line(str(name)) for name in names)), by=clerk)

    assert cost() == few <= 9  # one of them for what was approved of goals being adjusted
