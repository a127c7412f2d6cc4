"""Writing entries: by the signals of saved rows, and by hand for what is written without them."""

from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from typing import Any

from auditlog.diff import model_instance_diff
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from auditlog.signals import pre_log
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.db.models.signals import post_save, pre_save

from performance.audit.acting import acting
from performance.audit.tables import audited_models, columns
from performance.audit.wording import MADE, PASSWORD, changes_of, named

Action = LogEntry.Action
CHANGED_OWN, RESET = "修改密码", "重置密码"
BATCH = 500

_row: ContextVar[Model | None] = ContextVar("recorded_row", default=None)
"""The row that an entry is about to tell of: the entry itself knows only its number."""


def register() -> None:
    """Once, when all tables are known."""
    for model, audited in audited_models():
        auditlog.register(model, include_fields=columns(model, audited))
        pre_log.connect(_remember, sender=model, dispatch_uid=f"audit-{model.__name__}")
    pre_save.connect(_complete_entry, sender=LogEntry, dispatch_uid="audit-complete")
    post_save.connect(_record_password, sender=get_user_model(), dispatch_uid="audit-password")


def record_made(rows: Iterable[Model]) -> None:
    """Rows that were written in bulk, which sends no signals: an entry for each."""
    entries = [
        _entry(row, Action.CREATE, model_instance_diff(None, row, None, True)) for row in rows
    ]
    _write(entries)


def record_import(upload: Model, made: Sequence[str]) -> None:
    """One entry for a confirmed file, with what it made in the library: rows written in bulk where
    somebody else's stay as they are."""
    changes = {"state": ["preview", "confirmed"]}
    if made:
        changes[MADE] = ["", "；".join(made)]
    _write([_entry(upload, Action.UPDATE, changes)])


def _record_password(sender: type[Model], instance: Any, created: bool, **kwargs: Any) -> None:
    """A password that somebody set. A hash that only grew stronger at a login is none: Django
    itself tells the two apart by the same attribute."""
    if not created and instance._password is not None:
        _write([_entry(instance, Action.UPDATE, {PASSWORD: ["", ""]})])


def _entry(row: Model, action: int, changes: Any) -> LogEntry:
    entry = LogEntry(
        content_type=ContentType.objects.get_for_model(row),
        object_pk=str(row.pk),
        object_id=row.pk,
        action=action,
        changes=changes,
        cid=acting().request_id,
    )
    _complete(entry, row)
    return entry


def _write(entries: list[LogEntry]) -> None:
    """Complete as they are: no signal is to look for their row."""
    LogEntry.objects.bulk_create(entries, batch_size=BATCH)


def _remember(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    _row.set(instance)


def _complete_entry(sender: type[Model], instance: LogEntry, **kwargs: Any) -> None:
    row = _row.get()
    _row.set(None)
    if row is not None:
        _complete(instance, row)


def _complete(entry: LogEntry, row: Model) -> None:
    """Who, from where, and the words of today: entries outlive names and columns."""
    now = acting()
    person = now.person()
    entry.actor = person if isinstance(person, get_user_model()) else None
    entry.remote_addr = now.address
    entry.object_repr = named(row)
    entry.changes_text = _text(entry, row)


def _text(entry: LogEntry, row: Model) -> str:
    changes = entry.changes or {}
    if PASSWORD in changes:
        return CHANGED_OWN if entry.actor == row else RESET
    both = entry.action == Action.UPDATE
    return "；".join(change.told(both) for change in changes_of(type(row), changes))
