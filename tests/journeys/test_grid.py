"""The grid of the goal form under the hands of somebody who knows Excel, with a real clipboard."""

import pytest
from playwright.sync_api import Browser, Page, expect

from performance.goals.models import Goal
from performance.goals.refusals import LINES
from performance.goals.sheet import Line
from tests.admin.desk import at_desk, fresh, goal_url
from tests.builders import make_goal, make_line, make_sheet

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

UNIFORMS = make_line("111000898-订制制服数", "11-数量指标", "1-产出指标", "15套", "5套")
CHECKED = make_line("112000826-制服验收通过率", "12-质量指标", "1-产出指标", "100%", "100%")
IN_TIME = make_line("113003517-制服购置及时率", "13-时效指标", "1-产出指标", "≥90%", "≥95%")
EXCEL = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><style>td {mso-x:y}</style>
</head><body><table border=0><!--StartFragment--><col width=72>%s<!--EndFragment--></table></body>
</html>"""
READ = """() => [...document.querySelector("#lines").tBodies[0].rows].map((row) => [
  ...[...row.querySelectorAll("[data-level]")].map((e) => e.textContent),
  ...[...row.querySelectorAll("[name=line_level3], textarea")].map((e) => e.value)])"""
PUT = """async ([plain, html]) => {
  const parts = {"text/plain": new Blob([plain], {type: "text/plain"})};
  if (html) parts["text/html"] = new Blob([html], {type: "text/html"});
  await navigator.clipboard.write([new ClipboardItem(parts)]);
}"""
FOCUS = """() => {
  const at = document.activeElement;
  return [at.closest("#lines tbody tr")?.sectionRowIndex, at.name ?? at.dataset.label];
}"""


@pytest.fixture
def goal(clerk) -> Goal:
    return make_goal(make_sheet("工作制服经费", UNIFORMS, CHECKED, IN_TIME), by=clerk)


@pytest.fixture
def open_form(browser: Browser, live_server, clerk):
    """The form of a goal in a window of a clerk who lets the page use the clipboard."""
    errors: list[str] = []

    def opened(goal: Goal, **changes) -> Page:
        window = {"locale": "zh-CN", "viewport": {"width": 1280, "height": 1100}} | changes
        context = browser.new_context(permissions=["clipboard-read", "clipboard-write"], **window)
        session = at_desk(clerk).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: errors.append(str(error.stack)))
        page.on("response", lambda r: errors.append(r.url) if r.status >= 500 else None)
        page.goto(live_server.url + goal_url("change", goal.pk))
        expect(page.get_by_role("button", name="向下填充")).to_be_visible()
        return page

    yield opened
    assert errors == []


def cell(page: Page, row: int, name: str):
    return page.locator(f"[name=line_{name}]").nth(row)


def middle(locator) -> tuple[float, float]:
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, start, end, down: int = 0) -> None:
    """From the middle of one place to that of another, and some pixels below it; not let go."""
    end.scroll_into_view_if_needed()
    page.mouse.move(*middle(start))
    page.mouse.down()
    x, y = middle(end)
    page.mouse.move(x, y + down, steps=6)


def number(page: Page, row: int):
    return page.get_by_role("button", name="选中或拖动这一行").nth(row)


def put(page: Page, plain: str, html: str = "") -> None:
    page.evaluate(PUT, [plain, html and EXCEL % html])


def paste(page: Page, plain: str, html: str = "") -> None:
    put(page, plain, html)
    page.keyboard.press("Control+v")


def table(page: Page) -> list[list[str]]:
    """The grid as it stands on the page, without the blank row at its end."""
    rows = page.evaluate(READ)
    return rows if any(rows[-1]) else rows[:-1]


def column(page: Page, index: int) -> list[str]:
    return [row[index] for row in table(page)]


def status(page: Page) -> str:
    return page.locator(".lines-status").inner_text()


def focus(page: Page) -> list:
    return page.evaluate(FOCUS)


def shown(line: Line) -> list[str]:
    levels = [line.level1.text, line.level2.text, line.level3.text]
    return [*levels, line.cycle_value, line.annual_value]


def save(page: Page, goal: Goal) -> tuple[Line, ...]:
    page.get_by_role("button", name="保存", exact=True).click()
    said = page.get_by_text(f"已保存（第{goal.revision_number + 1}版）。")
    expect(said).to_be_visible(timeout=30_000)
    return fresh(goal).sheet().lines


def test_arrows_leave_a_cell_at_the_edge_of_its_text(open_form, goal):
    page = open_form(goal)
    cell(page, 0, "cycle").click()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert focus(page) == [0, "line_cycle"]

    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")
    assert focus(page) == [0, "line_annual"]
    page.keyboard.press("ArrowDown")
    assert focus(page) == [1, "line_annual"]
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    assert focus(page) == [1, "二级指标"]
    page.keyboard.press("ArrowUp")
    assert focus(page) == [0, "二级指标"]
    page.keyboard.press("ArrowUp")
    assert focus(page) == [0, "二级指标"]


def test_arrows_stay_in_a_text_of_several_lines(open_form, goal):
    page = open_form(goal)
    cell(page, 1, "cycle").fill("第一行\n第二行")

    page.keyboard.press("ArrowUp")
    assert focus(page) == [1, "line_cycle"]
    page.keyboard.press("Home")
    page.keyboard.press("ArrowUp")
    assert focus(page) == [0, "line_cycle"]


def test_enter_goes_down_and_adds_a_row_below_the_last(open_form, goal):
    page = open_form(goal)
    cell(page, 2, "annual").click()

    page.keyboard.press("Enter")
    assert focus(page) == [3, "line_annual"]
    page.keyboard.press("Enter")
    assert focus(page) == [4, "line_annual"]
    page.keyboard.type("3套")
    page.keyboard.press("Shift+Enter")
    assert focus(page) == [3, "line_annual"]
    page.keyboard.press("Tab")
    assert focus(page) == [4, "line_level3"]


def test_a_line_break_in_a_value_takes_a_second_key(open_form, goal):
    page = open_form(goal)
    cell(page, 0, "annual").click()
    page.keyboard.press("End")
    for key in ("Alt+Enter", "甲", "Control+Enter", "乙"):
        page.keyboard.press(key) if "+" in key else page.keyboard.insert_text(key)

    assert save(page, goal)[0].annual_value == "5套\n甲\n乙"


def test_keys_of_an_input_method_are_left_alone(open_form, goal):
    page = open_form(goal)
    cell(page, 0, "annual").click()
    typing = page.context.new_cdp_session(page)
    typing.send("Input.imeSetComposition", {"text": "tao", "selectionStart": 3, "selectionEnd": 3})

    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")

    assert focus(page) == [0, "line_annual"]


def test_a_listing_copied_with_its_headings_fills_existing_rows_and_adds_others(open_form, goal):
    page = open_form(goal)
    cell(page, 0, "annual").click()
    head = ["用款单位", "项目名称", "项目类别", "总体绩效目标", "年度绩效目标", "一级指标"]
    head += ["二级指标", "三级指标", "实施周期指标值", "年度指标值"]
    cells = "".join(f"<td class=xl65>{text}</td>" for text in head)
    merged = "".join(f"<td rowspan=5>{text}</td>" for text in ("甲", "乙", "丙", "丁", "戊"))
    lines = (
        f"<tr>{merged}<td rowspan=4>1-产出指标</td><td rowspan=2>11-数量指标</td>"
        "<td>111000898-订制\n  制服数</td><td align=right x:num>15</td><td>6套</td></tr>"
        "<tr><td>111000898-制服甲</td><td rowspan=2>一&nbsp;期<br>二期</td><td>1</td></tr>"
        "<tr><td rowspan=2>12-质量指标</td><td>112000826-制服验收通过率</td><td>2</td></tr>"
        "<tr><td><p>113003517-制服购置及时率</p></td><td>3</td><td>≥9&lt;0%</td></tr>"
        "<tr><td>3-满意度指标</td><td>31-服务对象满意度</td><td>满意度</td><td>4</td><td></td></tr>"
        "<tr style='display:none'><td width=1></td></tr>"
    )
    paste(page, "没有用到", f"<tr>{cells}</tr>{lines}")

    assert table(page) == [
        ["1-产出指标", "11-数量指标", "111000898-订制 制服数", "15", "6套"],
        ["1-产出指标", "11-数量指标", "111000898-制服甲", "一 期\n二期", "1"],
        ["1-产出指标", "12-质量指标", "112000826-制服验收通过率", "", "2"],
        ["1-产出指标", "12-质量指标", "113003517-制服购置及时率", "3", "≥9<0%"],
        ["3-满意度指标", "31-服务对象满意度", "满意度", "4", ""],
    ]
    assert status(page).startswith("已粘贴5行，新增1行。“用款单位、项目名称、")
    keys = [line.key for line in goal.sheet().lines]
    assert [line.key for line in save(page, goal)][:3] == keys


def test_text_from_a_spreadsheet_is_pasted_where_the_focus_is(open_form, goal):
    page = open_form(goal)
    cell(page, 1, "cycle").click()

    paste(page, '"一期\n二期"\t"说""好"""\r\n20套\t9套\r\n')

    assert table(page)[1:] == [
        [*shown(CHECKED)[:3], "一期\n二期", '说"好"'],
        [*shown(IN_TIME)[:3], "20套", "9套"],
    ]
    assert status(page) == "已粘贴2行。"
    assert save(page, goal)[1].cycle_value == "一期\n二期"


