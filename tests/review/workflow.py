"""Taking steps in tests, as people do: on what stands there now."""

from typing import Any

from performance.goals.models import Goal
from performance.library.models import Year
from performance.library.review_form import ReviewStep
from performance.people.models import User
from performance.review.actions import Decision, perform
from performance.review.models import Event, Remark
from performance.review.remarking import write_remark


def take(goal: Goal, name: str, by: User, opinion: str = "", **decision: Any) -> Event:
    """With rights as they are now: a person's are kept on the object for one request."""
    now = Goal.objects.get(pk=goal.pk)
    person = User.objects.get(pk=by.pk)
    made = Decision(opinion=opinion, **decision)
    return perform(now.pk, name, by=person, seen=now.chain_hash, decision=made)


def remark(goal: Goal, field: str, by: User, *, line: int = 0, **changes: Any) -> Remark:
    """Beside a cell of the head, or with `line` from 1 of a line."""
    now = Goal.objects.get(pk=goal.pk)
    key = now.sheet().lines[line - 1].key if line else ""
    said = {"kind": "填写错误", "text": "请改正。"} | changes
    person = User.objects.get(pk=by.pk)
    return write_remark(now.pk, by=person, seen=now.chain_hash, key=key, field=field, **said)


def set_steps(year: Year, *roles: str) -> None:
    """The year's reviews, by the role of each."""
    names = {
        "unit_reviewer": "单位审核",
        "reviewer": "主管部门审核",
        "finance_reviewer": "财政审核",
    }
    ReviewStep.objects.filter(year=year).delete()
    for number, role in enumerate(roles, 1):
        ReviewStep.objects.create(year=year, number=number, name=names[role], role=role)
