"""The review form and the decision beside it: what is shown, asked for, refused and never lost."""

import re

import pytest

from performance.admin.review.grades import CONSEQUENCES
from performance.goals.models import Goal, State
from performance.library.review_form import ReviewGrade, ReviewPoint, ReviewStep, Verdict
from performance.review.actions import Decision, perform
from performance.review.models import Event
from performance.review.remarking import write_remark
from tests.admin.desk import at_desk, form_on, fresh, goal_url, told, visible
from tests.builders import change_goal, clean_sheet, make_goal, make_user


@pytest.fixture
def goal(clerk, portal) -> Goal:
    portal.grades_required = True
    portal.save()
    goal = make_goal(clean_sheet(), by=clerk)
    return step(goal, "submit", clerk)


def step(goal: Goal, name: str, by, **decision) -> Goal:
    goal = fresh(goal)
    perform(goal.pk, name, by=by, seen=goal.chain_hash, decision=Decision(**decision))
    return fresh(goal)


def grades(grade: str, **other: str) -> dict[str, str]:
    """Each point with one grade, except for `other` ones by name; None leaves a point out."""
    names = ReviewPoint.objects.values_list("name", flat=True)
    given = {name: other.get(name, grade) for name in names}
    return {f"grade:{name}": value for name, value in given.items() if value}


def decide(user, goal: Goal, name: str, **data):
    known = {"seen": goal.chain_hash, "state": goal.stage}
    return at_desk(user).post(goal_url("perform", goal.pk, name), known | data)


def page(user, goal: Goal):
    return at_desk(user).get(goal_url("change", goal.pk))


def remarked(goal: Goal, by, **changes) -> Goal:
    said = {"key": "", "field": "annual_goal", "kind": "其他", "text": "请改"} | changes
    write_remark(goal.pk, by=by, seen=goal.chain_hash, **said)
    return goal


# --- what is shown -------------------------------------------------------------------------------
def test_the_form_asks_each_point_under_its_dimension(goal, reviewer):
    response = page(reviewer, goal)

    text = visible(response)
    for point in ReviewPoint.objects.all():
        assert point.name in text
        assert point.question in text
    html = response.content.decode()
    assert len(re.findall(r'type="radio"', html)) == 8 * 4
    dimensions = [dimension for dimension, _ in response.context["grades"].groups]
    assert dimensions == ["完整性", "相关性", "适当性", "可行性"]


def test_every_consequence_has_its_words():
    assert set(CONSEQUENCES) == set(Verdict)


def test_who_cannot_review_it_now_sees_no_form(goal, clerk, bureau):
    for user in (clerk, bureau, make_user("unit", ("unit_reviewer", "101009"))):
        response = page(user, goal)
        assert response.context["grades"] is None
        assert 'type="radio"' not in response.content.decode()


def test_a_year_without_points_has_no_form_and_approves_all_the_same(goal, reviewer, portal):
    ReviewPoint.objects.all().delete()
    assert page(reviewer, goal).context["grades"] is None

    decide(reviewer, goal, "approve")

    assert fresh(goal).state == State.APPROVED


def test_an_optional_form_says_so(goal, reviewer, portal):
    portal.grades_required = False
    portal.save()

    assert "可不填；填了就要填全" in visible(page(reviewer, goal))


# --- what it leads to ----------------------------------------------------------------------------
OUTCOMES = {
    ("优", "approve"): State.APPROVED,
    ("良", "approve"): State.APPROVED,
    ("中", "return"): State.RETURNED,
    ("差", "reject"): State.REJECTED,
}


