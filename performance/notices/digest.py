"""One mail to one person: everything that they have not heard of yet."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from performance.notices.models import Notice
from performance.people.models import User

LISTED = 50
"""How many notices of one batch a mail lists; the others are counted."""

_FOLDER = "admin/performance/notices"


@dataclass(frozen=True)
class Entry:
    """`address` is "" where the portal does not know its own address."""

    notice: Notice
    address: str


@dataclass(frozen=True)
class Section:
    """What one action told at once; a notice without a batch is a section of its own."""

    entries: tuple[Entry, ...]
    number: int

    @property
    def more(self) -> int:
        return self.number - len(self.entries)


def digest(person: User, notices: Sequence[Notice]) -> EmailMultiAlternatives:
    """The oldest first, as it happened."""
    context = {
        "person": person,
        "number": len(notices),
        "sections": _sections(notices),
        "inbox": _absolute(reverse("admin:notices")),
    }
    mail = EmailMultiAlternatives(
        # Nothing that somebody typed: a header holds one line of text.
        subject=f"预算绩效目标申报：您有 {len(notices)} 条新通知",
        body=render_to_string(f"{_FOLDER}/mail.txt", context),
        to=[person.email],
        headers={"Auto-Submitted": "auto-generated"},  # no absence notes in answer (RFC 3834)
    )
    mail.attach_alternative(render_to_string(f"{_FOLDER}/mail.html", context), "text/html")
    return mail


def _sections(notices: Sequence[Notice]) -> list[Section]:
    found: dict[str, list[Notice]] = defaultdict(list)
    for notice in notices:
        found[notice.batch or f"#{notice.pk}"].append(notice)
    return [Section(tuple(map(_entry, rows[:LISTED])), len(rows)) for rows in found.values()]


def _entry(notice: Notice) -> Entry:
    return Entry(notice, _absolute(reverse("admin:notice", args=[notice.pk])))


def _absolute(path: str) -> str:
    return f"{settings.PORTAL_URL}{path}" if settings.PORTAL_URL else ""
