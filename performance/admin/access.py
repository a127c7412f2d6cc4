"""Admin classes whose every door asks people/roles.py; Django's own permissions are not used."""

from collections.abc import Callable
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin

from performance.admin.audit.entry_history import history_page
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

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """Django refuses a strange field in an address (_to_field), and breaks on an empty one."""
        return super().get_object(request, object_id, from_field or None)

    def log_addition(self, *args: Any, **kwargs: Any) -> Any:
        """Django's own log says neither old nor new values: performance/audit is the only one."""

    log_change = log_deletions = log_addition

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What the audit has of one entry, for whoever may open it."""
        if not self.has_view_permission(request):
            raise PermissionDenied  # also of what does not exist: nobody learns which it is
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        context = {**self.admin_site.each_context(request), "opts": self.opts}
        return history_page(request, obj, context)

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
