"""Review through its pages: each step, what stands in its way, and what the pages say of it."""

import pytest

from performance.goals.models import Goal, State
from performance.people.roles import ROLES, Right
from performance.review.assigning import next_step
from performance.review.transitions import TRANSITIONS
from tests.admin.desk import at_desk, everything, form_on, fresh, goal_url, told, typed, visible
from tests.builders import change_goal, clean_sheet, make_goal, make_sheet, make_user
from tests.review.workflow import remark, take

STEPS = list(TRANSITIONS.values())


@pytest.fixture
def author(portal):
    """Who wrote the goals here: none of the people that take steps."""
    return make_user("sun", ("clerk", "101009"), full_name="孙悦")


@pytest.fixture
def actor(portal):
    def get(role: str):
        return make_user(f"any-{role}", (role, "101009" if ROLES[role].needs_unit else None))

    return get


def may_take(step, role: str) -> bool:
    """In a year of one review, which is the department's."""
    return step.right in ROLES[role].rights and (not step.at_step or role == "reviewer")


# what a goal needs a past for: shown where that past is made
NEEDS_A_PAST = {
    ("accept", State.RETURNED),
    ("step_back", State.SUBMITTED),
    ("drop", State.RETURNED),
}
# shown, and greyed until something differs from what was issued
NEEDS_A_CHANGE = {("submit", State.ADJUSTING)}


def perform(user, goal: Goal, name: str, **data):
    row = TRANSITIONS.get(name)
    asks = row and (row.needs_opinion or row.needs_remark)
    opinion = {"opinion": "请补充说明"} if asks else {}
    data = {"seen": goal.chain_hash} | opinion | data
    return at_desk(user).post(goal_url("perform", goal.pk, name), data)


def submitted(by, **changes) -> Goal:
    goal = make_goal(clean_sheet(**changes), by=by)
    perform(by, goal, "submit")
    return fresh(goal)


def resubmitted(goal: Goal, by, **changes) -> Goal:
    """Withdrawn, changed and submitted again, as it may happen while a reviewer reads."""
    perform(by, goal, "withdraw")
    goal = change_goal(fresh(goal), clean_sheet(**changes), by=by)
    perform(by, goal, "submit")
    return fresh(goal)


# --- the table, through the address ----------------------------------------------------------
@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
@pytest.mark.parametrize("role", list(ROLES))
def test_a_step_is_taken_from_its_sources_by_its_right_alone(actor, author, role, step):
    user = actor(role)
    for state in State:
        goal = make_goal(clean_sheet(f"{state.label}的"), by=author, state=state)
        before = everything()

        response = perform(user, goal, step.name)

        takes = may_take(step, role) and (step.name, state) not in NEEDS_A_PAST | NEEDS_A_CHANGE
        if takes and state in step.sources:
            assert (response.status_code, told(response)) == (302, [step.done])
            assert fresh(goal).state == step.target
            event = goal.events.get()
            assert (event.transition, event.source, event.target) == (step.name, state, step.target)
            assert (event.by, event.revision.number) == (user, 1)
        else:
            sees = Right.SEE_GOALS in ROLES[role].rights
            refused = 302 if may_take(step, role) else 403
            assert response.status_code == (refused if sees else 404), state
            assert everything() == before


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_a_step_is_offered_or_greyed_with_the_reason(author, clerk, reviewer, step):
    for state in step.sources:
        goal = make_goal(clean_sheet(f"{step.name}{state}"), by=author, state=state)
        for user in (clerk, reviewer):
            response = at_desk(user).get(goal_url("change", goal.pk))
            offered = {s.transition.name: s for s in response.context["steps"]}
            if (step.name, state) in NEEDS_A_PAST:
                assert step.name not in offered
                continue
            may = may_take(step, user.memberships.get().role)
            ready = (step.name, state) not in NEEDS_A_CHANGE
            assert offered[step.name].is_open is (may and ready)
            if not may and "deeds" in response.context:  # what is never theirs is not greyed
                assert f'perform/{step.name}/"' not in response.content.decode()
            if not may and step == next_step(goal):
                assert "可以办理的有：" in visible(response)


