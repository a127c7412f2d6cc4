"""Nothing that was typed is lost: a killed tab, an ended login, a lost network, two people."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from performance.goals.models import Goal, Unsaved
from performance.people.models import User
from tests.builders import clean_sheet, make_goal

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def goal(open_as) -> Goal:
    return make_goal(clean_sheet(), by=User.objects.get(username="clerk"))


@pytest.fixture
def address(live_server, goal):
    return f"{live_server.url}/admin/performance/goal/{goal.pk}/change/"


def overall(page: Page):
    return page.get_by_label("总体绩效目标")


def state(page: Page):
    return page.locator("#form-state")


def saved_again(goal: Goal) -> Goal:
    return Goal.objects.get(pk=goal.pk)


def test_a_killed_tab_loses_nothing(open_as, goal, address):
    clerk = open_as("clerk")
    clerk.goto(address)
    overall(clerk).fill("打了一半")
    expect(state(clerk)).to_contain_text("已暂存")

    again = clerk.context.new_page()
    clerk.close(run_before_unload=False)
    again.goto(address)

    expect(overall(again)).to_have_value("打了一半")
    expect(again.get_by_text("填写而没有保存的内容")).to_be_visible()
    assert saved_again(goal).revision_number == 1


def test_a_tab_killed_before_anything_was_sent_loses_nothing(open_as, address):
    clerk = open_as("clerk")
    clerk.goto(address)
    clerk.context.set_offline(True)
    overall(clerk).fill("一个字也没有送出去")
    expect(state(clerk)).to_have_text("正在填写……")
    again = clerk.context.new_page()
    clerk.close(run_before_unload=False)
    again.context.set_offline(False)
    assert not Unsaved.objects.exclude(content="").exists()

    again.goto(address)

    expect(overall(again)).to_have_value("一个字也没有送出去")


def test_after_the_login_ended_one_signs_in_on_top_and_saves(open_as, goal, address):
    clerk = open_as("clerk")
    clerk.goto(address)
    Session.objects.all().delete()
    overall(clerk).fill("登录过期以后打的")
    layer = clerk.get_by_role("dialog", name="登录已过期，请重新登录")
    layer.get_by_label("密码").fill("错的密码")
    layer.get_by_role("button", name="登录").click()
    expect(layer.get_by_role("alert")).to_contain_text("用户名或密码不正确")

    layer.get_by_label("密码").fill("demo-2025")
    layer.get_by_role("button", name="登录").click()

    expect(layer).to_be_hidden()
    expect(overall(clerk)).to_have_value("登录过期以后打的")
    clerk.get_by_role("button", name="保存", exact=True).click()
    expect(clerk.get_by_text("已保存（第2版）。")).to_be_visible()
    assert saved_again(goal).overall_goal == "登录过期以后打的"
    assert clerk.evaluate("Object.keys(localStorage).filter(x => x.startsWith('unsaved'))") == []


def test_a_save_after_the_login_ended_waits_for_the_password(open_as, goal, address):
    clerk = open_as("clerk")
    clerk.goto(address)
    overall(clerk).fill("打完就保存")
    expect(state(clerk)).to_contain_text("已暂存")
    Session.objects.all().delete()

    clerk.get_by_role("button", name="保存", exact=True).click()
    layer = clerk.get_by_role("dialog")
    layer.get_by_label("密码").fill("demo-2025")
    layer.get_by_role("button", name="登录").click()

    expect(clerk.get_by_text("已保存（第2版）。")).to_be_visible()
    assert saved_again(goal).overall_goal == "打完就保存"


def test_without_a_network_typing_goes_on_and_is_sent_later(open_as, goal, address):
    clerk = open_as("clerk")
    clerk.goto(address)
    clerk.context.set_offline(True)
    overall(clerk).fill("断网时打的")
    expect(state(clerk)).to_contain_text("内容已存在本机")
    clerk.get_by_role("button", name="保存", exact=True).click()
    expect(state(clerk)).to_contain_text("恢复后自动保存")
    expect(overall(clerk)).to_have_value("断网时打的")

    clerk.context.set_offline(False)

    expect(state(clerk)).to_contain_text("已暂存")
    clerk.get_by_role("button", name="保存", exact=True).click()
    expect(clerk.get_by_text("已保存（第2版）。")).to_be_visible()
    assert saved_again(goal).overall_goal == "断网时打的"


def test_a_new_project_survives_a_reload(open_as, live_server):
    clerk = open_as("clerk")
    clerk.goto(f"{live_server.url}/admin/performance/goal/add/")
    clerk.get_by_label("项目名称").fill("新项目")
    expect(state(clerk)).to_contain_text("已暂存")

    clerk.reload()

    expect(clerk.get_by_label("项目名称")).to_have_value("新项目")
    clerk.get_by_role("button", name="保存", exact=True).click()
    expect(clerk.get_by_text("已保存（第1版）。")).to_be_visible()
    clerk.goto(f"{live_server.url}/admin/performance/goal/add/")
    expect(clerk.get_by_text("没有保存")).to_have_count(0)


def test_two_people_see_each_other_and_what_fits_together_is_saved(open_as, goal, address):
    clerk, bureau = open_as("clerk"), open_as("bureau")
    clerk.goto(address)
    bureau.goto(address)
    expect(bureau.locator("#form-others")).to_contain_text("也打开了这个项目")

    bureau.get_by_label("年度绩效目标").fill("业务管理员改的年度目标")
    bureau.get_by_role("button", name="保存", exact=True).click()
    expect(bureau.get_by_text("已保存（第2版）。")).to_be_visible()
    overall(clerk).fill("填报人改的总体目标")
    clerk.get_by_role("button", name="保存", exact=True).click()

    expect(clerk.get_by_text("已与别人刚才保存的改动合在一起")).to_be_visible()
    now = saved_again(goal)
    assert now.overall_goal == "填报人改的总体目标"
    assert now.annual_goal == "业务管理员改的年度目标"


def test_the_same_cell_is_chosen_on_the_page(open_as, goal, address):
    clerk, bureau = open_as("clerk"), open_as("bureau")
    clerk.goto(address)
    bureau.goto(address)
    bureau.get_by_label("年度指标值").first.fill("9套")
    bureau.get_by_role("button", name="保存", exact=True).click()
    expect(bureau.get_by_text("已保存（第2版）。")).to_be_visible()
    clerk.get_by_label("年度指标值").first.fill("7套")
    clerk.get_by_role("button", name="保存", exact=True).click()

    question = clerk.get_by_role("group", name="两人都改了这一格，请选择")
    for text in ("原来：5套", "我的：7套", "对方的：9套"):
        expect(question).to_contain_text(text)
    question.get_by_label("对方的：9套").check()
    expect(clerk.get_by_label("年度指标值").first).to_have_value("9套")
    clerk.get_by_label("年度指标值").first.fill("10套")
    expect(question.get_by_label("我的：7套")).to_be_checked()
    clerk.get_by_role("button", name="保存", exact=True).click()

    expect(clerk.get_by_text("已保存（第3版）")).to_be_visible()
    assert saved_again(goal).sheet().lines[0].annual_value == "10套"
