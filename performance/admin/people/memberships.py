"""The roles of one person as rows of the user page: with dates, and whom they are held for."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import DateField, Model, QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from unfold.admin import TabularInline
from unfold.widgets import INPUT_CLASSES

from performance.admin.people.told_apart import told_apart
from performance.people.deputies import membership_problems
from performance.people.models import Membership, User
from performance.people.queries import holds
from performance.people.roles import KEEPERS, Right
from performance.people.terms import in_term


class PlainAutocomplete(AutocompleteSelect):
    """Draws again what was posted, also when it is no id: the field's own words say so."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        known = [each for each in value if str(each).isdecimal() and len(str(each)) < 19]
        return super().optgroups(name, known, attr)

    def build_attrs(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """An empty box says what to do, also to who cannot see it."""
        return super().build_attrs(*args, **kwargs) | {"data-placeholder": "查找……"}

    @property
    def media(self) -> forms.Media:
        """In this order: what names the boxes comes after what makes them."""
        scripts = ["admin/js/autocomplete.js", "performance/named-selects.js"]
        return super().media + forms.Media(js=scripts)


class PlainDate(forms.DateInput):
    """The browser's own date field: five columns fit beside each other."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None):
        super().__init__({"class": " ".join(INPUT_CLASSES)} | (attrs or {}), format="%Y-%m-%d")


class MembershipForm(forms.ModelForm):
    class Meta:
        labels = {"deputy_of": "代谁"}

    def clean(self) -> dict[str, Any]:
        """What of one row does not fit together, each beside its field."""
        told = super().clean() or self.cleaned_data
        if self.errors or told.get("DELETE"):
            return told
        names = ("role", "unit", "starts_on", "ends_on", "deputy_of")
        known = {name: told.get(name) for name in names}
        held = Membership(pk=self.instance.pk, user_id=self.instance.user_id, **known)
        for name, problem in membership_problems(held).items():
            self.add_error(name, problem)
        return told


class MembershipFormSet(BaseInlineFormSet):
    acting: User

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        kept = [
            form.cleaned_data
            for form in self.forms
            if form.cleaned_data.get("role") and not form.cleaned_data.get("DELETE")
        ]
        keys = [(row["role"], row.get("unit"), row.get("deputy_of")) for row in kept]
        # The database's rule on roles without a unit has a condition: Django does not look at it
        # among rows that are not saved yet.
        if len(set(keys)) < len(keys):
            raise forms.ValidationError(
                "同一角色和单位（代理的，同一被代理人）出现了不止一次，请只保留一行，时间在那一行里改。"
            )
        if self.instance == self.acting and not any(map(_keeps_accounts, kept)):
            raise forms.ValidationError(
                "不能去掉自己的系统管理员角色；如需去掉，请由另一位系统管理员操作。"
            )


def _keeps_accounts(row: dict[str, Any]) -> bool:
    held = Membership(starts_on=row.get("starts_on"), ends_on=row.get("ends_on"))
    return row["role"] in KEEPERS and not row.get("deputy_of") and in_term(held)


class MembershipInline(TabularInline):
    model = Membership
    fk_name = "user"
    form = MembershipForm
    formset = MembershipFormSet
    extra = 0
    hide_title = True
    fields = ["role", "unit", "starts_on", "ends_on", "deputy_of"]
    autocomplete_fields = ["unit", "deputy_of"]
    formfield_overrides = {DateField: {"widget": PlainDate}}
    verbose_name = verbose_name_plural = "角色"

    class Media:
        js = ["performance/inline.js"]
        css = {"all": ["performance/people.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        rows = super().get_queryset(request).select_related("unit", "deputy_of")
        return rows.order_by("pk")

    def get_formset(self, request: HttpRequest, obj: Model | None = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.acting = request.user
        return formset

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.autocomplete_fields:
            kwargs["widget"] = PlainAutocomplete(db_field, self.admin_site)
        field: Any = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "deputy_of":
            field.label_from_instance = told_apart
        return field

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """People and units are made on their own pages, not from within a row."""
        field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.name in self.fields:  # in a table the headings are no labels
            field.widget.attrs["aria-label"] = field.label
        if field and db_field.name in self.autocomplete_fields:
            for name in ("add", "change", "delete", "view"):
                setattr(field.widget, f"can_{name}_related", False)
        return field

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return holds(request.user, Right.MANAGE_USERS)

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission
