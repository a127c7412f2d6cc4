"""From which year to which, and of which unit: what is to be copied."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from performance.library.models import Year
from performance.people.models import Unit, User
from performance.people.queries import units_of
from performance.people.roles import Right


class CopyForm(forms.Form):
    """What is not given is the newest year, the one before it, and one's only unit."""

    source = forms.ChoiceField(
        label="从",
        error_messages={
            "required": "没有更早的年度可以复制，请业务管理员先在“年度”中建立新的年度。"
        },
    )
    target = forms.ChoiceField(label="复制到")
    unit = forms.ChoiceField(label="用款单位", error_messages={"required": "请选择用款单位。"})

    def __init__(self, user: User, given: Mapping[str, Any]):
        self.years = {str(year.year): year for year in Year.objects.order_by("-year")}
        units = units_of(user, Right.WRITE_GOALS).filter(goal__isnull=False).distinct()
        self.units = {str(unit.pk): unit for unit in units}
        super().__init__({name: given.get(name) or self._usual(name, given) for name in FIELDS})
        years = [(number, str(year)) for number, year in self.years.items()]
        units_shown = [(pk, str(unit)) for pk, unit in self.units.items()]
        for name, choices in (("source", years), ("target", years), ("unit", units_shown)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", "请选择"), *choices] if name == "unit" else choices

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "source" in data and data["source"] == data.get("target"):
            raise ValidationError("从哪一年复制到哪一年要选两个不同的年度。")
        return data

    def chosen(self) -> tuple[Unit, Year, Year]:
        data = self.cleaned_data
        return self.units[data["unit"]], self.years[data["source"]], self.years[data["target"]]

    def _usual(self, name: str, given: Mapping[str, Any]) -> str:
        if name == "unit":
            return next(iter(self.units)) if len(self.units) == 1 else ""
        if name == "target":
            return next(iter(self.years), "")
        before = given.get("target") or self._usual("target", given)
        return next((number for number in self.years if number < before), "")


FIELDS = ("source", "target", "unit")
