"""The review form: its worst grade decides what may be done."""

import json

import pytest
from django.core.exceptions import ValidationError

from performance.goals.models import Goal, State
from performance.library.queries import points_of
from tests.builders import make_goal
from tests.review.workflow import remark, take


@pytest.fixture
def goal(portal, clerk):
    goal = make_goal(by=clerk)
    take(goal, "submit", clerk)
    return goal


def form(portal, grade, **others):
    return {point.name: grade for point in points_of(portal.pk)} | others


@pytest.mark.parametrize(
    ("worst", "name"), [("优", "approve"), ("良", "approve"), ("中", "return"), ("差", "reject")]
)
def test_the_worst_grade_allows_one_outcome(portal, goal, reviewer, worst, name):
    grades = form(portal, "优", 资金匹配性=worst)

    for other in {"approve", "return", "reject"} - {name}:
        with pytest.raises(ValidationError, match=f"最低的等级是“{worst}”"):
            take(goal, other, reviewer, "意见", grades=grades)
    event = take(goal, name, reviewer, "意见", grades=grades)

    assert len(event.graded) == 8
    assert ("适当性", "资金匹配性", worst) in event.graded
    assert json.loads(event.grades)[0] == ["完整性", "规范完整性", "优"]


def test_a_form_is_filled_in_whole_or_not_at_all(portal, goal, reviewer):
    with pytest.raises(ValidationError) as caught:
        take(goal, "approve", reviewer, grades={"规范完整性": "优", "明确清晰性": ""})

    (message,) = caught.value.messages
    assert message.startswith("审核表还有 7 项没有评定：明确清晰性、目标相关性")
    assert take(goal, "approve", reviewer).grades == ""


def test_a_year_may_require_the_form(portal, goal, reviewer):
    portal.grades_required = True
    portal.save()

    for name in ("approve", "reject"):
        with pytest.raises(ValidationError, match="审核表还有 8 项没有评定"):
            take(goal, name, reviewer, "意见")
    assert take(goal, "return", reviewer, "意见").target == State.RETURNED


@pytest.mark.parametrize("grades", [{"没有的要点": "优"}, {"规范完整性": "特优"}])
def test_unknown_points_and_grades_are_refused(goal, reviewer, grades):
    with pytest.raises(ValidationError, match="已变动，请刷新页面"):
        take(goal, "approve", reviewer, grades=grades)


def test_good_grades_return_only_with_a_proposal(portal, goal, reviewer):
    remark(goal, "annual_goal", reviewer)
    with pytest.raises(ValidationError, match="建议改为"):
        take(goal, "return", reviewer, grades=form(portal, "良"))

    remark(goal, "overall_goal", reviewer, proposal="三年内为全部窗口人员配齐制服。")
    take(goal, "return", reviewer, grades=form(portal, "良"))
    assert Goal.objects.get().state == State.RETURNED
