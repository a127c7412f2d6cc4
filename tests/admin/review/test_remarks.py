"""A reviewer's remarks at cells, through the pages: written, taken back, sent; or refused."""

from dataclasses import replace

import pytest

from performance.goals.models import Goal, State
from performance.goals.sheet import FORM_FIELDS, LINE_FIELDS
from performance.library.review_form import ReviewStep
from performance.review.actions import Decision, perform
from performance.review.models import Remark
from performance.review.remarking import answer_remark, reopen_cell, write_remark
from tests.admin.desk import at_desk, fresh, goal_url, told, visible
from tests.builders import change_goal, clean_sheet, make_goal, make_user


@pytest.fixture
def goal(clerk, portal) -> Goal:
    goal = make_goal(clean_sheet(), by=clerk)
    return step(goal, "submit", clerk)


def step(goal: Goal, name: str, by, **decision) -> Goal:
    goal = fresh(goal)
    perform(goal.pk, name, by=by, seen=goal.chain_hash, decision=Decision(**decision))
    return fresh(goal)


def said(goal: Goal, field: str = "annual_value", line: int | None = 0, **changes) -> dict:
    """What the browser posts from the form at a cell."""
    key = "" if line is None else goal.sheet().lines[line].key
    data = {"seen": goal.chain_hash, "key": key, "field": field, "kind": "其他", "text": "请改"}
    return data | changes


def remark(user, goal: Goal, **data):
    return at_desk(user).post(goal_url("remark", goal.pk), data or said(goal))


def page(user, goal: Goal, query: str = ""):
    return at_desk(user).get(goal_url("change", goal.pk) + query)


def notes(response, kind: str) -> list[str]:
    return [n.remark.text for n in response.context["notes"] if n.kind == kind]


# --- writing -------------------------------------------------------------------------------------
def test_a_remark_is_kept_at_once_and_stands_at_its_cell(goal, reviewer):
    response = remark(reviewer, goal, **said(goal, text="数量<b>偏低"))

    key = goal.sheet().lines[0].key
    assert (response.status_code, response.url) == (
        302,
        f"{goal_url('change', goal.pk)}#cell-{key}-annual_value",
    )
    html = page(reviewer, goal).content.decode()
    assert "数量&lt;b&gt;偏低" in html
    assert "未送出" in html
    assert "退回（1 条意见）" in html


def test_a_cell_that_no_clerk_changes_is_not_offered_and_refused(goal, reviewer):
    for response in (page(reviewer, goal), page(reviewer, goal, "?remark=.unit")):
        html = response.content.decode()
        assert 'data-remark=".unit"' not in html
        assert 'data-writing=".unit"' not in html
        assert 'data-remark=".project"' in html

    response = remark(reviewer, goal, **said(goal, "unit", line=None, text="单位写错了"))

    text = visible(response)
    assert "“用款单位”填报单位不能修改，不能指到这一格；请对整张表写意见。" in text
    assert "单位写错了" in response.content.decode()
    assert not Remark.objects.exists()


CHANGEABLE = [field for field in FORM_FIELDS if field != "unit"]


@pytest.mark.parametrize("field", [*CHANGEABLE, "form", "lines"])
def test_every_cell_of_the_head_and_the_form_itself_may_be_remarked(goal, reviewer, field):
    assert remark(reviewer, goal, **said(goal, field, line=None)).status_code == 302

    response = page(reviewer, goal)
    assert notes(response, "draft") == ["请改"]
    assert response.content.decode().count('class="note note-draft') == 1


@pytest.mark.parametrize("field", [*LINE_FIELDS, "line"])
def test_every_cell_of_a_line_and_the_line_itself_may_be_remarked(goal, reviewer, field):
    assert remark(reviewer, goal, **said(goal, field, line=1)).status_code == 302

    assert page(reviewer, goal).content.decode().count('class="note note-draft') == 1


