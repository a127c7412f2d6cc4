"""Passwords that the system administrator sets for others: typed twice, or made here."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AdminPasswordChangeForm, UserCreationForm
from django.utils.crypto import get_random_string
from unfold.widgets import UnfoldAdminPasswordWidget

from performance.people.models import User

LENGTH = 12
LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that look alike
HINT = "留空则由系统生成，保存后显示一次。"


class GivenPassword(forms.BaseForm):
    """Fills in a made password where both fields are left empty."""

    generated = ""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name, label in (("password1", "密码"), ("password2", "再次输入密码")):
            field = self.fields[name]
            field.required, field.label = False, label
            field.widget = UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"})
        self.fields["password1"].help_text = HINT + str(self.fields["password1"].help_text)

    def clean(self) -> Any:
        first, second = (self.cleaned_data.get(name, "") for name in ("password1", "password2"))
        if not first and not second:
            self.generated = get_random_string(LENGTH, LETTERS)
            self.cleaned_data |= {"password1": self.generated, "password2": self.generated}
        elif not first or not second:
            self.add_error("password2", "两次输入的密码要相同；要由系统生成，请把两处都留空。")
        return super().clean()


class AddUserForm(GivenPassword, UserCreationForm):
    class Meta(UserCreationForm.Meta):
        model = User
        fields = ("username", "full_name")


class ResetPasswordForm(GivenPassword, AdminPasswordChangeForm):
    """A password without the choice of none at all: nobody would get in."""

    def __init__(self, user: User, *args: Any, **kwargs: Any):
        super().__init__(user, *args, **kwargs)
        self.fields.pop("usable_password", None)

    def save(self, commit: bool = True) -> Any:
        self.user.must_change_password = True
        return super().save(commit)
