"""What the picker answers while somebody types an indicator."""

import pytest

from performance.admin.goals import PICKED
from performance.library.models import Frame, Indicator, Year
from performance.people.roles import ROLES, Right
from tests.admin.desk import at_desk, goal_url, visible
from tests.builders import make_user


def ask(user, **query):
    return at_desk(user).get(goal_url("indicators"), query)


def texts(response) -> list[str]:
    assert response["Content-Type"] == "application/json"
    return [row["text"] for row in response.json()["indicators"]]


def add(year: Year, code: str, name: str, parent: str = "11") -> None:
    above = Frame.objects.get(year=year, code=parent)
    Indicator.objects.create(year=year, code=code, name=name, parent=above)


def test_an_indicator_comes_with_its_levels(clerk):
    response = ask(clerk, year="2025", q="订制制服")

    assert response.json() == {
        "indicators": [
            {"text": "111000898-订制制服数", "level1": "1-产出指标", "level2": "11-数量指标"}
        ]
    }


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("111000898", ["111000898-订制制服数"]),
        ("1110008", ["111000898-订制制服数"]),
        ("订制 数", ["111000898-订制制服数"]),
        ("111 订制", ["111000898-订制制服数"]),
        ("  订制制服数  ", ["111000898-订制制服数"]),
        ("没有这样的指标", []),
        ("898", []),
        ("%", ["111888888-增长5%_以上", "113119065-资金支出进度（%）"]),
        ("_", ["111888888-增长5%_以上"]),
        ("5%", ["111888888-增长5%_以上"]),
        ("5_", []),
        ("'", []),
        ('"', []),
        ("\\", []),
        ("<script>", []),
        ("\x00", []),
        ("订" * 5000, []),
    ],
)
def test_it_is_found_by_code_or_words_and_wildcards_are_plain_text(clerk, portal, words, found):
    add(portal, "111888888", "增长5%_以上")

    assert texts(ask(clerk, year="2025", q=words)) == found


def test_without_words_the_first_ones_are_offered(clerk):
    assert len(texts(ask(clerk, year="2025"))) == PICKED
    assert len(texts(ask(clerk, year="2025", q=""))) == PICKED


def test_a_year_has_its_own_indicators(clerk):
    other = Year.objects.create(year=2024)
    level1 = Frame.objects.create(year=other, code="1", name="产出")
    Frame.objects.create(year=other, code="11", name="数量", parent=level1)
    add(other, "111000001", "去年的指标")

    assert texts(ask(clerk, year="2024")) == ["111000001-去年的指标"]
    assert texts(ask(clerk, year="2025", q="去年的指标")) == []


@pytest.mark.parametrize(
    "year",
    ["", "abc", "1999", "-1", "0", "99999999999999999999", "9" * 5000, "²", "\x00", "2025年"],
)
def test_a_year_that_is_not_there_is_not_found(clerk, year):
    response = ask(clerk, year=year, q="订制")

    assert response.status_code == 404
    assert "没有找到" in visible(response)


@pytest.mark.parametrize("role", list(ROLES))
def test_it_answers_whoever_may_see_the_library(portal, role):
    user = make_user("any", (role, "101009" if ROLES[role].needs_unit else None))

    response = ask(user, year="2025")

    assert response.status_code == (200 if Right.SEE_LIBRARY in ROLES[role].rights else 403)


def test_names_with_markup_come_as_plain_json(clerk, portal):
    add(portal, "111888888", "<img src=x onerror=alert(1)>")

    response = ask(clerk, year="2025", q="<img")

    assert texts(response) == ["111888888-<img src=x onerror=alert(1)>"]
    assert response["X-Content-Type-Options"] == "nosniff"
