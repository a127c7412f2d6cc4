"""What happened to a goal on one line of time, two versions beside each other, and going back."""

from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from performance.goals.actions import save_sheets
from performance.goals.models import Goal, Origin, Revision, State
from performance.goals.unsaved import keep, place_of
from performance.library.review_form import ReviewGrade, ReviewPoint
from performance.people.models import Unit
from performance.review.actions import Decision, perform
from performance.review.models import Event, Waiver
from performance.review.remarking import answer_remark, reopen_cell, write_remark
from performance.sheets.models import Upload
from tests.admin.desk import at_desk, everything, fresh, goal_url, told, visible
from tests.builders import change_goal, clean_sheet, make_draft, make_file, make_goal, make_user

HUGE = ("99999999999999999999", "2147483648", "9223372036854775808", "9" * 400)


def step(goal, name, *, by, **decided) -> Event:
    return perform(goal.pk, name, by=by, seen=fresh(goal).chain_hash, decision=Decision(**decided))


def edited(goal, by, **changes) -> Goal:
    return change_goal(fresh(goal), replace(fresh(goal).sheet(), **changes), by=by)


@pytest.fixture
def reviewed(clerk, reviewer, bureau) -> Goal:
    """Submitted, returned with a remark, answered and changed, submitted, approved, issued."""
    goal = make_goal(by=clerk)
    step(goal, "submit", by=clerk)
    remark = write_remark(
        goal.pk,
        by=reviewer,
        seen=fresh(goal).chain_hash,
        key="",
        field="annual_goal",
        kind="填写错误",
        text="请写明<数量>。",
        proposal="本年订制制服6套。",
    )
    step(goal, "return", by=reviewer)
    answer_remark(remark.pk, by=clerk, text="已按实际改为7套。")
    reopen_cell(goal.pk, by=clerk, key="", field="overall_goal", reason="总目标要跟着改。")
    edited(goal, clerk, annual_goal="本年订制制服7套。")
    step(goal, "submit", by=clerk)
    step(goal, "approve", by=reviewer, opinion="同意。", grades=best(goal))
    step(goal, "issue", by=bureau, opinion="香财〔2025〕1号")
    return fresh(goal)


def best(goal) -> dict[str, str]:
    grade = ReviewGrade.objects.filter(year=goal.year_id).first()
    return {point.name: grade.name for point in ReviewPoint.objects.filter(year=goal.year_id)}


def history(user, goal, query=""):
    response = at_desk(user).get(goal_url("history", goal.pk) + query)
    assert response.status_code == 200
    return response


# --- the line of time --------------------------------------------------------------------------
def test_versions_and_steps_stand_on_one_line_the_newest_first(clerk, reviewed):
    response = history(clerk, reviewed)

    happened = [entry.what for entry, _ in response.context["entries"]]
    assert happened == [
        "批复",
        "主管部门审核：审核通过",
        "送审",
        "第2版",
        "申请开放总体绩效目标",
        "主管部门审核：退回",
        "送审",
        "第1版",
    ]
    text = visible(response)
    for said in ("香财〔2025〕1号", "同意。", "请写明<数量>。", "已按实际改为7套。", "填写错误"):
        assert said in text
    for said in ("建议改为：本年订制制服6套。", "总目标要跟着改。", "李国强", "王芳", "了结"):
        assert said in text


def test_moments_that_people_name_stand_out(clerk, reviewed):
    response = history(clerk, reviewed)

    names = {
        entry.number: names for entry, names in response.context["entries"] if entry.is_revision
    }
    assert names[1] == ["第1次送审时"]
    assert names[2] == ["第2次送审时", "审核通过时", "批复时", "现在"]
    pairs = [(p.first.number, p.second.number) for p in response.context["pairs"]]
    assert pairs == [(1, 2)]
    assert "已批复的版本" in visible(response)


def test_grades_are_folded(clerk, reviewed):
    html = history(clerk, reviewed).content.decode()

    count = ReviewPoint.objects.filter(year=reviewed.year_id).count()
    assert f"<summary>审核表（{count} 项）</summary>" in html


def test_a_deputy_is_named_with_whom_they_stand_for(clerk, reviewer):
    goal = make_goal(by=clerk)
    step(goal, "submit", by=clerk)
    deputy = make_user("deputy", full_name="代办人")
    unit = Unit.objects.get(code="101")
    deputy.memberships.create(role="reviewer", unit=unit, deputy_of=reviewer)
    step(goal, "approve", by=deputy)

    assert "代办人（代 李国强）" in visible(history(clerk, goal))