def test_another_indicator_waits_for_its_levels(open_form, goal):
    page = open_form(goal)
    cell(page, 1, "level3").click()

    paste(page, "222000929-保障机构正常运作\t全年\t全年\r\n113003517-制服购置及时率\t1\t2\r\n")

    assert table(page)[1][:3] == ["", "", "222000929-保障机构正常运作"]
    assert table(page)[2] == [*shown(IN_TIME)[:3], "1", "2"]
    shown_text = "td => getComputedStyle(td, '::before').content"
    assert page.locator("[data-level='1']").nth(1).evaluate(shown_text) == '"保存后自动带出"'
    assert save(page, goal)[1].level1.text == "2-效益指标"


@pytest.mark.parametrize("html", ["", "<tr><td>本年<br>完成</td></tr>"])
def test_a_single_value_is_written_where_the_caret_is(open_form, goal, html):
    page = open_form(goal)
    cell(page, 0, "annual").click()
    page.keyboard.press("Home")

    paste(page, "本年", html)

    assert table(page)[0][4] == ("本年\n完成5套" if html else "本年5套")
    assert column(page, 4)[1:] == ["100%", "≥95%"]
    page.keyboard.press("Control+z")
    assert table(page)[0][4] == "5套"


def test_a_cell_that_was_only_clicked_is_copied_and_replaced_as_a_whole(open_form, goal):
    page = open_form(goal)
    cell(page, 1, "annual").click()
    page.keyboard.press("Control+c")
    cell(page, 0, "annual").click()

    page.keyboard.press("Control+v")

    assert column(page, 4) == ["100%", "100%", "≥95%"]
    page.keyboard.press("Control+z")
    assert column(page, 4) == ["5套", "100%", "≥95%"]
    paste(page, "30\r\n")
    assert column(page, 4)[0] == "30"


