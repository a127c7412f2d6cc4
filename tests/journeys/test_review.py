"""A reviewer in a browser: remarks at cells, the review form, keys, narrow screens, no script."""

import re
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from performance.goals.models import Goal, State
from performance.library.models import Year
from performance.people.models import User
from performance.review.actions import Decision, perform
from performance.review.models import Remark
from performance.review.remarking import answer_remark, write_remark
from tests.builders import change_goal, clean_sheet, make_goal

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def submitted(open_as):
    """A goal that waits for the demo's reviewer, and a page for a demo account before it."""
    Year.objects.update(grades_required=True)
    clerk = User.objects.get(username="clerk")
    goal = make_goal(clean_sheet(), by=clerk)
    perform(goal.pk, "submit", by=clerk, seen=goal.chain_hash, decision=Decision())

    def page_of(username: str) -> Page:
        page = open_as(username)
        page.goto(re.sub(r"/admin/.*", f"/admin/performance/goal/{goal.pk}/change/", page.url))
        return page

    return goal, page_of


def cell(page: Page, name: str, row: int = 0):
    return page.locator(f"td[data-cell].at-{name}").nth(row)


def write(page: Page, name: str, row: int, text: str) -> None:
    cell(page, name, row).click()
    page.locator("form.writing").get_by_label("意见", exact=True).fill(text)
    page.get_by_role("button", name="写下意见").click()
    expect(page.locator(".note-draft", has_text=text)).to_be_visible()


def test_a_remark_that_is_being_typed_outlives_another_one(submitted) -> None:
    """Also a reload; taken back it is gone."""
    _, page_of = submitted
    page = page_of("reviewer")
    cell(page, "annual_value", 0).click()
    first = page.locator("form.writing").first
    first.get_by_label("意见", exact=True).fill("还没写完")
    first.get_by_label("建议改为").fill("6套")
    cell(page, "cycle_value", 1).click()
    page.locator("form.writing").nth(1).get_by_label("意见", exact=True).fill("先写下这条")
    page.locator("form.writing").nth(1).get_by_role("button", name="写下意见").click()

    expect(page.locator(".note-draft", has_text="先写下这条")).to_be_visible()
    expect(page.locator("form.writing")).to_have_count(1)
    expect(first.get_by_label("意见", exact=True)).to_have_value("还没写完")
    expect(first.get_by_label("建议改为")).to_have_value("6套")
    page.get_by_role("link", name="取消").click()
    page.reload()
    expect(page.locator(".note-draft")).to_be_visible()
    expect(page.locator("form.writing")).to_have_count(0)


@pytest.mark.parametrize("width", [1366, 1200, 1024, 910])
def test_the_sheet_never_scrolls_inside_its_frame(submitted, width) -> None:
    """And a remark that is being written moves no text of its line."""
    _, page_of = submitted
    page = page_of("reviewer")
    page.set_viewport_size({"width": width, "height": 800})
    frame = page.locator("#review-sheet")
    assert frame.evaluate("e => e.scrollWidth <= e.clientWidth")
    if width == 1366:
        text = cell(page, "level3").locator(".cell-said")
        before = text.bounding_box()
        cell(page, "annual_value").click()
        assert text.bounding_box() == before


def test_two_remarks_return_correct_approve(submitted) -> None:
    goal, page_of = submitted
    page = page_of("reviewer")
    page.get_by_role("button", name="各项均为优").click()
    expect(page.locator("#consequence")).to_have_text("最低等级为优：可以审核通过。")
    page.get_by_role("group", name="指标科学性").get_by_role("radio", name="中").check()
    expect(page.locator("#consequence")).to_have_text("最低等级为中：应退回修改。")

    write(page, "annual_value", 0, "数量请说明依据")
    write(page, "cycle_value", 1, "请与年度一致")

    # what was chosen outlives the page that a remark loads anew
    expect(page.locator("#consequence")).to_have_text("最低等级为中：应退回修改。")
    page.get_by_role("button", name="审核通过").click()
    expect(page.get_by_text("您还有 2 条没有送出的审核意见").first).to_be_visible()
    page.get_by_role("button", name="退回（2 条意见）").click()
    expect(page.locator(".state-returned")).to_be_visible()
    goal.refresh_from_db()
    assert len(goal.open_cells) == 2


def test_the_keyboard_alone_is_enough(submitted) -> None:
    goal, page_of = submitted
    page = page_of("reviewer")
    press = page.keyboard.press
    cell(page, "level3").focus()
    press("j")
    expect(cell(page, "level3", 1)).to_be_focused()
    press("ArrowRight")
    expect(cell(page, "cycle_value", 1)).to_be_focused()
    press("Enter")
    area = page.locator("form.writing").get_by_label("意见", exact=True)
    expect(area).to_be_focused()
    page.keyboard.type("njrat?")  # letters are letters in a field
    expect(area).to_have_value("njrat?")
    press("Tab")
    press("Tab")
    expect(page.get_by_role("button", name="写下意见")).to_be_focused()
    press("Enter")
    expect(page.locator(".note-draft")).to_contain_text("njrat?")

    press("n")
    expect(page.locator("#note-1")).to_be_focused()
    press("t")
    expect(page.get_by_label("总的意见")).to_be_focused()
    press("Escape")
    page.locator("#note-1").focus()
    press("a")
    expect(page.get_by_role("button", name="审核通过")).to_be_focused()
    goal.refresh_from_db()
    assert goal.state == State.SUBMITTED
    press("?")
    expect(page.get_by_role("dialog", name="键盘")).to_be_visible()
    press("?")
    expect(page.get_by_role("dialog", name="键盘")).to_be_hidden()


