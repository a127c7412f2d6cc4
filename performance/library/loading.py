"""Reference data that the product brings along (fixtures/): loaded once, never overwritten."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from performance.library.models import Category, Frame, Indicator, RuleLevel, Year
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
            )
        },
    )
    if created:
        _load_frame(year, data["frame"])
        Category.objects.bulk_create(
            Category(year=year, code=code, name=text) for code, text in data["categories"]
        )
        RuleLevel.objects.bulk_create(
            RuleLevel(year=year, rule=rule, level=level)
            for rule, level in data["rule_levels"].items()
        )
    return year, created


@transaction.atomic
def load_library(name: str) -> None:
    """Units and indicators of a year that is there; what is known already stays as it is.

    A parent is named by its code, or by its name if it has none.
    """
    data = _read(name)
    year = Year.objects.get(year=data["year"])
    Year.objects.filter(pk=year.pk, contact="").update(contact=data.get("contact", ""))
    for code, text, parent in data["units"]:
        above = next(iter(units_called(parent)), None) if parent else None
        _load_unit(code, text, above)
    frame = Frame.objects.filter(year=year)
    level2 = {code or text: pk for pk, code, text in frame.values_list("pk", "code", "name")}
    Indicator.objects.bulk_create(
        (
            Indicator(year=year, code=code, name=text, parent_id=level2[parent])
            for code, text, parent in data["indicators"]
        ),
        ignore_conflicts=True,
    )


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