def test_a_step_that_does_not_exist_is_not_found(clerk):
    goal = make_goal(by=clerk)

    for name in ("delete", "approve2", "APPROVE", "x" * 300):
        assert perform(clerk, goal, name).status_code == 404


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_steps_are_taken_by_post_alone(author, clerk, reviewer, step):
    goal = make_goal(by=author, state=step.sources[0])
    before = everything()

    for user in (clerk, reviewer):
        response = at_desk(user).get(goal_url("perform", goal.pk, step.name))
        assert (response.status_code, response.url) == (302, goal_url("change", goal.pk))

    assert everything() == before


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_a_foreign_goal_does_not_exist(author, stranger, step):
    goal = make_goal(by=author, state=step.sources[0])
    far = make_user("far", ("reviewer", "202001"))
    before = everything()

    answers = [perform(user, goal, step.name) for user in (stranger, far)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert everything() == before


def test_a_goal_that_does_not_exist_is_not_found(clerk):
    for pk in ("0", "999999", "99999999999999999999", "9" * 400):
        response = at_desk(clerk).post(f"/admin/performance/goal/{pk}/perform/submit/")
        assert response.status_code == 404
        assert "没有找到" in visible(response)


# --- what stands in the way --------------------------------------------------------------------
def test_submission_with_errors_is_refused_and_names_them(clerk):
    goal = make_goal(make_sheet(overall_goal="", category=""), by=clerk)

    response = perform(clerk, goal, "submit")

    [sentence] = told(response)
    assert sentence.startswith("还有 2 处错误，改正后才能送审。")
    assert "“项目类别”：项目类别为空" in sentence
    assert "“总体绩效目标”" in sentence
    assert fresh(goal).state == State.DRAFT


def test_the_errors_stand_on_the_form_beside_their_fields(clerk):
    goal = make_goal(make_sheet(overall_goal=""), by=clerk)

    response = at_desk(clerk).get(goal_url("change", goal.pk))

    assert "检查出 1 处问题" in visible(response)
    assert response.context["head_findings"]["overall_goal"].rule == "R05"


@pytest.mark.parametrize("opinion", ["", "   ", "\r\n\t", "\u3000"])
def test_a_return_without_opinion_is_refused(clerk, reviewer, opinion):
    goal = submitted(clerk)

    response = perform(reviewer, goal, "return", opinion=opinion)

    assert told(response)[0].startswith("退回必须写明原因：请在要修改的单元格旁写意见")
    assert fresh(goal).state == State.SUBMITTED


def test_an_opinion_of_2000_characters_is_taken_and_one_more_refused(clerk, reviewer):
    first, second = submitted(clerk), submitted(clerk, project="乙")

    perform(reviewer, first, "return", opinion="长" * 2_000)
    response = perform(reviewer, second, "return", opinion="长" * 2_001)

    assert first.events.first().opinion == "长" * 2_000
    assert told(response)[0].startswith("意见超过2000个字，请精简。")
    assert fresh(second).state == State.SUBMITTED


def test_line_ends_of_an_opinion_count_once_as_in_the_browser(clerk, reviewer):
    goal = submitted(clerk)
    opinion = "一\r\n" * 999 + "二三"

    response = perform(reviewer, goal, "return", opinion=opinion)

    assert told(response) == [TRANSITIONS["return"].done]
    assert goal.events.first().opinion == opinion.replace("\r\n", "\n")


@pytest.mark.parametrize("opinion", ["甲\x00乙", "甲\x07乙"])
def test_an_opinion_with_control_characters_is_refused(clerk, reviewer, opinion):
    goal = submitted(clerk)

    response = perform(reviewer, goal, "return", opinion=opinion)

    assert told(response)[0].startswith("意见里有看不见的控制字符")
    assert fresh(goal).state == State.SUBMITTED


def test_a_reason_typed_while_the_goal_was_withdrawn_is_not_lost(clerk, reviewer):
    goal = submitted(clerk)
    perform(clerk, goal, "withdraw")

    response = perform(reviewer, goal, "return", opinion="手打的<b>一大段")

    [sentence] = told(response)
    assert sentence.startswith("只有已送审、审核通过的可以退回，现在是“草稿”。")
    assert sentence.endswith("手打的<b>一大段")


@pytest.mark.parametrize("seen", ["", "0" * 64, "x" * 5000, "'", "\x00", "甲"])
def test_an_unknown_content_is_never_decided_on(clerk, reviewer, seen):
    goal = submitted(clerk)
    before = everything()

    response = perform(reviewer, goal, "approve", seen=seen)

    assert response.status_code == 200
    assert "您打开页面后，内容又被修改了" in visible(response)
    assert everything() == before


def test_a_step_without_the_content_seen_is_never_taken(clerk, reviewer):
    goal = submitted(clerk)
    before = everything()

    response = at_desk(reviewer).post(goal_url("perform", goal.pk, "approve"))

    assert response.status_code == 200
    assert everything() == before


def test_approving_what_has_changed_meanwhile_shows_the_change_and_does_nothing(clerk, reviewer):
    seen = submitted(clerk)
    resubmitted(seen, clerk, annual_goal="偷偷改了")
    before = everything()

    response = perform(reviewer, seen, "approve")

    assert response.status_code == 200
    assert everything() == before
    html = response.content.decode()
    assert '<del title="原内容">本年为窗口人员订制制服5套。</del>' in html
    assert '<ins title="现内容">偷偷改了</ins>' in html


def test_after_seeing_the_change_the_step_can_be_taken_from_that_very_page(clerk, reviewer):
    seen = submitted(clerk)
    now = resubmitted(seen, clerk, annual_goal="改了")
    response = perform(reviewer, seen, "approve")

    assert f'name="seen" value="{now.chain_hash}"' in response.content.decode()
    perform(reviewer, now, "approve")

    assert fresh(now).state == State.APPROVED


def test_the_same_words_again_are_not_the_content_that_was_seen(clerk, reviewer):
    """A→B→A: the chain has moved on although the text is the same."""
    seen = submitted(clerk)
    now = resubmitted(seen, clerk, annual_goal="乙")
    resubmitted(now, clerk)

    response = perform(reviewer, seen, "approve")

    assert response.status_code == 200
    assert fresh(seen).state == State.SUBMITTED


def test_a_typed_reason_stays_on_the_page_when_the_content_has_changed(clerk, reviewer):
    seen = submitted(clerk)
    resubmitted(seen, clerk, annual_goal="改了")

    response = perform(reviewer, seen, "return", opinion="手打的一大段理由<b>")

    assert "手打的一大段理由&lt;b&gt;</textarea>" in response.content.decode()
    assert fresh(seen).state == State.SUBMITTED


# --- four eyes -----------------------------------------------------------------------------------
@pytest.fixture
def both(portal):
    """One who may write and review."""
    return make_user("both", ("clerk", "101009"), ("reviewer", "101"), full_name="周全")


def test_nobody_approves_the_own_work_and_is_told_who_may(both, reviewer):
    goal = submitted(both)

    response = perform(both, goal, "approve")

    [sentence] = told(response)
    assert sentence == "您填写或导入过这个目标，不能审核自己的内容。可以办理的有：李国强。"
    assert fresh(goal).state == State.SUBMITTED


def test_somebody_who_wrote_an_earlier_version_may_not_approve_either(both, clerk, reviewer):
    goal = make_goal(by=both)
    goal = change_goal(goal, clean_sheet(annual_goal="别人后来写的"), by=clerk)
    perform(clerk, goal, "submit")

    response = perform(both, fresh(goal), "approve")

    assert "不能审核自己的内容" in told(response)[0]
    assert fresh(goal).state == State.SUBMITTED


def test_the_greyed_approval_says_who_may(both, reviewer):
    goal = submitted(both)

    response = at_desk(both).get(goal_url("change", goal.pk))

    assert "不能审核自己的内容。可以办理的有：李国强。" in visible(response)
    button = response.content.decode().partition("perform/approve/")[2].partition("</button>")[0]
    assert "disabled" in button
    assert 'aria-describedby="why-approve"' in button


def test_without_anybody_else_the_way_out_is_named(both):
    goal = submitted(both)

    response = perform(both, goal, "approve")

    assert "目前没有，请联系系统管理员" in told(response)[0]


def test_a_submitter_who_wrote_nothing_may_approve(clerk, both):
    goal = make_goal(by=clerk)
    perform(both, goal, "submit")

    perform(both, fresh(goal), "approve")

    assert fresh(goal).state == State.APPROVED


# --- what the pages show -------------------------------------------------------------------------
def test_one_round_of_review_shows_on_the_goals_page(clerk, reviewer):
    goal = submitted(clerk)
    perform(reviewer, goal, "return", opinion="满意度指标偏低\n请说明<b>依据</b>")

    response = at_desk(clerk).get(goal_url("change", goal.pk))

    html, text = response.content.decode(), visible(response)
    assert "被退回" in text
    assert "满意度指标偏低<br>请说明&lt;b&gt;依据&lt;/b&gt;" in html
    assert "李国强" in text
    assert [e.transition for e in response.context["events"]] == ["return", "submit"]
    assert form_on(response)["project"] == ["工作制服经费"]


def test_the_reason_of_a_return_goes_with_the_next_submission(clerk, reviewer):
    goal = submitted(clerk)
    perform(reviewer, goal, "return", opinion="旧的理由")
    at_desk(clerk).post(
        goal_url("change", goal.pk), typed(fresh(goal), annual_goal="改了", _submit="")
    )

    response = at_desk(reviewer).get(goal_url("change", goal.pk))

    assert response.context["return_event"] is None
    assert fresh(goal).state == State.SUBMITTED


def test_the_reviewer_sees_what_changed_since_the_last_submission(clerk, reviewer):
    goal = submitted(clerk)
    perform(reviewer, goal, "return")
    at_desk(clerk).post(
        goal_url("change", goal.pk), typed(fresh(goal), annual_goal="改好了", _submit="")
    )

    response = at_desk(reviewer).get(goal_url("change", goal.pk))

    assert "上次审核时（第1版）相比的改动。" in visible(response)
    assert '<ins title="现内容">改好了</ins>' in response.content.decode()


def test_the_record_of_a_return_leads_to_the_remarks_at_the_cells(clerk, reviewer):
    goal = submitted(clerk)
    remark(goal, "annual_goal", reviewer)
    take(goal, "return", reviewer)

    html = at_desk(clerk).get(goal_url("change", goal.pk)).content.decode()

    assert f'<a href="{goal_url("history", goal.pk)}">单元格旁的意见</a>' in html


def test_what_was_submitted_and_withdrawn_is_nothing_to_compare_with(clerk, reviewer):
    goal = submitted(clerk)
    perform(clerk, goal, "withdraw")
    perform(clerk, fresh(goal), "submit")

    response = at_desk(reviewer).get(goal_url("change", goal.pk))

    assert "相比" not in visible(response)


def test_the_first_submission_has_nothing_to_compare_with(clerk, reviewer):
    goal = submitted(clerk)

    response = at_desk(reviewer).get(goal_url("change", goal.pk))

    assert "相比" not in visible(response)
    assert "sheet-changed" not in response.content.decode()


def test_an_approval_seals_the_version_and_a_return_lifts_it(clerk, reviewer):
    goal = submitted(clerk)
    perform(reviewer, goal, "approve")
    approved = fresh(goal)

    perform(reviewer, approved, "return", opinion="发现问题")

    assert approved.approved_revision.number == 1
    assert (fresh(goal).state, fresh(goal).approved_revision) == (State.RETURNED, None)


def test_the_same_step_twice_is_taken_once_and_told_so(clerk, reviewer):
    goal = submitted(clerk)

    answers = [perform(reviewer, goal, "approve") for _ in range(2)]

    assert [a.status_code for a in answers] == [302, 302]
    assert "没有重复办理" in told(answers[1])[-1]
    assert goal.events.filter(transition="approve").count() == 1


def test_another_persons_step_is_not_taken_for_the_own(clerk, reviewer):
    other = make_user("wu", ("reviewer", "101"), full_name="吴刚")
    goal = submitted(clerk)
    perform(other, goal, "approve")

    response = perform(reviewer, goal, "approve")

    assert "只有已送审的可以审核通过，现在是“审核通过”。" in told(response)[-1]
