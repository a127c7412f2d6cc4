"""Reference data that the product brings along (fixtures/): loaded once, never overwritten."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model

from performance.audit.recording import record_made
from performance.library.models import Category, Frame, Indicator, RuleLevel, Year
from performance.library.review_form import RemarkKind, ReviewGrade, ReviewPoint, ReviewStep
from performance.people.models import Unit
from performance.people.queries import units_called

FIXTURES = Path(settings.BASE_DIR) / "fixtures"


@transaction.atomic
def load_year(name: str) -> tuple[Year, bool]:
    """A year with frame, categories and settings; a year that is there already stays as it is."""
    data = _read(name)
    year, created = Year.objects.get_or_create(
        year=data["year"],
        defaults={
            key: data[key]
            for key in (
                "level2_pattern",
                "level3_pattern",
                "category_required",
                "overall_goal_required",
                "grades_required",
            )
        },
    )
    if created:
        load_review_form(year)
        _load_frame(year, data["frame"])
        _make(Category(year=year, code=code, name=text) for code, text in data["categories"])
        _make(
            RuleLevel(year=year, rule=rule, level=level)
            for rule, level in data["rule_levels"].items()
        )
    return year, created


def load_review_form(year: Year) -> None:
    """One step of review, and the form with its points, grades and kinds of remarks."""
    rows = review_form_rows()
    tables: tuple[type[Model], ...] = (ReviewStep, ReviewPoint, ReviewGrade, RemarkKind)
    for table in tables:
        found = rows[table.__name__]
        _make(table(year=year, **row) for row in found)


def review_form_rows() -> dict[str, list[dict[str, Any]]]:
    """What a year starts with, by the name of the table."""
    found = _read("review-form.json")
    return {
        name: [{"number": number, **row} for number, row in enumerate(rows, 1)]
        for name, rows in found.items()
    }


@transaction.atomic
def load_library(name: str) -> None:
    """Units and indicators of a year that is there; what is known already stays as it is.

    A parent is named by its code, or by its name if it has none.
    """
    data = _read(name)
    year = Year.objects.get(year=data["year"])
    if not year.contact:
        year.contact = data.get("contact", "")
        year.save()
    for code, text, parent in data["units"]:
        above = next(iter(units_called(parent)), None) if parent else None
        _load_unit(code, text, above)
    frame = Frame.objects.filter(year=year)
    level2 = {entry.code or entry.name: entry for entry in frame}
    wanted = [
        Indicator(year=year, code=code, name=text, parent=level2[parent])
        for code, text, parent in data["indicators"]
    ]
    known = {_identity(entry) for entry in Indicator.objects.filter(year=year)}
    _make(entry for entry in wanted if _identity(entry) not in known)


def _identity(entry: Indicator) -> tuple[object, ...]:
    return (entry.code,) if entry.code else (entry.parent_id, entry.name)


def _make(rows: Iterable[Model]) -> None:
    """All of one table, at once."""
    made = list(rows)
    if made:
        record_made(type(made[0])._default_manager.bulk_create(made))


def _load_unit(code: str, name: str, parent: Unit | None) -> None:
    if code:
        Unit.objects.get_or_create(code=code, defaults={"name": name, "parent": parent})
    else:
        Unit.objects.get_or_create(code="", name=name, parent=parent)


def _load_frame(year: Year, rows: list[list[str]]) -> None:
    made: dict[str, Frame] = {}
    for code, text, parent in rows:
        above = made.get(parent)
        made[code or text] = Frame.objects.create(year=year, code=code, name=text, parent=above)


def _read(name: str) -> Any:
    return json.loads((FIXTURES / name).read_text(encoding="utf-8"))
