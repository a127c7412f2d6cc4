"""Accounts and their roles: the system administrator's pages."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.decorators.debug import sensitive_post_parameters
from unfold.admin import TabularInline

from performance.admin.access import RightsAdmin
from performance.admin.passwords import AddUserForm, ResetPasswordForm
from performance.people.models import Membership, User
from performance.people.queries import holds
from performance.people.roles import ROLES, Right

admin.site.unregister(Group)  # rights are roles, see people/roles.py

KEEPERS = frozenset(role.name for role in ROLES.values() if Right.MANAGE_USERS in role.rights)
"""Roles that may open these pages."""


class UserForm(forms.ModelForm):
    acting: User
    """Who fills in the form; set by the admin on a class of this request only."""

    class Meta:
        labels = {"is_active": "启用"}
        help_texts = {"is_active": "停用后不能登录。账号不能删除：历史记录里有这个人的名字。"}

    def clean_is_active(self) -> bool:
        active = self.cleaned_data["is_active"]
        if not active and self.instance == self.acting:
            raise forms.ValidationError("不能停用自己的账号；如需停用，请由另一位系统管理员操作。")
        return active


class MembershipFormSet(BaseInlineFormSet):
    acting: User

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        kept = [
            (form.cleaned_data["role"], form.cleaned_data.get("unit"))
            for form in self.forms
            if form.cleaned_data.get("role") and not form.cleaned_data.get("DELETE")
        ]
        # The database's rule on roles without a unit has a condition: Django does not look at it
        # among rows that are not saved yet.
        if len(set(kept)) < len(kept):
            raise forms.ValidationError("同一角色和单位出现了不止一次，请只保留一行。")
        if self.instance == self.acting and not KEEPERS & {role for role, unit in kept}:
            raise forms.ValidationError(
                "不能去掉自己的系统管理员角色；如需去掉，请由另一位系统管理员操作。"
            )


class MembershipInline(TabularInline):
    model = Membership
    formset = MembershipFormSet
    extra = 0
    hide_title = True
    fields = ["role", "unit"]
    autocomplete_fields = ["unit"]
    verbose_name = verbose_name_plural = "角色"

    class Media:
        js = ["performance/inline.js"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).select_related("unit").order_by("pk")

    def get_formset(self, request: HttpRequest, obj: Model | None = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        formset.acting = request.user
        return formset

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return holds(request.user, Right.MANAGE_USERS)

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


@admin.register(User)
class UserAdmin(DjangoUserAdmin, RightsAdmin):
    """No deleting: a person's name stands in the history of goals."""

    see = manage = Right.MANAGE_USERS
    form = UserForm
    add_form = AddUserForm
    add_form_template = None
    inlines = [MembershipInline]
    fieldsets = [
        (None, {"fields": ["username", "full_name", "is_active"]}),
        ("密码", {"fields": ["must_change_password", "reset_link"]}),
    ]
    add_fieldsets = [(None, {"fields": ["username", "full_name", "password1", "password2"]})]
    readonly_fields = ["reset_link"]
    filter_horizontal = ()
    list_display = ["username", "name", "roles", "enabled", "last_login"]
    list_filter = ["is_active", "memberships__role"]
    list_per_page = 50
    search_fields = ["username", "full_name", "memberships__unit__name"]
    ordering = ["username"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("memberships__unit")

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.acting = request.user
        return form

    @admin.display(description="姓名", ordering="full_name")
    def name(self, user: User) -> str:
        return user.full_name

    @admin.display(description="启用", ordering="is_active", boolean=True)
    def enabled(self, user: User) -> bool:
        return user.is_active

    @admin.display(description="角色")
    def roles(self, user: User) -> str:
        return "、".join(str(held) for held in user.memberships.all())

    @admin.display(description="重置密码")
    def reset_link(self, user: User) -> str:
        url = reverse("admin:auth_user_password_change", args=[user.pk])
        return format_html('<a class="text-primary-600" href="{}">设置新密码</a>', url)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            self._tell_password(request, obj, form.generated)

    @method_decorator(sensitive_post_parameters())
    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> Any:
        """Sets a password for somebody else, who has to change it at the next login."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        user = self.get_object(request, unquote(id))
        if user is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, id)
        form = ResetPasswordForm(user, request.POST or None)
        if request.method != "POST" or not form.is_valid():
            return self._password_page(request, user, form)
        form.save()
        self.log_change(request, user, "重置密码。")
        self._tell_password(request, user, form.generated)
        return redirect("admin:performance_user_change", user.pk)

    def _password_page(self, request: HttpRequest, user: User, form: Any) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": f"重置密码：{user}",
            "form": form,
            "opts": self.opts,
            "original": user,
        }
        return TemplateResponse(request, "admin/performance/user/reset_password.html", context)

    def _tell_password(self, request: HttpRequest, user: User, generated: str) -> None:
        told = f"密码为 {generated} ，只显示这一次，请" if generated else "已设置密码，请"
        messages.success(request, f"{user}：{told}当面告知本人；下次登录时须先修改。")
