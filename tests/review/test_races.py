"""Several people at the same goal at the same moment: one step, one event."""

import pytest

from performance.goals.models import Goal, State
from performance.people.models import User
from performance.review.actions import Decision, perform
from performance.review.models import Event
from tests.builders import make_goal, make_user
from tests.racing import by_name, race

pytestmark = pytest.mark.django_db(transaction=True)


def performing(goal, name, user):
    return lambda: perform(
        goal.pk,
        name,
        by=User.objects.get(pk=user.pk),
        seen=goal.chain_hash,
        decision=Decision(opinion="意见"),
    )


def test_of_many_reviewers_one_approves(clerk):
    goal = make_goal(by=clerk, state=State.SUBMITTED)
    reviewers = [make_user(f"r{n}", ("reviewer", "101")) for n in range(6)]

    answers = race(*(performing(goal, "approve", person) for person in reviewers))

    assert by_name(answers, lambda event: event.transition) == {"ValidationError": 5, "approve": 1}
    event = Event.objects.get()
    assert (event.transition, event.target) == ("approve", State.APPROVED)
    assert Goal.objects.get().state == State.APPROVED


def test_an_approval_and_a_withdrawal_exclude_each_other(clerk, reviewer):
    goal = make_goal(by=clerk, state=State.SUBMITTED)

    answers = race(performing(goal, "approve", reviewer), performing(goal, "withdraw", clerk))

    assert sorted(type(answer).__name__ for answer in answers) == ["Event", "ValidationError"]
    goal.refresh_from_db()
    assert Event.objects.get().target == goal.state
    assert (goal.approved_revision is not None) is (goal.state == State.APPROVED)


def test_two_returns_leave_one_opinion(clerk, reviewer):
    goal = make_goal(by=clerk, state=State.SUBMITTED)
    other = make_user("other", ("reviewer", "101"))

    race(performing(goal, "return", reviewer), performing(goal, "return", other))

    assert Event.objects.get().opinion == "意见"
