"""The preview of an upload: what it would do, cell by cell, and what is wrong with it."""

from dataclasses import replace
from pathlib import Path

import pytest

from performance.admin.files.preview import PER_PAGE
from performance.goals.models import State
from performance.sheets.models import Upload
from performance.sheets.receiving import receive
from tests.admin.desk import at_desk, upload_url, visible
from tests.builders import (
    clean_sheet,
    make_file,
    make_goal,
    make_grid,
    make_line,
    make_row,
    make_sheet,
    make_workbook,
)


def brought(user, *sheets, **more) -> Upload:
    return receive(make_file(*sheets), "目标.xlsx", by=user, **more)


def preview(user, upload: Upload, query: str = ""):
    return at_desk(user).get(upload_url("change", upload.pk) + query)


def shown(response) -> list[str]:
    return [row.operation.sheet.project for row in response.context["rows"]]


@pytest.fixture
def mixed(clerk) -> Upload:
    """One goal of each kind."""
    make_goal(clean_sheet("同"), by=clerk)
    make_goal(clean_sheet("改"), by=clerk)
    new, same = clean_sheet("新"), clean_sheet("同")
    changed = clean_sheet("改", annual_goal="表里的年度目标")
    refused = clean_sheet("误", unit="202001-区教育局")
    return brought(clerk, new, same, changed, refused)


def test_the_summary_counts_each_kind(clerk, mixed):
    response = preview(clerk, mixed)

    counted = {kind.label: number for kind, number in response.context["kinds"]}
    assert counted == {"新增": 1, "修改": 1, "相同": 1, "有误": 1}
    text = visible(response)
    for words in (
        "4 个项目，8 行指标",
        "1 新增",
        "1 修改",
        "1 相同",
        "1 有误",
        "确认导入 2 个项目",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("new", ["新"]),
        ("changed", ["改"]),
        ("same", ["同"]),
        ("refused", ["误"]),
        ("", ["新", "同", "改", "误"]),
        ("zzz", ["新", "同", "改", "误"]),
        ("<script>", ["新", "同", "改", "误"]),
        ("NEW", ["新", "同", "改", "误"]),
    ],
)
def test_one_kind_can_be_looked_at_alone(clerk, mixed, kind, found):
    response = preview(clerk, mixed, f"?kind={kind}")

    assert shown(response) == found
    assert "<script>" not in response.content.decode().partition("goal-header")[2]


def test_changed_cells_are_marked_with_old_and_new(clerk):
    goal = make_goal(by=clerk)
    first, second = goal.sheet().lines
    new = make_line("112000287-验收合格率", "12-质量指标", annual_value="100%")
    sheet = replace(
        goal.sheet(),
        annual_goal="改过的目标",
        lines=(new, replace(first, annual_value="＞6套")),
    )

    html = preview(clerk, brought(clerk, sheet)).content.decode()

    for old, now in (("本年为窗口人员订制制服5套。", "改过的目标"), ("5套", "＞6套")):
        assert f'<del title="原内容">{old}</del><ins title="现内容">{now}</ins>' in html
    assert html.count("sheet-row-added") == 1
    assert html.count("sheet-row-removed") == 1
    assert second.level3.text in html


def test_a_goal_that_stays_as_it_is_shows_its_content_unmarked(clerk):
    make_goal(by=clerk)

    response = preview(clerk, brought(clerk, clean_sheet()))

    html = response.content.decode()
    assert clean_sheet().lines[0].level3.text in html
    assert "<del" not in html
    assert "<ins" not in html


def test_findings_name_sheet_and_cell_grouped_by_cause(clerk):
    rows = [
        make_row("甲"),
        make_row("甲"),
        make_row("乙", level3="112000287-验收合格率"),
        make_row("丙", level3=""),
        make_row("", level3="111000898-订制制服数"),
    ]
    upload = receive(make_workbook(make_grid(*rows, name="目标表")), "表.xlsx", by=clerk)

    response = preview(clerk, upload)

    text = visible(response)
    groups = {group.rule: group for group in response.context["groups"]}
    assert {"R01", "R03", "R05"} <= set(groups)
    assert "工作表“目标表”单元格 H4" in text
    assert "工作表“目标表”单元格 H5" in text
    assert "工作表“目标表”单元格 H6" in text
    assert groups["R03"].places[0][0].cell == "H4"
    assert "错误 指标重复（R03）：1 处，可以导入，改正后才能送审" in text
    assert "所在项目不能导入" in text


def test_what_refuses_comes_before_what_only_blocks_and_hints_come_last(bureau):
    sheets = (
        make_sheet("甲", make_line("111888888-新指标"), overall_goal=""),
        make_sheet("乙", make_line("")),
    )
    response = preview(bureau, brought(bureau, *sheets, create_missing=True))

    order = [(group.level, group.refuses) for group in response.context["groups"]]
    rank = {"error": 0, "warning": 1, "hint": 2}
    assert order == sorted(order, key=lambda pair: (rank[pair[0]], not pair[1]))
    assert order[-1][0] == "hint"


