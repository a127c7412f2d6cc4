"""A returned goal at its clerk's desk: remarks at their cells, what is open, answers, proposals."""

import re

import pytest

from performance.goals.models import Goal, Origin, State
from performance.goals.unsaved import keep, place_of
from performance.review.models import Event, Remark
from tests.admin.desk import at_desk, everything, form_on, fresh, goal_url, told, typed, visible
from tests.admin.test_queries import cost
from tests.builders import make_goal, make_user
from tests.review.workflow import remark, take


@pytest.fixture
def goal(clerk, reviewer) -> Goal:
    """Returned with a remark on the annual value of line 1, and one on the annual goal."""
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)
    remark(goal, "annual_value", reviewer, line=1, text="与预算不符。", proposal="6套")
    remark(goal, "annual_goal", reviewer, text="请写明数量。")
    take(goal, "return", reviewer)
    return fresh(goal)


def page_of(goal: Goal, user):
    return at_desk(user).get(goal_url("change", goal.pk))


def post(user, goal: Goal, data: dict, **more):
    return at_desk(user).post(goal_url("change", goal.pk), data, follow=True, **more)


def as_opened(user, goal: Goal, **changes) -> dict:
    return form_on(page_of(goal, user)) | changes


def tag(response, start: str) -> str:
    """The first tag that begins like this."""
    return re.search(re.escape(start) + "[^>]*>", response.content.decode()).group()


# --- what the page shows -------------------------------------------------------------------------
def test_remarks_stand_in_a_list_on_top_and_at_their_cells(goal, clerk):
    response = page_of(goal, clerk)

    text, html = visible(response), response.content.decode()
    assert "退回：2 条意见，已改 0 条，已答复 0 条" in text
    for row in goal.remarks.all():
        assert f'href="#remark-{row.pk}"' in html
        assert html.count(f'id="remark-{row.pk}"') == html.count(f'name="answer-{row.pk}"') == 1
    assert text.count("还没有修改或答复") == 4
    assert "建议改为： 6套" in text


def test_only_remarked_cells_are_open(goal, clerk):
    response = page_of(goal, clerk)

    html = response.content.decode()
    assert "readonly" in tag(response, '<input type="text" name="project"')
    assert "readonly" not in tag(response, '<textarea name="annual_goal"')
    values = re.findall(r'<textarea name="line_annual"[^>]*>', html)
    assert ["readonly" in value for value in values[:2]] == [False, True]
    assert '<select name="category"' not in html
    assert "审核意见没有指到增加或移动行" in visible(response)
    assert 'data-act="add"' not in html


def test_what_was_changed_and_answered_is_counted(goal, clerk):
    first, _ = goal.remarks.order_by("pk")

    data = as_opened(clerk, goal, annual_goal="订制5套。") | {f"answer-{first.pk}": "预算如此。"}
    response = post(clerk, goal, data)

    assert "退回：2 条意见，已改 1 条，已答复 1 条" in visible(response)
    assert "已修改，送审时自动答复" in visible(response)
    assert (fresh(goal).sheet().annual_goal, fresh(goal).revision_number) == ("订制5套。", 2)
    first.refresh_from_db()
    assert (first.answer, first.answered_by) == ("预算如此。", clerk)


def test_a_general_remark_opens_everything_and_is_answered_in_the_list(clerk, reviewer):
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)
    take(goal, "return", reviewer, "请全面修改。")

    response = page_of(goal, clerk)

    html = response.content.decode()
    assert "readonly" not in tag(response, '<input type="text" name="project"')
    assert f'name="answer-{goal.remarks.get().pk}"' in html
    assert "closed-lock" not in html


def test_other_forms_cost_nothing_more_and_remarks_little(goal, clerk, reviewer):
    draft = make_goal(goal.sheet().__class__(2025, goal.sheet().unit, "另一个"), by=clerk)

    assert cost(at_desk(clerk), goal_url("change", draft.pk)) <= 12
    few = cost(at_desk(clerk), goal_url("change", goal.pk))
    for field in ("project", "filler", "phone", "overall_goal"):
        data = {"_open": f"-{field}", "open_reason": "也要改"}
        post(clerk, goal, as_opened(clerk, goal) | data)
    assert goal.remarks.count() == 6
    assert cost(at_desk(clerk), goal_url("change", goal.pk)) == few <= 15


def returned_with(clerk, reviewer, *places: tuple[str, int]) -> Goal:
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)
    for field, line in places:
        remark(goal, field, reviewer, line=line)
    take(goal, "return", reviewer)
    return fresh(goal)


