"""The guards as PostgreSQL writes them: a function of its own for each."""

from django.db.backends.utils import CursorWrapper

from performance.review.guards.rules import GUARDS, PREFIX, Guard

KNOWN = tuple(guard for guard in GUARDS if guard.only in ("", "postgresql"))

_ENABLED = "O"
_ANSWERS = {"DELETE": "OLD", "TRUNCATE": "NULL"}
_ROWS = {"TRUNCATE": "STATEMENT"}


def definition(guard: Guard) -> str:
    """What the catalogue says of trigger and function."""
    return f"{_ENABLED} {_trigger(guard)} {_body(guard)}"


def found(cursor: CursorWrapper) -> dict[str, str]:
    cursor.execute(
        "SELECT t.tgname, t.tgenabled, pg_get_triggerdef(t.oid, true), p.prosrc"
        " FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE starts_with(t.tgname::text, %s) AND pg_table_is_visible(c.oid)",
        [PREFIX],
    )
    return {
        name: f"{enabled} {trigger} {body}" for name, enabled, trigger, body in cursor.fetchall()
    }


def drop(cursor: CursorWrapper) -> None:
    """With a function goes its trigger. All in one statement: tests do this often."""
    cursor.execute(
        "SELECT oid::regprocedure::text FROM pg_proc"
        " WHERE starts_with(proname::text, %s) AND pg_function_is_visible(oid)",
        [PREFIX],
    )
    if names := [name for (name,) in cursor.fetchall()]:
        cursor.execute(f"DROP FUNCTION {', '.join(names)} CASCADE")


def create(cursor: CursorWrapper) -> None:
    cursor.execute(";\n".join(f"{_function(guard)};\n{_trigger(guard)}" for guard in KNOWN))


def _trigger(guard: Guard) -> str:
    rows = _ROWS.get(guard.on, "ROW")
    return (
        f"CREATE TRIGGER {guard.full_name} BEFORE {guard.on} ON {guard.table}"
        f" FOR EACH {rows} EXECUTE FUNCTION {guard.full_name}()"
    )


def _function(guard: Guard) -> str:
    return (
        f"CREATE FUNCTION {guard.full_name}() RETURNS trigger LANGUAGE plpgsql"
        f" AS $guard${_body(guard)}$guard$"
    )


def _body(guard: Guard) -> str:
    """The error class is that of broken constraints, as Django knows it: IntegrityError."""
    refusal = (
        f"RAISE EXCEPTION USING MESSAGE = '{guard.message}',"
        " ERRCODE = 'integrity_constraint_violation';"
    )
    if guard.when:
        refusal = f"IF {guard.when} THEN {refusal} END IF;"
    return f"BEGIN {refusal} RETURN {_ANSWERS.get(guard.on, 'NEW')}; END"
