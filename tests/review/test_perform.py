"""The workflow as one table: every state, every step, every role."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from performance.goals.actions import Outcome, save_sheet
from performance.goals.models import Goal, Origin, State
from performance.library.models import RuleLevel
from performance.people.models import Membership, Unit, User
from performance.people.roles import ROLES, Right
from performance.review.actions import MAX_OPINION, ContentChanged, Decision, perform
from performance.review.models import Event
from performance.review.transitions import TRANSITIONS
from tests.builders import (
    change_goal,
    clean_sheet,
    make_draft,
    make_goal,
    make_line,
    make_sheet,
    make_user,
)

STEPS = list(TRANSITIONS)
OPINION = "请补充时效指标。"


def step(goal, name, *, by, opinion=OPINION, seen=None):
    decision = Decision(opinion=opinion, to_step=1)
    return perform(
        goal.pk, name, by=by, seen=goal.chain_hash if seen is None else seen, decision=decision
    )


def now(goal):
    goal = Goal.objects.get(pk=goal.pk)
    return goal.state, goal.approved_revision, goal.events.count()


UNITS = {"clerk": "101009", "unit_reviewer": "101009", "reviewer": "101"}


def somebody(role):
    """A person of a role, in reach of unit 101009, who has written nothing."""
    return make_user("somebody", (role, UNITS.get(role)))


def may_take(row, role):
    """Reviews are taken in the role of the step, which is the department's here."""
    return row.right in ROLES[role].rights and (not row.at_step or role == "reviewer")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("state", State)
def test_a_step_is_taken_from_its_sources_by_who_has_the_right(clerk, state, name, role):
    row = TRANSITIONS[name]
    goal = make_goal(by=clerk, state=state)
    if (state, name) == (State.ADJUSTING, "submit"):  # what changes nothing is not handed over
        goal = change_goal(goal, clean_sheet(annual_goal="调整后的目标。"), by=clerk)
    before = now(goal)
    person = somebody(role)

    if not may_take(row, role):
        with pytest.raises(PermissionDenied, match=f"您没有“{row.right.value}”权限"):
            step(goal, name, by=person)
        assert now(goal) == before
    elif state not in row.sources:
        with pytest.raises(ValidationError, match=f"现在是“{state.label}”"):
            step(goal, name, by=person)
        assert now(goal) == before
    elif name in ELSEWHERE and not goal.is_adjustment:
        with pytest.raises(ValidationError, match=ELSEWHERE[name]):
            step(goal, name, by=person)
        assert now(goal) == before
    else:
        event = step(goal, name, by=person)
        assert now(goal)[::2] == (row.target, 1)
        assert (event.transition, event.source, event.target) == (name, state, row.target)


ELSEWHERE = {
    "accept": "没有可以采纳的建议",
    "step_back": "第一个审核环节",
    "drop": "没有在调整",
}
"""Rows that need more than a state; what they do has tests of its own."""


def test_the_table_names_each_step_and_its_sources_and_targets():
    assert {row.name: (row.sources, row.target, row.right) for row in TRANSITIONS.values()} == {
        "submit": (
            (State.DRAFT, State.RETURNED, State.ADJUSTING),
            State.SUBMITTED,
            Right.SUBMIT_GOALS,
        ),
        "accept": ((State.RETURNED,), State.SUBMITTED, Right.SUBMIT_GOALS),
        "withdraw": ((State.SUBMITTED,), State.DRAFT, Right.SUBMIT_GOALS),
        "approve": ((State.SUBMITTED,), State.APPROVED, Right.REVIEW_GOALS),
        "return": ((State.SUBMITTED, State.APPROVED), State.RETURNED, Right.REVIEW_GOALS),
        "step_back": ((State.SUBMITTED,), State.SUBMITTED, Right.REVIEW_GOALS),
        "reject": ((State.SUBMITTED,), State.REJECTED, Right.REVIEW_GOALS),
        "reopen": ((State.REJECTED,), State.DRAFT, Right.ISSUE_GOALS),
        "issue": ((State.APPROVED,), State.ISSUED, Right.ISSUE_GOALS),
        "file": ((State.ISSUED,), State.FILED, Right.ISSUE_GOALS),
        "adjust": ((State.ISSUED, State.FILED), State.ADJUSTING, Right.WRITE_GOALS),
        "drop": ((State.ADJUSTING, State.RETURNED), State.ISSUED, Right.WRITE_GOALS),
        "void": ((State.DRAFT, State.RETURNED), State.VOID, Right.WRITE_GOALS),
        "restore": ((State.VOID,), State.DRAFT, Right.WRITE_GOALS),
    }