def test_what_would_be_created_is_listed_and_hinted_at_its_first_cell(bureau):
    sheet = make_sheet(
        "甲",
        make_line("111888888-新指标"),
        unit="303001-新单位",
        category="777-新类别",
    )

    response = preview(bureau, brought(bureau, sheet, create_missing=True))

    text = visible(response)
    assert "将新建 3 项" in text
    for label in ("单位“303001-新单位”", "项目类别“777-新类别”", "三级指标“111888888-新指标”"):
        assert label in text
        assert f"{label}尚未登记，确认后将新建。" in text
    hints = [f for f in response.context["plan"].findings if f.rule == "F07"]
    assert sorted(f.cell for f in hints) == ["A3", "C3", "H3"]


def test_a_clerk_is_told_what_is_missing_and_nothing_is_offered(clerk):
    response = preview(clerk, brought(clerk, make_sheet("甲", make_line("111888888-新指标"))))

    text = visible(response)
    assert "将新建" not in text
    assert "不在本年度的指标库中" in text
    assert "新建没有登记的" not in text


def test_a_locked_goal_says_why(clerk):
    make_goal(clean_sheet("甲"), by=clerk, state=State.SUBMITTED)

    response = preview(clerk, brought(clerk, clean_sheet("甲", annual_goal="表里的")))

    text = visible(response)
    assert "项目“甲”现在是“已送审”，不能用表格修改" in text
    assert "没有可以保存的项目，请按下面的问题修改表格后重新上传。" in text
    button = response.content.decode().partition("确认导入")[0].rpartition("<button")[2]
    assert "disabled" in button


def test_a_foreign_goal_of_the_same_name_is_never_shown(clerk, stranger):
    secret = clean_sheet("甲", unit="202001-区教育局", annual_goal="外单位的秘密")
    make_goal(secret, by=stranger)

    response = preview(clerk, brought(clerk, replace(secret, annual_goal="猜的")))

    assert "外单位的秘密" not in response.content.decode()
    assert "您没有填报单位“202001-区教育局”的权限" in visible(response)


# --- pages ---------------------------------------------------------------------------------------
@pytest.fixture
def long(clerk) -> Upload:
    return brought(clerk, *(clean_sheet(f"第{n}个") for n in range(PER_PAGE + 1)))


def test_a_long_file_has_pages(clerk, long):
    first, second = preview(clerk, long), preview(clerk, long, "?kind=new&p=2")

    assert (len(shown(first)), len(shown(second))) == (PER_PAGE, 1)
    assert "第 1 / 2 页" in visible(first)
    assert "下一页" in visible(first)
    assert "上一页" in visible(second)
    assert "?kind=new&amp;p=1" in second.content.decode()
    assert not set(shown(first)) & set(shown(second))


@pytest.mark.parametrize(
    ("number", "page"), [("0", 2), ("99999", 2), ("abc", 1), ("", 1), ("-1", 2), ("9" * 5000, 1)]
)
def test_a_page_that_is_not_there_is_the_nearest(clerk, long, number, page):
    response = preview(clerk, long, f"?p={number}")

    assert response.status_code == 200
    assert response.context["page"].number == page


# --- markup --------------------------------------------------------------------------------------
def test_markup_in_cells_is_text_everywhere(clerk):
    evil = "<script>alert(1)</script>"
    make_goal(make_sheet("甲" + evil, annual_goal="旧" + evil), by=clerk)
    sheets = (
        make_sheet("甲" + evil, make_line(evil, evil, evil, evil, evil), annual_goal="新" + evil),
        make_sheet("乙", unit="202001-" + evil, category=evil),
    )
    upload = brought(clerk, *sheets)
    desk = at_desk(clerk)

    before = desk.get(upload_url("change", upload.pk)).content.decode()
    done = desk.post(upload_url("confirm", upload.pk), {"plan": upload.plan_hash}, follow=True)

    for html in (before, done.content.decode()):
        assert evil not in html
        assert "&lt;script&gt;alert(1)" in html


def test_markup_in_titles_and_worksheet_names_is_text(clerk):
    evil = "<b>2025年"
    grid = make_grid(make_row("甲", level3=""), title=evil, name="<i>表")
    upload = receive(make_workbook(grid), "<u>.xlsx", by=clerk)

    html = preview(clerk, upload).content.decode()

    for tag in ("<b>2025", "<i>表", "<u>.xlsx"):
        assert tag not in html
    assert "&lt;i&gt;表" in html


def test_line_breaks_in_cells_are_breaks_on_the_page(clerk):
    html = preview(clerk, brought(clerk, make_sheet("甲", overall_goal="一\n二"))).content.decode()

    assert "一<br>二" in html


def test_weights_and_amounts_of_a_form_are_told_and_kept_out_of_the_goal(clerk):
    form = Path(__file__).parents[2] / "sheets/files/s02-declaration.xlsx"
    upload = receive(form.read_bytes(), "表.xlsx", by=clerk)

    page = visible(preview(clerk, upload))

    assert "年度资金总额 286.00" in page
    assert "（万元）；各行分值 20、10、10、" in page
    assert "这些不属于绩效目标，没有读入。" in page
    assert page.count("表上还有") == 3
