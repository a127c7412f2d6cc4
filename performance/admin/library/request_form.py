"""The form in which a unit asks for an indicator."""

from typing import Any, cast

from django import forms
from django.db.models import Model
from django.http import HttpRequest

from performance.library.models import Frame, Year
from performance.library.requesting import NAME_LENGTH, TEXT_LENGTH, Wanted, one_line
from performance.people.models import Unit
from performance.people.queries import units_of
from performance.people.roles import Right


class Level2Choice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Model) -> str:
        assert isinstance(obj, Frame)
        return f"{obj.parent} / {obj}"


class RequestForm(forms.Form):
    """Its year is chosen before; `shown` is the name that similar indicators were shown for."""

    unit = forms.ModelChoiceField(
        label="用款单位",
        queryset=Unit.objects.none(),
        empty_label="请选择",
        error_messages={
            "required": "没有选择用款单位，请选择为哪个单位申请。",
            "invalid_choice": "这个单位不存在，或您不是它的填报人，请另选一个。",
        },
    )
    parent = Level2Choice(
        label="二级指标",
        queryset=Frame.objects.none(),
        empty_label="请选择",
        error_messages={
            "required": "没有选择二级指标，请选择新指标归入哪一个二级指标。",
            "invalid_choice": "这个年度没有所选的二级指标，请另选一个。",
        },
    )
    name = forms.CharField(
        label="三级指标名称",
        widget=forms.TextInput(attrs={"maxlength": NAME_LENGTH}),
        error_messages={"required": "没有填写三级指标名称，请填写。"},
    )
    reason = forms.CharField(
        label="用途说明",
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": TEXT_LENGTH}),
        help_text="用在哪个项目、怎样取值，例如：用于制服经费项目，按当年实际订制的套数填写。",
        error_messages={"required": "没有填写用途说明，请写明用在哪个项目、怎样取值。"},
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, request: HttpRequest, year: Year):
        self.year = year
        units = units_of(request.user, Right.WRITE_GOALS)
        level2 = Frame.objects.filter(year=year, parent__isnull=False).order_by("code", "pk")
        posted = request.POST if request.method == "POST" else None
        super().__init__(posted, initial=_known(request, units, level2))
        cast(forms.ModelChoiceField, self.fields["unit"]).queryset = units
        cast(forms.ModelChoiceField, self.fields["parent"]).queryset = level2.select_related(
            "parent"
        )

    def wanted(self) -> Wanted:
        data = self.cleaned_data
        return Wanted(self.year, data["parent"], data["unit"], data["name"], data["reason"])

    @property
    def has_shown_similar(self) -> bool:
        """For this very name: a name changed since may be like others."""
        return one_line(self.cleaned_data["shown"]) == one_line(self.cleaned_data["name"])


def _known(request: HttpRequest, units: Any, level2: Any) -> dict[str, Any]:
    """What the address says, where it says something that may be chosen."""
    given = {name: request.GET.get(name, "")[:NAME_LENGTH] for name in ("name", "unit", "level2")}
    given = {name: text.replace("\x00", "") for name, text in given.items()}
    known: dict[str, Any] = {"name": one_line(given["name"])}
    if given["unit"].isdecimal() and len(given["unit"]) < 10:
        known["unit"] = units.filter(pk=int(given["unit"])).first()
    elif len(first := units[:2]) == 1:  # most clerks have just one
        known["unit"] = first[0]
    if given["level2"]:
        known["parent"] = level2.filter(code=given["level2"]).first()
    return known
