"""The bureau's answers to requests: a new indicator, one that is there, or why not.

A request is answered once: its row is locked, and whoever comes second reads the answer.
"""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localtime

from performance.library.models import Indicator, IndicatorRequest, RequestState, Year
from performance.library.patterns import beginning
from performance.library.requesting import NAME_LENGTH, check_text, named_alike, one_line
from performance.people.models import User
from performance.people.queries import holds
from performance.people.roles import Right


@transaction.atomic
def add(request_id: int, *, code: str, name: str, by: User) -> IndicatorRequest:
    """The indicator is made as the bureau wrote it: its name may differ from the one asked for."""
    request = _locked(request_id, by)
    code, name = code.strip(), one_line(name)
    check_text("name", "指标名称", name, NAME_LENGTH)
    # Codes are given out one by one: two requests under one level 2 are proposed the same.
    Year.objects.select_for_update(no_key=True).get(pk=request.year_id)
    indicator = Indicator(year=request.year, parent=request.parent, code=code, name=name)
    _check_name(indicator)
    indicator.full_clean()
    indicator.save()
    return _answered(request, by, RequestState.ADDED, indicator=indicator)


@transaction.atomic
def point_to(request_id: int, *, indicator: Indicator, by: User) -> IndicatorRequest:
    """The library has what is asked for: the unit is told which one to use."""
    request = _locked(request_id, by)
    if indicator.year_id != request.year_id:
        message = f"“{indicator}”不是{request.year}的指标，请选择{request.year}的。"
        raise ValidationError({"existing": message})
    return _answered(request, by, RequestState.DECLINED, indicator=indicator)


@transaction.atomic
def decline(request_id: int, *, reason: str, by: User) -> IndicatorRequest:
    request = _locked(request_id, by)
    check_text("reason", "不采纳的原因", reason.strip())
    return _answered(request, by, RequestState.DECLINED, answer=reason.strip())


def proposed_code(request: IndicatorRequest) -> str:
    """The serial number after the last one under the level 2, else the first free one, else ""."""
    pattern, parent = request.year.level3_pattern, request.parent
    if not parent.code or parent.parent is None or not parent.parent.code:
        return ""
    start, digits = beginning(pattern, parent.parent.code, parent.code), pattern.count("#")
    codes = Indicator.objects.filter(year=request.year, code__startswith=start)
    tails = [code.removeprefix(start) for code in codes.values_list("code", flat=True)]
    taken = {int(tail) for tail in tails if len(tail) == digits and tail.isdecimal()}
    serial = max(taken, default=0) + 1
    if serial == 10**digits:
        serial = next((n for n in range(1, serial) if n not in taken), 0)
    return f"{start}{serial:0{digits}}" if serial else ""


def told(request: IndicatorRequest) -> str:
    """The answer as one sentence, or ""."""
    if request.state == RequestState.OPEN:
        return ""
    if request.indicator is None:
        return request.answer or "指标已从指标库中删除。"
    if request.state == RequestState.ADDED:
        return f"已增补为“{request.indicator}”，可以在填报页选用。"
    return f"指标库中已有合用的指标，请选用“{request.indicator}”。"


def _locked(request_id: int, by: User) -> IndicatorRequest:
    if not holds(by, Right.MANAGE_LIBRARY):
        raise PermissionDenied("只有业务管理员可以处理指标增补申请。")
    rows = IndicatorRequest.objects.select_for_update(of=("self",))
    request = rows.select_related("year", "parent__parent", "indicator").get(pk=request_id)
    if request.state != RequestState.OPEN:
        when = f"{localtime(request.answered_at):%Y-%m-%d %H:%M}" if request.answered_at else ""
        message = f"{request.answered_by} 已在 {when} 处理了这条申请：{told(request)}"
        raise ValidationError(f"{message}您的答复没有保存。")
    return request


def _check_name(indicator: Indicator) -> None:
    """The database tells only names without codes apart; two of one name help nobody."""
    if other := named_alike(indicator.parent, indicator.name):
        message = f"指标库中已有“{other}”，请改用别的名称，或答复申请单位选用它。"
        raise ValidationError({"name": message})


def _answered(
    request: IndicatorRequest, by: User, state: RequestState, **answer: Any
) -> IndicatorRequest:
    request.state, request.answered_by, request.answered_at = state, by, timezone.now()
    for name, value in answer.items():
        setattr(request, name, value)
    request.save()
    return request