def test_lines_of_text_go_into_a_text_that_is_being_written(open_form, goal):
    page = open_form(goal)
    cell(page, 0, "annual").click()
    page.keyboard.press("End")

    paste(page, "，其中：\n甲2套\n乙3套")

    assert column(page, 4) == ["5套，其中：\n甲2套\n乙3套", "100%", "≥95%"]


def test_one_value_fills_a_selected_block(open_form, goal):
    page = open_form(goal)
    cell(page, 0, "cycle").click()
    cell(page, 2, "annual").click(modifiers=["Shift"])

    paste(page, "100%\r\n", "<tr><td x:num=1>100%</td></tr>")

    assert [row[3:] for row in table(page)] == [["100%", "100%"]] * 3
    assert status(page) == "已粘贴3行。"


def test_what_has_no_place_is_said(open_form, goal):
    page = open_form(goal)
    cell(page, 0, "annual").click()

    paste(page, "1\t2\t3\r\n")
    assert table(page)[0][4] == "1"
    assert status(page) == "已粘贴1行。最后2列放不下，没有粘贴。"

    page.locator("[data-level='1']").first.click()
    paste(page, "2-效益指标\t21-经济效益\r\n")
    assert table(page)[0][:2] == shown(UNIFORMS)[:2]
    assert status(page) == "没有粘贴任何内容。一级、二级指标由三级指标带出，没有单独粘贴。"
    paste(page, "\t\r\n")
    assert status(page) == "剪贴板里没有文字，没有粘贴。"


def test_a_block_is_copied_as_text_and_as_a_table(open_form, goal):
    page = open_form(goal)
    cell(page, 0, "cycle").fill("一期\n<二期>")
    page.locator("[data-level='2']").first.click()
    for key in ("Right", "Right", "Down"):
        page.keyboard.press(f"Shift+Arrow{key}")
    page.keyboard.press("Control+c")

    assert page.evaluate("navigator.clipboard.readText()").replace("\r", "") == (
        '11-数量指标\t111000898-订制制服数\t"一期\n<二期>"\n'
        "12-质量指标\t112000826-制服验收通过率\t100%"
    )
    cell(page, 3, "level3").click()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+v")
    assert status(page).startswith("已粘贴2行，新增1行。")
    cell(page, 0, "cycle").click()
    assert page.evaluate("""async () => {
      const [item] = await navigator.clipboard.read();
      return (await (await item.getType("text/html")).text()).match(/<br|&lt;二期&gt;/g).length;
    }""") == 2  # fmt: skip


