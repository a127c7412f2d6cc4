from typing import Any

from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import ForeignKeyWidget

from benchmarks.listing import HEADINGS
from benchmarks.stock.models import Category, Goal, GoalLine, Indicator, Unit

UNIT, PROJECT, CATEGORY, OVERALL, ANNUAL, _, _, LEVEL3, CYCLE_VALUE, ANNUAL_VALUE = HEADINGS


class GoalOfRow(ForeignKeyWidget):
    """Projects of two units may have the same name."""

    def get_queryset(self, value: str, row: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        return self.model.objects.filter(unit__code=row[UNIT])


class GoalLineResource(ModelResource):
    """One row, one line; its goal is made at its first row. All of Meta's switches are default."""

    goal = Field("goal", PROJECT, GoalOfRow(Goal, "project"))
    indicator = Field("indicator", LEVEL3, ForeignKeyWidget(Indicator, "code"))
    cycle_value = Field("cycle_value", CYCLE_VALUE)
    annual_value = Field("annual_value", ANNUAL_VALUE)

    class Meta:
        model = GoalLine
        import_id_fields = ("goal", "indicator")
        fields = ("goal", "indicator", "cycle_value", "annual_value")

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        """As import-export's documentation makes relations that are not there yet."""
        Goal.objects.get_or_create(
            unit=Unit.objects.get(code=row[UNIT]),
            project=row[PROJECT],
            defaults={
                "category": Category.objects.get(code=row[CATEGORY]),
                "overall_goal": row[OVERALL],
                "annual_goal": row[ANNUAL],
            },
        )
