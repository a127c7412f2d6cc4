"""One step for many goals: each by itself, none that somebody should read first."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from performance.goals.models import Goal, State
from performance.library.models import RuleLevel, Year
from performance.library.queries import points_of
from performance.notices.models import Notice
from performance.people.models import User
from performance.review.bulk import Result, take_all
from performance.review.eligible import Seen, candidates
from performance.review.models import Event, Waiver
from performance.review.queries import findings_of, waived_text
from performance.review.remarking import answer_remark
from tests.builders import change_goal, clean_sheet, make_goal, make_line, make_sheet, make_user
from tests.review.workflow import remark, set_steps, take


def asked(user: User, name: str) -> dict[str, str]:
    """What stands in the way of each goal, by project."""
    person = User.objects.get(pk=user.pk)
    goals = Goal.objects.filter(year__year=2025)
    return {c.goal.project: c.reason for c in candidates(person, name, goals)}


def seen(*goals: Goal) -> list[Seen]:
    rows = [Goal.objects.get(pk=goal.pk) for goal in goals]
    return [Seen(row.pk, row.stage, row.chain_hash) for row in rows]


def done(user: User, name: str, *goals: Goal, **more) -> list[Result]:
    return take_all(User.objects.get(pk=user.pk), name, seen(*goals), **more)


def state_of(goal: Goal) -> str:
    return Goal.objects.get(pk=goal.pk).state


def approved_last_year(project: str, by: User, **changes) -> Goal:
    Year.objects.get_or_create(year=2024)
    sheet = clean_sheet(project, year=2024, **changes)
    return make_goal(sheet, by=by, state=State.APPROVED)


@pytest.fixture
def same(clerk) -> Goal:
    """Submitted, and as approved last year."""
    approved_last_year("照旧", clerk)
    goal = make_goal(clean_sheet("照旧"), by=clerk)
    take(goal, "submit", clerk)
    return goal


# --- submit ----------------------------------------------------------------------------------
def test_a_unit_submits_what_is_ready_and_is_told_why_the_rest_is_not(clerk):
    good = make_goal(clean_sheet("甲"), by=clerk)
    bad = make_goal(make_sheet("乙", make_line("不认识的指标")), by=clerk)
    gone = make_goal(clean_sheet("丙"), by=clerk, state=State.SUBMITTED)

    results = done(clerk, "submit", good, bad, gone)

    assert [bool(r.problem) for r in results] == [False, True, True]
    assert "处错误" in results[1].problem
    assert "只有草稿" in results[2].problem
    assert (state_of(good), state_of(bad)) == (State.SUBMITTED, State.DRAFT)
    assert Event.objects.count() == 1


def test_the_reviewer_hears_of_a_batch_as_one(clerk, reviewer):
    goals = [make_goal(clean_sheet(f"第{n}个"), by=clerk) for n in range(3)]

    done(clerk, "submit", *goals)

    told = Notice.objects.filter(to=reviewer)
    assert told.count() == 3
    assert len(set(told.values_list("batch", flat=True))) == 1
    assert told.first().batch


def test_a_remark_that_nobody_answered_holds_its_goal_up(clerk, reviewer):
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)
    remark(goal, "annual_goal", reviewer)
    take(goal, "return", reviewer)

    assert "没有答复" in asked(clerk, "submit")[goal.project]


# --- approve ---------------------------------------------------------------------------------
def test_what_is_as_last_year_is_approved_and_recorded_singly(clerk, reviewer, same):
    results = done(reviewer, "approve", same)

    assert [r.problem for r in results] == [""]
    event = Event.objects.get(goal=same, transition="approve")
    assert (event.by, state_of(same)) == (reviewer, State.APPROVED)


def test_what_is_new_or_changed_has_to_be_opened(clerk, reviewer):
    approved_last_year("改过", clerk)
    for sheet in (clean_sheet("新的"), clean_sheet("改过", annual_goal="今年不同。")):
        take(make_goal(sheet, by=clerk), "submit", clerk)

    reasons = asked(reviewer, "approve")

    assert "请打开看过" in reasons["新的"]
    assert "请打开看过" in reasons["改过"]


def test_an_adjustment_back_to_last_year_has_to_be_opened(clerk, reviewer, bureau):
    approved_last_year("调整", clerk)
    goal = make_goal(clean_sheet("调整", annual_goal="今年不同。"), by=clerk, state=State.ISSUED)
    take(goal, "adjust", clerk, "资金减少。")
    change_goal(Goal.objects.get(pk=goal.pk), clean_sheet("调整"), by=clerk)
    take(goal, "submit", clerk)

    assert "请打开看过" in asked(reviewer, "approve")["调整"]


def test_last_years_goal_counts_only_if_it_was_approved_and_of_the_unit(clerk, reviewer, stranger):
    Year.objects.create(year=2024)
    make_goal(clean_sheet("草稿", year=2024), by=clerk)
    foreign = clean_sheet("别家", year=2024, unit="202001-区教育局")
    make_goal(foreign, by=stranger, state=State.APPROVED)
    for name in ("草稿", "别家"):
        take(make_goal(clean_sheet(name), by=clerk), "submit", clerk)

    reasons = asked(reviewer, "approve")

    assert ["请打开看过" in reasons[name] for name in ("草稿", "别家")] == [True, True]


def test_findings_hold_an_approval_up_until_they_are_waived(portal, clerk, reviewer):
    unknown = make_line("不认识的指标")
    Year.objects.create(year=2024)
    make_goal(make_sheet("照旧", unknown, year=2024), by=clerk, state=State.APPROVED)
    goal = make_goal(make_sheet("照旧", unknown), by=clerk)
    for rule in {finding.rule for finding in findings_of(goal.sheet(), goal.year)}:
        RuleLevel.objects.create(year=portal, rule=rule, level="warning")
    take(goal, "submit", clerk)
    assert "处警告没有豁免" in asked(reviewer, "approve")["照旧"]

    sheet = Goal.objects.get(pk=goal.pk).sheet()
    for finding in findings_of(sheet, portal):
        key = "" if finding.line is None else sheet.lines[finding.line].key
        Waiver.objects.create(
            goal=goal,
            rule=finding.rule,
            key=key,
            field=finding.field,
            text=waived_text(sheet, key, finding.field),
            reason="同意",
            by=reviewer,
            at=timezone.now(),
            until=timezone.localdate(),
        )

    assert asked(reviewer, "approve")["照旧"] == ""


def test_nobody_approves_many_of_their_own(clerk, reviewer, same):
    author = make_user("author", ("clerk", "101009"), ("reviewer", "101"))
    take(same, "withdraw", clerk)
    changed = change_goal(Goal.objects.get(pk=same.pk), clean_sheet("照旧", phone="1"), by=author)
    back = change_goal(changed, clean_sheet("照旧"), by=clerk)
    take(back, "submit", clerk)

    [result] = done(author, "approve", back)

    assert "不能审核自己的内容" in result.problem
    assert state_of(back) == State.SUBMITTED


def test_what_this_step_approved_before_may_be_approved_again(portal, clerk, reviewer):
    set_steps(portal, "reviewer", "finance_reviewer")
    finance = make_user("finance", ("finance_reviewer", None))
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)
    assert "请打开看过" in asked(reviewer, "approve")[goal.project]
    take(goal, "approve", reviewer)
    assert "请打开看过" in asked(finance, "approve")[goal.project]

    take(goal, "return", finance, "请说明依据。")
    person = User.objects.get(pk=clerk.pk)
    answer_remark(goal.remarks.get().pk, by=person, text="已说明。")
    take(goal, "submit", clerk)

    assert asked(reviewer, "approve")[goal.project] == ""
    assert [r.problem for r in done(reviewer, "approve", goal)] == [""]
    assert "请打开看过" in asked(finance, "approve")[goal.project]  # they returned it


def test_what_came_back_from_a_later_step_has_to_be_opened(portal, clerk, reviewer):
    set_steps(portal, "reviewer", "finance_reviewer")
    finance = make_user("finance", ("finance_reviewer", None))
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)
    take(goal, "approve", reviewer)
    take(goal, "step_back", finance, "请核对资金。", to_step=1)

    assert "由“财政审核”退回" in asked(reviewer, "approve")[goal.project]


def test_a_remark_not_sent_holds_its_goal_up(clerk, reviewer, same):
    remark(same, "annual_goal", reviewer)

    assert "没有送出的审核意见" in asked(reviewer, "approve")["照旧"]


def test_the_review_form_is_written_on_each_with_the_best_grade(portal, clerk, reviewer, same):
    portal.grades_required = True
    portal.save()

    [without] = done(reviewer, "approve", same)
    [result] = done(reviewer, "approve", same, best=True)

    assert "没有评定" in without.problem
    assert result.problem == ""
    graded = Event.objects.get(goal=same, transition="approve").graded
    assert {grade for _, _, grade in graded} == {"优"}
    assert len(graded) == len(points_of(portal.pk))


# --- binding ---------------------------------------------------------------------------------
def test_content_that_changed_since_it_was_shown_is_not_touched(clerk, reviewer, same):
    shown = seen(same)
    take(same, "withdraw", clerk)
    change_goal(Goal.objects.get(pk=same.pk), clean_sheet("照旧", phone="1"), by=clerk)
    changed = change_goal(Goal.objects.get(pk=same.pk), clean_sheet("照旧"), by=clerk)
    take(changed, "submit", clerk)

    [result] = take_all(User.objects.get(pk=reviewer.pk), "approve", shown)

    assert "内容又被修改" in result.problem
    assert state_of(same) == State.SUBMITTED


def test_a_second_press_changes_nothing(clerk, reviewer, same):
    shown = seen(same)
    take_all(User.objects.get(pk=reviewer.pk), "approve", shown)

    [again] = take_all(User.objects.get(pk=reviewer.pk), "approve", shown)

    assert again.problem == "您刚才已办理“审核通过”，没有重复办理。"
    assert Event.objects.filter(transition="approve").count() == 1


def test_a_goal_named_twice_is_taken_once(clerk, reviewer, same):
    results = done(reviewer, "approve", same, same)

    assert len(results) == 1
    assert Event.objects.filter(transition="approve").count() == 1


def test_one_that_cannot_go_does_not_hold_up_the_others(clerk, bureau):
    goals = [
        make_goal(clean_sheet(f"第{n}个"), by=clerk, state=state)
        for n, state in enumerate((State.APPROVED, State.DRAFT, State.APPROVED))
    ]

    results = done(bureau, "issue", *goals, opinion="财预〔2025〕1号")

    assert [bool(r.problem) for r in results] == [False, True, False]
    assert [state_of(goal) for goal in goals] == ["issued", "draft", "issued"]
    assert set(Event.objects.values_list("opinion", flat=True)) == {"财预〔2025〕1号"}
    assert [r.problem for r in done(bureau, "file", goals[0])] == [""]


def test_a_foreign_goal_is_not_even_named(clerk, reviewer, stranger):
    foreign = make_goal(clean_sheet("外单位", unit="202001-区教育局"), by=stranger)

    assert done(clerk, "submit", foreign) == []
    assert state_of(foreign) == State.DRAFT


@pytest.mark.parametrize(
    "text", ["", ":", "1", "1::", "x:draft:abc", f"{'9' * 30}:draft:abc", "1:draft:\0", "-1:a:b"]
)
def test_a_tampered_token_is_none(text):
    assert Seen.parse(text) is None


def test_a_token_reads_back():
    token = Seen(7, "submitted-2", "ab12")

    assert Seen.parse(str(token)) == token


def test_the_look_costs_the_same_for_2_and_6_goals(clerk, reviewer):
    found = []
    for number in range(6):
        approved_last_year(f"第{number}个", clerk)
        take(make_goal(clean_sheet(f"第{number}个"), by=clerk), "submit", clerk)
        if number in (1, 5):
            person = User.objects.get(pk=reviewer.pk)
            with CaptureQueriesContext(connection) as queries:
                candidates(person, "approve", Goal.objects.filter(state=State.SUBMITTED))
            found.append(len(queries))

    assert len(set(found)) == 1
    assert found[0] < 20
