"""The guards as SQLite writes them."""

from django.db.backends.utils import CursorWrapper

from performance.review.guards.rules import GUARDS, PREFIX, Guard

KNOWN = tuple(guard for guard in GUARDS if guard.only in ("", "sqlite"))


def definition(guard: Guard) -> str:
    """As sqlite_master keeps it."""
    where = f" WHERE {guard.when}" if guard.when else ""
    return (
        f"CREATE TRIGGER {guard.full_name} BEFORE {guard.on} ON {guard.table}"
        f" BEGIN SELECT RAISE(ABORT, '{guard.message}'){where}; END"
    )


def found(cursor: CursorWrapper) -> dict[str, str]:
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    return {name: sql for name, sql in cursor.fetchall() if name.startswith(PREFIX)}


def drop(cursor: CursorWrapper) -> None:
    for name in found(cursor):
        cursor.execute(f"DROP TRIGGER {name}")


def create(cursor: CursorWrapper) -> None:
    for guard in KNOWN:
        cursor.execute(definition(guard))