@pytest.mark.parametrize(
    ("place", "fills", "removes"),
    [
        (("annual_goal", 0), False, False),
        (("annual_value", 1), True, False),
        (("line", 2), True, True),
        (("lines", 0), True, True),
    ],
)
def test_tools_that_can_do_nothing_are_greyed_with_the_reason(
    clerk, reviewer, place, fills, removes
):
    response = page_of(returned_with(clerk, reviewer, place), clerk)

    html = response.content.decode()
    for act, able in (("fill", fills), ("delete", removes)):
        button = re.search(rf'data-act="{act}"[^>]*>', html).group()
        assert ("disabled" in button) is not able
        assert (f'id="why-{act}"' in html) is not able


@pytest.mark.parametrize("field", ["level1", "level2", "level3"])
def test_a_remark_on_any_level_opens_the_indicator(clerk, reviewer, field):
    goal = returned_with(clerk, reviewer, (field, 1))
    response = page_of(goal, clerk)

    data = form_on(response)
    fields = re.findall(r'<input type="text" name="line_level3"[^>]*>', response.content.decode())
    assert ["readonly" in each for each in fields[:2]] == [False, True]
    data["line_level3"][0] = "112000287-验收合格率"
    post(clerk, goal, data | {"_save": ""})

    assert fresh(goal).sheet().lines[0].level3.code == "112000287"


def test_a_clerk_hands_a_goal_to_a_colleague_from_its_form(goal, clerk):
    colleague = make_user("sun", ("clerk", "101009"), full_name="孙丽")
    desk = at_desk(clerk)
    assert f'action="{goal_url("assign")}"' in page_of(goal, clerk).content.decode()

    choosing = desk.post(goal_url("assign"), {"goal": goal.pk})
    desk.post(goal_url("assign"), {"goal": goal.pk, "to": colleague.pk})

    assert "孙丽（sun）" in visible(choosing)
    assert "已指定 孙丽 办理，其他有权限的人也可以办理。" in visible(page_of(goal, clerk))
    assert "已指定 孙丽 办理。" in visible(page_of(goal, colleague))


# --- answering ---------------------------------------------------------------------------------
def test_without_any_answer_the_submission_names_what_is_missing(goal, clerk):
    response = post(clerk, goal, as_opened(clerk, goal, _submit=""))

    assert fresh(goal).state == State.RETURNED
    assert any("还有 2 条审核意见既没有修改也没有答复" in message for message in told(response))
    assert visible(response).count("还没有修改或答复") == 4


def test_changed_and_answered_it_is_submitted_in_one_press(goal, clerk):
    first, _ = goal.remarks.order_by("pk")
    answers = {f"answer-{first.pk}": "预算如此。"}

    post(clerk, goal, as_opened(clerk, goal, annual_goal="订制5套。", _submit="") | answers)

    assert fresh(goal).state == State.SUBMITTED
    assert [r.answer for r in goal.remarks.order_by("pk")] == ["预算如此。", "已修改。"]


def test_the_submit_button_waits_for_no_answer(goal, clerk):
    assert "disabled" not in tag(page_of(goal, clerk), '<button type="submit" name="_submit"')


def test_an_answer_alone_makes_no_version(goal, clerk):
    first = goal.remarks.order_by("pk").first()

    response = post(clerk, goal, as_opened(clerk, goal) | {f"answer-{first.pk}": "预算如此。"})

    assert told(response) == ["已记下答复；内容没有改动，未产生新版本。"]
    assert fresh(goal).revision_number == 1


@pytest.mark.parametrize(
    ("answer", "reason"), [("长" * 1001, "超过1000个字"), ("a\0b", "看不见的控制字符")]
)
def test_a_wrong_answer_is_refused_and_all_is_still_on_the_page(goal, clerk, answer, reason):
    first = goal.remarks.order_by("pk").first()
    data = as_opened(clerk, goal, annual_goal="订制5套。") | {f"answer-{first.pk}": answer}
    before = everything()

    response = post(clerk, goal, data)

    assert response.status_code == 200
    assert reason in visible(response)
    assert form_on(response)["annual_goal"] == ["订制5套。"]
    assert everything() == before