def test_an_import_leads_to_its_file_for_who_may_see_it(clerk, bureau, reviewer):
    file = SimpleUploadedFile("我的表.xlsx", make_file(clean_sheet()))
    desk = at_desk(clerk)
    page = desk.post("/admin/performance/upload/add/", {"file": file}).url
    plan = {"plan": Upload.objects.get().plan_hash}
    assert desk.post(page.replace("change", "confirm"), plan).status_code == 302
    goal = Goal.objects.get()

    for person in (clerk, bureau):
        assert f'href="{page}"' in history(person, goal).content.decode()
        assert "表格导入《我的表.xlsx》" in visible(history(person, goal))
    html = history(reviewer, goal).content.decode()
    assert "表格导入" in html
    assert page not in html
    assert "我的表" not in html


def test_an_upload_that_is_gone_is_told_without_a_link(clerk):
    goal = make_goal(by=clerk)
    draft = make_draft(replace(goal.sheet(), annual_goal="导入的"), goal)
    save_sheets([draft], by=clerk, origin=Origin.UPLOAD, origin_id=4711)

    assert "表格导入" in visible(history(clerk, goal))


def test_attachments_and_waivers_are_on_the_line(clerk, reviewer):
    goal = make_goal(by=clerk)
    desk = at_desk(clerk)
    file = SimpleUploadedFile("依据.txt", "依据".encode())
    desk.post(goal_url("attach", goal.pk), {"file": file, "kind": "basis"})
    attachment = goal.attachments.get()
    desk.post(goal_url("detach", goal.pk, attachment.pk))
    now = timezone.now()
    Waiver.objects.create(
        goal=goal,
        rule="R05",
        reason="特殊",
        by=reviewer,
        at=now,
        until=now.date(),
        lifted_by=reviewer,
        lifted_at=now,
    )

    what = [entry.what for entry, _ in history(clerk, goal).context["entries"]]

    assert what[0] == "撤销 R05 的豁免"
    assert what[1].startswith("豁免 R05 的警告，有效期至")
    assert what[2:] == ["删除附件“依据.txt”（依据文件）", "上传附件“依据.txt”（依据文件）", "第1版"]


def test_drafts_of_remarks_are_nobodys_business(clerk, reviewer):
    goal = make_goal(by=clerk, state=State.SUBMITTED)
    remark = {"key": "", "field": "project", "kind": "填写错误", "text": "还没想好"}
    write_remark(goal.pk, by=reviewer, seen=goal.chain_hash, **remark)

    assert "还没想好" not in visible(history(clerk, goal))


@pytest.mark.parametrize(
    ("show", "count"), [("", 8), ("steps", 6), ("versions", 2), ("nonsense", 8), ("\0", 8)]
)
def test_only_steps_or_only_versions(clerk, reviewed, show, count):
    response = at_desk(clerk).get(goal_url("history", reviewed.pk), {"show": show})

    assert len(response.context["entries"]) == count


def test_500_versions_come_in_pages_at_the_cost_of_one(clerk):
    goal = make_goal(by=clerk)
    newest = goal.revisions.get()
    rows = [copied(newest, number) for number in range(2, 501)]
    Revision.objects.bulk_create(rows)
    Goal.objects.filter(pk=goal.pk).update(revision_number=500)
    desk, found = at_desk(clerk), []
    for page in ("1", "5", "10", "11", "0", "-1", "abc", "9" * 5000):
        with CaptureQueriesContext(connection) as queries:
            response = desk.get(goal_url("history", goal.pk), {"page": page})
        found.append((len(response.context["entries"]), len(queries)))

    assert {count for count, _ in found} == {50}
    assert len({cost for _, cost in found}) == 1
    last = desk.get(goal_url("history", goal.pk), {"page": "10"})
    assert last.context["entries"][-1][0].number == 1
    assert "第 10 页，共 10 页" in visible(last)


def copied(revision, number) -> Revision:
    return Revision(
        goal=revision.goal,
        number=number,
        content=revision.content,
        content_hash=revision.content_hash,
        chain_hash=f"{number:064}",
        by=revision.by,
        at=timezone.now(),
        origin=revision.origin,
    )


