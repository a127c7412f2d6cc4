"""When a year may be filled in, in sentences; time stands still here."""

from datetime import UTC, datetime, timedelta

import pytest

from performance.library.actions import open_year
from performance.library.loading import load_library
from performance.library.models import Year
from performance.library.queries import newest_contact, years_with_dates_ahead
from performance.library.windows import window_problem, window_told

CLOSING = datetime(2025, 10, 31, 9, 0, tzinfo=UTC)  # 17:00 in the office
SPOKEN = "填报截止：2025-10-31 17:00（北京时间）"


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=3), "还有 3 天"),
        (timedelta(days=1), "还有 1 天"),
        (timedelta(hours=23, minutes=59), "还有 23 小时"),
        (timedelta(hours=1), "还有 1 小时"),
        (timedelta(minutes=59), "不到 1 小时"),
        (timedelta(seconds=1), "不到 1 小时"),
        (timedelta(0), "已截止"),
        (-timedelta(days=3), "已截止"),
    ],
)
def test_a_deadline_is_told_with_what_is_left(left, words):
    assert window_told(None, CLOSING, CLOSING - left) == f"{SPOKEN}，{words}"


def test_before_the_opening_the_opening_is_told():
    told = window_told(CLOSING, CLOSING + timedelta(days=9), CLOSING - timedelta(days=2))

    assert told == "填报开始：2025-10-31 17:00（北京时间），还有 2 天"


def test_a_year_without_dates_tells_nothing_and_has_no_problem():
    assert window_told(None, None, CLOSING) == ""
    assert window_problem(2025, None, None, CLOSING) == ""


def test_whom_the_window_does_not_bind_is_told_so_only_outside_it():
    free = "；您不受填报时间限制，仍可保存"

    assert window_told(None, CLOSING, CLOSING, exempt=True) == f"{SPOKEN}，已截止{free}"
    assert free not in window_told(None, CLOSING, CLOSING - timedelta(days=1), exempt=True)
    assert window_told(CLOSING, None, CLOSING - timedelta(hours=5), exempt=True).endswith(free)


@pytest.mark.parametrize(("seconds", "open_"), [(-1, False), (0, True), (1, True)])
def test_the_window_opens_at_the_second(seconds, open_):
    problem = window_problem(2025, CLOSING, None, CLOSING + timedelta(seconds=seconds))

    assert (problem == "") == open_


@pytest.mark.parametrize(("seconds", "open_"), [(-1, True), (0, False), (1, False)])
def test_the_window_closes_at_the_second(seconds, open_):
    problem = window_problem(2025, None, CLOSING, CLOSING + timedelta(seconds=seconds))

    assert (problem == "") == open_


def test_dates_ahead_come_the_soonest_first_and_past_ones_not_at_all(db):
    dates = {2024: (None, -1), 2025: (None, 9), 2026: (3, 30), 2027: (None, None), 2028: (-5, 5)}
    for year, days in dates.items():
        opens, closes = (None if d is None else CLOSING + timedelta(days=d) for d in days)
        Year.objects.create(year=year, opens_at=opens, closes_at=closes)

    assert [year.year for year in years_with_dates_ahead(CLOSING)] == [2026, 2028, 2025]


def test_the_contact_is_that_of_the_newest_year_that_has_one(db):
    assert newest_contact() == ""
    for year, contact in ((2024, "旧电话"), (2025, "新电话"), (2026, "")):
        Year.objects.create(year=year, contact=contact)

    assert newest_contact() == "新电话"


def test_a_new_year_takes_over_the_contact_and_not_the_window(portal):
    Year.objects.update(contact="绩效股", closes_at=CLOSING)

    year = open_year(2026)

    assert (year.contact, year.opens_at, year.closes_at) == ("绩效股", None, None)


def test_the_demos_contact_does_not_replace_ones_own(portal):
    Year.objects.update(contact="自己的")

    load_library("demo-2025.json")

    assert Year.objects.get().contact == "自己的"