@pytest.mark.parametrize("name", ["approve", "return", "reject"])
@pytest.mark.parametrize("grade", ["优", "良", "中", "差"])
def test_the_lowest_grade_decides_what_may_be_done(goal, reviewer, grade, name):
    if name == "return":
        remarked(goal, reviewer)
    opinion = {"opinion:reject": "没有依据"} if name == "reject" else {}

    response = decide(reviewer, goal, name, **grades("优", 规范完整性=grade), **opinion)

    expected = OUTCOMES.get((grade, name))
    assert fresh(goal).state == (expected or State.SUBMITTED), told(response)
    if not expected:
        assert "审核表中最低的等级是" in told(response)[0]
        assert response.status_code == 200


def test_with_a_proposal_a_good_form_may_be_returned(goal, reviewer):
    remarked(goal, reviewer, proposal="本年为窗口人员订制制服6套。")

    decide(reviewer, goal, "return", **grades("良"))

    assert fresh(goal).state == State.RETURNED


def test_an_approved_form_is_in_the_record(goal, reviewer):
    decide(reviewer, goal, "approve", **grades("优", 目标相关性="良"))

    event = Event.objects.first()
    assert ("相关性", "目标相关性", "良") in [tuple(row) for row in event.graded]
    assert "相关性·目标相关性：良" in visible(page(reviewer, goal))


# --- nothing is lost -----------------------------------------------------------------------------
def chosen(response) -> set[tuple[str, str]]:
    data = form_on(response, "decision")
    return {(name, data[name][0]) for name in data if name.startswith("grade:")}


def test_what_is_missing_is_named_and_what_was_chosen_stays(goal, reviewer):
    given = grades("良", 条件充分性="")

    response = decide(reviewer, goal, "approve", **given, **{"opinion:approve": "很好<b>"})

    assert "审核表还有 1 项没有评定：条件充分性。" in told(response)
    assert chosen(response) == set(given.items())
    assert "很好&lt;b&gt;</textarea>" in response.content.decode()
    assert fresh(goal).state == State.SUBMITTED


def test_every_opinion_stays_where_it_was_typed(goal, reviewer):
    typed = {"opinion:approve": "甲意见", "opinion:return": "乙意见", "opinion:reject": "丙意见"}

    response = decide(reviewer, goal, "approve", **typed)

    data = form_on(response, "decision")
    assert {name: data[name][0] for name in typed} == typed


WRONG = {
    "unknown point": {"grade:没有的": "优"},
    "unknown grade": {"grade:规范完整性": "极好"},
    "control": {"grade:规范完整性": "优\x00"},
    "huge": {"grade:" + "长" * 200: "优" * 5000},
    "empty name": {"grade:": "优"},
}


@pytest.mark.parametrize("name", WRONG)
def test_tampered_grades_are_refused_with_a_sentence(goal, reviewer, name):
    response = decide(reviewer, goal, "approve", **(grades("优") | WRONG[name]))

    assert "审核表的要点或等级已变动" in told(response)[0]
    assert fresh(goal).state == State.SUBMITTED


def test_a_form_that_was_changed_meanwhile_is_refused(goal, reviewer):
    given = grades("优")
    ReviewGrade.objects.filter(name="优").update(name="甲")

    response = decide(reviewer, goal, "approve", **given)

    assert "审核表的要点或等级已变动" in told(response)[0]


def test_grades_stay_when_the_content_has_changed(goal, reviewer, clerk):
    stale = goal
    step(goal, "withdraw", clerk)
    change_goal(fresh(goal), clean_sheet(annual_goal="偷偷改了"), by=clerk)
    step(goal, "submit", clerk)

    response = decide(reviewer, stale, "approve", **grades("优"))

    assert "您打开页面后，内容又被修改了" in visible(response)
    assert '<ins title="现内容">偷偷改了</ins>' in response.content.decode()
    assert chosen(response) == set(grades("优").items())
    assert fresh(goal).state == State.SUBMITTED


# --- several steps -------------------------------------------------------------------------------
@pytest.fixture
def three(goal, portal, clerk):
    """A goal at the third step of three, reviewed by the department and the unit before."""
    for number, role in [(2, "unit_reviewer"), (3, "finance_reviewer")]:
        ReviewStep.objects.create(year=portal, number=number, name=f"第{number}审", role=role)
    first = make_user("li1", ("reviewer", "101"))
    for user in (first, make_user("li2", ("unit_reviewer", "101009"))):
        step(goal, "approve", user, grades=plain("优"))
    return fresh(goal)


