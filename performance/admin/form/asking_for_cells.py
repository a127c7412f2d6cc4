"""A cell of a returned goal that no remark opened: asked for with a reason, it opens at once."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from performance.admin.access import user_of
from performance.admin.form.answering_remarks import is_unsaved
from performance.admin.form.unsaved import content_of
from performance.goals.models import Goal
from performance.goals.opening import place_of
from performance.goals.unsaved import forget, keep
from performance.goals.unsaved import place_of as desk_place
from performance.review.remarking import reopen_cell

Context = dict[str, object]


def ask_for_cell(request: HttpRequest, goal: Goal, context: Context) -> HttpResponse:
    """The page again, as typed, with a question at the cell: why it has to be changed."""
    return _back(request, goal, ask=request.POST["_ask"])


def open_cell(request: HttpRequest, goal: Goal, context: Context) -> HttpResponse:
    """The reviewer will read the reason."""
    name = request.POST["_open"]
    key, _, field = name.rpartition("-")
    reason = request.POST.get("open_reason", "")
    try:
        remark = reopen_cell(goal.pk, by=user_of(request), key=key, field=field, reason=reason)
    except ValidationError as error:
        messages.error(request, f"没有开放：{''.join(error.messages)}")
        return _back(request, goal, ask=name)
    place = place_of(remark.key, remark.field, goal.sheet())
    messages.success(request, f"{place}已开放，可以修改；理由会给审核人看。")
    return _back(request, goal, asked=False, at=name)


def _back(request: HttpRequest, goal: Goal, *, asked: bool = True, **query: str) -> HttpResponse:
    """To the form, which shows what was typed as it shows all that is not saved yet."""
    place, user = desk_place(goal), user_of(request)
    posted = request.POST.copy()
    if not asked:
        posted.pop("open_reason", None)
    if is_unsaved(request, goal) or posted.get("open_reason"):
        keep(by=user, place=place, goal=goal, content=content_of(posted))
    else:
        forget(by=user, place=place)
    page = reverse("admin:performance_goal_change", args=[goal.pk])
    return redirect(f"{page}?{urlencode(query)}#saved={place}")