def test_rows_are_cut_and_pasted_with_the_mouse_and_the_keyboard(open_form, goal):
    page = open_form(goal)
    drag(page, cell(page, 0, "cycle"), cell(page, 1, "annual"))
    page.mouse.up()
    assert status(page) == "已选中2行、2列。"

    page.keyboard.press("Control+x")
    assert [row[3:] for row in table(page)] == [["", ""], ["", ""], ["≥90%", "≥95%"]]
    cell(page, 1, "cycle").click()
    page.keyboard.press("Control+v")

    assert [row[3:] for row in table(page)] == [["", ""], ["15套", "5套"], ["100%", "100%"]]


def test_a_block_is_cleared_filled_and_brought_back(open_form, goal):
    page = open_form(goal)
    before = table(page)
    cell(page, 0, "level3").click()
    page.keyboard.press("Escape")
    cell(page, 2, "cycle").click(modifiers=["Shift"])
    page.keyboard.press("Delete")
    assert [row[:4] for row in table(page)] == [[""] * 4] * 3

    page.get_by_role("button", name="撤销").click()
    assert table(page) == before
    cell(page, 0, "level3").click()
    page.keyboard.press("Escape")
    cell(page, 2, "cycle").click(modifiers=["Shift"])
    page.get_by_role("button", name="向下填充").click()
    assert [row[:4] for row in table(page)] == [shown(UNIFORMS)[:4]] * 3
    assert column(page, 4) == ["5套", "100%", "≥95%"]

    cell(page, 1, "annual").click()
    page.keyboard.press("Control+d")
    assert column(page, 4) == ["5套", "5套", "≥95%"]
    for _ in range(2):
        page.keyboard.press("Control+z")
    assert table(page) == before
    page.keyboard.press("Control+y")
    assert column(page, 2) == ["111000898-订制制服数"] * 3


def test_typing_is_undone_cell_by_cell_and_the_buttons_know(open_form, goal):
    page = open_form(goal)
    undo, redo = (page.get_by_role("button", name=name) for name in ("撤销", "重做"))
    expect(undo).to_be_disabled()
    for row, text in enumerate(("6套", "99%")):
        cell(page, row, "annual").click()
        page.keyboard.press("Control+a")
        page.keyboard.type(text)
    assert column(page, 4) == ["6套", "99%", "≥95%"]

    undo.click()
    assert column(page, 4) == ["6套", "100%", "≥95%"]
    undo.click()
    assert column(page, 4) == ["5套", "100%", "≥95%"]
    expect(undo).to_be_disabled()
    redo.click()
    assert column(page, 4) == ["6套", "100%", "≥95%"]
    page.keyboard.press("Control+Shift+z")
    assert column(page, 4) == ["6套", "99%", "≥95%"]
    expect(redo).to_be_disabled()


def test_several_rows_are_deleted_and_come_back_with_their_keys(open_form, goal):
    page = open_form(goal)
    keys = [line.key for line in goal.sheet().lines]
    number(page, 0).click()
    number(page, 2).click(modifiers=["Control"])
    page.keyboard.press("Control+Minus")
    assert table(page) == [shown(CHECKED)]
    assert status(page) == "已删除2行，可以撤销。"

    page.keyboard.press("Control+z")
    number(page, 1).click()
    number(page, 2).click(modifiers=["Shift"])
    page.get_by_role("button", name="删除选中行").click()
    assert table(page) == [shown(UNIFORMS)]
    page.get_by_role("button", name="撤销").click()
    cell(page, 0, "annual").fill("7套")

    assert [line.key for line in save(page, goal)] == keys


def test_a_grid_without_rows_keeps_one_blank_row(open_form, goal):
    page = open_form(goal)
    number(page, 0).click()
    number(page, 3).click(modifiers=["Shift"])
    page.keyboard.press("Control+Minus")

    assert page.evaluate(READ) == [[""] * 5]
    assert focus(page) == [0, "line_level3"]
    assert save(page, goal) == ()


