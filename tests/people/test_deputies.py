"""Deputies: who may be one, for what, for how long; and how roles begin and end."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from performance.people.deputies import (
    LONGEST,
    appoint,
    candidates,
    colleagues,
    end_deputy,
    matching,
    own_roles,
)
from performance.people.models import Membership, Unit, User
from performance.people.queries import holds, memberships_of
from performance.people.roles import DEPUTISED, ROLES, Right
from performance.people.terms import begin, end, label_of
from tests.builders import make_user

DAY = timedelta(days=1)


@pytest.fixture
def today(db):
    return timezone.localdate()


@pytest.fixture
def deputy(portal) -> User:
    return make_user("qian", ("clerk", "101"), full_name="钱进")


def now(user: User) -> User:
    """The person as the next request meets them."""
    return User.objects.get(pk=user.pk)


def appointed(principal: User, deputy: User, start, last) -> Membership:
    roles = [held.pk for held in own_roles(now(principal))]
    [held] = appoint(roles, deputy.pk, start, last, by=now(principal))
    return held


def test_a_deputy_holds_the_role_from_the_first_to_the_last_day(reviewer, deputy, today):
    appointed(reviewer, deputy, today, today)

    assert holds(now(deputy), Right.REVIEW_GOALS)
    assert [str(held) for held in memberships_of(now(deputy))][-1].endswith("，代 李国强")


@pytest.mark.parametrize(("starts", "ends"), [(1, 5), (-9, -1)])
def test_before_and_after_they_do_not(reviewer, deputy, today, starts, ends):
    held = appointed(reviewer, deputy, today, today)
    Membership.objects.filter(pk=held.pk).update(
        starts_on=today + starts * DAY, ends_on=today + ends * DAY
    )

    assert not holds(now(deputy), Right.REVIEW_GOALS)


@pytest.mark.parametrize("lost", ["role", "account", "date"])
def test_a_deputy_of_somebody_who_lost_the_role_holds_nothing(reviewer, deputy, today, lost):
    appointed(reviewer, deputy, today, today + DAY)
    if lost == "role":
        reviewer.memberships.all().delete()
    if lost == "account":
        User.objects.filter(pk=reviewer.pk).update(is_active=False)
    if lost == "date":
        reviewer.memberships.update(ends_on=today - DAY)

    assert not holds(now(deputy), Right.REVIEW_GOALS)


@pytest.mark.parametrize("role", [role.name for role in ROLES.values() if not role.needs_unit])
def test_accounts_and_the_audit_cannot_be_deputised_even_by_a_row_in_the_table(
    portal, deputy, today, role
):
    principal = make_user("x", (role, None))
    Membership.objects.create(user=deputy, role=role, deputy_of=principal, ends_on=today)

    held = role in {each.role for each in memberships_of(now(deputy))}

    assert held is (role in DEPUTISED)
    assert not holds(now(deputy), Right.MANAGE_USERS)
    assert not holds(now(deputy), Right.SEE_AUDIT)


def test_what_was_deputised_is_not_passed_on(reviewer, deputy, clerk, today):
    held = appointed(reviewer, deputy, today, today)

    assert [each.role for each in own_roles(now(deputy))] == ["clerk"]
    with pytest.raises(PermissionDenied, match="不能再转给别人"):
        appoint([held.pk], clerk.pk, today, today, by=now(deputy))


def test_another_persons_role_is_not_given_away(reviewer, clerk, deputy, today):
    theirs = reviewer.memberships.get()

    with pytest.raises(PermissionDenied):
        appoint([theirs.pk], deputy.pk, today, today, by=now(clerk))


@pytest.mark.parametrize(
    ("starts", "ends", "sentence"),
    [
        (0, None, "必须写明截止日期"),
        (3, 2, "早于起始日期"),
        (-1, 2, "已经过去"),
        (367, 370, "在一年以后"),
        (0, LONGEST.days + 1, "最长一年"),
    ],
)
def test_dates_that_do_not_fit_are_told(reviewer, deputy, today, starts, ends, sentence):
    last = None if ends is None else today + ends * DAY

    with pytest.raises(ValidationError, match=sentence):
        appointed(reviewer, deputy, today + starts * DAY, last)

    assert not reviewer.deputies.exists()


def test_only_an_active_person_with_work_of_their_own_may_deputise(reviewer, deputy, clerk, today):
    off = make_user("off", ("clerk", "101"), is_active=False)
    system = make_user("chen", ("system", None))
    auditor = make_user("sun", ("auditor", None), ("clerk", "101"))
    nobody = make_user("nobody")

    assert set(candidates(reviewer)) == {deputy, clerk}
    for user in (off, system, auditor, nobody, reviewer):
        with pytest.raises(ValidationError, match="不能代理"):
            appointed(reviewer, user, today, today)


def test_people_are_found_by_name_user_name_and_unit(reviewer, deputy, clerk, stranger):
    found = candidates(reviewer)

    assert set(matching(found, "钱")) == {deputy}
    assert set(matching(found, "ZHANG")) == {clerk}
    assert set(matching(found, "教育局")) == {stranger}
    assert set(matching(found, "钱 教育局")) == set()
    assert set(colleagues(found, reviewer)) == {deputy, clerk}


def test_twice_is_told_and_changes_nothing(reviewer, deputy, today):
    appointed(reviewer, deputy, today, today + DAY)

    with pytest.raises(ValidationError, match="已经代理"):
        appointed(reviewer, deputy, today, today + 9 * DAY)

    assert reviewer.deputies.get().ends_on == today + DAY


def test_after_it_is_over_the_same_person_is_appointed_again(reviewer, deputy, today):
    held = appointed(reviewer, deputy, today, today)
    Membership.objects.filter(pk=held.pk).update(starts_on=today - 9 * DAY, ends_on=today - 5 * DAY)

    appointed(reviewer, deputy, today, today + DAY)

    assert reviewer.deputies.get().ends_on == today + DAY
    assert holds(now(deputy), Right.REVIEW_GOALS)


def test_ended_early_it_stays_on_record_and_holds_no_more(reviewer, deputy, today):
    held = appointed(reviewer, deputy, today, today + 9 * DAY)
    Membership.objects.filter(pk=held.pk).update(starts_on=today - 3 * DAY)

    end_deputy(held.pk, by=reviewer)

    assert reviewer.deputies.get().ends_on == today - DAY
    assert not holds(now(deputy), Right.REVIEW_GOALS)


@pytest.mark.parametrize("starts", [0, 5])
def test_one_that_was_hardly_begun_is_gone(reviewer, deputy, today, starts):
    held = appointed(reviewer, deputy, today + starts * DAY, today + 9 * DAY)

    end_deputy(held.pk, by=reviewer)

    assert not reviewer.deputies.exists()


def test_only_who_gave_it_ends_it(reviewer, deputy, clerk, today):
    held = appointed(reviewer, deputy, today, today)

    for other in (deputy, clerk):
        with pytest.raises(PermissionDenied):
            end_deputy(held.pk, by=other)
    with pytest.raises(PermissionDenied):
        end_deputy(10**17, by=reviewer)

    assert reviewer.deputies.exists()


def test_a_role_that_begins_again_is_the_same_row(clerk, today):
    held = clerk.memberships.get()
    end(held, today - DAY)

    again = begin(clerk, "clerk", held.unit, starts_on=today, ends_on=None)

    assert again.pk == held.pk
    assert holds(now(clerk), Right.WRITE_GOALS)


def test_ending_never_lengthens(clerk, today):
    held = clerk.memberships.get()
    end(held, today)

    end(held, today + DAY)

    assert clerk.memberships.get().ends_on == today


def test_dates_are_told_where_they_matter(portal, today):
    unit = Unit.objects.get(code="101")
    told = [
        label_of(Membership(role="clerk", unit=unit, starts_on=first, ends_on=last), today)
        for first, last in (
            (None, None),
            (today, today),
            (None, today - DAY),
            (today + DAY, None),
            (today + DAY, today + DAY),
        )
    ]

    role = f"填报人（{unit.name}）"
    assert told == [
        role,
        f"{role}（至 {today}）",
        f"{role}（{today - DAY} 已到期）",
        f"{role}（将于 {today + DAY} 生效）",
        f"{role}（将于 {today + DAY} 生效，至 {today + DAY}）",
    ]
