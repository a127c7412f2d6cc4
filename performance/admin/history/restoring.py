"""The page before an earlier version becomes the newest: what would change, and the button."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse

from performance.admin.access import user_of
from performance.admin.history.beside import beside
from performance.admin.history.revisions import side_of
from performance.goals.actions import Outcome, Saved
from performance.goals.models import Goal, Revision
from performance.goals.queries import may
from performance.goals.restoring import obstacle, restore_revision, restored
from performance.goals.sheet import from_json
from performance.people.roles import Right

Context = dict[str, Any]


def restore_page(
    request: HttpRequest, goal: Goal, number: int, site_context: Context
) -> HttpResponse:
    if not may(user_of(request), Right.WRITE_GOALS, goal):
        raise PermissionDenied("您没有填报这个绩效目标的权限，不能恢复以前的版本。")
    revision = get_object_or_404(goal.revisions.select_related("by"), number=number)
    if request.method != "POST":
        return _ask(request, goal, revision, site_context)
    seen = request.POST.get("seen", "")
    saved = restore_revision(goal.pk, number, by=user_of(request), seen=seen)
    if saved.outcome not in (Outcome.SAVED, Outcome.SAME):
        goal.refresh_from_db()
        return _ask(request, goal, revision, site_context, _refusal(saved))
    if saved.outcome is Outcome.SAVED:
        messages.success(request, f"已恢复第{number}版的内容，成为第{saved.number}版。")
    else:
        messages.info(request, f"现在的内容与第{number}版相同，未产生新版本。")
    return redirect("admin:performance_goal_change", goal.pk)


def _ask(
    request: HttpRequest, goal: Goal, revision: Revision, site_context: Context, refused: str = ""
) -> HttpResponse:
    newest = goal.revisions.select_related("by").get(number=goal.revision_number)
    both = beside(from_json(newest.content), restored(revision))
    after = side_of(revision) | {
        "title": f"恢复后（第{revision.number}版的内容）",
        "short": "恢复后",
    }
    context = site_context | {
        "title": f"{goal.project}：恢复第{revision.number}版",
        "original": goal,
        "goal": goal,
        "revision": revision,
        "seen": newest.chain_hash,
        "refused": refused,
        "obstacle": obstacle(goal, revision, user_of(request)) if both.differs else "",
        "beside": both.only_changes(),
        "changes": both.changes,
        "sides": [side_of(newest, ("现在",)) | {"short": "现在"}, after],
    }
    return TemplateResponse(request, "admin/performance/goal/restore.html", context)


def _refusal(saved: Saved) -> str:
    if saved.outcome is Outcome.STALE:
        return (
            "没有恢复：您打开页面后，内容又被修改了。下面是现在的内容与恢复后的差别，"
            "看过后仍要恢复的，请再按一次。"
        )
    return f"没有恢复：{saved.message}"
