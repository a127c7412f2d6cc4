"""The portal's admin site: who gets in, and the start page."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.functional import SimpleLazyObject
from unfold.sites import UnfoldAdminSite

from performance.admin.audit.pages import audit_urls
from performance.admin.help import help_image, help_index, help_page
from performance.admin.inbox import inbox_page, mark_as_read, open_notice
from performance.admin.login import LoginForm
from performance.admin.people.own_password import OwnPasswordForm
from performance.admin.people.told_apart import PeopleAutocomplete
from performance.admin.sign_in import sign_in_again
from performance.admin.start import start_page
from performance.library.queries import newest_contact
from performance.people.demo import DEMO_ACCOUNTS
from performance.people.queries import memberships_of


class PortalSite(UnfoldAdminSite):
    index_title = "首页"
    login_form = LoginForm
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        """Anyone with a role; nothing hangs on Django's is_staff."""
        return bool(memberships_of(request.user))

    def get_urls(self) -> list[URLPattern | URLResolver]:
        inside = self.admin_view
        return [
            path("sign-in-again/", sign_in_again, name="sign_in_again"),
            path("notices/", inside(self.notices), name="notices"),
            path("notices/read/", inside(mark_as_read), name="notices_read"),
            path("notices/<int:pk>/", inside(open_notice), name="notice"),
            path("help/", inside(self.help), name="help"),
            path("help/<slug:name>/", inside(self.help_page), name="help_page"),
            path("help/images/<slug:name>.png", inside(help_image), name="help_image"),
            *audit_urls(inside, self.each_context),
            *super().get_urls(),
        ]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """With the contact, which is read where a page shows it and has not read it yet."""
        contact = getattr(request, "contact", None)
        if contact is None:
            contact = SimpleLazyObject(newest_contact)
        return {**super().each_context(request), "contact": contact}

    def notices(self, request: HttpRequest) -> HttpResponse:
        return inbox_page(request, self.each_context(request))

    def help(self, request: HttpRequest) -> HttpResponse:
        return help_index(request, self.each_context(request))

    def help_page(self, request: HttpRequest, name: str) -> HttpResponse:
        return help_page(request, name, self.each_context(request))

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        demo = {"demo_accounts": DEMO_ACCOUNTS} if settings.DEMO else {}
        return super().login(request, demo | (extra_context or {}))

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        return super().index(request, start_page(request) | (extra_context or {}))

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """There is one app: its page is the start page."""
        return redirect("admin:index")

    def autocomplete_view(self, request: HttpRequest) -> HttpResponseBase:
        return PeopleAutocomplete.as_view(admin_site=self)(request)

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        """As the theme's, with the form that also ends the duty to change it."""
        from django.contrib.auth.views import PasswordChangeView  # noqa: PLC0415 - needs apps

        request.current_app = self.name
        return PasswordChangeView.as_view(
            form_class=OwnPasswordForm,
            success_url=reverse("admin:password_change_done"),
            extra_context={**self.each_context(request), **(extra_context or {})},
        )(request)