def test_without_a_script_a_link_at_each_cell_opens_the_form_there(goal, reviewer):
    key = goal.sheet().lines[1].key

    response = page(reviewer, goal, f"?remark={key}.annual_value")

    html = response.content.decode()
    assert f'href="?since=none&amp;remark={key}.annual_value#writing"' in html
    form = html.partition('id="writing"')[2].partition("</form>")[0]
    assert f'name="key" value="{key}"' in form
    assert "第2行“年度指标值”" in form
    assert "≥90%</textarea>" in form  # what stands there, to be changed into a proposal


def test_an_untouched_proposal_proposes_nothing_and_a_changed_one_does(goal, reviewer):
    remark(reviewer, goal, **said(goal, proposal=" 5套\r\n"))
    remark(reviewer, goal, **said(goal, proposal="6套"))
    remark(reviewer, goal, **said(goal, proposal=""))

    assert [r.proposal for r in Remark.objects.order_by("pk")] == [None, "6套", ""]
    assert "建议改为： 6套" in visible(page(reviewer, goal))


@pytest.mark.parametrize("field", ["level1", "level2", "line"])
def test_nothing_is_proposed_where_no_text_can_be(goal, reviewer, field):
    remark(reviewer, goal, **said(goal, field, proposal="别的"))

    assert Remark.objects.get().proposal is None


def test_the_page_after_it_compares_with_what_it_compared_with(goal, reviewer):
    for token, kept in [("1", True), ("last-year", True), ("none", True), ("x&y", False)]:
        response = remark(reviewer, goal, **said(goal, since=token))
        assert (f"?since={token}#" in response.url) is kept


# --- taken back ----------------------------------------------------------------------------------
def test_a_draft_can_be_taken_back_and_a_second_press_changes_nothing(goal, reviewer):
    remark(reviewer, goal)
    url = goal_url("drop_remark", goal.pk, Remark.objects.get().pk)

    answers = [at_desk(reviewer).post(url) for _ in range(2)]

    assert [a.status_code for a in answers] == [302, 302]
    assert not Remark.objects.exists()


def test_nobody_takes_back_the_draft_of_another_or_one_that_was_sent(goal, reviewer, clerk):
    other = make_user("wu", ("reviewer", "101"))
    remark(reviewer, goal)
    url = goal_url("drop_remark", goal.pk, Remark.objects.get().pk)
    for user in (other, clerk):
        at_desk(user).post(url)
    assert Remark.objects.count() == 1

    step(goal, "return", reviewer)
    at_desk(reviewer).post(url)

    assert Remark.objects.count() == 1


@pytest.mark.parametrize("number", ["0", "99", "9" * 30])
def test_a_remark_that_does_not_exist_is_dropped_in_peace(goal, reviewer, number):
    url = goal_url("drop_remark", goal.pk, 1).replace("remark/1/", f"remark/{number}/")

    assert at_desk(reviewer).post(url).status_code == 302


def test_drafts_of_another_reviewer_are_not_shown(goal, reviewer, clerk, bureau):
    remark(reviewer, goal, **said(goal, text="还没想好"))

    for user in (make_user("wu", ("reviewer", "101")), clerk, bureau):
        assert "还没想好" not in visible(page(user, goal))


