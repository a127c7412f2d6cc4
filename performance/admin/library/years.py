"""Years with their settings, levels of the rules, and the titles of lists."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminSplitDateTimeWidget

from performance.admin.library.flat import FlatAdmin
from performance.admin.library.review_settings import settings_page
from performance.admin.library.rule_levels import RuleLevelResource
from performance.admin.library.tables import EntryForm, LibraryAdmin
from performance.library.actions import open_year
from performance.library.models import Listing, RuleLevel, Year
from performance.library.queries import nearest_year
from performance.library.windows import spoken
from performance.quality.rules import RULES


def _moment(label: str, help_text: str) -> forms.SplitDateTimeField:
    """A date and a time, in the time of the office."""
    return forms.SplitDateTimeField(
        label=f"{label}（北京时间）",
        required=False,
        help_text=help_text,
        widget=UnfoldAdminSplitDateTimeWidget,
        validators=[_in_this_century],
        error_messages={
            "invalid_date": "日期请写成 2025-10-31 这样。",
            "invalid_time": "时间请写成 17:00 这样。",
        },
    )


def _in_this_century(at: datetime) -> None:
    if not 2000 <= at.year <= 2100:
        raise ValidationError(f"年份应在2000年至2100年之间，读到{at.year}年，请改正。")


class YearForm(forms.ModelForm):
    opens_at = _moment("填报开始", "不填即随时可以填报。")
    closes_at = _moment("填报截止", "截止后填报人不能再保存和送审；不填即不截止。")

    class Meta:
        help_texts = {
            "year": "指标框架、项目类别、编码规则和填报设置照最近的年度建立，之后可以修改。",
        }


@admin.register(Year)
class YearAdmin(LibraryAdmin):
    form = YearForm
    change_form_before_template = "admin/performance/year/_review_link.html"
    list_display = [
        "year",
        "opens",
        "closes",
        "category_required",
        "overall_goal_required",
        "level2_pattern",
        "level3_pattern",
        "review_link",
    ]
    settings = [
        "year",
        "opens_at",
        "closes_at",
        "contact",
        "category_required",
        "overall_goal_required",
        "level2_pattern",
        "level3_pattern",
    ]

    @admin.display(description="填报开始", ordering="opens_at")
    def opens(self, year: Year) -> str:
        return spoken(year.opens_at) if year.opens_at else "随时"

    @admin.display(description="填报截止", ordering="closes_at")
    def closes(self, year: Year) -> str:
        return spoken(year.closes_at) if year.closes_at else "不截止"

    @admin.display(description="审核")
    def review_link(self, year: Year) -> str:
        page = reverse("admin:performance_year_review", args=[year.pk])
        return format_html('<a href="{}">审核设置</a>', page)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.review_view)
        return [path("<int:pk>/review/", view, name="performance_year_review"), *super().get_urls()]

    def review_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied("只有业务管理员可以修改审核设置。")
        context = {**self.admin_site.each_context(request), "opts": self.opts}
        return settings_page(request, pk, context)

    def year_after(self, newest: Year) -> int:
        return newest.year + 1

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """A new year is only its number; the rest comes from the nearest one."""
        return self.settings if obj else ["year"]

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
                f"指标框架、项目类别、编码规则、规则级别、填报设置和审核设置照{source}建立，可以修改；"
                "填报起止时间请在这里设定；三级指标每年重新发布，请在“三级指标库”中导入。",
            )


class RuleLevelForm(EntryForm):
    class Meta:
        error_messages = {NON_FIELD_ERRORS: {"unique_together": "这个年度已为这条规则设过级别。"}}


@admin.register(RuleLevel)
class RuleLevelAdmin(LibraryAdmin, FlatAdmin):
    resource_classes = [RuleLevelResource]
    import_help = (
        "第一行是表头：年度、规则、级别。已有的更新，没有的新增，不会删除。"
        "先显示预览，确认后才写入。可先导出一份作为样表。"
    )
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
