"""Roles have dates: beginning and ending them without losing what was."""

from datetime import date

from django.utils import timezone

from performance.people.models import Membership, Unit, User


def begin(
    user: User,
    role: str,
    unit: Unit | None,
    *,
    starts_on: date | None,
    ends_on: date | None,
    deputy_of: User | None = None,
) -> Membership:
    """A role from one day to another; who has held it before gets these dates.

    One row for each role in a unit: earlier times of it are in the log of changes.
    """
    known = {"user": user, "role": role, "unit": unit, "deputy_of": deputy_of}
    held = Membership.objects.filter(**known).first() or Membership(**known)
    held.starts_on, held.ends_on = starts_on, ends_on
    held.save()
    return held


def end(held: Membership, last: date) -> bool:
    """After this day the role is over; whether there is still something of it on record.

    One that would have begun later, so was never used, is deleted.
    """
    if held.starts_on and held.starts_on > last:
        held.delete()
        return False
    if held.ends_on is None or held.ends_on > last:
        held.ends_on = last
        held.save(update_fields=["ends_on"])
    return True


def in_term(held: Membership) -> bool:
    """Whether a role holds today, by its own dates."""
    today = timezone.localdate()
    begun = not held.starts_on or held.starts_on <= today
    return begun and (not held.ends_on or held.ends_on >= today)


def told_term(held: Membership, today: date) -> str:
    """The dates of a role where they matter, in words."""
    if held.ends_on and held.ends_on < today:
        return f"{held.ends_on} 已到期"
    until = f"至 {held.ends_on}" if held.ends_on else ""
    if held.starts_on and held.starts_on > today:
        return f"将于 {held.starts_on} 生效{'，' if until else ''}{until}"
    return until


def label_of(held: Membership, today: date) -> str:
    """Role, unit, whom it is held for, and until when."""
    term = told_term(held, today)
    return f"{held}（{term}）" if term else str(held)
