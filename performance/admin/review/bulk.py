"""One step for many goals: which can go and why others cannot, then the result of each."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from performance.admin.access import user_of
from performance.goals.models import Goal
from performance.goals.queries import visible_to
from performance.library.queries import grades_of, points_of
from performance.people.models import User
from performance.people.queries import holds
from performance.review.actions import MAX_OPINION
from performance.review.bulk import BULK, take_all
from performance.review.eligible import MOST, Candidate, Seen, candidates
from performance.review.filters import WorkFilter
from performance.review.tabs import TABS
from performance.review.transitions import TRANSITIONS

Context = dict[str, Any]


def bulk_page(
    request: HttpRequest, name: str, context: Context, chosen: QuerySet[Goal] | None = None
) -> HttpResponse:
    """`chosen` comes from the list's action; otherwise all that waits under the list's filters."""
    if name not in BULK:
        raise Http404
    right = TRANSITIONS[name].right
    if not holds(request.user, right):
        raise PermissionDenied(f"您没有“{right.value}”权限，不能{BULK[name]}。")
    context |= {"title": BULK[name], "step": TRANSITIONS[name]}
    if request.method == "POST" and chosen is None:
        return _take(request, name, context)
    return _ask(request, name, context, _waiting(request, name) if chosen is None else chosen)


def _waiting(request: HttpRequest, name: str) -> QuerySet[Goal]:
    tab = next(tab for tab in TABS if tab.bulk == name)
    query = request.GET.copy()
    query["tab"] = tab.name
    return WorkFilter(query, queryset=visible_to(user_of(request)), request=request).qs


def _ask(request: HttpRequest, name: str, context: Context, goals: QuerySet[Goal]) -> HttpResponse:
    user = user_of(request)
    found = candidates(user, name, goals)
    count = len(found) if len(found) < MOST else goals.count()
    context |= {
        "candidates": found,
        "open": sum(not candidate.reason for candidate in found),
        "hidden": count - len(found),
        "most": MOST,
        "max_opinion": MAX_OPINION,
        **_form(name, found),
    }
    return TemplateResponse(request, "admin/performance/goal/bulk.html", context)


def _form(name: str, found: list[Candidate]) -> Context:
    """The review form is asked for once; its best grade is named as the years name it."""
    if not TRANSITIONS[name].verdicts:
        return {}
    years = {c.goal.year_id: c.goal.year for c in found if not c.reason}
    asking = [pk for pk in years if points_of(pk)]
    best = dict.fromkeys(grade.name for pk in asking for grade in grades_of(pk)[:1])
    required = any(years[pk].grades_required for pk in asking)
    return {"best": "”或“".join(best), "best_required": required}


def _take(request: HttpRequest, name: str, context: Context) -> HttpResponse:
    user: User = user_of(request)
    chosen = [seen for text in request.POST.getlist("goal") if (seen := Seen.parse(text))]
    if not chosen:
        messages.warning(request, "没有勾选任何绩效目标，没有办理。")
        return redirect("admin:performance_goal_changelist")
    opinion, best = request.POST.get("opinion", ""), "best" in request.POST
    results = take_all(user, name, chosen, opinion=opinion, best=best)
    context |= {
        "results": sorted(results, key=lambda result: not result.problem),
        "done": sum(not result.problem for result in results),
        "left": sum(bool(result.problem) for result in results),
        "missing": len({seen.pk for seen in chosen}) - len(results),
        "tab": next(tab for tab in TABS if tab.bulk == name),
    }
    return TemplateResponse(request, "admin/performance/goal/bulk_done.html", context)
