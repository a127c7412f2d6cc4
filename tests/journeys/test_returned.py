"""A returned goal in the browser: only what was remarked moves, the rest is asked for."""

import pytest
from playwright.sync_api import Page, expect

from performance.goals.models import Goal, State
from performance.people.models import User
from tests.builders import clean_sheet, make_goal
from tests.review.workflow import remark, take

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def goal(open_as) -> Goal:
    """Returned with a remark on the annual value of line 1 and one on the annual goal."""
    clerk, reviewer = (User.objects.get(username=name) for name in ("clerk", "reviewer"))
    goal = make_goal(clean_sheet(), by=clerk)
    take(goal, "submit", clerk)
    remark(goal, "annual_value", reviewer, line=1, text="与预算不符。", proposal="6套")
    remark(goal, "annual_goal", reviewer, text="请写明数量。", proposal="订制6套。")
    take(goal, "return", reviewer)
    return Goal.objects.get()


@pytest.fixture
def clerk(open_as, live_server, goal) -> Page:
    page = open_as("clerk")
    page.goto(f"{live_server.url}/admin/performance/goal/{goal.pk}/change/")
    return page


def cell(page: Page, row: int, name: str):
    return page.locator(f"#lines tbody tr:nth-child({row}) [name={name}]")


def status(page: Page):
    return page.locator(".lines-status")


def stored(goal: Goal) -> Goal:
    return Goal.objects.get(pk=goal.pk)


def paste(page: Page, text: str) -> None:
    page.evaluate(
        """text => {
          const data = new DataTransfer();
          data.setData("text/plain", text);
          const event = new ClipboardEvent("paste", {
            clipboardData: data, bubbles: true, cancelable: true,
          });
          document.activeElement.dispatchEvent(event);
        }""",
        text,
    )


def test_pasting_a_block_changes_only_open_cells_and_says_so(clerk, goal):
    cell(clerk, 1, "line_cycle").focus()
    paste(clerk, "20套\t6套\n95%\t95%\n新增\t新增\n")

    expect(status(clerk)).to_contain_text("3个没有开放的单元格保持不变")
    expect(status(clerk)).to_contain_text("审核意见没有指到增加或移动行")
    assert cell(clerk, 1, "line_cycle").input_value() == "15套"
    assert cell(clerk, 1, "line_annual").input_value() == "6套"
    assert cell(clerk, 2, "line_annual").input_value() == "≥90%"
    assert clerk.locator("#lines tbody tr").count() == 2


def test_keys_neither_remove_nor_move_nor_add_closed_rows(clerk):
    cell(clerk, 1, "line_annual").focus()
    clerk.keyboard.press("Alt+ArrowDown")
    expect(status(clerk)).to_contain_text("审核意见没有指到增加或移动行")
    clerk.locator("[data-act=choose]").first.click()
    clerk.keyboard.press("Control+-")
    expect(status(clerk)).to_contain_text("审核意见没有指到这些行，不能删除")
    cell(clerk, 2, "line_annual").focus()
    clerk.keyboard.press("Enter")
    assert clerk.locator("#lines tbody tr").count() == 2


def test_where_every_cell_is_closed_nothing_is_filled_pasted_or_kept_as_unsaved(clerk):
    cell(clerk, 2, "line_annual").focus()
    clerk.keyboard.press("Control+d")
    expect(status(clerk)).to_have_text("没有填充：这些单元格都没有开放，需要修改请先申请开放。")
    paste(clerk, "1\n2\n")
    expect(status(clerk)).to_contain_text("没有粘贴任何内容。")
    clerk.locator("[data-act=choose]").last.click()
    clerk.keyboard.press("Delete")
    expect(status(clerk)).to_contain_text("没有开放的单元格保持不变")

    assert cell(clerk, 2, "line_annual").input_value() == "≥90%"
    assert clerk.locator("#lines .edited").count() == 0
    expect(clerk.locator("[data-act=undo]")).to_be_disabled()
    expect(clerk.locator("[data-act=delete]")).to_be_disabled()
    expect(clerk.locator("[data-act=fill]")).to_be_enabled()
    expect(clerk.locator("#form-state")).to_be_empty()


def test_filling_down_changes_the_open_cells_among_the_chosen(clerk):
    cell(clerk, 1, "line_annual").fill("6套")
    cell(clerk, 1, "line_cycle").focus()
    clerk.locator("[data-act=choose]").first.click()
    clerk.locator("[data-act=choose]").last.click(modifiers=["Shift"])
    clerk.keyboard.press("Control+d")

    expect(status(clerk)).to_contain_text("没有填充")
    assert cell(clerk, 2, "line_annual").input_value() == "≥90%"


