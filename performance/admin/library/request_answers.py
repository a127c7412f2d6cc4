"""The page of one request: what was asked, and the bureau's three ways to answer."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from performance.admin.access import user_of
from performance.goals.sheet import Coded
from performance.library.answering import add, decline, point_to, proposed_code, told
from performance.library.models import Indicator, IndicatorRequest, RequestState
from performance.library.requesting import check_text, similar_indicators
from performance.people.models import User
from performance.people.queries import holds
from performance.people.roles import Right

Context = dict[str, Any]
_FIELDS = ("code", "name", "existing", "reason")


def answer_page(request: HttpRequest, asked: IndicatorRequest, context: Context) -> HttpResponse:
    """Who may answer sees the forms, with what was just typed in them."""
    answers = holds(request.user, Right.MANAGE_LIBRARY) and asked.state == RequestState.OPEN
    context |= {"asked": asked, "answers": answers, "told": told(asked)}
    if answers:
        known = {"code": proposed_code(asked), "name": asked.name}
        posted = {name: request.POST[name] for name in _FIELDS if name in request.POST}
        context["typed"] = known | posted
        context["similar"] = similar_indicators(asked.year, asked.name)
    return TemplateResponse(request, "admin/performance/indicatorrequest/change.html", context)


def answer(request: HttpRequest, asked: IndicatorRequest, context: Context) -> HttpResponse:
    perform = _ANSWERS.get(request.POST.get("answer", ""))
    if perform is None or not holds(request.user, Right.MANAGE_LIBRARY):
        raise PermissionDenied("只有业务管理员可以处理指标增补申请。")
    try:
        answered = perform(asked, request.POST, user_of(request))
    except ValidationError as error:
        asked.refresh_from_db()  # somebody else's answer may be the reason
        return answer_page(request, asked, context | {"problems": error.messages})
    messages.success(request, f"已答复 {asked.unit}：{told(answered)}")
    return redirect("admin:performance_indicatorrequest_changelist")


def _add(asked: IndicatorRequest, posted: QueryDict, by: User) -> IndicatorRequest:
    code, name = posted.get("code", ""), posted.get("name", "")
    return add(asked.pk, code=code, name=name, by=by)


def _point_to(asked: IndicatorRequest, posted: QueryDict, by: User) -> IndicatorRequest:
    """By its code, or by its name where that is the only one."""
    text = posted.get("existing", "").strip()
    check_text("existing", "已有指标", text)
    coded = Coded.parse(text)
    known = {"code": coded.code} if coded.code else {"name": coded.name}
    found = Indicator.objects.filter(year=asked.year, **known)[:2]
    if len(found) != 1:
        what = f"{asked.year}的指标库中没有“{text}”" if not found else f"有不止一个“{text}”"
        raise ValidationError(f"{what}，请从相近的指标中选取，或填写它的编码。")
    return point_to(asked.pk, indicator=found[0], by=by)


def _decline(asked: IndicatorRequest, posted: QueryDict, by: User) -> IndicatorRequest:
    return decline(asked.pk, reason=posted.get("reason", ""), by=by)


_ANSWERS: dict[str, Callable[[IndicatorRequest, QueryDict, User], IndicatorRequest]] = {
    "add": _add,
    "existing": _point_to,
    "decline": _decline,
}
