"""The picker in a browser: keys, mouse and finger, late answers, no network, the page's end."""

import re
from collections.abc import Callable

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, Locator, Page, Route, expect

from performance.library.actions import open_year
from performance.library.models import Frame, Indicator, IndicatorRequest
from performance.people.accounts import make_demo_accounts
from performance.people.models import User
from tests.builders import make_goal, make_line, make_sheet

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def open_form(browser: Browser, live_server, portal, settings) -> Callable[..., Page]:
    """The form of a new goal, before the demo's clerk."""
    settings.DEMO = True
    make_demo_accounts()
    cache.clear()
    errors: list[str] = []

    def page_of(year: int = 2025, **context) -> Page:
        page = browser.new_context(locale="zh-CN", **context).new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: errors.append(f"{page.url} {error.stack}"))
        page.goto(f"{live_server.url}/admin/login/")
        page.locator("[name=username]").fill("clerk")
        page.locator("[name=password]").fill("demo-2025")
        page.locator("#login-form button[type=submit]").click()
        page.goto(f"{live_server.url}/admin/performance/goal/add/?year={year}")
        page.locator("[name=unit]").select_option(label="101009-区政数局")
        return page

    yield page_of
    assert errors == []


def level3(page: Page, row: int = 0) -> Locator:
    return page.locator("[name=line_level3]").nth(row)


def options(page: Page) -> Locator:
    return page.locator("#picker").get_by_role("option")


def selected(page: Page) -> str:
    return page.locator("#picker [aria-selected=true]").inner_text()


def test_what_was_typed_before_the_scripts_came_counts(open_form) -> None:
    page = open_form()
    held: list[Route] = []
    page.route("**/goal-form/main*.js", lambda route: held.append(route))
    with page.expect_request("**/goal-form/main*.js"):
        page.goto(page.url.partition("&")[0], wait_until="commit")  # another new form
    page.get_by_label("项目名称").fill("等不及的项目")
    level3(page).press_sequentially("订制")
    expect(options(page)).to_have_count(0)

    for route in held:
        route.continue_()
    expect(options(page).filter(has_text="111000898-订制制服数")).to_be_visible()
    expect(page.locator("#form-state")).to_contain_text("已暂存")


def test_keys_walk_the_list_and_take_an_indicator(open_form) -> None:
    page = open_form()
    field = level3(page)
    field.press_sequentially("满意度")
    expect(options(page)).to_have_count(3)
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("status").filter(has_text="列出2项")).to_have_count(1)
    expect(page.locator("#picker mark").first).to_have_text("满意度")

    field.press("ArrowDown")
    assert "331000972-合同制职员满意度" in selected(page)
    expect(field).to_have_attribute("aria-activedescendant", "picker-0")
    field.press("PageDown")
    assert "申请增补指标" in selected(page)
    field.press("PageUp")
    field.press("ArrowDown")
    field.press("Enter")

    expect(field).to_have_value("331001710-行政服务窗口群众满意度")
    expect(page.locator("[data-level='2']").first).to_have_text("31-服务对象满意度")
    expect(page.locator("[name=line_cycle]").first).to_be_focused()
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(page.locator("#picker")).to_be_hidden()


def test_escape_closes_tab_takes_what_is_selected_and_f4_opens(open_form) -> None:
    page = open_form()
    field = level3(page)
    field.press_sequentially("dzzf")
    expect(options(page)).to_have_count(2)
    field.press("Escape")
    expect(page.locator("#picker")).to_be_hidden()
    expect(field).to_have_value("dzzf")

    field.press("F4")
    expect(options(page)).to_have_count(2)
    field.press("Tab")
    expect(field).to_have_value("dzzf")
    expect(page.locator("#picker")).to_be_hidden()

    field.focus()
    field.press("F4")
    expect(options(page)).to_have_count(2)
    field.press("ArrowDown")
    field.press("Tab")
    expect(field).to_have_value("111000898-订制制服数")
    expect(page.locator("[name=line_cycle]").first).to_be_focused()