def test_a_row_that_stands_for_the_last_one_takes_nothing(open_as, live_server, goal):
    people = {name: User.objects.get(username=name) for name in ("clerk", "reviewer")}
    other = make_goal(clean_sheet("只删行"), by=people["clerk"])
    take(other, "submit", people["clerk"])
    for line in (1, 2):
        remark(other, "line", people["reviewer"], line=line)
    take(other, "return", people["reviewer"])
    page = open_as("clerk")
    page.goto(f"{live_server.url}/admin/performance/goal/{other.pk}/change/")

    page.locator("[data-act=choose]").first.click()
    page.locator("[data-act=choose]").last.click(modifiers=["Shift"])
    page.locator("[data-act=delete]").click()

    expect(status(page)).to_contain_text("已删除2行，可以撤销。")
    assert page.locator("#lines tbody tr").count() == 1
    expect(cell(page, 1, "line_annual")).to_have_attribute("readonly", "")
    page.locator("[data-act=undo]").click()
    assert page.locator("#lines tbody tr").count() == 2
    expect(cell(page, 1, "line_annual")).to_be_editable()


def test_the_picker_does_not_open_on_a_closed_indicator(clerk):
    cell(clerk, 1, "line_level3").click()
    clerk.keyboard.press("F4")

    expect(clerk.locator(".picker-list")).to_be_hidden()
    expect(status(clerk)).to_contain_text("不能修改")


def test_what_was_typed_stays_while_a_closed_cell_is_asked_for(clerk, goal):
    clerk.get_by_label("年度绩效目标", exact=True).fill("打了一半")
    clerk.get_by_role("button", name="第1行“实施周期指标值”没有开放，申请开放").click()
    reason = clerk.get_by_label("申请开放的理由")
    expect(reason).to_be_focused()
    expect(clerk.get_by_label("年度绩效目标", exact=True)).to_have_value("打了一半")

    reason.fill("两格要一致")
    clerk.get_by_role("button", name="申请开放", exact=True).click()

    expect(clerk.get_by_text("已开放，可以修改；理由会给审核人看。")).to_be_visible()
    expect(cell(clerk, 1, "line_cycle")).to_be_focused()
    expect(clerk.get_by_label("年度绩效目标", exact=True)).to_have_value("打了一半")
    cell(clerk, 1, "line_cycle").fill("18套")
    clerk.get_by_role("button", name="保存", exact=True).last.click()
    expect(clerk.get_by_text("已保存（第2版）")).to_be_visible()
    assert stored(goal).sheet().lines[0].cycle_value == "18套"
    assert stored(goal).annual_goal == "打了一半"


def test_an_answer_is_typed_below_a_cell_like_any_text(clerk, goal):
    answer = clerk.locator("fieldset.note textarea").last
    answer.focus()
    clerk.keyboard.type("预算如此")
    clerk.keyboard.press("Enter")
    clerk.keyboard.type("不能改")
    clerk.get_by_role("button", name="保存", exact=True).last.click()

    expect(clerk.get_by_text("已记下答复")).to_be_visible()
    expect(clerk.get_by_text("已答复 1 条")).to_be_visible()
    assert sorted(goal.remarks.values_list("answer", flat=True)) == ["", "预算如此\n不能改"]


def test_enter_in_the_head_saves_and_accepts_nothing(clerk, goal):
    clerk.get_by_label("年度绩效目标", exact=True).fill("订制5套。")
    clerk.locator("[name=filler]").focus()
    clerk.keyboard.press("Enter")

    expect(clerk.get_by_text("已保存（第2版）")).to_be_visible()
    assert stored(goal).annual_goal == "订制5套。"
    assert stored(goal).state == State.RETURNED


def test_all_proposals_are_taken_over_with_one_press(clerk, goal):
    clerk.get_by_role("button", name="采纳全部建议并送审").click()

    expect(clerk.get_by_text("已采纳全部建议，送回提出建议的环节。")).to_be_visible()
    assert stored(goal).state == State.SUBMITTED
    assert stored(goal).annual_goal == "订制6套。"


def test_without_scripts_a_returned_goal_is_mended_all_the_same(browser, clerk, goal):
    state = clerk.context.storage_state()
    page = browser.new_context(java_script_enabled=False, storage_state=state).new_page()
    page.goto(clerk.url)

    page.locator("[name=annual_goal]").fill("订制5套。")
    page.locator("[name=_ask]").first.click()
    page.locator("[name=open_reason]").fill("名称也要改")
    page.locator("[name=_open]").click()
    page.locator("[name=project]").fill("新的名称")
    page.locator("[name=_save]").last.click()

    assert (stored(goal).project, stored(goal).annual_goal) == ("新的名称", "订制5套。")
