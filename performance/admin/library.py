"""The library's pages: years, frame, categories, indicators, levels of the rules, units."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import NON_FIELD_ERRORS
from django.db.models import ForeignKey, Model, QuerySet, TextField
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminSelectWidget

from performance.admin.access import RightsAdmin
from performance.admin.flat import FlatAdmin
from performance.library.actions import open_year
from performance.library.models import Category, Frame, Indicator, Listing, RuleLevel, Year
from performance.library.queries import nearest_year, parent_problem
from performance.library.resources import CategoryResource, FrameResource, IndicatorResource
from performance.people.models import Unit
from performance.people.queries import (
    holds,
    loop_problem,
    proposed_parent,
    units_above_code,
    units_of,
)
from performance.people.resources import UnitResource
from performance.people.roles import Right
from performance.quality.rules import RULES

SHOWN_PROTECTED = 20


class LibraryAdmin(RightsAdmin):
    """What all pages of the library share."""

    see = manage = Right.MANAGE_LIBRARY

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        newest = Year.objects.first()
        given = super().get_changeform_initial_data(request)
        return {"year": self.year_after(newest), **given} if newest else given

    def year_after(self, newest: Year) -> int:
        """What a new entry's year is set to at first."""
        return newest.pk

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field and field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_add_related = field.widget.can_change_related = False
            field.widget.can_delete_related = field.widget.can_view_related = False
        if db_field.name == "name" and isinstance(db_field, TextField):
            field.widget.attrs["rows"] = 2
        return field

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        """A year may protect thousands of rows: the page names some and counts the rest.

        What is protected is the reason then, and not a right to delete it that nobody has.
        """
        doomed, counts, needed, protected = super().get_deleted_objects(objs, request)
        if protected:
            needed = set()
        if len(protected) > SHOWN_PROTECTED:
            rest = len(protected) - SHOWN_PROTECTED
            protected = [*protected[:SHOWN_PROTECTED], f"……以及另外 {rest} 项"]
        return doomed, counts, needed, protected


class EntryForm(forms.ModelForm):
    """An entry of a year. Its year stays: goals of that year were checked against it."""

    class Meta:
        error_messages = {
            NON_FIELD_ERRORS: {"unique_together": "这个年度已有相同编码的%(model_name)s。"}
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.instance.pk and "year" in self.fields:
            # Disabled, not left out: the database's rule on year and code is checked by the form
            # only while both are in it.
            self.fields["year"].disabled = True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "year" not in data or "parent" not in data or self.errors:
            return data
        entry = self._meta.model(pk=self.instance.pk, year=data["year"])
        if message := parent_problem(entry, data["parent"]):
            self.add_error("parent", message)
        return data


class FrameChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Model) -> str:
        assert isinstance(obj, Frame)
        above = f"（{obj.parent.name}）" if obj.parent else ""
        return f"{obj.year}　{obj}{above}"