def test_the_page_costs_the_same_after_one_and_five_rounds(clerk, reviewer):
    goal, desk, found = make_goal(by=clerk), at_desk(clerk), []
    for number in range(5):
        step(goal, "submit", by=clerk)
        for field in ("annual_goal", "overall_goal"):
            seen = fresh(goal).chain_hash
            remark = {"key": "", "field": field, "kind": "填写错误", "text": "请改"}
            write_remark(goal.pk, by=reviewer, seen=seen, **remark)
        step(goal, "return", by=reviewer)
        edited(goal, clerk, annual_goal=f"第{number}稿", overall_goal=f"第{number}稿")
        with CaptureQueriesContext(connection) as queries:
            desk.get(goal_url("history", goal.pk))
        found.append(len(queries))

    assert len(set(found)) == 1
    assert found[0] <= 12


# --- two beside each other ---------------------------------------------------------------------
def test_any_two_versions_stand_beside_each_other(clerk, reviewed):
    response = at_desk(clerk).get(goal_url("compare", reviewed.pk, 1, 2))

    text = visible(response)
    assert "第1版 · 第1次送审时" in text
    assert "第2版 · 第2次送审时、审核通过时、批复时、现在" in text
    html = response.content.decode()
    assert html.count("beside-before") == html.count("beside-after") == 1
    assert "本年为窗口人员订制制服5套。" in text
    assert "本年订制制服7套。" in text
    assert "1 处不同" in text


def test_only_what_differs_is_listed_when_asked(clerk, reviewed):
    both = at_desk(clerk).get(goal_url("compare", reviewed.pk, 1, 2) + "?only=1").context["beside"]

    assert [cell.field for cell in both.head] == ["annual_goal"]
    assert both.rows == ()


def test_the_older_stands_first_whatever_was_asked(clerk, reviewed):
    response = at_desk(clerk).get(goal_url("compare", reviewed.pk, 2, 1))

    assert response.url == goal_url("compare", reviewed.pk, 1, 2)


def test_one_version_beside_itself_says_so(clerk, reviewed):
    assert "两版内容相同" in visible(at_desk(clerk).get(goal_url("compare", reviewed.pk, 2, 2)))


def test_added_and_removed_lines_stand_where_they_stood(clerk):
    goal = make_goal(by=clerk)
    second = goal.sheet().lines[1]
    new = replace(second, key="", level3=replace(second.level3, code="331009999"))
    goal = edited(goal, clerk, lines=(second, new))

    response = at_desk(clerk).get(goal_url("compare", goal.pk, 1, 2))

    assert [row.kind for row in response.context["beside"].rows] == ["removed", "", "added"]
    text = visible(response)
    assert text.count("（没有这一行）") == 2
    assert "新增" in text
    assert "删除" in text


def test_versions_without_lines_can_be_compared(clerk):
    goal = make_goal(by=clerk)
    for text in ("一", "二"):
        goal = edited(goal, clerk, lines=(), annual_goal=text)

    for pair in ((1, 2), (2, 3)):
        assert at_desk(clerk).get(goal_url("compare", goal.pk, *pair)).status_code == 200


@pytest.mark.parametrize("number", ["0", "3", "-1", "abc", "１", *HUGE])
def test_what_never_was_cannot_be_compared(clerk, reviewed, number):
    desk = at_desk(clerk)

    for path in (f"{number}/1", f"1/{number}"):
        response = desk.get(f"/admin/performance/goal/{reviewed.pk}/history/{path}/", follow=True)
        assert response.status_code == 404
    chosen = desk.get(
        goal_url("history", reviewed.pk), {"first": number, "second": "1"}, follow=True
    )
    assert chosen.status_code == 404


def test_the_two_choices_lead_to_the_comparison(clerk, reviewed):
    response = at_desk(clerk).get(goal_url("history", reviewed.pk), {"first": "2", "second": "1"})

    assert response.status_code == 302
    assert response.url == goal_url("compare", reviewed.pk, 2, 1)


def test_the_choices_begin_with_the_last_named_moment_and_now(clerk, reviewed):
    first, second = history(clerk, reviewed).context["chosen"]

    assert (first.label, second.label) == ("第1次送审时（第1版）", "现在（第2版）")


def test_a_foreign_goals_history_does_not_exist(stranger, reviewed):
    desk = at_desk(stranger)

    paths = [goal_url("compare", reviewed.pk, 1, 2), goal_url("restore", reviewed.pk, 1)]
    for path in paths:
        assert desk.get(path).status_code == 404
        assert desk.post(path).status_code == 404


