"""Logging in: a role is what opens the portal, and without one a sentence says so."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from unfold.forms import AuthenticationForm

from performance.people.models import User
from performance.people.queries import memberships_of

BAD = "用户名或密码不正确，请重新输入（区分大小写）。"
NO_ROLE = "账号“%(user)s”还没有任何角色，不能进入系统；请联系系统管理员分配角色。"


class LoginForm(AuthenticationForm):
    error_messages = {**AuthenticationForm.error_messages, "invalid_login": BAD}

    def confirm_login_allowed(self, user: AbstractBaseUser) -> None:
        """Not as Django's admin form, which asks for is_staff."""
        if not isinstance(user, User) or not memberships_of(user):
            raise ValidationError(NO_ROLE, "no_role", {"user": user.get_username()})


def tell_what_was_not_done(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: what is posted after the login has expired is not done, and that is said."""

    def middleware(request: HttpRequest) -> HttpResponse:
        unknown = not request.user.is_authenticated
        response = get_response(request)
        posted = request.method == "POST" and request.path != reverse("admin:login")
        if posted and unknown and response.status_code == 302:
            messages.warning(request, "登录已过期，刚才提交的内容没有保存，请重新办理。")
        return response

    return middleware
