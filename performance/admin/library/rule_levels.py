"""Levels of the rules as a flat table. Here, for the library does not know the rules."""

from django.db.models import QuerySet
from import_export.fields import Field

from performance.library.levels import Level
from performance.library.models import RuleLevel
from performance.library.resources import YearWidget
from performance.people.flat import Choice, FlatResource
from performance.quality.rules import RULES


class RuleLevelResource(FlatResource):
    required = ("年度", "规则", "级别")

    year = Field("year", "年度", YearWidget())
    rule = Field("rule", "规则", Choice("规则", {rule.id: rule.id for rule in RULES}))
    level = Field("level", "级别", Choice("级别", {level.label: level.value for level in Level}))

    class Meta:
        model = RuleLevel
        import_id_fields = ("year", "rule")
        fields = ("year", "rule", "level")

    @classmethod
    def get_display_name(cls) -> str:
        return "规则级别"

    def get_queryset(self) -> QuerySet[RuleLevel]:
        return RuleLevel.objects.select_related("year")
