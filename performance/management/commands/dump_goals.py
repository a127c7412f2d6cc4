"""Every goal as JSON, for operators and scripts: sees all units."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand
from django.db.models import F

from performance.goals.models import Goal, State
from performance.goals.queries import filed, with_content
from performance.goals.sheet import Coded, Line, Sheet
from performance.management.operator import print_json
from performance.people.queries import units_called


class Command(BaseCommand):
    help = "把绩效目标按 JSON 写到标准输出。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--year", type=int)
        parser.add_argument("--unit", metavar="CODE")

    def handle(self, *args: Any, **options: Any) -> None:
        goals = Goal.objects.exclude(state=State.VOID)
        if options["year"] is not None:
            goals = goals.filter(year__year=options["year"])
        if options["unit"] is not None:
            goals = goals.filter(unit__in=[unit.pk for unit in units_called(options["unit"])])
        rows = list(
            with_content(goals).order_by(
                "year__year", F("listing").asc(nulls_last=True), "position", "pk"
            )
        )
        titles = {goal.listing.title if goal.listing else "" for goal in rows}
        years = {goal.year.year for goal in rows}
        print_json(
            self,
            {
                "title": titles.pop() if len(titles) == 1 else "",
                "fiscal_year": years.pop() if len(years) == 1 else None,
                "rows": [_project(sheet) for _, sheet in filed(rows)],
            },
        )


def _project(sheet: Sheet) -> dict[str, Any]:
    return {
        "unit": _coded(sheet.unit),
        "name": sheet.project,
        "category": _coded(sheet.category),
        "overall_goal": sheet.overall_goal,
        "annual_goal": sheet.annual_goal,
        "indicators": [_indicator(line) for line in sheet.lines],
    }


def _indicator(line: Line) -> dict[str, Any]:
    levels = {name: _coded(getattr(line, name)) for name in ("level1", "level2", "level3")}
    return levels | {"cycle_value": line.cycle_value, "annual_value": line.annual_value}


def _coded(coded: Coded) -> dict[str, str]:
    return {"code": coded.code, "name": coded.name}
