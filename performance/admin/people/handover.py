"""Handing over when somebody leaves: choose, see what will happen, confirm, read what was done."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone

from performance.admin.access import user_of
from performance.admin.people.memberships import PlainAutocomplete
from performance.admin.people.told_apart import told_apart
from performance.people.models import Membership, User
from performance.people.queries import holds
from performance.people.roles import Right
from performance.people.terms import label_of
from performance.review.handing_over import PlanChanged, hand_over
from performance.review.handover import Wish, plan, roles_to_pass

Context = dict[str, Any]
_TEMPLATE = "admin/performance/handover/page.html"
_UNKNOWN = "没有这个用户，请重新选择接替人。"


class SuccessorField(forms.ModelChoiceField):
    def __init__(self, held: Membership, people: QuerySet[User]):
        field = Membership._meta.get_field("user")
        super().__init__(
            people,
            required=False,
            label=label_of(held, timezone.localdate()),
            widget=PlainAutocomplete(field, admin.site),
            error_messages={"invalid_choice": _UNKNOWN},
        )

    def label_from_instance(self, obj: Any) -> str:
        return told_apart(obj)


class HandoverForm(forms.Form):
    """A successor for each role that the person holds, or none."""

    last_day = forms.DateField(
        label="最后工作日（含当天）",
        help_text="接替人从第二天起办理；填昨天即立即交接。",
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "最后工作日为空，请填写。",
            "invalid": "最后工作日读不懂，请写成 2025-03-31 这样。",
        },
    )
    switch_off = forms.BooleanField(
        label="同时停用账号",
        required=False,
        help_text="不停用也可以：角色到期后，没有其他角色的账号不能再进入系统。",
    )

    def __init__(self, person: User, data: Any = None):
        super().__init__(data, initial={"last_day": timezone.localdate()})
        self.person = person
        self.held = roles_to_pass(person)
        people = User.objects.all()
        for held in self.held:
            self.fields[self._name(held)] = SuccessorField(held, people)

    @staticmethod
    def _name(held: Membership) -> str:
        return f"successor-{held.pk}"

    @property
    def successors(self) -> list[forms.BoundField]:
        return [self[self._name(held)] for held in self.held]

    def wish(self) -> Wish:
        chosen = {held.pk: self.cleaned_data[self._name(held)] for held in self.held}
        return Wish(
            self.person,
            {pk: user for pk, user in chosen.items() if user},
            self.cleaned_data["last_day"],
            self.cleaned_data["switch_off"],
        )


def handover_page(request: HttpRequest, pk: int, context: Context) -> HttpResponse:
    if not holds(request.user, Right.MANAGE_USERS):
        raise PermissionDenied("只有系统管理员可以办理工作交接。")
    person = get_object_or_404(User, pk=pk)
    form = HandoverForm(person, request.POST if request.method == "POST" else None)
    context |= {"title": f"工作交接：{person}", "person": person, "form": form, "stage": "choose"}
    if request.method == "POST" and form.is_valid():
        context |= _planned_or_done(request, form)
    context["media"] = form.media
    return TemplateResponse(request, _TEMPLATE, context)


def _planned_or_done(request: HttpRequest, form: HandoverForm) -> Context:
    """The next stage of the page; without one the form says what is in the way."""
    if "back" in request.POST:
        return {}
    wish, by = form.wish(), user_of(request)
    try:
        if "confirm" in request.POST:
            return _done(request, wish)
        return {"stage": "confirm", "plan": plan(wish, by=by)}
    except ValidationError as error:
        form.add_error(None, error)
        return {}


def _done(request: HttpRequest, wish: Wish) -> Context:
    by = user_of(request)
    try:
        done = hand_over(wish, seal=request.POST.get("seal", ""), by=by)
    except PlanChanged:
        messages.warning(
            request, "还没有交接：您打开页面后，要交接的内容有变动。请看过现在的内容再确认。"
        )
        return {"stage": "confirm", "plan": plan(wish, by=by)}
    messages.success(request, f"{wish.person} 的工作已交接。")
    return {"stage": "done", "plan": done}
