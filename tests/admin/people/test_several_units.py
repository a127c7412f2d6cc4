"""A person with roles in several units, and a deputy in another's: the pages offer all of them."""

import pytest

from performance.goals.models import Goal
from performance.people.models import Membership, Unit, User
from tests.admin.desk import at_desk, goal_url, typed, visible
from tests.builders import clean_sheet, make_user


@pytest.fixture
def many(portal) -> User:
    return make_user("he", ("clerk", "101009"), ("clerk", "202001"), full_name="何多")


@pytest.fixture
def deputy(clerk, stranger) -> User:
    """A clerk of one unit who deputises for the clerk of another."""
    unit = Unit.objects.get(code="101009")
    Membership.objects.create(user=stranger, role="clerk", unit=unit, deputy_of=clerk)
    return stranger


@pytest.mark.parametrize("who", ["many", "deputy"])
@pytest.mark.parametrize("name", ["add", "changelist"])
def test_every_unit_is_offered(request, who, name):
    response = at_desk(request.getfixturevalue(who)).get(goal_url(name))

    for unit in ("区政数局", "区教育局"):
        assert unit in visible(response)


@pytest.mark.parametrize("who", ["many", "deputy"])
@pytest.mark.parametrize("code", ["101009", "202001"])
def test_a_goal_is_written_for_each(request, who, code):
    user = request.getfixturevalue(who)
    unit = Unit.objects.get(code=code)
    form = typed(clean_sheet(unit=str(unit))) | {"unit": str(unit.pk), "year": "2025"}

    at_desk(user).post(goal_url("add") + "?year=2025", form)

    [goal] = Goal.objects.all()
    assert (goal.unit, goal.changed_by) == (unit, user)