def test_enter_in_the_form_decides_nothing(submitted) -> None:
    goal, page_of = submitted
    page = page_of("reviewer")
    page.get_by_role("button", name="各项均为优").click()
    page.get_by_role("radio").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)

    goal.refresh_from_db()
    assert goal.state == State.SUBMITTED


def test_a_double_click_approves_once(submitted) -> None:
    goal, page_of = submitted
    page = page_of("reviewer")
    page.get_by_role("button", name="各项均为优").click()
    page.get_by_role("button", name="审核通过").dblclick()
    expect(page.locator(".state-approved")).to_be_visible()
    assert goal.events.filter(transition="approve").count() == 1


def test_a_stale_tab_shows_the_difference_and_keeps_the_form(submitted) -> None:
    goal, page_of = submitted
    page = page_of("reviewer")
    page.get_by_role("button", name="各项均为优").click()
    clerk = User.objects.get(username="clerk")
    goal.refresh_from_db()
    perform(goal.pk, "withdraw", by=clerk, seen=goal.chain_hash, decision=Decision())
    from_browser = page_of("clerk")
    from_browser.get_by_label("年度指标值").nth(0).fill("9套")
    from_browser.get_by_role("button", name="保存并送审").click()
    expect(from_browser.locator(".state-submitted")).to_be_visible()

    page.get_by_role("button", name="审核通过").click()

    expect(page.locator(".portal-alert-danger")).to_contain_text("内容又被修改了")
    expect(cell(page, "annual_value").locator("ins")).to_have_text("9套")
    expect(page.locator("#consequence")).to_have_text("最低等级为优：可以审核通过。")


@pytest.mark.parametrize("width", [390, 683])
def test_on_a_narrow_screen_a_note_stands_below_its_cell(submitted, width) -> None:
    _, page_of = submitted
    page = page_of("reviewer")
    page.set_viewport_size({"width": width, "height": 800})
    write(page, "cycle_value", 0, "看这里")

    box = cell(page, "cycle_value").bounding_box()
    below = cell(page, "annual_value").bounding_box()
    note = page.locator(".note-draft").bounding_box()
    assert box["y"] < note["y"] < below["y"]
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_without_a_script_it_works(browser: Browser, live_server, submitted) -> None:
    goal, _ = submitted
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{live_server.url}/admin/login/")
    page.locator("[name=username]").fill("reviewer")
    page.locator("[name=password]").fill("demo-2025")
    page.locator("#login-form button[type=submit]").click()
    page.goto(f"{live_server.url}/admin/performance/goal/{goal.pk}/change/")
    cell(page, "annual_value", 1).get_by_role("link", name="写意见").click()
    page.locator("#writing [name=text]").fill("没有脚本也能写")
    page.get_by_role("button", name="写下意见").click()
    expect(page.locator(".note-draft")).to_contain_text("没有脚本也能写")
    page.get_by_role("button", name="删除旁注 1").click()

    assert not Remark.objects.exists()
    assert Goal.objects.get().state == State.SUBMITTED


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1366])
def test_axe_finds_nothing_serious_in_the_middle_of_a_review(submitted, theme, width) -> None:
    """Remarks of an earlier round, answered; a change; a draft; a remark being written."""
    goal, page_of = submitted
    reviewer, clerk = (User.objects.get(username=name) for name in ("reviewer", "clerk"))
    keys = [line.key for line in goal.sheet().lines]
    for key in keys:
        said = {
            "key": key,
            "field": "annual_value",
            "kind": "其他",
            "text": "请改",
        }
        write_remark(goal.pk, by=reviewer, seen=goal.chain_hash, proposal="9套", **said)
    perform(goal.pk, "return", by=reviewer, seen=goal.chain_hash, decision=Decision())
    goal.refresh_from_db()
    lines = [replace(goal.sheet().lines[0], annual_value="9套"), goal.sheet().lines[1]]
    goal = change_goal(goal, replace(goal.sheet(), lines=tuple(lines)), by=clerk)
    answer_remark(goal.remarks.get(key=keys[1]).pk, by=clerk, text="依据见附件")
    perform(goal.pk, "submit", by=clerk, seen=goal.chain_hash, decision=Decision())

    page = page_of("reviewer")
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 800})
    write(page, "cycle_value", 0, "还要再看")
    cell(page, "level3", 1).click()
    page.get_by_role("button", name="各项均为优").click()

    found = Axe().run(page).response["violations"]
    bad = [
        (rule["id"], [node["html"][:150] for node in rule["nodes"]][:4])
        for rule in found
        if rule["impact"] in ("serious", "critical")
    ]
    assert bad == []
