"""Admin classes whose every door asks people/roles.py; Django's own permissions are not used."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin

from performance.people.models import User
from performance.people.queries import holds
from performance.people.roles import Right


def user_of(request: HttpRequest) -> User:
    """The person before a page; admin_view has let nobody else through."""
    assert isinstance(request.user, User)
    return request.user


def post_only(view: Callable[..., HttpResponse], page: str) -> Callable[..., HttpResponse]:
    """A view that acts; whoever comes by an address (after logging in again) sees the page."""

    def wrapper(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        if request.method in ("GET", "HEAD"):
            return redirect(page, pk)
        return require_POST(view)(request, pk, **kwargs)

    return wrapper


def _parts(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _is_plain(value: Any) -> bool:
    """No number that no column holds, and not the character that PostgreSQL refuses."""
    text = str(value)
    return "\0" not in text and not (text.isdecimal() and len(text) > 18)


class RightsAdmin(ModelAdmin):
    """`see` opens the list and pages, `manage` adds, changes, deletes and imports."""

    see: Right
    manage: Right | None = None

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Only what the filters of the list themselves ask: no regular expressions, no spans.

        Without filters nothing in an address reaches the database.
        """
        fields = [field for field in self.list_filter if isinstance(field, str)]
        asked = {f"{field}__{how}" for field in fields for how in ("exact", "id__exact", "isnull")}
        classes = [found for found in self.list_filter if not isinstance(found, str)]
        own = {getattr(found, "parameter_name", None) for found in classes}
        return lookup in own or (lookup in asked and all(map(_is_plain, _parts(value))))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return holds(request.user, self.see) or self._manages(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._manages(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._manages(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._manages(request)

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self._manages(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def _manages(self, request: HttpRequest) -> bool:
        return self.manage is not None and holds(request.user, self.manage)
