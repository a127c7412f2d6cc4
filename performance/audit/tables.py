"""Which tables are recorded row by row, and what of them is not.

Goals are not among them: their revisions and events say more. Remarks, uploads, requests for
indicators and attachments name who and when in their own rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db.models import Model

APP = "performance"


@dataclass(frozen=True)
class Audited:
    """`of` is the column that tells what a row belongs to, where its own name does not."""

    of: str = ""
    without: frozenset[str] = frozenset()


_OF_A_YEAR = Audited(of="year")

AUDITED: dict[str, Audited] = {
    "year": Audited(),
    "frame": _OF_A_YEAR,
    "category": _OF_A_YEAR,
    "indicator": Audited(of="year", without=frozenset({"initials"})),  # made from the name
    "rulelevel": _OF_A_YEAR,
    "listing": _OF_A_YEAR,
    "reviewstep": _OF_A_YEAR,
    "reviewpoint": _OF_A_YEAR,
    "reviewgrade": _OF_A_YEAR,
    "remarkkind": _OF_A_YEAR,
    "unit": Audited(),
    # A new password is an entry without a value (recording.py); each login is none of ours.
    "user": Audited(
        without=frozenset(
            {"password", "last_login", "first_name", "last_name", "date_joined", "is_staff"}
        )
    ),
    "membership": Audited(of="user"),
    # Who granted and who lifted it is who acts.
    "waiver": Audited(of="goal", without=frozenset({"goal", "key", "by", "at", "lifted_by"})),
}


def audited_models() -> Iterator[tuple[type[Model], Audited]]:
    for name, audited in AUDITED.items():
        yield apps.get_model(APP, name), audited


def columns(model: type[Model], audited: Audited) -> list[str]:
    """Of the table itself, whatever columns it gets later; relations that lead here are none."""
    left_out = {"id"} | audited.without
    return [column.name for column in model._meta.concrete_fields if column.name not in left_out]
