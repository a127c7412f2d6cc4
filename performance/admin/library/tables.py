"""What the pages of the library share: rights, years, and a delete page that stays short."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db.models import TextField
from django.http import HttpRequest

from performance.admin.access import RightsAdmin
from performance.library.models import Year
from performance.library.queries import name_problem, parent_problem
from performance.people.roles import Right

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

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.instance.pk and "year" in self.fields:
            # Disabled, not left out: the database's rule on year and code is checked by the form
            # only while both are in it.
            self.fields["year"].disabled = True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if message := name_problem(data.get("code", ""), data.get("name", "")):
            self.add_error("name", message)
        if "year" not in data or "parent" not in data or self.errors:
            return data
        entry = self._meta.model(pk=self.instance.pk, year=data["year"])
        if message := parent_problem(entry, data["parent"]):
            self.add_error("parent", message)
        return data
