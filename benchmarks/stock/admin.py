from django.contrib import admin
from import_export.admin import ImportMixin
from import_export.formats.base_formats import XLSX

from benchmarks.stock.models import Category, Goal, GoalLine, Indicator, Unit
from benchmarks.stock.resources import GoalLineResource


@admin.register(Unit, Category, Indicator)
class CodedAdmin(admin.ModelAdmin):
    search_fields = ("code", "name")


class GoalLineInline(admin.TabularInline):
    model = GoalLine
    autocomplete_fields = ("indicator",)
    extra = 0


@admin.register(Goal)
class GoalAdmin(admin.ModelAdmin):
    list_display = ("project", "unit", "category")
    autocomplete_fields = ("unit", "category")
    inlines = (GoalLineInline,)


@admin.register(GoalLine)
class GoalLineAdmin(ImportMixin, admin.ModelAdmin):
    list_display = ("goal", "indicator", "cycle_value", "annual_value")
    resource_classes = (GoalLineResource,)
    formats = (XLSX,)
