"""The review sheet on paper: what was decided, by whom, on which content."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from performance.goals.models import Goal
from performance.library.models import RuleLevel
from performance.library.review_form import ReviewGrade, ReviewPoint, ReviewStep
from performance.people.models import Unit
from performance.review.actions import Decision, perform
from performance.review.remarking import answer_remark, write_remark
from performance.review.waiving import grant, lift
from tests.admin.desk import at_desk, fresh, goal_url, inline_scripts, visible
from tests.builders import change_goal, clean_sheet, make_goal, make_user

HUGE = ("0", "999999", "9" * 30)


def step(goal, name, *, by, **decided):
    decision = Decision(**decided)
    return perform(goal.pk, name, by=by, seen=fresh(goal).chain_hash, decision=decision)


def graded(goal, *names) -> dict[str, str]:
    """The last of `names` for the last point, the first for all others."""
    points = ReviewPoint.objects.filter(year=goal.year_id).order_by("number")
    found = {point.name: names[0] for point in points}
    return found | {list(found)[-1]: names[-1]}


def remark(goal, by, **changes):
    said = {"key": "", "field": "annual_goal", "kind": "填写错误", "text": "数量不对"} | changes
    return write_remark(goal.pk, by=by, seen=fresh(goal).chain_hash, **said)


@pytest.fixture
def goal(clerk, reviewer) -> Goal:
    """Returned once with a remark, then approved."""
    goal = make_goal(by=clerk)
    step(goal, "submit", by=clerk)
    said = remark(goal, reviewer, proposal="6套")
    step(goal, "return", by=reviewer, grades=graded(goal, "优", "中"))
    answer_remark(said.pk, by=clerk, text="已核实，确为7套。")
    change_goal(fresh(goal), replace(fresh(goal).sheet(), annual_goal="7套"), by=clerk)
    step(goal, "submit", by=clerk)
    step(goal, "approve", by=reviewer, opinion="同意申报。", grades=graded(goal, "优", "良"))
    return fresh(goal)


def paper(user, goal):
    response = at_desk(user).get(goal_url("print_review", goal.pk))
    assert response.status_code == 200
    return response


def test_each_round_with_its_grades_opinion_and_reviewer(clerk, goal):
    text = visible(paper(clerk, goal))

    assert text.index("第1次送审") < text.index("第2次送审")
    assert "主管部门审核：退回" in text
    assert "主管部门审核：审核通过" in text
    assert "综合等级 中" in text
    assert "综合等级 良" in text
    assert "同意申报。" in text
    assert text.count("李国强") == 2
    points = ReviewPoint.objects.filter(year=goal.year_id)
    assert all(text.count(point.name) == 2 for point in points)


def test_a_grade_is_a_ticked_box_among_all(clerk, goal):
    html = paper(clerk, goal).content.decode()

    count = ReviewPoint.objects.filter(year=goal.year_id).count()
    boxes = zip("优良中差", "□☑□□", strict=True)
    assert "".join(f'<span class="box">{grade}{box}</span>' for grade, box in boxes) in html
    assert html.count("☑") == 2 * count


def test_remarks_with_their_answers(clerk, goal):
    text = visible(paper(clerk, goal))

    assert "年度绩效目标（填写错误）：数量不对" in text
    assert "建议改为：6套" in text
    assert "答复（张敏）：已核实，确为7套。" in text


def test_the_approved_content_is_named(clerk, goal):
    text = visible(paper(clerk, goal))

    assert f"第2版，内容摘要 {goal.approved_revision.content_hash[:12]}" in text


def test_a_deputy_is_named_with_whom_they_stand_for(clerk, reviewer):
    goal = make_goal(by=clerk)
    step(goal, "submit", by=clerk)
    deputy = make_user("deputy", full_name="代办人")
    unit = Unit.objects.get(code="101")
    deputy.memberships.create(role="reviewer", unit=unit, deputy_of=reviewer)
    step(goal, "approve", by=deputy)

    assert "代办人（代 李国强）" in visible(paper(clerk, goal))


def test_both_steps_of_a_round_are_on_it(portal, clerk, reviewer):
    ReviewStep.objects.filter(year=portal).delete()
    for number, role in enumerate(("reviewer", "finance_reviewer"), 1):
        ReviewStep.objects.create(year=portal, number=number, name=f"第{number}审", role=role)
    goal = make_goal(by=clerk)
    step(goal, "submit", by=clerk)
    step(goal, "approve", by=reviewer)
    step(goal, "approve", by=make_user("cai", ("finance_reviewer", None)))

    text = visible(paper(clerk, goal))

    assert text.index("第1审：审核通过") < text.index("第2审：审核通过")


def test_waivers_are_on_it_and_lifted_ones_are_not(portal, clerk, reviewer):
    RuleLevel.objects.update_or_create(year=portal, rule="R05", defaults={"level": "warning"})
    goal = make_goal(clean_sheet(overall_goal="", annual_goal=""), by=clerk)
    step(goal, "submit", by=clerk)
    known = {"by": reviewer, "rule": "R05", "key": "", "until": timezone.localdate()}
    grant(goal.pk, **known, field="overall_goal", reason="今年特批。")
    lift(grant(goal.pk, **known, field="annual_goal", reason="弄错了。").pk, by=reviewer)

    text = visible(paper(clerk, goal))

    assert "R05 总体绩效目标 今年特批。 李国强" in text
    assert f"{timezone.localdate():%Y-%m-%d}" in text
    assert "弄错了" not in text


def test_what_nobody_reviewed_says_so(clerk):
    goal = make_goal(by=clerk)

    text = visible(paper(clerk, goal))

    assert "还没有人审核过。" in text
    assert "审核人（签字）" in text
    assert "草稿" in text


def test_drafts_of_remarks_are_not_on_it(clerk, reviewer):
    goal = make_goal(by=clerk)
    step(goal, "submit", by=clerk)
    remark(goal, reviewer, text="还没想好")

    assert "还没想好" not in visible(paper(clerk, goal))


def test_grades_that_the_year_no_longer_has_stay_readable(clerk, goal):
    ReviewGrade.objects.filter(year=goal.year_id).delete()
    ReviewPoint.objects.filter(year=goal.year_id).delete()

    html = paper(clerk, goal).content.decode()

    assert "良☑" in html
    assert "可行性" in html


def test_an_adjustment_is_a_round_of_its_own(clerk, reviewer, bureau, goal):
    step(goal, "issue", by=bureau, opinion="香财〔2025〕1号")
    step(goal, "adjust", by=clerk, opinion="资金减少")
    change_goal(fresh(goal), replace(fresh(goal).sheet(), annual_goal="少做一些。"), by=clerk)
    step(goal, "submit", by=clerk)
    step(goal, "approve", by=reviewer, opinion="同意调整。")

    text = visible(paper(clerk, goal))

    assert "第1次调整，第3次送审" in text
    assert "香财〔2025〕1号" in text
    assert "同意调整。" in text


def test_who_may_not_see_the_goal_does_not_see_its_review(stranger, goal):
    desk = at_desk(stranger)

    assert desk.get(goal_url("print_review", goal.pk)).status_code == 404
    for pk in HUGE:
        assert desk.get(f"/admin/performance/goal/{pk}/print/review/").status_code == 404


@pytest.mark.parametrize("who", ["clerk", "reviewer", "bureau"])
def test_who_may_see_the_goal_finds_the_link(request, goal, who):
    person = request.getfixturevalue(who)

    page = at_desk(person).get(goal_url("change", goal.pk)).content.decode()

    assert goal_url("print_review", goal.pk) in page


def test_it_is_only_read(clerk, goal):
    assert at_desk(clerk).post(goal_url("print_review", goal.pk)).status_code == 405


def test_no_markup_and_no_script_gets_in(clerk, reviewer):
    goal = make_goal(clean_sheet("<b>粗</b>"), by=clerk)
    step(goal, "submit", by=clerk)
    remark(goal, reviewer, text="<script>alert(1)</script>")
    step(goal, "return", by=reviewer)

    response = paper(clerk, goal)

    assert not inline_scripts(response)
    assert "<b>粗" not in response.content.decode()
    assert "<script>alert" not in response.content.decode()


def test_many_rounds_cost_no_more_than_one(clerk, reviewer):
    goal, desk, found = make_goal(by=clerk), at_desk(clerk), []
    for number in range(4):
        step(goal, "submit", by=clerk)
        remark(goal, reviewer, text=f"第{number}次")
        step(goal, "return", by=reviewer)
        changed = replace(fresh(goal).sheet(), annual_goal=f"第{number}稿")
        change_goal(fresh(goal), changed, by=clerk)
        with CaptureQueriesContext(connection) as queries:
            desk.get(goal_url("print_review", goal.pk))
        found.append(len(queries))

    assert len(set(found)) == 1
    assert found[0] <= 12