def test_an_answer_that_was_given_is_not_emptied(goal, clerk):
    first = goal.remarks.order_by("pk").first()
    post(clerk, goal, as_opened(clerk, goal) | {f"answer-{first.pk}": "预算如此。"})

    response = post(clerk, goal, as_opened(clerk, goal) | {f"answer-{first.pk}": ""})

    assert "已写的答复不能删去" in visible(response)
    first.refresh_from_db()
    assert first.answer == "预算如此。"


@pytest.mark.parametrize("number", ["0", "x", "9" * 30, "-1", ""])
def test_a_tampered_answer_is_no_crash(goal, clerk, number):
    response = post(clerk, goal, as_opened(clerk, goal) | {f"answer-{number}": "答"})

    assert response.status_code == 200
    assert not Remark.objects.exclude(answer="").exists()


# --- closed cells --------------------------------------------------------------------------------
def test_a_closed_cell_that_was_changed_all_the_same_is_refused_and_can_be_put_back(goal, clerk):
    response = post(clerk, goal, as_opened(clerk, goal, project="改名"))

    text = visible(response)
    assert "不能修改：项目名称" in text
    assert "这一格没有开放，已保存的是“工作制服经费”" in text
    assert form_on(response)["project"] == ["改名"]
    assert "readonly" not in tag(response, '<input type="text" name="project"')
    assert fresh(goal).project == "工作制服经费"


def test_a_closed_cell_is_asked_for_with_a_reason_and_opens_at_once(goal, clerk):
    key = goal.sheet().lines[1].key
    data = as_opened(clerk, goal, annual_goal="打了一半", _ask=f"{key}-annual_value")

    asked = post(clerk, goal, data)

    assert "第2行“年度指标值”：为什么需要修改这一格？" in visible(asked)
    assert form_on(asked)["annual_goal"] == ["打了一半"]
    data = form_on(asked) | {"_open": f"{key}-annual_value", "open_reason": "与上一格要一致"}
    opened = post(clerk, goal, data)
    assert "第2行“年度指标值”已开放，可以修改；理由会给审核人看。" in told(opened)
    assert form_on(opened)["annual_goal"] == ["打了一半"]
    assert "open_reason" not in form_on(opened)
    assert [key, "annual_value"] in fresh(goal).open_cells
    row = goal.remarks.get(reopened=True)
    assert (row.text, row.by, row.key) == ("与上一格要一致", clerk, key)
    data = form_on(opened)
    data["line_annual"][1] = "≥95%"
    post(clerk, goal, data)
    assert fresh(goal).sheet().lines[1].annual_value == "≥95%"


def test_asking_without_having_typed_leaves_nothing_unsaved(goal, clerk):
    response = post(clerk, goal, as_opened(clerk, goal, _ask="-project"))

    assert "填写而没有保存的内容" not in visible(response)
    assert "项目名称：为什么需要修改这一格？" in visible(response)


@pytest.mark.parametrize("reason", ["", " \n", "长" * 1001, "a\0"])
def test_without_a_good_reason_nothing_opens(goal, clerk, reason):
    before = fresh(goal).open_cells

    response = post(
        clerk, goal, as_opened(clerk, goal) | {"_open": "-project", "open_reason": reason}
    )

    assert response.status_code == 200
    assert "没有开放：" in visible(response)
    assert fresh(goal).open_cells == before


@pytest.mark.parametrize(
    "name", ["", "-", "-nothing", "nokey-annual_value", "-annual_goal", "\0-\0", "x" * 500]
)
@pytest.mark.parametrize("button", ["_ask", "_open"])
def test_a_tampered_cell_is_no_crash_and_opens_nothing(goal, clerk, name, button):
    before = fresh(goal).open_cells

    data = as_opened(clerk, goal) | {button: name, "open_reason": "要改"}
    response = post(clerk, goal, data)

    assert response.status_code == 200
    assert fresh(goal).open_cells == before


def test_rows_are_added_after_they_were_asked_for(goal, clerk):
    post(clerk, goal, as_opened(clerk, goal) | {"_open": "-lines", "open_reason": "要加时效指标"})

    data = as_opened(clerk, goal)
    assert len(data["line_key"]) == 3
    data["line_level3"][2], data["line_annual"][2] = "验收合格率", "100%"
    post(clerk, goal, data)
    assert len(fresh(goal).sheet().lines) == 3


def test_nobody_else_opens_cells(goal, stranger, reviewer):
    data = typed(goal) | {"_open": "-project", "open_reason": "要改"}

    assert at_desk(stranger).post(goal_url("change", goal.pk), data).status_code == 404
    assert at_desk(reviewer).post(goal_url("change", goal.pk), data).status_code == 403
    assert not goal.remarks.filter(reopened=True).exists()


