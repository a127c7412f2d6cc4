"""A year with two reviews, in browsers: what was remarked is corrected and nothing else, two people
approve, an adjustment goes the same way again, and what is changed behind the portal is found."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from playwright.sync_api import Locator, Page, expect

from performance.goals.models import Goal
from performance.library.models import Year
from performance.people.models import Membership, User
from performance.review import guards
from performance.sheets.formats import xlsx
from tests.builders import clean_sheet, make_goal
from tests.commands.running import run
from tests.review.workflow import set_steps

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FIRST = "审核通过，转财政审核"
LAST = "审核通过（最后一个环节）"
TAMPER = "UPDATE performance_event SET opinion = '珠高财〔2025〕9号' WHERE number = 6"


@dataclass
class Office:
    """One goal, and the pages of the people who deal with it."""

    goal: Goal
    address: str
    pages: dict[str, Page]

    def page(self, who: str) -> Page:
        page = self.pages[who]
        page.goto(self.address)
        return page

    @property
    def now(self) -> Goal:
        return Goal.objects.get(pk=self.goal.pk)

    def acts(self) -> list[tuple[str, str, str]]:
        """What is on record, the oldest first."""
        rows = self.goal.events.order_by("number").select_related("by")
        return [(event.transition, event.step_name, event.by.username) for event in rows]


@pytest.fixture
def office(open_as, live_server) -> Office:
    year = Year.objects.get()
    year.grades_required = True
    year.save()
    pages = {name: open_as(name) for name in ("clerk", "reviewer", "finance", "bureau")}
    set_steps(year, "reviewer", "finance_reviewer")
    goal = make_goal(clean_sheet(), by=User.objects.get(username="clerk"))
    return Office(goal, f"{live_server.url}/admin/performance/goal/{goal.pk}/change/", pages)


def said_at(page: Page, name: str, row: int) -> Locator:
    """A cell of the sheet under review."""
    return page.locator(f"td[data-cell].at-{name}").nth(row)


def remark(page: Page, name: str, row: int, text: str) -> None:
    said_at(page, name, row).click()
    page.locator("form.writing").get_by_label("意见", exact=True).fill(text)
    page.get_by_role("button", name="写下意见").click()
    expect(page.locator(".note-draft", has_text=text)).to_be_visible()


def typed_at(page: Page, name: str, row: int) -> Locator:
    """A cell of the clerk's form."""
    return page.locator(f"#lines [name=line_{name}]").nth(row)


def submit(page: Page) -> None:
    page.get_by_role("button", name="保存并送审").click()
    expect(page.locator(".state-submitted")).to_be_visible()


def approve(page: Page, label: str) -> None:
    page.get_by_role("button", name="各项均为优").click()
    page.get_by_role("button", name=label).click()


def changes_on(page: Page) -> list[tuple[str, str]]:
    """Every change that the sheet marks: what stood there, and what stands there now."""
    cells = page.locator("#review-sheet td[data-cell]").filter(has=page.locator("ins"))
    return [
        (cell.locator("del").inner_text(), cell.locator("ins").inner_text())
        for cell in cells.filter(has=page.locator("[title=现内容]")).all()
    ]


def filed_values(page: Page, address: str) -> list[str]:
    """The annual values of an export made now."""
    page.goto(address.split("/admin/")[0] + "/admin/performance/goal/export/")
    with page.expect_download() as download:
        page.get_by_role("button", name="导出", exact=True).click()
    (grid,) = xlsx.read(Path(download.value.path()).read_bytes())
    heading = next(row for row in (1, 2, 3) if grid.text(row, 10) == "年度指标值")
    return [grid.text(heading + 1, 10), grid.text(heading + 2, 10)]


def post_by_hand(office: Office, page: Page, name: str) -> str:
    """As if somebody had freed the greyed button: what the page says then."""
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    form = {
        "csrfmiddlewaretoken": token,
        "seen": office.now.chain_hash,
        "state": office.now.stage,
    }
    address = page.url.replace("/change/", f"/perform/{name}/")
    answer = page.context.request.post(address, form=form, headers={"Referer": page.url})
    assert answer.ok, answer.status
    return answer.text()


def remark_and_return(office: Office) -> Page:
    """The answer is a tab in which the sheet stands as it did before."""
    page = office.page("reviewer")
    stale = page.context.new_page()
    stale.goto(office.address)
    remark(page, "annual_value", 0, "数量请与预算一致。")
    remark(page, "cycle_value", 1, "请与年度指标值拉开。")
    page.get_by_role("button", name="退回（2 条意见）").click()
    expect(page.locator(".state-returned")).to_be_visible()
    return stale


def correct_only_that(office: Office) -> None:
    """Closed cells stay closed, even for somebody who frees them by hand."""
    page = office.page("clerk")
    expect(page.locator(".notes")).to_contain_text("数量请与预算一致。")
    closed = typed_at(page, "annual", 1)
    for cell in (closed, typed_at(page, "cycle", 0), typed_at(page, "level3", 0)):
        expect(cell).not_to_be_editable()
    typed_at(page, "annual", 0).fill("6套")
    closed.evaluate("cell => { cell.readOnly = false; }")
    closed.fill("≥99%")
    page.get_by_role("button", name="保存", exact=True).last.click()
    expect(page.get_by_text("这一格没有开放，已保存的是“≥90%”。")).to_be_visible()
    assert office.now.revision_number == 1

    typed_at(page, "annual", 1).fill("≥90%")
    expect(typed_at(page, "annual", 0)).to_have_value("6套")
    typed_at(page, "cycle", 1).fill("≥95%")
    page.locator("fieldset.note textarea").last.fill("三年内逐年提高。")
    submit(page)