def test_what_was_used_last_year_is_offered_with_its_value(open_form, portal) -> None:
    page = open_form()
    year = open_year(2026)
    parent = Frame.objects.get(year=year, code="11")
    for code, name in (("111000001", "甲指标"), ("111000898", "订制制服数")):
        Indicator.objects.create(year=year, code=code, name=name, parent=parent)
    make_goal(make_sheet("去年的", make_line()), by=User.objects.get(username="clerk"))

    page.goto(page.url.split("?")[0] + "?year=2026")
    page.locator("[name=unit]").select_option(label="101009-区政数局")
    level3(page).click()

    expect(options(page).first).to_contain_text("111000898-订制制服数")
    expect(options(page).first).to_contain_text("上年用过")
    expect(options(page).first).to_contain_text("上年：5套")


def test_a_late_answer_does_not_replace_a_newer_one(open_form) -> None:
    page = open_form()
    held: list[Route] = []
    page.route(re.compile(r"/indicators/.*q=%E6%BB%A1(&|$)"), lambda route: held.append(route))
    field = level3(page)
    field.press_sequentially("满")
    page.wait_for_timeout(700)
    assert held
    expect(page.locator(".picker-said")).to_have_text("正在查找……")

    field.fill("dzzf")
    expect(options(page)).to_have_count(2)
    for route in held:
        route.fulfill(json={"indicators": [], "request": ""})
    page.wait_for_timeout(300)

    expect(options(page).first).to_contain_text("111000898-订制制服数")


@pytest.mark.parametrize("broken", ["offline", "logged out"])
def test_what_could_not_be_looked_up_is_said(open_form, broken) -> None:
    page = open_form()
    if broken == "offline":
        page.route(re.compile("/indicators/"), lambda route: route.abort())
    else:
        page.context.clear_cookies()

    level3(page).press_sequentially("满意度")

    expect(page.locator(".picker-said")).to_contain_text("没有查到：网络不通，或登录已过期。")
    level3(page).press("Tab")
    expect(level3(page)).to_have_value("满意度")


def test_near_the_end_of_the_window_it_opens_upwards_and_stays_inside(open_form) -> None:
    page = open_form(viewport={"width": 900, "height": 560})
    for row in (0, 2):
        level3(page, row).scroll_into_view_if_needed()
        level3(page, row).click()
        expect(options(page)).to_have_count(21)
        box = page.locator(".picker").bounding_box()
        assert box["y"] >= 0
        assert box["x"] >= 0
        assert box["y"] + box["height"] <= 560
        assert box["x"] + box["width"] <= 900
        field = level3(page, row).bounding_box()
        assert box["y"] >= field["y"] + field["height"] or box["y"] + box["height"] <= field["y"]
        level3(page, row).press("Escape")


def test_a_finger_takes_what_it_touches(open_form) -> None:
    page = open_form(has_touch=True, viewport={"width": 800, "height": 700})
    level3(page).press_sequentially("订制")
    expect(options(page)).to_have_count(2)

    options(page).first.tap()

    expect(level3(page)).to_have_value("111000898-订制制服数")


def test_the_level_2_that_the_row_has_comes_first(open_form) -> None:
    page = open_form()
    page.locator("[data-level='2']").first.evaluate("cell => cell.textContent = '13-时效指标'")
    level3(page).press_sequentially("任务")

    expect(options(page).first).to_contain_text("13-时效指标")
    expect(page.locator("[data-level='2']").first).to_have_text("")


def test_a_missing_indicator_is_asked_for_in_a_new_tab(open_form) -> None:
    page = open_form()
    page.locator("[name=project]").fill("还没有保存的项目")
    level3(page).press_sequentially("无人机巡检架次")
    expect(page.locator(".picker-said")).to_contain_text("指标库中没有找到。")
    with page.context.expect_page() as opened:
        options(page).get_by_text("申请增补指标").click()
    asking = opened.value

    expect(asking.locator("[name=name]")).to_have_value("无人机巡检架次")
    asking.locator("[name=parent]").select_option(label="1-产出指标 / 11-数量指标")
    asking.locator("[name=reason]").fill("用于巡检项目，按实际架次填写。")
    asking.get_by_role("button", name="提交申请").click()
    expect(asking.get_by_text("等待业务管理员处理。")).to_be_visible()
    expect(page.locator("[name=project]")).to_have_value("还没有保存的项目")
    assert IndicatorRequest.objects.get().name == "无人机巡检架次"
