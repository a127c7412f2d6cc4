"""我的代理: who acts for a person while they are away. Everybody minds their own."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from performance.admin.access import user_of
from performance.library.plain import control_character
from performance.notices.actions import notify
from performance.people.deputies import (
    LONGEST,
    appoint,
    candidates,
    colleagues,
    end_deputy,
    given_by,
    given_to,
    matching,
    own_roles,
)
from performance.people.models import Membership, User
from performance.people.terms import told_term

SHOWN = 20
_ROLES = ("memberships__unit", "memberships__deputy_of")
PAGE = "admin:performance_user_deputies"


class DeputyForm(forms.Form):
    """Whom, in which roles, from when to when; the choices are the person's own."""

    roles = forms.MultipleChoiceField(
        label="由谁代理的角色",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "没有选择角色，请至少勾选一个要由别人代理的角色。",
            "invalid_choice": "其中有的角色现在不是您的，请刷新页面后重新勾选。",
        },
    )
    deputy = forms.IntegerField(
        min_value=1,
        max_value=2**31,
        error_messages=dict.fromkeys(
            ("required", "invalid", "max_value", "min_value"), "没有选择代理人，请查找并选择一位。"
        ),
    )
    starts_on = forms.DateField(
        label="从",
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "起始日期为空，请填写。",
            "invalid": "起始日期读不懂，请写成 2025-03-01 这样。",
        },
    )
    ends_on = forms.DateField(
        label="到（含当天）",
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "代理必须写明截止日期，请填写最后一天。",
            "invalid": "截止日期读不懂，请写成 2025-03-31 这样。",
        },
    )

    def __init__(self, roles: list[Membership], data: Any = None):
        today = timezone.localdate()
        given = {"starts_on": today, "roles": [str(held.pk) for held in roles]}
        super().__init__(data, initial=given)
        chosen = self.fields["roles"]
        assert isinstance(chosen, forms.MultipleChoiceField)
        chosen.choices = [(str(held.pk), str(held)) for held in roles]
        for name, most in (("starts_on", LONGEST), ("ends_on", 2 * LONGEST)):
            self.fields[name].widget.attrs |= {"min": today, "max": today + most}


def deputies_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    user = user_of(request)
    roles = own_roles(user)
    form = DeputyForm(roles, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _appointed(request, form):
        return redirect(PAGE)
    text = _searched(request)
    found = candidates(user)
    found = matching(found, text) if text else colleagues(found, user)
    people = list(found.prefetch_related(*_ROLES)[: SHOWN + 1])
    today = timezone.localdate()
    context |= {
        "title": "我的代理",
        "form": form,
        "roles": roles,
        "text": text,
        "people": [(one, _roles_of(one)) for one in _kept(form, people[:SHOWN])],
        "more": len(people) > SHOWN,
        "given_by": [(held, *_standing(held, today)) for held in given_by(user)],
        "given_to": [(held, *_standing(held, today)) for held in given_to(user)],
    }
    return TemplateResponse(request, "admin/performance/deputies/page.html", context)


def end_view(request: HttpRequest, pk: int) -> HttpResponse:
    """By whoever gave it; at once."""
    with transaction.atomic():
        held = end_deputy(pk, by=user_of(request))
        _tell(held.user, f"{user_of(request)}已结束您的代理：{held}。")
    messages.success(request, f"已结束 {held.user} 的代理。")
    return redirect(PAGE)


def _appointed(request: HttpRequest, form: DeputyForm) -> bool:
    """Whether it was done; if not, the form says why."""
    told, user = form.cleaned_data, user_of(request)
    try:
        with transaction.atomic():
            chosen = [int(pk) for pk in told["roles"]]
            made = appoint(chosen, told["deputy"], told["starts_on"], told["ends_on"], by=user)
            roles = "、".join(str(held) for held in made)
            _tell(
                made[0].user,
                f"{user}请您代理：{roles}，从 {told['starts_on']} 到 {told['ends_on']}。"
                f"您以自己的名义办理，记录里写明“代 {user}”；您填写过的目标仍不能审核。",
            )
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(request, f"已请 {made[0].user} 代理，并已通知本人。")
    return True


def _tell(deputy: User, text: str) -> None:
    notify([deputy.pk], kind="deputy", text=text, link=reverse(PAGE))


def _searched(request: HttpRequest) -> str:
    given = request.POST if request.method == "POST" else request.GET
    text = given.get("q", "").strip()[:60]
    return "" if control_character(text) else text


def _kept(form: DeputyForm, people: list[User]) -> list[User]:
    """With the one who was chosen, though another search was made since."""
    chosen = str(form.data.get("deputy", ""))
    if chosen.isdecimal() and len(chosen) < 10 and all(str(one.pk) != chosen for one in people):
        rows = User.objects.filter(pk=int(chosen), is_active=True)
        people = [*rows.prefetch_related(*_ROLES), *people]
    return people


def _roles_of(user: User) -> str:
    return "、".join(str(held) for held in user.memberships.all())


def _standing(held: Membership, today: Any) -> tuple[str, bool]:
    """In words, and whether it can still be ended."""
    over = held.ends_on is not None and held.ends_on < today
    return told_term(held, today) or "一直有效", not over
