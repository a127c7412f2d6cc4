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
REASON = "第2行“订制制服数”的两个指标值只写了5，请写明单位，如“5套”。"


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


def the_review(desks: Desks) -> None:
    project = "工作制服经费"
    press(desks.goal("clerk", project), "保存并送审", SUBMITTED)
    page = desks.goal("reviewer", project)
    page.locator("[name=opinion]").fill(REASON)
    press(page, "退回")
    desks.leave("clerk")  # some days later
    page = desks.goal("clerk", project)
    take(page, "returned", 560)
    for name in ("line_cycle", "line_annual"):
        page.locator(f"[name={name}]").nth(1).fill("5套")
    press(page, "保存并送审", SUBMITTED)
    take(desks.goal("reviewer", project), "review", 960)


def the_export(desks: Desks) -> None:
    press(desks.goal("clerk", "聘用法律顾问费"), "保存并送审", SUBMITTED)
    press(desks.goal("reviewer", "聘用法律顾问费"), "审核通过")
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


def the_rest(desks: Desks) -> None:
    take(desks.at("clerk"), "start", 620)
    take(desks.at("sysadmin", "performance/user/"), "users", 480)


SCENES: tuple[Callable[[Desks], None], ...] = (
    the_year,
    the_form,
    two_people,
    the_import,
    the_review,
    the_export,
    the_request,
    the_rest,
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