@pytest.mark.parametrize("name", STEPS)
def test_nobody_takes_a_step_outside_ones_units(clerk, name):
    goal = make_goal(by=clerk, state=TRANSITIONS[name].sources[0])
    foreign = make_user("foreign", ("clerk", "202001"), ("reviewer", "202001"))
    below = make_user("below", ("clerk", "101"))
    of_reviewers = TRANSITIONS[name].right is Right.REVIEW_GOALS
    own_unit_only = [foreign] if of_reviewers else [foreign, below]

    for person in own_unit_only:
        with pytest.raises(PermissionDenied):
            step(goal, name, by=person)
    assert now(goal)[::2] == (goal.state, 0)


@pytest.mark.parametrize("name", STEPS)
def test_a_closed_account_takes_no_step(clerk, reviewer, name):
    goal = make_goal(by=clerk, state=TRANSITIONS[name].sources[0])
    for person in (clerk, reviewer):
        person = User.objects.get(pk=person.pk)  # whose rights were not asked for yet
        person.is_active = False

        with pytest.raises(PermissionDenied):
            step(goal, name, by=person)


def test_a_refusal_names_who_can_do_it(clerk, reviewer, stranger):
    goal = make_goal(by=clerk, state=State.SUBMITTED)

    with pytest.raises(PermissionDenied, match=r"您没有“审核”权限.*，可以办理的有：李国强。"):
        step(goal, "approve", by=clerk)
    with pytest.raises(PermissionDenied, match="您没有“送审”权限，可以办理的有：张敏。"):
        step(goal, "withdraw", by=stranger)


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("opinion", ["", " \n\t　"])
def test_an_opinion_is_asked_for_where_the_table_says(clerk, name, opinion):
    row = TRANSITIONS[name]
    goal = make_goal(by=clerk, state=row.sources[0])
    person = make_user("both", ("clerk", "101009"), ("reviewer", "101"), ("bureau", None))

    if name in ELSEWHERE:
        assert row.needs_opinion is (name == "drop")
    elif row.needs_opinion or row.needs_remark:
        with pytest.raises(ValidationError, match=f"{row.label}必须写明原因"):
            step(goal, name, by=person, opinion=opinion)
        assert now(goal)[::2] == (row.sources[0], 0)
    else:
        assert step(goal, name, by=person, opinion=opinion).opinion == ""


def test_an_opinion_is_stored_trimmed_and_must_not_be_endless(clerk, reviewer):
    goal = make_goal(by=clerk, state=State.SUBMITTED)

    with pytest.raises(ValidationError, match=f"超过{MAX_OPINION}个字"):
        step(goal, "return", by=reviewer, opinion="长" * (MAX_OPINION + 1))

    event = step(goal, "return", by=reviewer, opinion=f"\n {'长' * MAX_OPINION} \n")
    assert event.opinion == "长" * MAX_OPINION


def test_an_opinion_keeps_its_lines_and_holds_no_control_characters(clerk, reviewer):
    goal = make_goal(by=clerk, state=State.SUBMITTED)

    for opinion in ("a\0b", "\x07", "\ud800"):
        with pytest.raises(ValidationError, match="看不见的控制字符"):
            step(goal, "return", by=reviewer, opinion=opinion)

    assert step(goal, "return", by=reviewer, opinion="一\r\n二\n三\r\n").opinion == "一\n二\n三"


def test_an_event_names_the_revision_the_person_and_the_opinion(clerk, reviewer):
    goal = make_goal(by=clerk)
    goal = change_goal(goal, clean_sheet(annual_goal="改了"), by=clerk)

    step(goal, "submit", by=clerk, opinion="")
    step(goal, "return", by=reviewer)

    newest = goal.revisions.get(number=2)
    assert list(
        goal.events.order_by("pk").values_list(
            "transition", "source", "target", "revision", "by", "opinion"
        )
    ) == [
        ("submit", "draft", "submitted", newest.pk, clerk.pk, ""),
        ("return", "submitted", "returned", newest.pk, reviewer.pk, OPINION),
    ]
    assert all(event.at for event in Event.objects.all())


