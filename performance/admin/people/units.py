"""Units, which others besides the bureau may choose in their forms."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from performance.admin.library.flat import FlatAdmin
from performance.admin.library.tables import LibraryAdmin
from performance.people.models import Unit
from performance.people.queries import (
    holds,
    loop_problem,
    name_taken,
    proposed_parent,
    units_above_code,
    units_of,
)
from performance.people.resources import UnitResource
from performance.people.roles import Right


class UnitForm(forms.ModelForm):
    class Meta:
        help_texts = {"parent": "新建时留空，则按编码的开头推定，之后可以修改。"}

    def clean_code(self) -> str:
        """Sheets name a unit by its code: with another one they would not find their goals.

        A unit that had none is still found by its name.
        """
        code = self.cleaned_data["code"]
        before = self.initial.get("code")
        if before and code != before and self._has_goals():
            raise forms.ValidationError("这个单位已有绩效目标，编码不能再改；请另建一个单位。")
        return code

    def clean_parent(self) -> Unit | None:
        parent = self.cleaned_data["parent"]
        if message := loop_problem(self.instance, parent):
            raise forms.ValidationError(message)
        return parent

    def clean(self) -> dict[str, Any]:
        """Without a code it is the name that sheets know a unit by."""
        data = super().clean() or self.cleaned_data
        if self.errors or data["code"]:
            return data
        unit = Unit(pk=self.instance.pk, name=data["name"])
        if name_taken(unit, data["parent"]):
            self.add_error("name", "同一上级单位下已有同名而没有编码的单位，请填写编码或改名称。")
        elif self.instance.pk and data["name"] != self.initial["name"] and self._has_goals():
            message = "这个单位没有编码，表格按名称找它；已有绩效目标，名称不能再改，请先填写编码。"
            self.add_error("name", message)
        return data

    def _has_goals(self) -> bool:
        return bool(self.instance.pk) and self.instance.goal_set.exists()


@admin.register(Unit)
class UnitAdmin(LibraryAdmin, FlatAdmin):
    resource_classes = [UnitResource]
    form = UnitForm
    fields = ["code", "name", "parent"]
    list_display = ["code", "name", "parent"]
    list_display_links = ["code", "name"]
    list_select_related = ["parent"]
    list_per_page = 50
    search_fields = ["code", "name"]
    autocomplete_fields = ["parent"]

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """The pages are the bureau's; choosing a unit in a form is open to all who need one."""
        match = request.resolver_match
        if match and match.url_name == "autocomplete":
            return any(holds(request.user, right) for right in _CHOOSERS)
        return super().has_view_permission(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Unit]:
        units = super().get_queryset(request)
        if any(holds(request.user, right) for right in _CHOOSE_ANY):
            return units
        return units.filter(pk__in=units_of(request.user, Right.SEE_GOALS))

    def save_model(self, request: HttpRequest, obj: Unit, form: Any, change: bool) -> None:
        if not change and obj.parent is None:
            obj.parent = proposed_parent(obj.code, units_above_code(obj.code))
            if obj.parent:
                messages.info(
                    request,
                    f"没有填写上级单位，已按编码设为“{obj.parent}”；如不对，请在单位页面修改。",
                )
        super().save_model(request, obj, form, change)


_CHOOSE_ANY = (Right.MANAGE_LIBRARY, Right.MANAGE_USERS)
_CHOOSERS = (*_CHOOSE_ANY, Right.SEE_GOALS)