def test_markup_in_texts_is_shown_as_text(clerk):
    goal = make_goal(clean_sheet(annual_goal="<script>alert(1)</script>"), by=clerk)
    edited(goal, clerk, annual_goal="<b>粗</b>")

    html = at_desk(clerk).get(goal_url("compare", goal.pk, 1, 2)).content.decode()

    assert "<script>alert" not in html
    assert "&lt;b&gt;粗&lt;/b&gt;" in html


# --- going back --------------------------------------------------------------------------------
@pytest.fixture
def two(clerk) -> Goal:
    return edited(make_goal(by=clerk), clerk, annual_goal="第二稿")


def test_the_page_before_shows_what_would_change(clerk, two):
    response = at_desk(clerk).get(goal_url("restore", two.pk, 1))

    assert [cell.field for cell in response.context["beside"].head] == ["annual_goal"]
    assert "恢复会改变下面 1 处" in visible(response)
    assert fresh(two).revision_number == 2


def test_restoring_makes_a_new_version_and_says_which(clerk, two):
    desk = at_desk(clerk)

    response = desk.post(goal_url("restore", two.pk, 1), {"seen": two.chain_hash})

    assert response.url == goal_url("change", two.pk)
    assert told(response) == ["已恢复第1版的内容，成为第3版。"]
    assert fresh(two).annual_goal == clean_sheet().annual_goal
    assert "恢复第1版" in visible(history(clerk, two))


def test_a_second_press_restores_nothing_twice(clerk, two):
    desk = at_desk(clerk)
    for _ in range(2):
        response = desk.post(goal_url("restore", two.pk, 1), {"seen": two.chain_hash})

    assert "内容又被修改了" in visible(response)
    assert fresh(two).revision_number == 3
    again = desk.post(goal_url("restore", two.pk, 1), {"seen": fresh(two).chain_hash})
    assert told(again) == ["现在的内容与第1版相同，未产生新版本。"]
    assert fresh(two).revision_number == 3


def test_a_stale_page_shows_the_difference_to_now(clerk, bureau, two):
    edited(two, bureau, project="局里改名")

    response = at_desk(clerk).post(goal_url("restore", two.pk, 1), {"seen": two.chain_hash})

    assert response.status_code == 200
    assert "没有恢复：您打开页面后，内容又被修改了。" in visible(response)
    assert "局里改名" in visible(response)
    assert response.context["seen"] == fresh(two).chain_hash
    assert fresh(two).project == "局里改名"


@pytest.mark.parametrize("seen", ["", "\0", "x" * 5000, "'"])
def test_a_tampered_post_restores_nothing(clerk, two, seen):
    before = everything()

    response = at_desk(clerk).post(goal_url("restore", two.pk, 1), {"seen": seen})

    assert response.status_code in (200, 400)
    assert everything() == before


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_only_reviews_restores_nothing(reviewer, two, method):
    response = getattr(at_desk(reviewer), method)(goal_url("restore", two.pk, 1))

    assert response.status_code == 403
    assert "恢复…" not in visible(history(reviewer, two))


def test_what_is_under_review_is_not_restored_and_the_page_says_why(clerk, two):
    step(two, "submit", by=clerk)
    desk = at_desk(clerk)

    page = desk.get(goal_url("restore", two.pk, 1))
    posted = desk.post(goal_url("restore", two.pk, 1), {"seen": two.chain_hash})

    assert "现在是“已送审”" in visible(page)
    assert "disabled" in page.content.decode()
    assert "没有恢复：现在是“已送审”" in visible(posted)
    assert "恢复…" not in visible(history(clerk, two))


def test_unsaved_text_is_not_run_over(clerk, two):
    keep(by=clerk, place=place_of(two), goal=two, content='{"annual_goal": "半句"}')

    response = at_desk(clerk).post(goal_url("restore", two.pk, 1), {"seen": two.chain_hash})

    assert "没有保存的内容" in visible(response)
    assert fresh(two).revision_number == 2


@pytest.mark.parametrize("number", ["0", "3", "abc", *HUGE])
def test_a_version_that_is_not_there_is_not_restored(clerk, two, number):
    path = f"/admin/performance/goal/{two.pk}/history/{number}/restore/"

    assert at_desk(clerk).post(path, {"seen": two.chain_hash}).status_code == 404
