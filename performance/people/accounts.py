"""Making accounts outside the pages: the first administrators, and the demo's people."""

import secrets

from django.db import transaction

from performance.people.demo import DEMO_ACCOUNTS
from performance.people.models import Unit, User
from performance.people.terms import begin

# No 0/O, 1/l/I: the password is read from a screen and typed.
_LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"


@transaction.atomic
def make_administrator(username: str, role: str) -> str | None:
    """A new account with one role and a random password, which is the answer.

    None when the account is there already; it keeps its password and gets the role if it lacks it,
    without dates.
    """
    user, created = User.objects.get_or_create(username=username)
    begin(user, role, None, starts_on=None, ends_on=None)
    if not created:
        return None
    password = "".join(secrets.choice(_LETTERS) for _ in range(14))
    user.set_password(password)
    user.save()
    return password


@transaction.atomic
def make_demo_accounts() -> None:
    """As published, at each start: whoever tried the demo may have changed a password."""
    for account in DEMO_ACCOUNTS:
        user, _ = User.objects.get_or_create(
            username=account.username,
            defaults={
                "full_name": account.full_name,
                "must_change_password": False,
                "is_demo": True,
            },
        )
        if not user.is_demo:
            continue  # a real person has this name: their account is none of the demo's business
        if not user.check_password(account.password):
            user.set_password(account.password)
            user.save()
        unit = Unit.objects.get(code=account.unit_code) if account.unit_code else None
        begin(user, account.role, unit, starts_on=None, ends_on=None)