def test_an_approval_holds_exactly_the_revision_that_was_seen(clerk, reviewer):
    goal = make_goal(by=clerk, state=State.SUBMITTED)

    step(goal, "approve", by=reviewer)

    goal.refresh_from_db()
    assert goal.approved_revision == goal.revisions.get()
    assert goal.approved_revision.chain_hash == goal.chain_hash


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("seen", ["", "0" * 64, "older"])
def test_a_step_on_other_content_than_what_was_seen_is_not_taken(clerk, reviewer, name, seen):
    row = TRANSITIONS[name]
    goal = make_goal(by=clerk, state=State.RETURNED)
    older = goal.chain_hash
    goal = change_goal(goal, clean_sheet(annual_goal="改了"), by=clerk)
    Goal.objects.update(state=row.sources[0])
    if name in ELSEWHERE:
        return
    others = {Right.REVIEW_GOALS: ("reviewer", "101"), Right.ISSUE_GOALS: ("bureau", None)}
    person = make_user("other", others[row.right]) if row.right in others else clerk

    with pytest.raises(ContentChanged) as caught:
        step(goal, name, by=person, seen=older if seen == "older" else seen)

    assert caught.value.seen == (older if seen == "older" else seen)
    assert now(goal)[::2] == (row.sources[0], 0)


def test_the_same_words_again_do_not_revive_what_was_seen(clerk, reviewer):
    """A, B, A: the third revision says what the first said, and is not the first."""
    goal = make_goal(clean_sheet(annual_goal="A"), by=clerk)
    seen = goal.chain_hash
    goal = change_goal(goal, clean_sheet(annual_goal="B"), by=clerk)
    goal = change_goal(goal, clean_sheet(annual_goal="A"), by=clerk)
    Goal.objects.update(state=State.SUBMITTED)

    with pytest.raises(ContentChanged):
        step(goal, "approve", by=reviewer, seen=seen)


@pytest.mark.parametrize("origin", Origin)
def test_nobody_approves_what_they_wrote_in_whatever_way(clerk, reviewer, origin):
    both = make_user("both", ("clerk", "101009"), ("reviewer", "101"), full_name="何双")
    goal = make_goal(by=clerk)
    draft = make_draft(clean_sheet(annual_goal="何双写的"), goal)
    assert save_sheet(draft, by=both, origin=origin).outcome is Outcome.SAVED
    goal = change_goal(Goal.objects.get(), clean_sheet(annual_goal="张敏又改"), by=clerk)
    Goal.objects.update(state=State.SUBMITTED)

    with pytest.raises(ValidationError, match="不能审核自己的内容。可以办理的有：李国强。"):
        step(goal, "approve", by=both)

    assert now(goal) == (State.SUBMITTED, None, 0)
    assert step(goal, "return", by=both).target == State.RETURNED


def test_a_refused_save_makes_nobody_an_author(clerk):
    both = make_user("both", ("clerk", "101009"), ("reviewer", "101"))
    goal = make_goal(by=clerk)
    save_sheet(make_draft(clean_sheet(), goal), by=both, origin=Origin.FORM)
    save_sheet(make_draft(clean_sheet(""), goal), by=both, origin=Origin.FORM)
    Goal.objects.update(state=State.SUBMITTED)

    assert step(goal, "approve", by=both).target == State.APPROVED


@pytest.mark.parametrize("source", [State.SUBMITTED, State.APPROVED])
def test_a_return_lifts_the_approval_and_opens_the_goal(clerk, reviewer, source):
    goal = make_goal(by=clerk, state=source)

    step(goal, "return", by=reviewer)

    assert now(goal) == (State.RETURNED, None, 1)
    assert Goal.objects.get().is_editable


def test_a_withdrawn_goal_is_a_draft_again(clerk):
    goal = make_goal(by=clerk)

    step(goal, "submit", by=clerk, opinion="")
    step(goal, "withdraw", by=clerk, opinion="")

    assert now(goal) == (State.DRAFT, None, 2)
    change_goal(Goal.objects.get(), clean_sheet(annual_goal="继续改"), by=clerk)


