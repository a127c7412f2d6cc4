"""Files that support a goal: attach and remove. They change while the goal itself may change."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.timezone import localtime

from performance.goals.attachable import NotAttachable, kept_name, kind_of
from performance.goals.models import Attachment, AttachmentKind, Goal, State
from performance.goals.queries import closed, may
from performance.people.models import User
from performance.people.roles import Right

MAX_FILES = 30
MAX_TOTAL = 200 * 1024 * 1024


@dataclass(frozen=True)
class Attached:
    """`is_new` is False when the goal had this very file already and nothing was kept."""

    attachment: Attachment
    is_new: bool


def listed(goal: Goal) -> QuerySet[Attachment]:
    """What is attached now."""
    return goal.attachments.filter(removed_at=None).select_related("by")


def files_of(goal: Goal) -> str:
    """Names exactly what is attached now: a file that is replaced has another id."""
    return attached(listed(goal).values_list("pk", flat=True))


def attached(ids: Iterable[int]) -> str:
    return "-".join(str(pk) for pk in sorted(ids))


def unchangeable(goal: Goal, by: User) -> str:
    """Why nothing can be attached or removed now, as a sentence, or ""."""
    if not goal.is_editable:
        label = State(goal.state).label
        return f"现在是“{label}”，只有草稿和被退回的绩效目标可以增删附件。"
    return closed(goal.year, by, goal.unit_id)


def attach(goal_id: int, data: bytes, name: str, *, kind: str, by: User) -> Attached:
    """Keep a file with a goal. ValidationError says why it cannot be.

    The file is written before its row: whatever stops the row takes the file away again.
    """
    if kind not in AttachmentKind.values:
        raise ValidationError("没有选择附件类别，请选择依据文件、测算表或其他。")
    made = Attachment(kind=kind, by=by, at=timezone.now(), size=len(data))
    made.name, made.sha256 = _checked_name(data, name), hashlib.sha256(data).hexdigest()
    try:
        return _attach(goal_id, made, data)
    except BaseException:
        if made.file.name:
            made.file.storage.delete(made.file.name)
        raise


@transaction.atomic
def remove(goal_id: int, attachment_id: int, *, by: User) -> Attachment:
    """Take a file off the list; it stays in store, for somebody may have decided on it."""
    goal = _locked(goal_id, by)
    attachment = goal.attachments.get(pk=attachment_id)
    if attachment.removed_at is not None:
        raise ValidationError(f"附件“{attachment.name}”已经被删除，不用再删。")
    attachment.removed_by, attachment.removed_at = by, timezone.now()
    attachment.save(update_fields=["removed_by", "removed_at"])
    return attachment


@transaction.atomic
def _attach(goal_id: int, made: Attachment, data: bytes) -> Attached:
    goal = _locked(goal_id, made.by)
    same = listed(goal).filter(sha256=made.sha256).first()
    if same is not None:
        return Attached(same, is_new=False)
    _check_room(goal, len(data))
    made.goal = goal
    # Random and without an ending: what a person called the file never becomes a path.
    made.file.save(secrets.token_hex(16), ContentFile(data), save=False)
    made.save()
    return Attached(made, is_new=True)


def said_twice(same: Attachment) -> str:
    """For people: this file is there already."""
    at = localtime(same.at).strftime("%Y-%m-%d %H:%M")
    return f"这个文件已作为附件“{same.name}”上传过（{same.by}，{at}），没有重复保存。"


def _checked_name(data: bytes, name: str) -> str:
    try:
        return kept_name(name, kind_of(data, name))
    except NotAttachable as reason:
        raise ValidationError(f"没有上传：{reason}") from reason


def _locked(goal_id: int, by: User) -> Goal:
    """The goal, if its attachments may be changed by this person now."""
    goals = Goal.objects.select_for_update(of=("self",)).select_related("year")
    goal = goals.get(pk=goal_id)
    if not may(by, Right.WRITE_GOALS, goal):
        raise PermissionDenied("您没有填报这个绩效目标的权限。")
    if problem := unchangeable(goal, by):
        raise ValidationError(problem)
    return goal


def _check_room(goal: Goal, size: int) -> None:
    """Removed files count for the space they still take, not for the number on the list."""
    if listed(goal).count() >= MAX_FILES:
        raise ValidationError(f"一个项目最多{MAX_FILES}个附件，请先删除不需要的再上传。")
    total = goal.attachments.aggregate(total=Sum("size"))["total"] or 0
    if total + size > MAX_TOTAL:
        limit = MAX_TOTAL // 1024 // 1024
        raise ValidationError(
            f"一个项目的附件合计不能超过 {limit} MB（删除过的也计算在内，它们留作办理依据），"
            "请压缩文件后再上传。"
        )
