"""Accounts and their roles: the system administrator's pages."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.decorators.debug import sensitive_post_parameters

from performance.admin.library.flat import FlatAdmin
from performance.admin.people.deputies import deputies_page, end_view
from performance.admin.people.handover import handover_page
from performance.admin.people.memberships import MembershipInline
from performance.admin.people.passwords import AddUserForm, ResetPasswordForm
from performance.people.models import Membership, User
from performance.people.resources import MembershipResource
from performance.people.roles import Right
from performance.people.terms import label_of

admin.site.unregister(Group)  # rights are roles, see people/roles.py


class UserForm(forms.ModelForm):
    acting: User
    """Who fills in the form; set by the admin on a class of this request only."""

    class Meta:
        labels = {"is_active": "启用", "email": "电子邮箱"}
        help_texts = {
            "is_active": "停用后不能登录。账号不能删除：历史记录里有这个人的名字。",
            "email": "设置了邮件时，通知也发到这里；可以不填。",
        }

    def clean_is_active(self) -> bool:
        active = self.cleaned_data["is_active"]
        if not active and self.instance == self.acting:
            raise forms.ValidationError("不能停用自己的账号；如需停用，请由另一位系统管理员操作。")
        return active


@admin.register(User)
class UserAdmin(DjangoUserAdmin, FlatAdmin):
    """No deleting: a person's name stands in the history of goals. Files hold the roles."""

    resource_classes = [MembershipResource]
    import_help = (
        "第一行是表头，一行是一个人的一项角色。已有的更新起止日期，没有的新增，不会删除；"
        "账号要先在“用户”中建好。先显示预览，确认后才写入。可先导出一份作为样表。"
    )
    see = manage = Right.MANAGE_USERS
    form = UserForm
    add_form = AddUserForm
    add_form_template = None
    inlines = [MembershipInline]
    fieldsets = [
        (None, {"fields": ["username", "full_name", "email", "is_active"]}),
        ("密码", {"fields": ["must_change_password", "reset_link"]}),
        ("离岗", {"fields": ["handover_link"]}),
    ]
    add_fieldsets = [(None, {"fields": ["username", "full_name", "password1", "password2"]})]
    readonly_fields = ["reset_link", "handover_link"]
    filter_horizontal = ()
    list_display = ["username", "name", "roles", "enabled", "last_login"]
    list_filter = ["is_active", "memberships__role"]
    list_per_page = 50
    search_fields = ["username", "full_name", "memberships__unit__name"]
    ordering = ["username"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return (
            super()
            .get_queryset(request)
            .prefetch_related("memberships__unit", "memberships__deputy_of")
        )

    def get_export_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        """The roles of those whom the list shows."""
        people = super().get_export_queryset(request)
        return MembershipResource().get_queryset().filter(user__in=people.values("pk"))

    def get_urls(self) -> list[URLPattern]:
        """With one's own deputies, which anybody may open who gets in."""
        pages = (
            ("deputies/", self.deputies_view, "deputies"),
            ("deputies/<int:pk>/end/", self.end_deputy_view, "deputy_end"),
            ("<int:pk>/handover/", self.handover_view, "handover"),
        )
        own = [
            path(route, self.admin_site.admin_view(view), name=f"performance_user_{name}")
            for route, view, name in pages
        ]
        return [*own, *super().get_urls()]

    def deputies_view(self, request: HttpRequest) -> HttpResponse:
        """Without the way to the list of users, which is not open to most."""
        return deputies_page(request, self.admin_site.each_context(request))

    def end_deputy_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Only by a button; whoever comes by the address sees the page."""
        if request.method != "POST":
            return redirect("admin:performance_user_deputies")
        return end_view(request, pk)

    def handover_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return handover_page(request, pk, self._context(request))

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts}

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
        today = timezone.localdate()
        return "、".join(label_of(held, today) for held in user.memberships.all())

    @admin.display(description="重置密码")
    def reset_link(self, user: User) -> str:
        url = reverse("admin:auth_user_password_change", args=[user.pk])
        return format_html('<a class="person-link" href="{}">设置新密码</a>', url)

    @admin.display(description="工作交接")
    def handover_link(self, user: User) -> str:
        url = reverse("admin:performance_user_handover", args=[user.pk])
        text = "把角色和待办交给接替人"
        return format_html('<a class="person-link" href="{}">{}</a>', url, text)

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
