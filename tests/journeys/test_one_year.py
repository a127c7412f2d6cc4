"""The whole job in a browser: import, correct, submit, return, correct, approve, file."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from performance.goals.models import Goal
from performance.people.accounts import make_demo_accounts
from performance.people.models import User
from performance.sheets.formats import xlsx

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABLE = Path(settings.BASE_DIR) / "fixtures/sheets/goals-2025.xlsx"
PROJECT = "工作制服经费"


def open_goal(page: Page) -> None:
    page.locator("a[href='/admin/performance/goal/']").first.click()
    page.locator("#result_list").get_by_role("link", name=PROJECT).click()


def test_from_the_workbook_to_the_filing(open_as) -> None:
    clerk = open_as("clerk")
    clerk.get_by_role("link", name="导入表格").click()
    clerk.locator("input[type=file]").set_input_files(TABLE)
    clerk.get_by_role("button", name="上传并预览").click()
    expect(clerk.locator(".summary")).to_contain_text("9个项目，61 行指标")
    assert not Goal.objects.exists()
    clerk.get_by_role("button", name="确认导入 9 个项目").click()
    expect(clerk.get_by_text("新增 9 个项目，修改 0 个项目。")).to_be_visible()

    open_goal(clerk)
    clerk.get_by_label("年度指标值").nth(1).fill("5套")
    clerk.get_by_role("button", name="保存并送审").click()
    expect(clerk.locator(".state-submitted")).to_have_text("已送审")
    expect(clerk.get_by_role("button", name="审核通过")).to_have_count(0)
    expect(clerk.get_by_text("等待“主管部门审核”。可以办理的有：")).to_be_visible()

    reviewer = open_as("reviewer")
    open_goal(reviewer)
    reviewer.locator(".deed-return").get_by_label("总的意见").fill("订制制服数应为6套，请改正。")
    reviewer.get_by_role("button", name="退回", exact=True).click()
    expect(reviewer.locator(".state-returned")).to_have_text("被退回")

    open_goal(clerk)
    expect(clerk.locator(".portal-alert-danger.notes")).to_contain_text(
        "订制制服数应为6套，请改正。"
    )
    clerk.get_by_label("年度指标值").nth(1).fill("6套")
    clerk.get_by_role("button", name="保存并送审").click()
    expect(clerk.locator(".state-submitted")).to_be_visible()

    open_goal(reviewer)
    changed = reviewer.locator("td.sheet-changed")
    expect(changed).to_have_count(1)
    expect(changed.locator("del")).to_have_text("5套")
    expect(changed.locator("ins")).to_have_text("6套")
    reviewer.get_by_role("button", name="审核通过").click()
    expect(reviewer.locator(".goal-header .state-approved")).to_have_text("审核通过")

    bureau = open_as("bureau")
    bureau.locator("a[href='/admin/performance/goal/export/']").first.click()
    expect(bureau.get_by_text("其中 1 个按审核通过的版本导出")).to_be_visible()
    with bureau.expect_download() as download:
        bureau.get_by_role("button", name="导出", exact=True).click()
    (grid,) = xlsx.read(Path(download.value.path()).read_bytes())
    assert (
        grid.text(1, 1) == "2025年珠海高新技术产业开发区政务服务数据管理局重点绩效管理项目绩效目标"
    )
    assert grid.text(4, 8) == "111000898-订制制服数"
    assert (grid.text(4, 9), grid.text(4, 10)) == ("5", "6套")
    assert len(grid.rows) == 63


def test_rows_are_picked_added_moved_and_removed(open_as) -> None:
    page = open_as("clerk")
    page.get_by_role("link", name="填报绩效目标").click()
    page.get_by_label("用款单位").select_option(label="101009-区政数局")
    page.get_by_label("项目名称").fill("新服装采购")
    level3 = page.get_by_label("三级指标", exact=True)
    level3.nth(0).press_sequentially("订制")
    page.get_by_role("option", name=re.compile("111000898-订制制服数")).click()
    expect(page.locator("[data-level='2']").first).to_have_text("11-数量指标")
    page.get_by_label("年度指标值").nth(0).fill("5套")
    level3.nth(1).fill("112000826")
    page.get_by_label("年度指标值").nth(1).fill("100%")
    level3.nth(2).fill("113003517")
    page.get_by_label("年度指标值").nth(2).fill("＞90%")
    page.get_by_role("button", name="删除这一行").nth(1).click()
    page.get_by_role("button", name="上移").nth(1).click()
    page.get_by_role("button", name="保存", exact=True).click()

    expect(page.get_by_text("已保存（第1版）。")).to_be_visible()
    goal = Goal.objects.get(project="新服装采购")
    lines = goal.sheet().lines
    assert [(line.level3.text, line.annual_value) for line in lines] == [
        ("113003517-制服购置及时率", "＞90%"),
        ("111000898-订制制服数", "5套"),
    ]


def test_the_form_saves_without_javascript(browser: Browser, live_server, portal, settings) -> None:
    settings.DEMO = True
    make_demo_accounts()
    page = browser.new_context(locale="zh-CN", java_script_enabled=False).new_page()
    page.goto(f"{live_server.url}/admin/login/")
    page.locator("[name=username]").fill("clerk")
    page.locator("[name=password]").fill("demo-2025")
    page.locator("#login-form button[type=submit]").click()
    page.goto(f"{live_server.url}/admin/performance/goal/add/")
    page.locator("[name=unit]").select_option(index=1)
    page.locator("[name=project]").fill("不用脚本填的项目")
    page.locator("[name=line_level3]").nth(0).fill("订制制服数")
    page.locator("[name=line_annual]").nth(0).fill("5套")
    page.locator("[name=_save]").click()

    goal = Goal.objects.get(project="不用脚本填的项目")
    assert [line.level3.text for line in goal.sheet().lines] == ["111000898-订制制服数"]
    assert User.objects.get(username="clerk") == goal.changed_by
