"""Windows and contact on the pages: set by the bureau, shown to all, held by every save."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from performance.goals.models import State
from performance.library.models import Year
from performance.review.queries import steps_for
from tests.admin.desk import at_desk, everything, fresh, goal_url, told, typed, visible
from tests.builders import clean_sheet, make_goal, make_user

YEAR = {
    "contact": "绩效股 0756-1",
    "level2_pattern": "{1}#",
    "level3_pattern": "{1}{2}######",
    "opens_at_0": "",
    "opens_at_1": "",
    "closes_at_0": "",
    "closes_at_1": "",
}


def year_page(year: Year) -> str:
    return reverse("admin:performance_year_change", args=[year.pk])


def close(days: int = -1) -> None:
    Year.objects.update(closes_at=timezone.now() + timedelta(days=days, minutes=5))


def set_year(desk: Client, year: Year, **changes):
    return desk.post(year_page(year), YEAR | changes)


# --- the year's page -------------------------------------------------------------------------
def test_the_window_is_set_in_the_time_of_the_office(portal, bureau):
    dates = {"opens_at_0": "2025-09-01", "opens_at_1": "08:30"}
    dates |= {"closes_at_0": "2025-10-31", "closes_at_1": "17:00"}

    assert set_year(at_desk(bureau), portal, **dates).status_code == 302

    portal.refresh_from_db()
    assert portal.opens_at.isoformat() == "2025-09-01T00:30:00+00:00"
    assert portal.closes_at.isoformat() == "2025-10-31T09:00:00+00:00"
    assert portal.contact == "绩效股 0756-1"
    page = visible(at_desk(bureau).get(reverse("admin:performance_year_changelist")))
    assert "填报开始" in page
    assert "2025-10-31 17:00" in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {
                "opens_at_0": "2025-10-31",
                "opens_at_1": "17:00",
                "closes_at_0": "2025-10-31",
                "closes_at_1": "17:00",
            },
            "填报截止要晚于填报开始，请改正其中之一。",
        ),
        ({"closes_at_0": "明天", "closes_at_1": "17:00"}, "日期请写成 2025-10-31 这样。"),
        ({"closes_at_0": "2025-02-30", "closes_at_1": "17:00"}, "日期请写成 2025-10-31 这样。"),
        ({"closes_at_0": "2025-10-31", "closes_at_1": "25点"}, "时间请写成 17:00 这样。"),
        ({"closes_at_0": "2025-10-31"}, "时间请写成 17:00 这样。"),
        ({"closes_at_0": "0001-01-01", "closes_at_1": "00:00"}, "年份应在2000年至2100年之间"),
        ({"closes_at_0": "9999-12-31", "closes_at_1": "23:59"}, "年份应在2000年至2100年之间"),
        ({"closes_at_0": "9" * 400, "closes_at_1": "\0"}, "日期请写成 2025-10-31 这样。"),
        ({"contact": "绩效股\0"}, "不允许是用空字符串"),
        ({"contact": "长" * 201}, "200"),
    ],
)
def test_an_impossible_window_is_a_sentence_and_changes_nothing(portal, bureau, changes, sentence):
    response = set_year(at_desk(bureau), portal, **changes)

    assert response.status_code == 200
    assert sentence in visible(response)
    portal.refresh_from_db()
    assert (portal.opens_at, portal.closes_at) == (None, None)


def test_nobody_else_sets_a_window(portal, clerk, reviewer):
    for user in (clerk, reviewer, make_user("chen", ("system", None))):
        assert set_year(at_desk(user), portal, closes_at_0="2025-01-01").status_code == 403


# --- the form --------------------------------------------------------------------------------
def test_the_form_tells_the_deadline(portal, clerk):
    goal = make_goal(by=clerk)
    close(days=3)

    for path in (goal_url("change", goal.pk), goal_url("add")):
        page = visible(at_desk(clerk).get(path))
        assert "（北京时间），还有 3 天" in page
        assert "截止，不能再保存" not in page


def test_after_the_deadline_saving_is_greyed_with_the_reason(portal, clerk):
    goal = make_goal(by=clerk)
    close()

    for path in (goal_url("change", goal.pk), goal_url("add")):
        response = at_desk(clerk).get(path)
        assert "截止，不能再保存和送审" in visible(response)
        assert 'name="_save" class="portal-button" disabled' in response.content.decode()
        assert 'disabled aria-describedby="why-save"' in response.content.decode()


def test_after_the_deadline_a_clerk_saves_nothing_and_keeps_what_was_typed(portal, clerk):
    goal = make_goal(by=clerk)
    close()
    before = everything()

    response = at_desk(clerk).post(
        goal_url("change", goal.pk), typed(goal, annual_goal="截止以后写的")
    )

    assert everything() == before
    assert "截止，不能再保存和送审" in visible(response)
    assert "截止以后写的" in response.content.decode()


def test_the_bureau_is_told_that_the_deadline_does_not_bind_it(portal, clerk, bureau):
    goal = make_goal(by=clerk)
    close()
    desk = at_desk(bureau)

    response = desk.get(goal_url("change", goal.pk))
    desk.post(goal_url("change", goal.pk), typed(goal, annual_goal="业务管理员改的"))

    assert "已截止；您不受填报时间限制，仍可保存" in visible(response)
    assert fresh(goal).annual_goal == "业务管理员改的"


# --- submitting ------------------------------------------------------------------------------
def test_after_the_deadline_nothing_is_submitted(portal, clerk):
    goal = make_goal(by=clerk)
    close()
    before = everything()

    response = at_desk(clerk).post(
        goal_url("perform", goal.pk, "submit"), {"seen": goal.chain_hash}, follow=True
    )

    assert everything() == before
    assert any("不能再保存和送审" in message for message in told(response))


def test_before_the_opening_nothing_is_submitted_either(portal, clerk):
    goal = make_goal(by=clerk)
    Year.objects.update(opens_at=timezone.now() + timedelta(days=2))

    step = next(s for s in steps_for(clerk, fresh(goal), 0) if s.transition.name == "submit")

    assert "现在还不能保存和送审" in step.reason


def test_the_reviewer_decides_after_the_deadline(portal, clerk, reviewer):
    goal = make_goal(by=clerk, state=State.SUBMITTED)
    close()

    at_desk(reviewer).post(goal_url("perform", goal.pk, "approve"), {"seen": goal.chain_hash})

    assert fresh(goal).state == State.APPROVED


# --- start page and contact ------------------------------------------------------------------
def test_the_start_page_lists_dates_the_soonest_first(portal, clerk):
    now = timezone.now()
    Year.objects.update(closes_at=now + timedelta(days=9))
    Year.objects.create(year=2026, closes_at=now + timedelta(days=3))

    page = visible(at_desk(clerk).get("/admin/"))

    assert page.index("2026年") < page.index("2025年")
    assert page.count("填报截止：") == 2


@pytest.mark.parametrize("who", ["clerk", "reviewer", "bureau"])
def test_the_contact_stands_on_every_page(request, portal, who):
    user = request.getfixturevalue(who)
    Year.objects.update(contact="绩效股 0756-1<b>")
    goal = make_goal(clean_sheet(), by=request.getfixturevalue("clerk"))
    desk = at_desk(user)

    paths = ["/admin/", goal_url("changelist"), goal_url("change", goal.pk), goal_url("export")]
    paths += [reverse("admin:password_change"), reverse("admin:help")]
    if who == "bureau":
        paths += [year_page(portal), reverse("admin:performance_year_add")]
    for path in paths:
        assert "业务咨询：绩效股 0756-1<b>" in visible(desk.get(path)), path


def test_the_contact_stands_below_the_login_and_not_on_paper(portal, clerk):
    Year.objects.update(contact="绩效股 0756-1")
    goal = make_goal(by=clerk)

    assert "业务咨询：绩效股 0756-1" in visible(Client().get(reverse("admin:login")))
    assert "业务咨询" not in visible(at_desk(clerk).get(goal_url("print", goal.pk)))


def test_the_newest_years_contact_stands_on_older_years_pages_too(portal, clerk):
    Year.objects.update(contact="去年的")
    Year.objects.create(year=2026, contact="今年的")
    goal = make_goal(by=clerk)

    for path in ("/admin/", goal_url("add"), goal_url("change", goal.pk)):
        assert "业务咨询：今年的" in visible(at_desk(clerk).get(path)), path


def test_without_a_contact_only_the_help_stands_there(portal, clerk):
    Year.objects.update(contact="")

    page = visible(at_desk(clerk).get("/admin/"))

    assert "业务咨询" not in page
    assert "使用帮助" in page
