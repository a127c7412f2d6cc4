"""Guards in the database itself: what was done and said stays, and nobody approves their own.

They stand outside the migrations: dropped before any, installed after all of them. On SQLite a
migration that remakes a table drops its triggers in silence, and a trigger that names a second
table makes the migration of that table fail.
"""

from collections.abc import Sequence
from types import ModuleType
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Warning
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from performance.review.guards import postgresql, sqlite
from performance.review.guards.rules import EVENT, LOG, REMARK, WAIVER

_WRITTEN = {"sqlite": sqlite, "postgresql": postgresql}
_NEEDED = {
    EVENT: {"number", "cycle", "on_behalf_of_id"},
    REMARK: {"event_id", "reopened"},
    WAIVER: {"until"},
    LOG: {"cid"},
}
"""Columns without which the guards say nothing: a database that was migrated back has them not."""


def install(using: str = DEFAULT_DB_ALIAS) -> None:
    """All of them, anew; nothing as long as the tables are not there."""
    connection = connections[using]
    if not _is_ready(connection):
        return
    with transaction.atomic(using=using), connection.cursor() as cursor:
        _written(connection).drop(cursor)
        _written(connection).create(cursor)


def drop(using: str = DEFAULT_DB_ALIAS) -> None:
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        _written(connection).drop(cursor)


def missing(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Names of those that are not there, switched off, or say something else."""
    connection = connections[using]
    if not _is_ready(connection):
        return []
    written = _written(connection)
    with connection.cursor() as cursor:
        found = written.found(cursor)
    return [
        guard.full_name
        for guard in written.KNOWN
        if found.get(guard.full_name) != written.definition(guard)
    ]


def check(
    *, app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None, **_: Any
) -> list[CheckMessage]:
    """A warning, not an error: `migrate`, which mends it, checks first."""
    return [
        Warning(
            f"数据库“{using}”缺少 {len(names)} 个防篡改触发器：{'、'.join(names)}。",
            hint="请运行 manage.py migrate 重新安装，再用 manage.py verify_records 核对记录。",
            id="performance.W001",
        )
        for using in databases or ()
        if (names := missing(using))
    ]


def before_migrations(using: str, **_: Any) -> None:
    drop(using)


def after_migrations(using: str, **_: Any) -> None:
    install(using)


def _written(connection: BaseDatabaseWrapper) -> ModuleType:
    return _WRITTEN[connection.vendor]


def _is_ready(connection: BaseDatabaseWrapper) -> bool:
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        return all(
            table in tables
            and columns
            <= {c.name for c in connection.introspection.get_table_description(cursor, table)}
            for table, columns in _NEEDED.items()
        )
