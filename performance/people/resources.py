"""Units as a flat table."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from import_export.fields import Field
from import_export.widgets import Widget

from performance.people.flat import FlatResource, Text
from performance.people.models import Unit
from performance.people.queries import (
    loop_problem,
    proposed_parent,
    units_above_code,
    units_called,
)


class UnitWidget(Widget):
    """A unit by its code, or its name if it has none.

    Units may appear while a file is read, so only hits are remembered.
    """

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, Unit] = {}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Unit | None:
        text = str(value or "").strip()
        if not text:
            return None
        if text not in self.found:
            self.found[text] = _unit(text)
        return self.found[text]

    def render(self, value: Unit | None, **kwargs: Any) -> str:
        return (value.code or value.name) if value else ""


def _unit(text: str) -> Unit:
    units = units_called(text)
    if not units:
        raise ValueError(
            f"单位库中没有编码为“{text}”的单位，也没有这个名称的单位，请先建立或改正编码。"
        )
    if len(units) > 1:
        raise ValueError(f"单位库中有{len(units)}个单位叫“{text}”，请填写编码。")
    return units[0]


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