def plain(grade: str) -> dict[str, str]:
    return {name.removeprefix("grade:"): value for name, value in grades(grade).items()}


def finance():
    return make_user("zhou", ("finance_reviewer", None))


def test_a_goal_goes_back_to_the_step_that_was_chosen(three):
    user = finance()
    remarked(three, user)

    response = page(user, three)
    assert form_on(response, "decision")["to_step"] == ["2"]
    decide(user, three, "step_back", to_step="1")

    assert (fresh(three).state, fresh(three).step) == (State.SUBMITTED, 1)


@pytest.mark.parametrize("to_step", ["", "0", "3", "9", "-1", "x", "1" * 400, "²", "\x00"])
def test_a_step_that_is_not_before_this_one_is_refused(three, to_step):
    user = finance()
    remarked(three, user)

    response = decide(user, three, "step_back", to_step=to_step)

    assert "请选择退回到前面的哪一个审核环节" in told(response)[0]
    assert fresh(three).step == 3


def test_an_approval_that_is_not_the_last_says_where_it_went(goal, portal):
    ReviewStep.objects.create(year=portal, number=2, name="财政审核", role="finance_reviewer")
    user = make_user("li9", ("reviewer", "101"))

    response = decide(user, goal, "approve", **grades("优"))

    assert told(response) == ["“主管部门审核”已审核通过，转到下一个审核环节。"]
    assert (fresh(goal).state, fresh(goal).step) == (State.SUBMITTED, 2)


def test_a_double_click_is_told_what_was_done_and_does_it_once(goal, reviewer, portal):
    ReviewStep.objects.create(year=portal, number=2, name="财政审核", role="finance_reviewer")

    answers = [decide(reviewer, goal, "approve", **grades("优")) for _ in range(2)]

    assert [a.status_code for a in answers] == [302, 302]
    assert told(answers[1])[-1] == "您刚才已办理“主管部门审核：审核通过”，没有重复办理。"
    assert Event.objects.filter(transition="approve").count() == 1


def test_a_rejected_goal_is_reopened_by_the_bureau_alone(goal, reviewer, clerk, bureau):
    decide(reviewer, goal, "reject", **{"opinion:reject": "没有依据"}, **grades("差"))
    goal = fresh(goal)
    assert goal.state == State.REJECTED
    assert "可以办理的有：王芳" in visible(page(clerk, goal))
    stops = page(reviewer, goal).context["progress"]
    assert [stop.told for stop in stops if stop.status == "back"] == ["不予通过"]

    for user in (clerk, reviewer):
        assert decide(user, goal, "reopen", opinion="再来").status_code == 403
    decide(bureau, goal, "reopen", opinion="材料已补")

    assert fresh(goal).state == State.DRAFT
    top = visible(page(clerk, goal)).split("项目名称")[0]
    assert re.search(r"不予通过：\s*没有依据.*重新受理：\s*材料已补", top)


def test_a_rejection_needs_its_reason(goal, reviewer):
    response = decide(reviewer, goal, "reject", **grades("差"), **{"opinion:approve": "不是这里"})

    assert "不予通过必须写明原因" in told(response)[0]
    assert fresh(goal).state == State.SUBMITTED


def test_the_bureau_issues_and_files(goal, reviewer, bureau):
    decide(reviewer, goal, "approve", **grades("优"))
    decide(bureau, fresh(goal), "issue", opinion="财预〔2025〕7号")
    assert fresh(goal).state == State.ISSUED

    decide(bureau, fresh(goal), "file")

    assert fresh(goal).state == State.FILED
    assert "财预〔2025〕7号" in visible(page(reviewer, fresh(goal)))