class EntryAdmin(LibraryAdmin, FlatAdmin):
    """A year's entries: seen by all who fill in goals, written by the bureau."""

    see = Right.SEE_LIBRARY
    form = EntryForm
    list_display = ["code", "name", "year"]
    list_select_related = ["year"]
    list_filter = ["year"]
    list_per_page = 50
    search_fields = ["code", "name"]

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField | None:
        if db_field.name == "parent":
            kwargs["form_class"] = FrameChoice
            kwargs["queryset"] = self._parents(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def _parents(self, request: HttpRequest) -> QuerySet[Frame]:
        """Of the entry's own year when it has one; the page's address says which entry it is."""
        frames = Frame.objects.select_related("year", "parent")
        match = request.resolver_match
        pk = match.kwargs.get("object_id") if match else None
        if pk is None or not str(pk).isdecimal():
            return frames
        return frames.filter(year__in=self.model._default_manager.filter(pk=pk).values("year"))


@admin.register(Category)
class CategoryAdmin(EntryAdmin):
    resource_classes = [CategoryResource]
    fields = ["year", "code", "name"]


@admin.register(Frame)
class FrameAdmin(EntryAdmin):
    resource_classes = [FrameResource]
    fields = ["year", "parent", "code", "name"]
    list_display = ["code", "name", "level", "parent", "year"]
    list_select_related = ["year", "parent"]

    @admin.display(description="级别")
    def level(self, frame: Frame) -> str:
        return "二级指标" if frame.parent_id else "一级指标"


class Level2Filter(admin.SimpleListFilter):
    """By code, for the same one in different years."""

    title = "二级指标"
    parameter_name = "level2"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        named = Frame.objects.filter(parent__isnull=False).order_by("year__year")
        newest = dict(named.values_list("code", "name"))
        return [(code, f"{code}-{newest[code]}") for code in sorted(newest)]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(parent__code=self.value()) if self.value() else queryset


@admin.register(Indicator)
class IndicatorAdmin(EntryAdmin):
    resource_classes = [IndicatorResource]
    fields = ["year", "parent", "code", "name"]
    list_display = ["code", "name", "parent", "level1", "year"]
    list_select_related = ["year", "parent__parent"]
    list_filter = ["year", Level2Filter]  # type: ignore[list-item]

    @admin.display(description="一级指标")
    def level1(self, indicator: Indicator) -> str:
        return str(indicator.parent.parent or "")


class YearForm(forms.ModelForm):
    class Meta:
        help_texts = {
            "year": "指标框架、项目类别、编码规则和填报设置照最近的年度建立，之后可以修改。"
        }


@admin.register(Year)
class YearAdmin(LibraryAdmin):
    form = YearForm
    list_display = [
        "year",
        "category_required",
        "overall_goal_required",
        "level2_pattern",
        "level3_pattern",
    ]

    def year_after(self, newest: Year) -> int:
        return newest.year + 1

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """A new year is only its number; the rest comes from the nearest one."""
        return list(self.list_display) if obj else ["year"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return ["year"] if obj else []

    def save_model(self, request: HttpRequest, obj: Year, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        source = nearest_year(obj.year)
        obj.pk = open_year(obj.year).pk
        obj.refresh_from_db()
        if source:
            messages.info(
                request,
                f"指标框架、项目类别、编码规则、规则级别和填报设置照{source}建立，可以修改；"
                "三级指标每年重新发布，请在“三级指标库”中导入。",
            )


class RuleLevelForm(EntryForm):
    class Meta:
        error_messages = {NON_FIELD_ERRORS: {"unique_together": "这个年度已为这条规则设过级别。"}}


@admin.register(RuleLevel)
class RuleLevelAdmin(LibraryAdmin):
    form = RuleLevelForm
    list_display = ["rule", "rule_text", "level", "year"]
    list_select_related = ["year"]
    list_filter = ["year", "level"]
    fields = ["year", "rule", "level"]

    @admin.display(description="规则内容")
    def rule_text(self, entry: RuleLevel) -> str:
        return next((rule.text for rule in RULES if rule.id == entry.rule), "")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name != "rule":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        return forms.ChoiceField(
            label="规则",
            choices=[(rule.id, f"{rule.id}　{rule.text}") for rule in RULES],
            widget=UnfoldAdminSelectWidget,
            help_text="没有在这里设置的规则按默认级别检查。",
        )


@admin.register(Listing)
class ListingAdmin(LibraryAdmin):
    """Lists are made by imports; only what is printed above them can be corrected."""

    list_display = ["title", "year"]
    list_select_related = ["year"]
    list_filter = ["year"]
    search_fields = ["title"]
    fields = ["year", "title"]
    readonly_fields = ["year"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class UnitForm(forms.ModelForm):
    class Meta:
        help_texts = {"parent": "新建时留空，则按编码的开头推定，之后可以修改。"}

    def clean_parent(self) -> Unit | None:
        parent = self.cleaned_data["parent"]
        if message := loop_problem(self.instance, parent):
            raise forms.ValidationError(message)
        return parent


@admin.register(Unit)
class UnitAdmin(LibraryAdmin, FlatAdmin):
    resource_classes = [UnitResource]
    form = UnitForm
    fields = ["code", "name", "parent"]
    list_display = ["code", "name", "parent"]
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
