"""Files with a goal: their section on the goal's page, and adding, fetching, removing one."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_safe
from unfold.widgets import UnfoldAdminFileFieldWidget

from performance.admin.access import user_of
from performance.goals.attachable import ACCEPTED, KINDS, MAX_BYTES, TOO_LARGE
from performance.goals.attaching import (
    MAX_FILES,
    attach,
    attached,
    listed,
    remove,
    said_twice,
    unchangeable,
)
from performance.goals.models import Attachment, AttachmentKind, Goal
from performance.goals.queries import may, visible_to
from performance.people.roles import Right

NO_FILE = "没有选择文件，请先选择要上传的文件。"


def attachment_context(request: HttpRequest, goal: Goal) -> dict[str, Any]:
    """For `_attachments.html`: one query."""
    user = user_of(request)
    files = list(listed(goal))
    return {
        "attachments": files,
        "files": attached(file.pk for file in files),
        "may_attach": may(user, Right.WRITE_GOALS, goal) and not unchangeable(goal, user),
        "attachment_kinds": AttachmentKind.choices,
        "attachment_file": _file_input(),
        "attachment_accepted": ACCEPTED,
        "attachment_limits": (MAX_BYTES // 1024 // 1024, MAX_FILES),
    }


def _file_input() -> str:
    """In the theme's markup: its script expects it of every file input on a page."""
    endings = ",".join(f".{ending}" for kind in KINDS for ending in kind.endings)
    attrs = {"id": "attach-file", "accept": endings, "required": True}
    return UnfoldAdminFileFieldWidget(attrs=attrs).render("file", None)


def attach_view(request: HttpRequest, pk: int) -> HttpResponse:
    goal = _goal(request, pk)
    if not may(user_of(request), Right.WRITE_GOALS, goal):
        raise PermissionDenied("您没有填报这个绩效目标的权限。")
    try:
        _attach(request, goal)
    except ValidationError as error:
        messages.error(request, "".join(error.messages))
    return _back(goal)


def remove_view(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    attachment = _attachment(request, pk, number)
    try:
        remove(pk, attachment.pk, by=user_of(request))
    except ValidationError as error:
        messages.error(request, "".join(error.messages))
    else:
        messages.success(request, f"已删除附件“{attachment.name}”。")
    return _back(attachment.goal)


@require_safe
def download_view(request: HttpRequest, pk: int, number: int) -> FileResponse | HttpResponse:
    attachment = get_object_or_404(listed(_goal(request, pk)), pk=number)
    try:
        file = attachment.file.open("rb")
    except FileNotFoundError:
        message = f"服务器上已找不到附件“{attachment.name}”，请联系系统管理员，或删除后重新上传。"
        messages.error(request, message)
        return _back(attachment.goal)
    # Never as what it says it is: a browser is to save it, not to show it as a page of ours.
    return FileResponse(
        file,
        as_attachment=True,
        filename=attachment.name,
        content_type="application/octet-stream",
    )


def _attach(request: HttpRequest, goal: Goal) -> None:
    file = request.FILES.get("file")
    if file is None or isinstance(file, list):
        raise ValidationError(NO_FILE)
    if (file.size or 0) > MAX_BYTES:  # without reading it
        raise ValidationError(f"没有上传：{TOO_LARGE}")
    kind = request.POST.get("kind", "")
    done = attach(goal.pk, file.read(), file.name or "", kind=kind, by=user_of(request))
    if done.is_new:
        messages.success(request, f"已上传附件“{done.attachment.name}”。")
    else:
        messages.warning(request, said_twice(done.attachment))


def _goal(request: HttpRequest, pk: int) -> Goal:
    return get_object_or_404(visible_to(user_of(request)), pk=pk)


def _attachment(request: HttpRequest, pk: int, number: int) -> Attachment:
    return get_object_or_404(_goal(request, pk).attachments.select_related("goal"), pk=number)


def _back(goal: Goal) -> HttpResponse:
    return redirect(reverse("admin:performance_goal_change", args=[goal.pk]) + "#attachments")
