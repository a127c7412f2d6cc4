"""Two presses at the same moment: a deputy is appointed once, a handover done once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from performance.goals.models import State
from performance.people.deputies import appoint
from performance.people.models import Membership, User
from performance.review.actions import perform
from performance.review.assigning import assign
from performance.review.handing_over import hand_over
from performance.review.handover import Wish, plan
from tests.admin.desk import fresh
from tests.builders import make_goal, make_user
from tests.racing import by_name, race

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


def now(user: User) -> User:
    """The person as a request of their own meets them."""
    return User.objects.get(pk=user.pk)


def test_a_deputy_is_appointed_once(reviewer, clerk):
    role, today = reviewer.memberships.get().pk, timezone.localdate()

    answers = race(*[lambda: appoint([role], clerk.pk, today, today + DAY, by=now(reviewer))] * 4)

    assert by_name(answers, lambda made: "made") == {"ValidationError": 3, "made": 1}
    assert Membership.objects.exclude(deputy_of=None).count() == 1


@pytest.mark.parametrize("last", [-1, 0])
def test_a_handover_is_done_once(reviewer, clerk, last):
    system = make_user("chen", ("system", None))
    held = reviewer.memberships.get()
    wish = Wish(reviewer, {held.pk: clerk}, timezone.localdate() + last * DAY)
    seal = plan(wish, by=system).seal

    answers = race(*[lambda: hand_over(wish, seal=seal, by=now(system))] * 4)

    assert by_name(answers, lambda done: "done") == {"PlanChanged": 3, "done": 1}
    assert clerk.memberships.filter(role="reviewer").count() == 1


def test_assigning_and_approving_at_once_leave_nobody_asked(reviewer, clerk):
    goal = make_goal(by=clerk, state=State.SUBMITTED)
    other = make_user("zhou", ("reviewer", "101"))

    race(
        lambda: assign([goal.pk], now(other), by=now(reviewer)),
        lambda: perform(goal.pk, "approve", by=now(reviewer), seen=goal.chain_hash),
    )

    assert fresh(goal).state == State.APPROVED
    assert fresh(goal).assigned_to is None
