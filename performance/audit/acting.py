"""Who acts now, from where, and under which id: all that one request causes carries the same one.

Knows no table: settings, logging and the middleware use it before there are any.
"""

import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any


def _new_id() -> str:
    return uuid.uuid4().hex


@dataclass(frozen=True)
class Acting:
    """`person` is asked only when something is recorded: most requests record nothing."""

    person: Callable[[], Any] = lambda: None
    address: str | None = None
    request_id: str = field(default_factory=_new_id)


_OUTSIDE = Acting()
"""Outside a request, for as long as the process lives: what one command does has one id."""

_now: ContextVar[Acting] = ContextVar("acting", default=_OUTSIDE)


def acting() -> Acting:
    return _now.get()


def request_id() -> str:
    """As django-auditlog asks for it (AUDITLOG_CID_GETTER)."""
    return acting().request_id


@contextmanager
def acting_as(now: Acting) -> Iterator[Acting]:
    token = _now.set(now)
    try:
        yield now
    finally:
        _now.reset(token)


def acting_for(person: Any) -> AbstractContextManager[Acting]:
    """The same request or command, by whom the caller knows better: a command acts as somebody."""
    return acting_as(replace(acting(), person=lambda: person))


class RequestId(logging.Filter):
    """Puts the id on each line of the log, also on those written after the request has ended."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        record.request_id = getattr(request, "request_id", "") or request_id()
        return True