def judge_the_difference(office: Office, stale: Page) -> None:
    """A tab of before approves nothing; a look at it anew shows just what was corrected."""
    corrected = [("5套", "6套"), ("≥90%", "≥95%")]
    approve(stale, FIRST)
    expect(stale.locator(".portal-alert-danger")).to_contain_text("内容又被修改了")
    assert changes_on(stale) == corrected
    assert office.now.stage == "submitted-1"

    page = office.page("reviewer")
    assert changes_on(page) == corrected
    expect(page.locator(".note-answer")).to_contain_text(["已修改。", "三年内逐年提高。"])
    approve(page, FIRST)
    expect(page.get_by_text("“主管部门审核”已审核通过，转到下一个审核环节。")).to_be_visible()


def refuse_own_work(office: Office) -> None:
    """The clerk holds the office of the second reviewer too: it helps neither them nor a trick."""
    clerk = User.objects.get(username="clerk")
    held = Membership.objects.create(user=clerk, role="finance_reviewer")
    page = office.page("clerk")
    expect(page.get_by_role("button", name=LAST)).to_be_disabled()
    expect(page.locator("#why-approve")).to_contain_text("您填写或导入过这个目标")
    assert "不能审核自己的内容。" in post_by_hand(office, page, "approve")
    held.delete()


def refuse_two_steps(office: Office) -> None:
    reviewer = User.objects.get(username="reviewer")
    held = Membership.objects.create(user=reviewer, role="finance_reviewer")
    page = office.page("reviewer")
    expect(page.locator("#why-approve")).to_contain_text("不能再在另一个环节办理")
    assert "您已在“主管部门审核”办理过这个目标" in post_by_hand(office, page, "approve")
    held.delete()
    assert office.now.stage == "submitted-2"


def approve_twice_with_one_hand(office: Office) -> None:
    page = office.page("finance")
    page.get_by_role("button", name="各项均为优").click()
    page.get_by_role("button", name=LAST).dblclick()
    expect(page.locator(".goal-header .state-approved")).to_be_visible()


def issue_and_file(office: Office) -> None:
    page = office.page("bureau")
    page.get_by_label("批复文号或说明").fill("珠高财〔2025〕1号")
    page.get_by_role("button", name="批复", exact=True).click()
    expect(page.get_by_text("已批复，此后只能通过绩效目标调整修改。")).to_be_visible()
    page.get_by_role("button", name="备案", exact=True).click()
    expect(page.locator(".goal-header .state-filed")).to_have_text("已备案")


def adjust_one_line(office: Office) -> None:
    page = office.page("clerk")
    page.get_by_label("调整的原因").fill("窗口新增一人。")
    page.get_by_role("button", name="申请调整").click()
    expect(page.get_by_text("已进入调整：修改后再送审")).to_be_visible()
    typed_at(page, "annual", 0).fill("7套")
    submit(page)


def judge_the_adjustment(office: Office) -> None:
    page = office.page("reviewer")
    expect(page.locator(".review-summary")).to_contain_text("修改 1 行")
    expect(page.locator(".review-summary")).to_contain_text("窗口新增一人。")
    assert changes_on(page) == [("6套", "7套")]
    approve(page, FIRST)
    expect(page.get_by_text("转到下一个审核环节")).to_be_visible()
    assert filed_values(office.pages["bureau"], office.address) == ["6套", "≥90%"]

    page = office.page("finance")
    assert changes_on(page) == [("6套", "7套")]
    approve(page, LAST)
    expect(page.locator(".goal-header .state-approved")).to_be_visible()
    assert filed_values(office.pages["bureau"], office.address) == ["7套", "≥90%"]


def tamper() -> None:
    """What the bureau wrote with its first 批复 is to say something else."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TAMPER)


def test_two_reviews_an_adjustment_and_a_tampered_row(office: Office) -> None:
    submit(office.page("clerk"))
    stale = remark_and_return(office)
    correct_only_that(office)
    judge_the_difference(office, stale)
    refuse_own_work(office)
    refuse_two_steps(office)
    approve_twice_with_one_hand(office)
    issue_and_file(office)
    adjust_one_line(office)
    judge_the_adjustment(office)
    issue_and_file(office)

    way = ("approve", "主管部门审核", "reviewer"), ("approve", "财政审核", "finance")
    end = ("issue", "", "bureau"), ("file", "", "bureau")
    submitted = ("submit", "", "clerk")
    first = (submitted, ("return", "主管部门审核", "reviewer"), submitted, *way, *end)
    assert office.acts() == [*first, ("adjust", "", "clerk"), submitted, *way, *end]

    with pytest.raises(IntegrityError, match="办理记录只能新增，不能修改"):
        tamper()
    assert run("verify_records").code == 0
    guards.drop()
    tamper()
    guards.install()
    found = run("verify_records")
    assert found.code == 1
    assert "第6次办理：" in found.out
