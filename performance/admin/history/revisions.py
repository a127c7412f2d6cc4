"""The history of a goal: its line of time, any one version, and any two beside each other."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse

from performance.admin.access import user_of
from performance.admin.history.beside import beside
from performance.admin.history.entries import Entry
from performance.admin.history.milestones import Milestone, milestones_of, names_by_number, pairs_of
from performance.admin.history.timeline import PAGE, SHOWN, Timeline
from performance.admin.sheet_view import sheet_view
from performance.goals.models import Goal, Revision
from performance.goals.queries import may
from performance.goals.sheet import from_json
from performance.people.roles import Right

Context = dict[str, Any]
_DIGITS = 9


def revisions_page(request: HttpRequest, goal: Goal, site_context: Context) -> HttpResponse:
    """With `first` and `second` in the address, on to those two beside each other."""
    if "first" in request.GET and "second" in request.GET:
        numbers = [_number(request.GET[name]) for name in ("first", "second")]
        return redirect("admin:performance_goal_compare", goal.pk, *numbers)
    user, show = user_of(request), request.GET.get("show", "")
    milestones = milestones_of(goal)
    names = names_by_number(milestones)
    line: Any = Timeline(goal, user, show)  # counted and cut, which is all that pages need
    page: Page[Entry] = Paginator(line, PAGE).get_page(request.GET.get("page"))
    context = site_context | {
        "title": f"{goal.project}：历史",
        "original": goal,
        "goal": goal,
        "page": page,
        "entries": [
            (entry, names.get(entry.number or 0, ()) if entry.is_revision else ())
            for entry in page.object_list
        ],
        "show": show if show in SHOWN else "",
        "shows": [(name, label) for name, (label, _) in SHOWN.items()],
        "milestones": milestones,
        "chosen": _chosen(milestones),
        "pairs": pairs_of(milestones),
        "numbers": range(goal.revision_number, 0, -1),
        "writes": may(user, Right.WRITE_GOALS, goal) and goal.is_editable,
    }
    return TemplateResponse(request, "admin/performance/goal/revisions.html", context)


def revision_page(
    request: HttpRequest, goal: Goal, number: int, site_context: Context
) -> HttpResponse:
    revisions = goal.revisions.select_related("by")
    revision = get_object_or_404(revisions, number=number)
    before = revisions.filter(number=number - 1).first()
    earlier = from_json(before.content) if before else None
    context = site_context | {
        "title": f"{goal.project}：第{number}版",
        "original": goal,
        "goal": goal,
        "revision": revision,
        "names": names_by_number(milestones_of(goal)).get(number, ()),
        "writes": may(user_of(request), Right.WRITE_GOALS, goal) and goal.is_editable,
        "compared": before is not None,
        "view": sheet_view(from_json(revision.content), earlier),
    }
    return TemplateResponse(request, "admin/performance/goal/revision.html", context)


def compare_page(
    request: HttpRequest, goal: Goal, first: int, second: int, site_context: Context
) -> HttpResponse:
    """The older one stands first, whatever was asked; `only=1` leaves out what is the same."""
    if first > second:
        return redirect("admin:performance_goal_compare", goal.pk, second, first)
    revisions = goal.revisions.select_related("by")
    two = [get_object_or_404(revisions, number=number) for number in (first, second)]
    both = beside(*(from_json(revision.content) for revision in two))
    milestones, only = milestones_of(goal), request.GET.get("only") == "1"
    names = names_by_number(milestones)
    context = site_context | {
        "title": f"{goal.project}：第{first}版与第{second}版",
        "original": goal,
        "goal": goal,
        "beside": both.only_changes() if only else both,
        "changes": both.changes,
        "only": only,
        "sides": [side_of(revision, names.get(revision.number, ())) for revision in two],
        "pairs": pairs_of(milestones),
    }
    return TemplateResponse(request, "admin/performance/goal/compare.html", context)


def side_of(revision: Revision, names: Any = ()) -> Context:
    """How one of two versions is headed."""
    title = f"第{revision.number}版"
    return {
        "title": f"{title} · {'、'.join(names)}" if names else title,
        "short": title,
        "number": revision.number,
        "revision": revision,
    }


def _chosen(milestones: Sequence[Milestone]) -> tuple[Milestone | int, Milestone]:
    """What stands in the two choices at first: the latest named moment that is another version
    than now, else the version before, and now."""
    now, *earlier = milestones
    other = next((one for one in earlier if one.number != now.number), None)
    return other or now.number - 1, now


def _number(text: str) -> int:
    """Of a version as it stands in an address."""
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS):
        raise Http404
    return int(text)