# --- refused -------------------------------------------------------------------------------------
WRONG = {
    "no text": ({"text": ""}, "审核意见为空，请填写。"),
    "blanks": ({"text": " \r\n\u3000"}, "审核意见为空，请填写。"),
    "too long": ({"text": "长" * 1001}, "审核意见超过1000个字，请精简。"),
    "control": ({"text": "甲\x00乙"}, "看不见的控制字符"),
    "kind": ({"kind": "没有的"}, "请从列表中选择意见的类别。"),
    "no kind": ({"kind": ""}, "请从列表中选择意见的类别。"),
    "field": ({"field": "password"}, "没有这个单元格"),
    "state field": ({"field": "state"}, "没有这个单元格"),
    "key": ({"key": "nonesuch"}, "没有这个单元格"),
    "null key": ({"key": "\x00"}, "没有这个单元格"),
    "long key": ({"key": "k" * 5000}, "没有这个单元格"),
    "dotted": ({"key": "a.b", "field": "c.d"}, "没有这个单元格"),
    "head field on a line": ({"field": "project"}, "没有这个单元格"),
    "stale": ({"seen": "0" * 64}, "内容又被修改，意见没有记下"),
    "null seen": ({"seen": "\x00"}, "内容又被修改，意见没有记下"),
    "proposal": ({"proposal": "长" * 1001}, "“建议改为”超过1000个字"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_remark_is_refused_with_a_sentence_and_its_text_stays(goal, reviewer, name):
    changes, sentence = WRONG[name]
    data = said(goal) | {"text": "手打的<i>一段"} | changes

    response = remark(reviewer, goal, **data)

    assert response.status_code == 200
    assert any(sentence in message for message in told(response))
    assert sentence in visible(response)
    if data["text"] == "手打的<i>一段":
        assert "手打的&lt;i&gt;一段</textarea>" in response.content.decode()
    assert not Remark.objects.exists()


def test_an_empty_post_is_refused(goal, reviewer):
    assert at_desk(reviewer).post(goal_url("remark", goal.pk)).status_code == 200
    assert not Remark.objects.exists()


@pytest.mark.parametrize(
    "role", ["clerk", "bureau", "unit_reviewer", "finance_reviewer", "auditor"]
)
def test_who_does_not_review_it_now_writes_no_remark(goal, role):
    unit = "101009" if role in ("clerk", "unit_reviewer") else None
    user = make_user("any", (role, unit))

    assert remark(user, goal).status_code == 403
    assert "＋" not in visible(page(user, goal))


def test_a_foreign_goal_does_not_exist(goal, stranger):
    far = make_user("far", ("reviewer", "202001"))
    for user in (stranger, far):
        assert remark(user, goal).status_code == 404
        assert at_desk(user).post(goal_url("drop_remark", goal.pk, 1)).status_code == 404


def test_who_acted_at_another_step_writes_no_remark(clerk, portal):
    ReviewStep.objects.create(year=portal, number=2, name="再审", role="unit_reviewer")
    both = make_user("both", ("unit_reviewer", "101009"), ("reviewer", "101"))
    goal = step(make_goal(by=clerk), "submit", clerk)
    goal = step(goal, "approve", both)

    response = remark(both, goal)

    assert "不能再在另一个环节办理" in told(response)[0]
    assert not Remark.objects.exists()


@pytest.mark.parametrize("state", [State.DRAFT, State.RETURNED, State.ISSUED, State.VOID])
def test_a_goal_that_is_not_under_review_takes_no_remark(clerk, reviewer, state):
    goal = make_goal(by=clerk, state=state)

    response = remark(reviewer, goal, **said(goal))

    assert "不能写审核意见" in told(response)[0]


def test_remarks_are_written_by_post_alone(goal, reviewer):
    for url in (goal_url("remark", goal.pk), goal_url("drop_remark", goal.pk, 1)):
        response = at_desk(reviewer).get(url)
        assert (response.status_code, response.url) == (302, goal_url("change", goal.pk))


# --- sent, answered, seen together ---------------------------------------------------------------
def returned(goal: Goal, reviewer) -> Goal:
    for line, field in [(0, "annual_value"), (1, "cycle_value")]:
        remark(reviewer, goal, **said(goal, field, line, text=f"意见{line}"))
    data = {"seen": goal.chain_hash, "state": goal.stage}
    response = at_desk(reviewer).post(goal_url("perform", goal.pk, "return"), data)
    assert fresh(goal).state == State.RETURNED, told(response)
    return fresh(goal)


def test_a_return_sends_the_drafts_and_opens_their_cells_only(goal, reviewer):
    keys = [line.key for line in goal.sheet().lines]

    goal = returned(goal, reviewer)

    assert sorted(map(tuple, goal.open_cells)) == sorted(
        [(keys[0], "annual_value"), (keys[1], "cycle_value")]
    )


def test_an_opinion_with_the_return_alone_is_enough_and_opens_the_form(goal, reviewer):
    data = {"seen": goal.chain_hash, "opinion:return": "整体重做"}
    at_desk(reviewer).post(goal_url("perform", goal.pk, "return"), data)

    assert (fresh(goal).state, fresh(goal).open_cells) == (State.RETURNED, None)


def test_an_opinion_for_an_approval_does_not_go_with_a_return(goal, reviewer):
    data = {"seen": goal.chain_hash, "opinion:approve": "同意", "opinion:return": ""}

    response = at_desk(reviewer).post(goal_url("perform", goal.pk, "return"), data)

    assert "退回必须写明原因" in told(response)[0]
    assert "同意</textarea>" in response.content.decode()


def test_the_reviewer_sees_remark_answer_and_difference_together(goal, reviewer, clerk):
    goal = returned(goal, reviewer)
    sheet = goal.sheet()
    lines = (replace(sheet.lines[0], annual_value="8套"), *sheet.lines[1:])
    change_goal(goal, replace(sheet, lines=lines), by=clerk)
    answer_remark(Remark.objects.get(text="意见1").pk, by=clerk, text="依据见附件")
    goal = step(goal, "submit", clerk)

    response = page(reviewer, goal)

    text = visible(response)
    assert "提出后： 5套 → 8套" in text
    assert "答复（张敏）：依据见附件" in text
    assert "提出后没有改动。" in text
    assert notes(response, "remark") == ["意见0", "意见1"]


def test_a_cell_that_the_clerk_asked_to_open_says_why(goal, reviewer, clerk):
    goal = returned(goal, reviewer)
    reopen_cell(goal.pk, by=clerk, key="", field="annual_goal", reason="数字要一致")
    goal = fresh(goal)
    sheet = goal.sheet()
    lines = [replace(sheet.lines[0], annual_value="8套"), sheet.lines[1]]
    lines[1] = replace(lines[1], cycle_value="≥95%")
    change_goal(goal, replace(sheet, annual_goal="改成8套。", lines=tuple(lines)), by=clerk)
    goal = step(goal, "submit", clerk)

    response = page(reviewer, goal)

    assert notes(response, "reopened") == ["数字要一致"]
    assert "申请开放" in visible(response)


def test_a_remark_on_a_line_that_is_gone_is_still_told(goal, reviewer, clerk):
    remark(reviewer, goal, **said(goal, "line", 0, text="这一行不要"))
    goal = step(goal, "return", reviewer)
    sheet = goal.sheet()
    change_goal(goal, replace(sheet, lines=sheet.lines[1:]), by=clerk)
    Goal.objects.filter(pk=goal.pk).update(state=State.SUBMITTED, step=1)

    response = page(reviewer, fresh(goal))

    assert "已删除的行“整行”" in visible(response)
    assert "提出后已改动。" in visible(response)


def test_once_decided_on_remarks_of_earlier_rounds_are_closed(goal, reviewer, clerk):
    goal = returned(goal, reviewer)
    for row in Remark.objects.all():
        answer_remark(row.pk, by=clerk, text="已核实")
    goal = step(step(goal, "submit", clerk), "approve", reviewer)

    assert page(reviewer, goal).context["notes"] == []


def test_an_approval_with_drafts_is_refused_and_nothing_is_lost(goal, reviewer):
    remark(reviewer, goal)

    data = {"seen": goal.chain_hash, "opinion:approve": "写了一半"}
    response = at_desk(reviewer).post(goal_url("perform", goal.pk, "approve"), data)

    assert "1 条没有送出的审核意见" in told(response)[0]
    assert "写了一半</textarea>" in response.content.decode()
    assert notes(response, "draft") == ["请改"]


def test_a_remark_that_meets_a_change_is_not_lost(goal, reviewer, clerk):
    stale = said(goal, text="写了很久")
    step(goal, "withdraw", clerk)
    change_goal(fresh(goal), clean_sheet(annual_goal="改了"), by=clerk)
    step(goal, "submit", clerk)

    response = remark(reviewer, fresh(goal), **stale)

    assert "内容又被修改" in told(response)[0]
    assert "写了很久</textarea>" in response.content.decode()


def test_a_remark_by_the_core_stands_on_the_page_too(goal, reviewer):
    data = said(goal, "project", None)
    write_remark(goal.pk, by=reviewer, **data)

    assert notes(page(reviewer, goal), "draft") == ["请改"]
