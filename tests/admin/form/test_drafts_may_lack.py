"""Drafts may lack category or overall goal; whether 送审 asks for them is a setting of the year."""

import pytest

from performance.goals.models import Goal, State
from performance.sheets.actions import confirm
from performance.sheets.receiving import receive
from performance.sheets.stored import load_plan
from tests.admin.desk import at_desk, fresh, goal_url, told, typed, visible
from tests.builders import clean_sheet, make_file

MISSING = {"category": "项目类别", "overall_goal": "总体绩效目标"}


def not_required(year, *names: str) -> None:
    for name in names:
        setattr(year, f"{name}_required", False)
    year.save()


def by_form(clerk, sheet) -> Goal:
    unit = clerk.memberships.get().unit_id
    response = at_desk(clerk).post(goal_url("add") + "?year=2025", typed(sheet) | {"unit": unit})
    assert response.status_code == 302, visible(response)
    return Goal.objects.get()


def by_file(clerk, sheet) -> Goal:
    upload = receive(make_file(sheet), "表.xlsx", by=clerk)
    assert not load_plan(upload.plan).refuses
    confirm(upload.pk, by=clerk, plan_hash=upload.plan_hash)
    return Goal.objects.get()


def submit(clerk, goal: Goal):
    return at_desk(clerk).post(
        goal_url("perform", goal.pk, "submit"), {"seen": goal.chain_hash}, follow=True
    )


@pytest.mark.parametrize("bring", [by_form, by_file])
@pytest.mark.parametrize("name", MISSING)
def test_a_draft_without_it_is_saved_and_not_submitted(clerk, bring, name):
    goal = bring(clerk, clean_sheet("甲", **{name: ""}))

    page = visible(at_desk(clerk).get(goal_url("change", goal.pk)))
    response = submit(clerk, goal)

    assert f"{MISSING[name]}为空，送审前必须填写。" in page
    assert fresh(goal).state == State.DRAFT
    assert told(response)


@pytest.mark.parametrize("bring", [by_form, by_file])
@pytest.mark.parametrize("name", MISSING)
def test_where_the_year_does_not_ask_for_it_it_may_stay_empty(clerk, portal, bring, name):
    not_required(portal, name)
    goal = bring(clerk, clean_sheet("甲", **{name: ""}))

    page = visible(at_desk(clerk).get(goal_url("change", goal.pk)))
    submit(clerk, goal)

    assert "送审前必须填写" not in page
    assert fresh(goal).state == State.SUBMITTED


def test_one_setting_says_nothing_of_the_other(clerk, portal):
    not_required(portal, "category")
    goal = by_file(clerk, clean_sheet("甲", category="", overall_goal=""))

    page = visible(at_desk(clerk).get(goal_url("change", goal.pk)))

    assert "总体绩效目标为空，送审前必须填写。" in page
    assert "项目类别为空，送审前必须填写。" not in page


def test_what_a_year_does_not_ask_for_is_still_checked_where_it_is_filled(clerk, portal):
    not_required(portal, "category")
    goal = by_file(clerk, clean_sheet("甲", category="没有的类别"))

    assert "项目类别“没有的类别”不在本年度的类别中" in visible(
        at_desk(clerk).get(goal_url("change", goal.pk))
    )