# --- proposals -----------------------------------------------------------------------------------
def test_one_proposal_is_accepted_and_its_author_is_the_clerk(goal, clerk):
    first = goal.remarks.order_by("pk").first()

    response = post(clerk, goal, as_opened(clerk, goal, _accept=str(first.pk)))

    assert told(response) == ["已采纳这条建议，成为第2版。"]
    assert fresh(goal).sheet().lines[0].annual_value == "6套"
    newest = goal.revisions.get(number=2)
    assert (newest.by, newest.origin) == (clerk, Origin.PROPOSAL)
    first.refresh_from_db()
    assert first.answer == "已采纳。"


def test_typed_text_is_not_lost_to_a_proposal(goal, clerk):
    first = goal.remarks.order_by("pk").first()

    data = as_opened(clerk, goal, annual_goal="打了一半", _accept=str(first.pk))
    response = post(clerk, goal, data)

    assert "您还有填写而没有保存的内容" in visible(response)
    assert form_on(response)["annual_goal"] == ["打了一半"]
    assert fresh(goal).revision_number == 1


@pytest.mark.parametrize("number", ["0", "x", "9" * 30, ""])
def test_a_proposal_that_is_none_is_told(goal, clerk, number):
    response = post(clerk, goal, as_opened(clerk, goal, _accept=number))

    assert "这条建议已经了结，或没有“建议改为”" in visible(response)
    assert fresh(goal).revision_number == 1


def test_without_proposals_for_all_there_is_no_button_for_all(goal, clerk):
    assert "采纳全部建议并送审" not in visible(page_of(goal, clerk))

    before = everything()
    response = post(clerk, goal, as_opened(clerk, goal, _accept_all="1"))
    assert "不是每条意见都带有建议" in visible(response)
    assert everything() == before


@pytest.fixture
def all_proposed(clerk, reviewer) -> Goal:
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)
    remark(goal, "annual_value", reviewer, line=1, proposal="6套")
    remark(goal, "annual_goal", reviewer, proposal="订制6套。")
    take(goal, "return", reviewer)
    return fresh(goal)


def test_all_proposals_are_accepted_and_submitted_with_one_press(all_proposed, clerk):
    response = post(clerk, all_proposed, as_opened(clerk, all_proposed, _accept_all="1"))

    goal = fresh(all_proposed)
    assert told(response) == ["已采纳全部建议，送回提出建议的环节。"]
    assert (goal.state, goal.sheet().annual_goal) == (State.SUBMITTED, "订制6套。")
    assert Event.objects.latest("pk").transition == "accept"


def test_all_proposals_wait_for_what_was_typed(all_proposed, clerk):
    data = as_opened(clerk, all_proposed, annual_goal="打了一半", _accept_all="1")
    response = post(clerk, all_proposed, data)

    assert "您还有填写而没有保存的内容" in visible(response)
    assert form_on(response)["annual_goal"] == ["打了一半"]
    assert fresh(all_proposed).state == State.RETURNED


def test_accepting_by_its_own_address_asks_for_unsaved_text_too(all_proposed, clerk):
    goal = all_proposed
    keep(by=clerk, place=place_of(goal), goal=goal, content="project=x")

    data = {"seen": goal.chain_hash, "state": goal.stage}
    response = at_desk(clerk).post(goal_url("perform", goal.pk, "accept"), data, follow=True)

    assert "您还有填写而没有保存的内容" in visible(response)
    assert fresh(goal).state == State.RETURNED


def test_content_that_moved_on_is_not_accepted(all_proposed, clerk):
    colleague = make_user("wu", ("clerk", "101009"))
    data = as_opened(clerk, all_proposed, _accept_all="1")
    post(colleague, all_proposed, as_opened(colleague, all_proposed, annual_goal="另写"))

    response = post(clerk, all_proposed, data)

    assert fresh(all_proposed).state == State.RETURNED
    assert "没有采纳：您打开页面后内容又被修改" in visible(response)


def test_a_second_press_of_accepting_shows_what_became_of_the_first(all_proposed, clerk):
    data = as_opened(clerk, all_proposed, _accept_all="1")
    post(clerk, all_proposed, data)

    response = post(clerk, all_proposed, data)

    assert told(response) == ["没有采纳：您打开页面后已经办理过，现在是“已送审”。"]
    assert Event.objects.filter(transition="accept").count() == 1
