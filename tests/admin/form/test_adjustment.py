"""An adjustment on the pages: its reason and marks on the form, and what leaves the portal."""

from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from performance.goals.copying import copy_goals
from performance.goals.models import Goal, State
from performance.goals.usage import last_values
from performance.library.models import Year
from performance.sheets.convert import read_file
from tests.admin.desk import (
    at_desk,
    body,
    form_on,
    fresh,
    goal_url,
    told,
    typed,
    typed_lines,
    upload_url,
    visible,
)
from tests.admin.test_queries import cost
from tests.builders import change_goal, clean_sheet, make_file, make_goal, make_line
from tests.commands.running import run
from tests.review.workflow import remark, take

ISSUED, ADJUSTED = "本年为窗口人员订制制服5套。", "本年订制3套。"


@pytest.fixture
def goal(clerk, reviewer, bureau) -> Goal:
    """Being adjusted: another annual goal, line 1 changed, line 2 replaced."""
    goal = make_goal(by=clerk)
    for name, by in (("submit", clerk), ("approve", reviewer), ("issue", bureau)):
        take(goal, name, by)
    take(goal, "adjust", clerk, "预算调减。")
    sheet = fresh(goal).sheet()
    lines = (
        replace(sheet.lines[0], annual_value="3套"),
        make_line("112000287-验收合格率", "12-质量指标", "1-产出指标", "100%", "100%"),
    )
    change_goal(fresh(goal), replace(sheet, annual_goal=ADJUSTED, lines=lines), by=clerk)
    return fresh(goal)


def page_of(goal: Goal, user):
    return at_desk(user).get(goal_url("change", goal.pk))


def brought(user, *sheets):
    """A preview of a file."""
    desk = at_desk(user)
    file = SimpleUploadedFile("表.xlsx", make_file(*sheets))
    return desk, desk.post(upload_url("add"), {"file": file}, follow=True)


def test_the_form_shows_the_reason_and_marks_every_change(goal, clerk):
    text = visible(page_of(goal, clerk))

    assert "相比，修改 1 行、新增 1 行、删除 1 行，“年度绩效目标”有改动。" in text
    assert "调整的原因（张敏" in text
    assert "预算调减。" in text
    assert ISSUED in text  # the old text beside the new one
    assert "5套" in text
    assert "331001710-行政服务窗口群众满意度" in text
    assert "绩效目标调整不受填报时间的限制。" in text


def test_an_unchanged_adjustment_says_so(clerk, bureau):
    goal = make_goal(by=clerk, state=State.ADJUSTING)

    assert "还没有改动" in visible(page_of(goal, clerk))
    assert cost(at_desk(clerk), goal_url("change", goal.pk)) <= 12


def test_it_is_changed_and_handed_over_with_one_press_though_nothing_was_changed_before(clerk):
    goal = make_goal(by=clerk, state=State.ADJUSTING)
    desk = at_desk(clerk)
    page = desk.get(goal_url("change", goal.pk))
    assert not page.context["submit_reason"]
    data = {k: v for k, v in form_on(page).items() if k != "_save"} | {"_submit": ""}

    unchanged = desk.post(goal_url("change", goal.pk), data, follow=True)
    changed = desk.post(goal_url("change", goal.pk), data | {"annual_goal": "改"}, follow=True)

    assert "没有调整任何内容，不能送审" in "".join(told(unchanged))
    assert "已送审" in "".join(told(changed))
    assert fresh(goal).state == State.SUBMITTED


def test_giving_it_up_twice_is_answered_twice_and_done_once(goal, clerk):
    data = {"seen": goal.chain_hash, "state": goal.stage, "opinion": "不再调整。"}
    desk, path = at_desk(clerk), goal_url("perform", goal.pk, "drop")

    first, second = (told(desk.post(path, data, follow=True)) for _ in range(2))

    assert first == second == ["已放弃这次调整，恢复为已批复的内容。"]
    assert fresh(goal).events.filter(transition="drop").count() == 1


def test_a_returned_adjustment_shows_remarks_and_marks(goal, clerk, reviewer):
    take(goal, "submit", clerk)
    remark(goal, "annual_value", reviewer, line=1)
    take(goal, "return", reviewer)

    text = visible(page_of(goal, clerk))

    assert "退回：1 条意见" in text
    assert "与 已批复的内容（第1版） 相比" in text
    assert cost(at_desk(clerk), goal_url("change", goal.pk)) <= 15


def test_it_is_saved_after_the_window_closed(goal, clerk):
    Year.objects.update(closes_at="2025-01-01T00:00:00Z")

    page = page_of(goal, clerk)
    response = at_desk(clerk).post(
        goal_url("change", goal.pk), form_on(page) | {"annual_goal": "再改"}, follow=True
    )

    assert fresh(goal).annual_goal == "再改"
    assert told(response) == ["已保存（第3版）。"]


def test_it_is_dropped_from_the_page(goal, clerk):
    data = {"seen": goal.chain_hash, "state": goal.stage, "opinion": "不再调整。"}
    response = at_desk(clerk).post(goal_url("perform", goal.pk, "drop"), data, follow=True)

    assert fresh(goal).state == State.ISSUED
    assert fresh(goal).sheet().annual_goal == ISSUED
    assert any("已放弃这次调整" in message for message in told(response))


