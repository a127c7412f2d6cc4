"""Own passwords, and the duty to change one that somebody else has set."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from unfold.forms import AdminOwnPasswordChangeForm


class OwnPasswordForm(AdminOwnPasswordChangeForm):
    """Setting one's own password fulfils the duty to change it."""

    def clean_new_password1(self) -> str:
        """Whoever set the old one knows it."""
        password = self.cleaned_data["new_password1"]
        if self.user.check_password(password):
            raise ValidationError("新密码与原密码相同，请换一个。")
        return password

    def save(self, commit: bool = True) -> Any:
        self.user.must_change_password = False
        return super().save(commit)


def must_change_password_first(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: nothing else is open until a password set by somebody else is changed."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not getattr(request.user, "must_change_password", False):
            return get_response(request)
        change = reverse("admin:password_change")
        if request.path in (change, reverse("admin:logout"), reverse("admin:jsi18n")):
            return get_response(request)
        messages.warning(request, "这是初始密码或重置后的密码，请先修改密码。")
        return redirect(change)

    return middleware
