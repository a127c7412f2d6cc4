"""Each kind of file through the preview in a browser, and what a person can say of it there."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from performance.goals.models import Goal

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FILES = Path(__file__).parents[1] / "sheets" / "files"
READ = sorted(FILES.glob("s*.expected.json"))
REFUSED = {
    "b01-truncated.xlsx": "已损坏",
    "b02-encrypted.xlsx": "打开密码",
    "b03-bomb.xlsx": "解压后过大",
    "b04-binary.xlsb": ".xlsb",
    "b05-scan.pdf": "扫描",
    "b06-entities.xlsx": "DOCTYPE",
    "b07-word.docx": "Word",
    "b08-notable.xlsx": "没有找到绩效目标表",
}


def bring(page: Page, path: Path) -> None:
    page.locator("a[href='/admin/performance/upload/']").first.click()
    page.get_by_role("link", name="导入表格").click()
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="上传并预览").click()


def test_every_sample_is_previewed_as_it_has_to_come_out(open_as) -> None:
    bureau = open_as("bureau")
    for path in READ:
        expected = json.loads(path.read_text())
        bring(bureau, FILES / expected["file"])
        projects = [row["name"] for row in expected["data"]["rows"]]
        lines = sum(len(row["indicators"]) for row in expected["data"]["rows"])
        expect(bureau.locator(".summary a").first).to_have_text(
            re.compile(rf"^{len(projects)}\s*个项目，{lines} 行指标$")
        )
        expect(bureau.locator(".goal-preview h3")).to_have_count(len(projects))
        for project in projects:
            expect(bureau.locator(".goal-preview h3", has_text=project).first).to_be_visible()
    assert not Goal.objects.exists()


def test_every_file_that_cannot_be_read_says_so_in_the_browser(open_as) -> None:
    clerk = open_as("clerk")
    for name, word in REFUSED.items():
        bring(clerk, FILES / name)
        expect(clerk.get_by_role("alert")).to_contain_text("文件没有读入")
        expect(clerk.get_by_role("alert")).to_contain_text(word)


def test_a_value_of_a_pdf_leads_to_its_place_on_the_page(open_as) -> None:
    bureau = open_as("bureau")
    bring(bureau, FILES / "s07-pages.pdf")
    bureau.locator(".goal-preview details > summary").first.click()
    bureau.locator("td a.cell-picture").nth(6).click()
    picture = bureau.locator("#page-picture img")
    expect(picture).to_be_visible()
    expect(bureau.locator("#page-picture p")).to_contain_text("第1页")
    bureau.keyboard.press("Escape")
    expect(bureau.locator("#page-picture")).to_be_hidden()


def test_a_text_is_parted_otherwise_and_stored_so(open_as) -> None:
    bureau = open_as("bureau")
    bring(bureau, FILES / "s12-text.txt")
    split = bureau.locator(".split").nth(1)
    expect(split).to_contain_text("没有把握，请核对")
    split.get_by_role("radio").nth(2).check()
    split.get_by_role("button", name="按所选的位置划分").click()
    expect(bureau.get_by_text("已按所选的位置划分，并重新比较。")).to_be_visible()
    expect(bureau.locator(".split").nth(1).locator("summary")).to_contain_text(
        "总体绩效目标 2 行，年度绩效目标 3 行"
    )
    bureau.get_by_role("button", name="确认导入 4 个项目").click()
    expect(bureau.get_by_text("新增 4 个项目")).to_be_visible()
    goal = Goal.objects.get(project="综合窗口人员劳务外包经费")
    assert goal.annual_goal.startswith("规范化率达到100%")


def test_strange_headings_are_mapped_once_and_pasted_cells_are_read(open_as) -> None:
    clerk = open_as("clerk")
    headings = ("处室", "事项", "做什么", "甲", "乙", "丙", "数")
    row = ("101009-区政数局", "粘贴的项目", "做好", "1-产出指标", "11-数量指标", "制服数", "5套")
    text = "\n".join("\t".join(cells) for cells in (("2025年表",), headings, row))

    clerk.locator("a[href='/admin/performance/upload/']").first.click()
    clerk.get_by_role("link", name="导入表格").click()
    clerk.get_by_text("或粘贴内容").click()
    clerk.locator("[name=text]").fill(text)
    clerk.get_by_role("button", name="上传并预览").click()
    clerk.get_by_role("link", name="对应各栏").click()
    labels = "用款单位 项目名称 年度绩效目标 一级指标 二级指标 三级指标 年度指标值"
    for number, label in enumerate(labels.split(), 1):
        clerk.locator(f"[name=column-{number}]").select_option(label=label)
    clerk.get_by_role("button", name="按这样读取").click()
    expect(clerk.locator(".goal-preview h3")).to_contain_text("粘贴的项目")

    clerk.get_by_role("link", name="导入另一个文件").click()
    clerk.get_by_text("或粘贴内容").click()
    clerk.locator("[name=text]").fill(text.replace("粘贴的", "又一个"))
    clerk.get_by_role("button", name="上传并预览").click()
    expect(clerk.locator(".goal-preview h3")).to_contain_text("又一个项目")