# --- what leaves the portal ----------------------------------------------------------------------
@pytest.mark.parametrize("way", ["adjusting", "submitted", "returned"])
def test_papers_and_files_show_what_was_issued(goal, clerk, reviewer, way):
    if way != "adjusting":
        take(goal, "submit", clerk)
    if way == "returned":
        take(goal, "return", reviewer, "请说明。")
    desk = at_desk(clerk)

    single = visible(desk.get(goal_url("print", goal.pk)))
    listed = visible(desk.get(goal_url("print_list")))
    exported = desk.post(goal_url("export"), {"download": "", "as": "listing.xlsx"})
    dumped = run("dump_goals").json

    for text in (single, listed):
        assert ISSUED in text
        assert ADJUSTED not in text
    assert "所印的是已批复的内容，第1版" in single
    (read,) = read_file(body(exported)).goals
    assert read.sheet.annual_goal == ISSUED
    assert dumped["rows"][0]["annual_goal"] == ISSUED


def test_a_copy_says_what_was_issued(goal, clerk):
    Year.objects.create(year=2026)

    copied = copy_goals([goal.pk], 2026, by=clerk)

    (new,) = copied.goal_ids
    assert Goal.objects.get(pk=new).annual_goal == ISSUED


def test_last_years_values_are_the_issued_ones(goal, portal):
    later = Year.objects.create(year=2026)

    used = last_values(goal.unit_id, later)

    assert used.by_code["111000898"] == "5套"
    assert "331001710" in used.by_code
    assert "112000287" not in used.by_code


def test_after_its_approval_the_adjusted_content_goes_out(goal, clerk, reviewer):
    take(goal, "submit", clerk)
    take(goal, "approve", reviewer)

    assert ADJUSTED in visible(at_desk(clerk).get(goal_url("print", goal.pk)))
    assert run("dump_goals").json["rows"][0]["annual_goal"] == ADJUSTED


# --- files ---------------------------------------------------------------------------------------
def test_a_file_may_change_a_goal_that_is_being_adjusted(goal, clerk):
    sheet = replace(goal.sheet(), annual_goal="表里的")
    desk, preview = brought(clerk, sheet)

    upload = preview.context["upload"]
    desk.post(upload_url("confirm", upload.pk), {"plan": upload.plan_hash})

    assert fresh(goal).annual_goal == "表里的"


@pytest.mark.parametrize(
    ("state", "way_out"),
    [
        (State.ISSUED, "需先在项目页面申请调整"),
        (State.FILED, "需先在项目页面申请调整"),
        (State.REJECTED, "需先由业务管理员重新受理"),
        (State.SUBMITTED, "需先取消送审或由审核人退回"),
    ],
)
def test_a_file_is_refused_where_a_save_would_be(clerk, state, way_out):
    make_goal(by=clerk, state=state)

    _, preview = brought(clerk, clean_sheet(annual_goal="表里的"))

    text = visible(preview)
    assert f"现在是“{state.label}”，不能用表格修改；{way_out}" in text
    assert "没有可以保存的项目" in text


def test_a_file_that_changes_closed_cells_is_refused_with_the_cells(clerk, reviewer):
    goal = make_goal(by=clerk)
    other = make_goal(clean_sheet("另一个"), by=clerk)
    take(goal, "submit", clerk)
    remark(goal, "annual_goal", reviewer)
    take(goal, "return", reviewer)

    sheets = [clean_sheet(overall_goal="不该改"), clean_sheet("另一个", annual_goal="可以改")]
    desk, preview = brought(clerk, *sheets)

    text = visible(preview)
    assert "退回后只开放了审核意见所指的单元格，不能修改：总体绩效目标" in text
    upload = preview.context["upload"]
    desk.post(upload_url("confirm", upload.pk), {"plan": upload.plan_hash})
    assert fresh(other).annual_goal == "可以改"
    assert fresh(goal).revision_number == 1


def test_a_file_that_changes_only_open_cells_is_taken(clerk, reviewer):
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)
    remark(goal, "annual_goal", reviewer)
    take(goal, "return", reviewer)

    desk, preview = brought(clerk, clean_sheet(annual_goal="改好了"))
    upload = preview.context["upload"]
    desk.post(upload_url("confirm", upload.pk), {"plan": upload.plan_hash})

    assert fresh(goal).annual_goal == "改好了"


def test_a_renaming_by_a_file_is_not_proposed_where_the_name_is_closed(clerk, reviewer):
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)
    remark(goal, "annual_goal", reviewer)
    take(goal, "return", reviewer)

    _, preview = brought(clerk, clean_sheet("改了名"))

    assert "或它现在不能修改" in visible(preview)


def test_the_import_page_says_that_importing_is_writing(bureau):
    sentence = "为单位导入也算填写：导入人以后不能审核这些目标。"

    assert sentence in visible(at_desk(bureau).get(upload_url("add")))
    assert sentence in visible(brought(bureau, clean_sheet())[1])


def test_typing_into_an_issued_goal_is_refused_and_stays_on_the_page(clerk):
    goal = make_goal(by=clerk, state=State.ISSUED)

    data = typed(goal, annual_goal="打的字", **typed_lines(goal.sheet().lines))
    response = at_desk(clerk).post(goal_url("change", goal.pk), data)

    assert "现在是“已批复”，只有草稿、被退回和调整中的可以修改。" in visible(response)
    assert form_on(response)["annual_goal"] == ["打的字"]