def test_rows_are_moved_by_dragging_and_by_keys(open_form, goal):
    page = open_form(goal)
    ids = {line.level3.text: line.key for line in goal.sheet().lines}
    drag(page, number(page, 0), number(page, 2), down=15)
    page.mouse.up()
    assert table(page) == [shown(CHECKED), shown(IN_TIME), shown(UNIFORMS)]

    cell(page, 1, "annual").click()
    page.keyboard.press("Alt+ArrowUp")
    assert focus(page) == [0, "line_annual"]
    page.keyboard.press("Alt+ArrowUp")
    assert table(page) == [shown(IN_TIME), shown(CHECKED), shown(UNIFORMS)]
    page.get_by_role("button", name="下移").first.click()
    assert table(page) == [shown(CHECKED), shown(IN_TIME), shown(UNIFORMS)]

    lines = save(page, goal)
    assert [(ids[line.level3.text], line.level3.text) for line in lines] == [
        (line.key, line.level3.text) for line in lines
    ]
    assert [line.annual_value for line in lines] == ["100%", "≥95%", "5套"]


def test_a_drag_that_is_given_up_moves_nothing(open_form, goal):
    page = open_form(goal)
    drag(page, number(page, 0), number(page, 2), down=15)
    page.keyboard.press("Escape")
    page.mouse.up()

    assert column(page, 4) == ["5套", "100%", "≥95%"]
    expect(page.locator(".drop-before, .drop-after")).to_have_count(0)


def test_the_open_list_has_the_keys_and_a_choice_is_one_step(open_form, goal):
    page = open_form(goal)
    level3 = cell(page, 1, "level3")
    level3.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("订制制服")
    expect(page.locator("#picker").get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    assert focus(page) == [1, "line_level3"]

    page.keyboard.press("Enter")
    assert table(page)[1][:3] == shown(UNIFORMS)[:3]
    assert focus(page) == [1, "line_cycle"]
    page.keyboard.press("Control+z")
    assert table(page)[1] == shown(CHECKED)


def test_rows_end_where_the_portal_ends(open_form, goal):
    page = open_form(goal)
    cell(page, 0, "annual").click()
    put(page, "\r\n".join(f"{i}套" for i in range(LINES + 5)))
    page.keyboard.press("Escape")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+v")

    assert page.locator("#lines tbody tr").count() == LINES
    expected = f"已粘贴{LINES}行，新增{LINES - 4}行。一个项目最多{LINES}行，最后5行没有粘贴。"
    assert status(page) == expected
    page.get_by_role("button", name="添加一行").click()
    assert status(page) == f"一个项目最多{LINES}行，没有添加。"
    page.keyboard.press("Control+z")
    assert column(page, 4) == ["5套", "100%", "≥95%"]


def test_five_hundred_lines_are_pasted_and_saved(open_form, goal):
    page = open_form(goal)
    cell(page, 0, "level3").click()
    page.keyboard.press("Escape")
    number(page, 0).click()

    paste(page, "\r\n".join(f"1110{i:05}-指标{i}\t{i}套\t{i}套" for i in range(500)))

    assert status(page) == "已粘贴500行，新增496行。"
    lines = save(page, goal)
    assert [line.annual_value for line in lines] == [f"{i}套" for i in range(500)]


def test_markup_and_control_characters_are_text(open_form, goal):
    page = open_form(goal)
    cell(page, 0, "cycle").click()
    bad = "<img src=x onerror=alert(1)>"
    paste(page, f"{bad}\t\x01\r\n")
    assert table(page)[0][3] == bad

    page.get_by_role("button", name="保存", exact=True).click()

    expect(page.get_by_role("alert")).to_contain_text("看不见的控制字符")
    assert fresh(goal).revision_number == 1


def test_every_change_of_rows_is_told_to_the_form(open_form, goal):
    page = open_form(goal)
    cell(page, 0, "cycle").click()
    told = page.evaluate("""() => new Promise((done) => {
      const form = document.querySelector("#goal-form");
      form.addEventListener("lines-changed", (event) => done(event.bubbles), { once: true });
      document.querySelector("[data-act=add]").click();
    })""")  # fmt: skip

    assert told


@pytest.mark.parametrize("width", [1280, 768, 640, 390])
def test_the_grid_does_not_scroll_sideways(open_form, goal, width):
    page = open_form(goal, viewport={"width": width, "height": 800})

    fits = "e => e.scrollWidth <= e.clientWidth && e.getBoundingClientRect().right <= innerWidth"
    assert page.locator(".lines-box").evaluate(fits)
    label = page.locator("#lines td[data-label=三级指标]").first
    is_card = label.evaluate("e => getComputedStyle(e, '::before').content") == '"三级指标"'
    assert is_card == (width < 800)
