"""Takes the manual's pictures: four people at work in the demo. Run by bin/pictures."""

import os
import shutil
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from shrinking import shrink

MANUAL = Path(__file__).parent
ROOT = MANUAL.parent.parent
TABLE = ROOT / "fixtures" / "sheets" / "goals-2025.xlsx"
TAKEN = Path(os.environ["DATA_DIR"])
README_PICTURE = ROOT / "docs" / "images" / "form.png"
MOST_BYTES = 150_000
FLAGS = (
    "--no-sandbox",  # it refuses to run as root otherwise
    "--disable-gpu",
    # silent: it talks to the portal only
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
SUBMITTED = "已送审，等待审核。"
PROJECT = "工作制服经费"
KIND = "指标值不具体"
REMARKS = (
    ("cycle_value", 1, "只写了5，请写明单位。", "5套"),
    ("annual_value", 1, "请与周期指标值一致，也写明单位。", "5套"),
    ("annual_value", 2, "请说明测算依据。", ""),
)
"""At which cell, in which line, what is said and what should stand there."""
ANSWER = "按去年验收结果测算，测算表已作为附件上传。"
APPROVED = "聘用法律顾问费"
WAITING = ("行政服务窗口经费", "评审经费")


class Desks:
    """Each person's browser window, opened when it is first asked for."""

    def __init__(self, browser: Browser, start: str):
        self.browser, self.start = browser, start
        self.pages: dict[str, Page] = {}

    def at(self, who: str, path: str = "") -> Page:
        if who not in self.pages:
            self.pages[who] = self._log_in(who)
        page = self.pages[who]
        page.goto(self.start + path)
        page.wait_for_load_state("networkidle")
        return page

    def goal(self, who: str, project: str) -> Page:
        page = self.at(who, "performance/goal/")
        page.get_by_role("link", name=project, exact=True).click()
        page.wait_for_load_state("networkidle")
        return page

    def leave(self, who: str) -> None:
        self.pages.pop(who).context.close()

    def _log_in(self, who: str) -> Page:
        size = {"width": 1280, "height": 800}
        page = self.browser.new_context(
            locale="zh-CN", timezone_id="Asia/Shanghai", viewport=size
        ).new_page()
        page.set_default_timeout(20_000)
        page.goto(self.start)
        page.locator("[name=username]").fill(who)
        page.locator("[name=password]").fill("demo-2025")
        page.locator("#login-form button[type=submit]").click()
        return page


def take(page: Page, name: str, height: int = 800, top: int = 0) -> None:
    """The page's part below `top`, as it is without scrolling."""
    page.set_viewport_size({"width": 1280, "height": top + height})
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(400)
    page.screenshot(
        path=TAKEN / f"{name}.png", clip={"x": 0, "y": top, "width": 1280, "height": height}
    )


def top_of(page: Page, selector: str) -> int:
    """Where a part begins, with some room above it."""
    element = page.locator(selector).first
    top = element.evaluate("e => e.getBoundingClientRect().top + scrollY")
    return max(0, int(top) - 12)


def press(page: Page, name: str, said: str = "") -> None:
    """Wait for what the page says then: the form asks the server before it leaves."""
    page.get_by_role("button", name=name, exact=True).first.click()
    if said:
        page.get_by_text(said).first.wait_for()
    page.wait_for_load_state("networkidle")


def the_year(desks: Desks) -> None:
    page = desks.at("bureau", "performance/year/")
    page.get_by_role("link", name="2025", exact=False).first.click()
    closing = date.today() + timedelta(days=10)
    page.locator("[name=closes_at_0]").fill(closing.isoformat())
    page.locator("[name=closes_at_1]").fill("17:00")
    page.keyboard.press("Escape")
    take(page, "year", 720)
    press(page, "保存")


def the_form(desks: Desks) -> None:
    page = desks.goal("clerk", "运作经费")
    take(page, "form", 900)
    row = page.locator("[name=line_level3]").last
    row.scroll_into_view_if_needed()
    row.click()
    row.press_sequentially("dzzfs", delay=60)
    page.locator("#picker [role=option]").first.wait_for()
    page.wait_for_timeout(400)
    page.screenshot(path=TAKEN / "picker.png")


def two_people(desks: Desks) -> None:
    """Both change the first value of the same goal; the clerk saves last and is asked."""
    mine = desks.goal("clerk", "评审经费")
    mine.locator("[name=line_annual]").first.fill("12次")
    theirs = desks.goal("bureau", "评审经费")
    theirs.locator("[name=line_annual]").first.fill("10次")
    press(theirs, "保存", "已保存（第")
    press(mine, "保存", "两人都改了这一格")
    choice = mine.locator(".choice").first
    choice.scroll_into_view_if_needed()
    top = int(choice.evaluate("e => e.getBoundingClientRect().top + scrollY"))
    take(mine, "conflict", 420, max(0, top - 160))
    mine.get_by_label("我的：").check()
    press(mine, "保存", "已保存（第")


def the_import(desks: Desks) -> None:
    """The table as it was before the change of `two_people`."""
    page = desks.at("clerk", "performance/upload/add/")
    page.locator("input[type=file]").set_input_files(TABLE)
    press(page, "上传并预览")
    page.locator(".kind-changed").first.click()
    page.wait_for_load_state("networkidle")
    take(page, "import", 700)


def remark(page: Page, field: str, row: int, kind: str, text: str, proposal: str = "") -> None:
    """Written at a cell of the sheet, and left open for a picture."""
    page.locator(f"td[data-cell].at-{field}").nth(row).click()
    writing = page.locator("form.writing")
    writing.locator("[name=kind]").select_option(kind)
    writing.locator("[name=text]").fill(text)
    if proposal:
        writing.locator("[name=proposal]").fill(proposal)


def the_review(desks: Desks) -> None:
    press(desks.goal("clerk", PROJECT), "保存并送审", SUBMITTED)
    page = desks.goal("reviewer", PROJECT)
    page.locator("[x-on\\:click*=sidebarDesktopOpen]").first.click()  # the sheet needs the width
    for field, row, text, proposal in REMARKS[:-1]:
        remark(page, field, row, KIND, text, proposal)
        press(page, "写下意见", text)
    remark(page, *REMARKS[-1][:2], KIND, *REMARKS[-1][2:])
    take(page, "remark", 640, top_of(page, "#review-sheet"))
    press(page, "写下意见", REMARKS[-1][2])
    press(page, f"退回（{len(REMARKS)} 条意见）")


def the_correction(desks: Desks) -> None:
    desks.leave("clerk")  # some days later
    take(desks.at("clerk"), "start", 720)
    page = desks.goal("clerk", PROJECT)
    take(page, "returned", 480)
    take(page, "answer", 760, top_of(page, ".lines-box"))
    page.locator("[name=line_cycle]").nth(1).fill("5套")
    page.locator("[name=line_annual]").nth(1).fill("5套")
    page.locator(".note-answer textarea").last.fill(ANSWER)
    press(page, "保存并送审", SUBMITTED)
    page = desks.goal("reviewer", PROJECT)
    take(page, "review", 900)
    take(page, "decision", 620, top_of(page, ".decision"))


def the_history(desks: Desks) -> None:
    page = desks.goal("reviewer", PROJECT)
    page.get_by_role("link", name="历史", exact=True).click()
    page.wait_for_load_state("networkidle")
    take(page, "history", 760)
    page.locator(".history-pairs a").first.click()
    page.get_by_role("link", name="只看不同的").click()
    page.wait_for_load_state("networkidle")
    take(page, "compare", 400)


def the_queue(desks: Desks) -> None:
    for project in WAITING:
        press(desks.goal("clerk", project), "保存并送审", SUBMITTED)
    take(desks.at("reviewer", "performance/goal/?tab=review"), "queue", 620)


def the_settings(desks: Desks) -> None:
    page = desks.at("bureau", "performance/year/")
    page.get_by_role("link", name="2025", exact=False).first.click()
    page.get_by_role("link", name="审核设置").click()
    take(page, "steps", 760)


def the_export(desks: Desks) -> None:
    press(desks.goal("clerk", APPROVED), "保存并送审", SUBMITTED)
    page = desks.goal("reviewer", APPROVED)
    press(page, "各项均为优")
    press(page, "审核通过", "已审核通过。")
    take(desks.at("reviewer", "performance/goal/export/"), "export", 760)


def the_request(desks: Desks) -> None:
    page = desks.at("clerk", "performance/indicatorrequest/add/")
    page.locator("[name=parent]").select_option(index=1)
    page.locator("[name=name]").fill("无人机巡查架次")
    page.locator("[name=reason]").fill("用于“数字城管”巡查项目，按全年实际飞行架次统计。")
    press(page, "提交申请")
    page = desks.at("bureau", "performance/indicatorrequest/")
    page.get_by_role("link", name="无人机巡查架次").click()
    take(page, "request", 800)


def the_users(desks: Desks) -> None:
    take(desks.at("sysadmin", "performance/user/"), "users", 640)


SCENES: tuple[Callable[[Desks], None], ...] = (
    the_year,
    the_form,
    two_people,
    the_import,
    the_review,
    the_correction,
    the_history,
    the_export,
    the_queue,
    the_settings,
    the_request,
    the_users,
)


def main(start: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ["CHROMIUM"], args=list(FLAGS)
        )
        desks = Desks(browser, start)
        for scene in SCENES:
            scene(desks)
        browser.close()
    put_in_place()


def put_in_place() -> None:
    """All or none: a run that broke half way leaves the pictures as they were."""
    taken = sorted(TAKEN.glob("*.png"))
    for path in taken:
        shrink(path)
        if path.stat().st_size > MOST_BYTES:
            sys.exit(f"{path.name}: {path.stat().st_size} bytes are too many")
    for path in taken:
        shutil.copyfile(path, MANUAL / "images" / path.name)
    shutil.copyfile(TAKEN / "form.png", README_PICTURE)


if __name__ == "__main__":
    main(sys.argv[1])
