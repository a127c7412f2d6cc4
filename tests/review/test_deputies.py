"""Four eyes cannot be avoided by letting somebody act for another (T21)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from performance.goals.models import State
from performance.people.deputies import appoint, own_roles
from performance.people.models import Membership, Unit, User
from tests.admin.desk import at_desk, fresh, goal_url, visible
from tests.builders import change_goal, clean_sheet, make_goal, make_user
from tests.review.workflow import set_steps, take

DAY = timedelta(days=1)
REFUSED = (ValidationError, PermissionDenied)


@pytest.fixture
def author(portal) -> User:
    """Writes goals, and reviews in the department for others to be refused."""
    return make_user("sun", ("clerk", "101009"), ("reviewer", "101"), full_name="孙悦")


@pytest.fixture
def deputy(portal) -> User:
    return make_user("qian", ("clerk", "202001"), full_name="钱进")


@pytest.fixture
def submitted(author, clerk):
    return make_goal(by=author, state=State.SUBMITTED)


def acts_for(deputy: User, principal: User, role: str = "reviewer") -> Membership:
    principal = User.objects.get(pk=principal.pk)
    today = timezone.localdate()
    roles = [held.pk for held in own_roles(principal) if held.role == role]
    [held] = appoint(roles, deputy.pk, today, today + DAY, by=principal)
    return held


def approves(goal, person: User):
    return take(goal, "approve", person)


def test_a_deputy_approves_as_themselves_and_the_record_says_for_whom(
    submitted, reviewer, deputy, clerk
):
    acts_for(deputy, reviewer)
    before = at_desk(deputy).get(goal_url("change", submitted.pk))
    assert "您代 李国强 办理，办理记录会写明。" in visible(before)

    event = approves(submitted, deputy)

    assert (event.by, event.on_behalf_of) == (deputy, reviewer)
    assert fresh(submitted).state == State.APPROVED
    assert event.who == "钱进（代 李国强）"
    for page in ("change", "history"):
        assert "钱进（代 李国强）" in visible(at_desk(clerk).get(goal_url(page, submitted.pk)))


def test_whoever_holds_the_role_too_acts_in_their_own(submitted, reviewer, portal):
    other = make_user("zhou", ("reviewer", "101"))
    acts_for(other, reviewer)

    assert approves(submitted, other).on_behalf_of is None


def test_the_deputy_of_an_author_is_refused(submitted, author, deputy):
    acts_for(deputy, author)

    with pytest.raises(ValidationError, match="您所代的 孙悦 填写或导入过"):
        approves(submitted, deputy)


def test_an_author_who_deputises_for_a_reviewer_is_refused(reviewer, clerk):
    goal = make_goal(by=clerk, state=State.SUBMITTED)
    acts_for(clerk, reviewer)

    with pytest.raises(ValidationError, match="您填写或导入过"):
        approves(goal, clerk)


def test_an_author_who_stops_writing_before_they_deputise_is_refused(reviewer, clerk, author):
    """The role of the author is gone, what they wrote is not."""
    goal = change_goal(make_goal(by=clerk), clean_sheet(annual_goal="改"), by=author)
    take(goal, "submit", author)
    author.memberships.all().delete()
    Membership.objects.create(user=author, role="clerk", unit=Unit.objects.get(code="202001"))
    acts_for(author, reviewer)

    with pytest.raises(ValidationError, match="您填写或导入过"):
        approves(goal, author)


@pytest.mark.parametrize("first", ["principal", "deputy"])
def test_principal_and_deputy_do_not_act_at_two_steps(portal, clerk, reviewer, deputy, first):
    set_steps(portal, "reviewer", "finance_reviewer")
    Membership.objects.create(user=reviewer, role="finance_reviewer")
    goal = make_goal(by=clerk, state=State.SUBMITTED)
    acts_for(deputy, reviewer)
    acts_for(deputy, reviewer, "finance_reviewer")
    before, after = (reviewer, deputy) if first == "principal" else (deputy, reviewer)

    approves(goal, before)

    with pytest.raises(ValidationError, match="已在“主管部门审核”办理过"):
        approves(goal, after)
    with pytest.raises(ValidationError, match="已在“主管部门审核”办理过"):
        approves(goal, before)


def test_two_deputies_of_one_person_do_not_act_at_two_steps(portal, clerk, reviewer, deputy):
    set_steps(portal, "reviewer", "finance_reviewer")
    Membership.objects.create(user=reviewer, role="finance_reviewer")
    goal = make_goal(by=clerk, state=State.SUBMITTED)
    other = make_user("wu", ("clerk", "202001"))
    acts_for(deputy, reviewer)
    acts_for(other, reviewer, "finance_reviewer")

    approves(goal, deputy)

    with pytest.raises(ValidationError, match="您所代的 李国强 已在"):
        approves(goal, other)


@pytest.mark.parametrize("end", ["expired", "later", "role lost", "role over", "switched off"])
def test_a_deputy_whose_time_or_principal_is_gone_is_refused(submitted, reviewer, deputy, end):
    held = acts_for(deputy, reviewer)
    today, rows = timezone.localdate(), Membership.objects.filter(pk=held.pk)
    if end == "expired":
        rows.update(starts_on=today - 9 * DAY, ends_on=today - DAY)
    if end == "later":
        rows.update(starts_on=today + DAY, ends_on=today + 9 * DAY)
    if end == "role lost":
        reviewer.memberships.all().delete()
    if end == "role over":
        reviewer.memberships.update(ends_on=today - DAY)
    if end == "switched off":
        User.objects.filter(pk=reviewer.pk).update(is_active=False)

    with pytest.raises(PermissionDenied):
        approves(submitted, deputy)

    assert fresh(submitted).state == State.SUBMITTED
    assert not submitted.events.exists()


def test_a_principal_who_holds_the_role_elsewhere_gives_nothing_here(submitted, deputy):
    far = make_user("far", ("reviewer", "202001"))
    acts_for(deputy, far)
    Membership.objects.create(
        user=deputy, role="reviewer", unit=Unit.objects.get(code="101"), deputy_of=far
    )

    with pytest.raises(PermissionDenied):
        approves(submitted, deputy)


def test_a_deputy_clerk_writes_as_themselves_and_cannot_review_later(clerk, reviewer, deputy):
    acts_for(deputy, clerk, "clerk")
    goal = make_goal(by=User.objects.get(pk=deputy.pk), state=State.SUBMITTED)
    Membership.objects.create(user=deputy, role="reviewer", unit=Unit.objects.get(code="101"))

    assert goal.revisions.get().by == deputy
    with pytest.raises(ValidationError, match="您填写或导入过"):
        approves(goal, deputy)
