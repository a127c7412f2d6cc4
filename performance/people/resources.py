"""Units as a flat table."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from import_export.fields import Field
from import_export.widgets import Widget

from performance.people.flat import FlatResource, Text
from performance.people.models import Unit
from performance.people.queries import loop_problem, proposed_parent, units_above_code


class UnitWidget(Widget):
    """A unit by its code. Units may appear while a file is read, so only hits are remembered."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, Unit] = {}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Unit | None:
        code = str(value or "").strip()
        if not code:
            return None
        if code not in self.found:
            unit = Unit.objects.filter(code=code).first()
            if unit is None:
                raise ValueError(f"单位库中没有编码为“{code}”的单位，请先建立或改正编码。")
            self.found[code] = unit
        return self.found[code]

    def render(self, value: Unit | None, **kwargs: Any) -> str:
        return value.code if value else ""


class UnitResource(FlatResource):
    required = ("编码", "名称")
    parent_heading = "上级单位编码"

    code = Field("code", "编码", Text())
    name = Field("name", "名称", Text())
    parent = Field("parent", "上级单位编码", UnitWidget())

    class Meta:
        model = Unit
        import_id_fields = ("code",)
        fields = ("code", "name", "parent")

    @classmethod
    def get_display_name(cls) -> str:
        return "用款单位"

    def get_queryset(self) -> QuerySet[Unit]:
        return Unit.objects.select_related("parent")

    def import_instance(self, instance: Unit, row: Mapping[str, Any], **kwargs: Any) -> None:
        super().import_instance(instance, row, **kwargs)
        if instance.pk is None and self.parent_heading not in row:
            instance.parent = proposed_parent(instance.code, units_above_code(instance.code))

    def problems(self, instance: Any, errors: Iterable[str]) -> dict[str, str]:
        message = "" if "parent" in errors else loop_problem(instance, instance.parent)
        return {"parent": message} if message else {}
