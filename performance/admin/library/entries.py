"""A year's entries: frame, categories, indicators."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey, Model, QuerySet
from django.http import HttpRequest

from performance.admin.library.flat import FlatAdmin
from performance.admin.library.tables import EntryForm, LibraryAdmin
from performance.library.models import Category, Frame, Indicator
from performance.library.resources import CategoryResource, FrameResource, IndicatorResource
from performance.people.roles import Right


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
    list_display_links = ["code", "name"]
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


_NAMED = "="
"""Stands before a name in the choices of level 2, where a code has no place."""


def _choice(entry: Frame) -> str:
    return entry.code or f"{_NAMED}{entry.name}"


class Level2Filter(admin.SimpleListFilter):
    """By code, for the same one in different years; one without a code by its name."""

    title = "二级指标"
    parameter_name = "level2"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        named = Frame.objects.filter(parent__isnull=False).order_by("year__year", "pk")
        newest = {_choice(entry): str(entry) for entry in named}
        return sorted(newest.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not (chosen := self.value()):
            return queryset
        known = {value for value, _ in self.lookup_choices}
        if chosen not in known:
            return queryset.none()
        if chosen.startswith(_NAMED):
            return queryset.filter(parent__code="", parent__name=chosen.removeprefix(_NAMED))
        return queryset.filter(parent__code=chosen)


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
