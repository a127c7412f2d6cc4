"""Telling people: one inbox row each, in the transaction of what is told."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone

from performance.notices.models import Notice
from performance.people.models import User

GATHERING = timedelta(minutes=1)
"""How long a notice waits for others to go out in the same mail: a batch is written one by one."""


def notify(to: Iterable[int], *, kind: str, text: str, link: str, batch: str = "") -> None:
    """`to`: ids of users, each told once."""
    at = timezone.now()
    Notice.objects.bulk_create(
        Notice(
            to_id=pk,
            kind=kind,
            text=text,
            link=link,
            batch=batch,
            at=at,
            next_attempt_at=at + GATHERING,
        )
        for pk in dict.fromkeys(to)
    )


def read_one(user: User, pk: int) -> Notice | None:
    """The person's own notice, now read; None if it is not theirs."""
    notice = Notice.objects.filter(to=user, pk=pk).first()
    if notice and notice.read_at is None:
        Notice.objects.filter(pk=pk, read_at=None).update(read_at=timezone.now())
    return notice


def read_batch(user: User, batch: str, newest: int) -> int:
    """What of a batch was there when the page was shown: `newest` is the last one on it."""
    return _read(user, newest, batch=batch) if batch else 0


def read_all(user: User, newest: int) -> int:
    return _read(user, newest)


def _read(user: User, newest: int, **which: str) -> int:
    rows = Notice.objects.filter(to=user, read_at=None, pk__lte=newest, **which)
    return rows.update(read_at=timezone.now())
