"""What waits goes out by e-mail: each person's notices in one mail, tried again when that fails.

`Notice.next_attempt_at` empty means that no mail will be tried (any more). A sender takes a
person's notices in a short transaction, by counting an attempt and putting off the next one; the
mail is sent after it, so that a slow mail server holds no lock. If the sender dies meanwhile, that
time comes and they are sent again: at least once, and twice only if it died between the server's
answer and the mark.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, Min, Q, QuerySet
from django.utils import timezone

from performance.notices.digest import digest
from performance.notices.models import Notice
from performance.people.models import User

DELAYS = tuple(timedelta(minutes=m) for m in (5, 15, 60, 4 * 60, 12 * 60, 24 * 60))
"""Before the second attempt, the third …; after the attempt that follows the last one, no more."""

ATTEMPTS = len(DELAYS) + 1
LEASE = timedelta(minutes=10)
"""What a sender has for one mail; far more than EMAIL_TIMEOUT."""

STALE = timedelta(days=1)
"""Older ones that nobody tried to send (no mail was set up, or no sender ran) stay in the inbox."""


MOST = 500
"""Notices in one mail; what is beyond goes into the next one."""


@dataclass(frozen=True)
class Sent:
    """One mail: to whom, how many notices, and what went wrong, or ""."""

    person: User
    number: int
    problem: str = ""
    given_up: int = 0
    server_answers: bool = True


def is_set_up() -> bool:
    return bool(settings.MAIL_IS_SET_UP)


def send_waiting(stopped: Callable[[], bool] = lambda: False) -> Iterator[Sent]:
    """Sends what is due, person by person, and tells of each mail."""
    _leave_in_inbox()
    connection = get_connection()
    try:
        for pk in _due():
            sent = None if stopped() else _send_to(pk, connection)
            if sent:
                yield sent
            if sent and not sent.server_answers:
                return  # one person is put off, not all of them; the next round asks again
    finally:
        connection.close()


def _waiting() -> QuerySet[Notice]:
    return Notice.objects.filter(mailed_at=None, next_attempt_at__isnull=False)


def _leave_in_inbox() -> None:
    """What nobody has to be written about: read already, too old, or nowhere to send it."""
    stale = Q(attempts=0, at__lt=timezone.now() - STALE)
    nowhere = Q(to__email="") | Q(to__is_active=False)
    rows = _waiting().filter(Q(read_at__isnull=False) | stale | nowhere)
    Notice.objects.filter(pk__in=rows.order_by().values("pk")).update(next_attempt_at=None)


def _due() -> list[int]:
    """Ids of people, who waits longest first: one whom no server takes blocks nobody."""
    due = _waiting().filter(next_attempt_at__lte=timezone.now()).order_by()
    people = due.values("to").annotate(since=Min("next_attempt_at")).order_by("since", "to")
    return [row["to"] for row in people]


def _send_to(pk: int, connection: BaseEmailBackend) -> Sent | None:
    """None if another sender has this person, or there is nothing left to say."""
    person, notices = _take(pk, timezone.now())
    if person is None or not notices:
        return None
    answered = False
    try:
        connection.open()
        answered = True
        mail = digest(person, notices)
        mail.connection = connection
        mail.send()
    except Exception as error:  # whatever a mail server or an address does, the others get theirs
        with suppress(Exception):  # a broken connection; the next mail opens another one
            connection.close()
        return Sent(person, len(notices), _told(error), _put_off(notices), answered)
    _mine(notices).update(mailed_at=timezone.now())
    return Sent(person, len(notices))


@transaction.atomic
def _take(pk: int, now: datetime) -> tuple[User | None, list[Notice]]:
    """Everything that waits for a person, if none of it is being sent or has to wait longer."""
    # The person's row is the lock: rows written meanwhile must not start a second mail.
    people = User.objects.select_for_update(skip_locked=True, no_key=True)
    person = people.filter(pk=pk, is_active=True).exclude(email="").first()
    notices = list(_waiting().filter(to=pk, read_at=None).order_by("pk")[:MOST])
    due = [notice for notice in notices if (notice.next_attempt_at or now) <= now]
    held = [notice for notice in notices if notice.attempts and notice not in due]
    if person is None or held or not due:
        return None, []
    _mine(notices).update(attempts=F("attempts") + 1, next_attempt_at=now + LEASE)
    return person, notices


def _put_off(notices: list[Notice]) -> int:
    """After a failed attempt; returns how many are given up. `attempts` were read before it."""
    number = max(notice.attempts for notice in notices) + 1
    delay = DELAYS[min(number, len(DELAYS)) - 1]
    _mine(notices).update(next_attempt_at=timezone.now() + delay)
    return _mine(notices).filter(attempts__gte=ATTEMPTS).update(next_attempt_at=None)


def _mine(notices: list[Notice]) -> QuerySet[Notice]:
    return Notice.objects.filter(pk__in=[notice.pk for notice in notices])


def _told(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]