def test_the_whole_way_to_an_approval(clerk, reviewer):
    goal = make_goal(by=clerk)
    step(goal, "submit", by=clerk, opinion="")
    step(goal, "return", by=reviewer)
    goal = change_goal(Goal.objects.get(), clean_sheet(annual_goal="已补充"), by=clerk)
    step(goal, "submit", by=clerk, opinion="")

    step(goal, "approve", by=reviewer, opinion="")

    goal.refresh_from_db()
    assert (goal.state, goal.approved_revision.number) == (State.APPROVED, 2)
    assert list(goal.events.order_by("pk").values_list("transition", "revision__number")) == [
        ("submit", 1),
        ("return", 1),
        ("submit", 2),
        ("approve", 2),
    ]


BAD = make_sheet(
    "甲",
    make_line("33-短"),
    make_line("111999999-库里没有"),
    make_line("111999999-库里没有"),
    annual_goal="",
)


def test_a_submission_with_errors_lists_all_of_them(clerk):
    goal = make_goal(BAD, by=clerk)

    with pytest.raises(ValidationError) as caught:
        step(goal, "submit", by=clerk)

    (message,) = caught.value.messages
    assert message == (
        "还有 5 处错误，改正后才能送审。"
        "“年度绩效目标”：年度绩效目标为空，送审前必须填写；"
        "第1行“三级指标”：三级指标“33-短”的编码应为9位数字，读到2位；"
        "第2行“三级指标”：三级指标“111999999-库里没有”不在本年度的指标库中，"
        "请从指标库选择，或请业务管理员增补；"
        "第3行“三级指标”：三级指标“111999999-库里没有”不在本年度的指标库中，"
        "请从指标库选择，或请业务管理员增补；"
        "第3行“三级指标”：“111999999-库里没有”与第2行的三级指标重复，请删去或更换。"
    )
    assert now(goal) == (State.DRAFT, None, 0)


@pytest.mark.parametrize(
    ("rule", "sheet"),
    [
        ("R01", make_sheet("甲", make_line("33-短"))),
        ("R02", make_sheet("甲", make_line("111999999-库里没有"))),
        ("R03", make_sheet("甲", make_line(), make_line())),
        ("R05", clean_sheet(annual_goal="")),
    ],
)
def test_each_rule_blocks_a_submission_as_long_as_it_is_an_error(clerk, portal, rule, sheet):
    goal = make_goal(sheet, by=clerk)

    with pytest.raises(ValidationError, match="还有 1 处错误"):
        step(goal, "submit", by=clerk)

    RuleLevel.objects.create(year=portal, rule=rule, level="warning")
    assert step(goal, "submit", by=clerk).target == State.SUBMITTED


def test_errors_do_not_stand_in_the_way_of_other_steps(clerk, reviewer):
    for name in ("withdraw", "return"):
        goal = make_goal(clean_sheet(name, annual_goal=""), by=clerk, state=State.SUBMITTED)
        person = clerk if name == "withdraw" else reviewer

        assert step(goal, name, by=person).transition == name


def test_a_right_that_is_taken_away_ends_at_once(clerk, reviewer):
    goal = make_goal(by=clerk, state=State.SUBMITTED)
    Membership.objects.filter(user=reviewer).update(unit=Unit.objects.get(code="202001"))

    with pytest.raises(PermissionDenied):
        step(goal, "approve", by=reviewer)


def test_a_step_decided_on_another_state_is_not_taken(clerk, reviewer):
    goal = make_goal(by=clerk, state=State.SUBMITTED)
    seen = Goal.objects.get().chain_hash
    perform(goal.pk, "approve", by=reviewer, seen=seen, decision=Decision(state="submitted-1"))

    decision = Decision(opinion="改", state="submitted-1")
    with pytest.raises(ValidationError) as caught:
        perform(goal.pk, "return", by=reviewer, seen=seen, decision=decision)

    assert caught.value.messages == ["您打开页面后，别人已办理，现在是“审核通过”；请看过再办理。"]
    assert Goal.objects.get().state == State.APPROVED
