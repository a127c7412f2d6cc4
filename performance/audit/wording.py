"""What an entry says, in the words of the pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import DateTimeField, Field, Model
from django.utils.timezone import localtime

from performance.audit.tables import AUDITED

EMPTY = "（空）"
PASSWORD = "password"
MADE = "made"
_OURS = {MADE: "随导入新建"}
"""Labels of what is recorded beside columns."""


@dataclass(frozen=True)
class Change:
    """One column; `before` or `after` is "" where the column was empty."""

    label: str
    before: str
    after: str

    def told(self, both: bool) -> str:
        """Of a row that was made or deleted there is one value only."""
        if not both:
            return f"{self.label}：{self.after or self.before}"
        return f"{self.label}：{self.before or EMPTY} → {self.after or EMPTY}"


def changes_of(model: type[Model] | None, changes: Mapping[str, Sequence[Any]]) -> list[Change]:
    """In the order of the columns; one that was and stays empty is no change to a person, and of
    a password nothing is told."""
    found: list[Change] = []
    places = _places(model)
    for name in sorted(changes, key=lambda name: (places.get(name, len(places)), name)):
        if name == PASSWORD:
            continue
        column = _column(model, name)
        before, after = (_shown(column, value) for value in changes[name])
        if before or after:
            found.append(Change(_label(column, name), before, after))
    return found


def named(row: Model) -> str:
    """With what it belongs to: `2025年 · R03`, `张敏 · 填报人（区政数局）`."""
    audited = AUDITED.get(str(row._meta.model_name))
    above = getattr(row, audited.of, None) if audited and audited.of else None
    return f"{above} · {row}" if above else str(row)


def _places(model: type[Model] | None) -> dict[str, int]:
    known = model._meta.concrete_fields if model else ()
    return {column.name: place for place, column in enumerate(known)}


def _column(model: type[Model] | None, name: str) -> Field | None:
    """None where the table or the column is gone: entries outlive them."""
    try:
        column = model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None
    return column if isinstance(column, Field) else None


def _label(column: Field | None, name: str) -> str:
    return str(column.verbose_name) if column else _OURS.get(name, name)


def _shown(column: Field | None, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(column, DateTimeField):
        return _local(str(value))
    choices = dict(column.flatchoices) if column else {}
    return str(choices.get(value, value))


def _local(text: str) -> str:
    """Moments are kept in UTC without saying so."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{localtime(at if at.tzinfo else at.replace(tzinfo=UTC)):%Y-%m-%d %H:%M}"
