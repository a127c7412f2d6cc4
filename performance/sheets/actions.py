"""What people do with what a file says: compare it again, confirm it.

Pages and commands both call these; how a file gets here: receiving.py.
"""

import hashlib
from collections.abc import Collection
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from performance.audit.acting import acting_for
from performance.audit.recording import record_import
from performance.people.models import User
from performance.people.queries import holds
from performance.people.roles import Right
from performance.sheets.models import Upload, UploadState
from performance.sheets.parting import Cuts, parted_at
from performance.sheets.plan import Plan
from performance.sheets.resources import (
    GoalSheetResource,
    SheetDataset,
    SheetResult,
)
from performance.sheets.stored import (
    dump_plan,
    load_plan,
    load_reading,
    text_hash,
)


def look_again(
    upload_id: int, *, by: User, create_missing: bool, cuts: Cuts | None = None
) -> Upload:
    """Compare the file with today's goals, without reading it again.

    Where somebody changed a goal since the file was first compared with it, both are merged.
    `cuts`: where the person parts texts into two goals (parting.py).
    """
    with transaction.atomic():
        upload = locked(upload_id, by)
        if upload.state != UploadState.PREVIEW:
            return upload
        upload.create_missing = create_missing and holds(by, Right.CREATE_MISSING)
        if cuts is not None:
            known = cuts_of(upload) | dict(cuts)
            upload.choices |= {"cuts": {str(index): cut for index, cut in known.items()}}
        dataset = SheetDataset()
        dataset.reading = parted_at(load_reading(upload.reading), cuts_of(upload))
        compare_with_today(upload, dataset)
        upload.save(update_fields=["create_missing", "plan", "plan_hash", "choices"])
    return upload


def confirm(
    upload_id: int, *, by: User, plan_hash: str, not_renamed: Collection[int] = ()
) -> Upload:
    """Apply the stored plan, once: a second confirmation answers with the first one's result.

    If somebody saved one of its goals since, nothing is written: the upload then waits for a
    confirmation of its new plan, in which both are merged.

    `not_renamed`: which of the proposed renamings, by their index, are projects of their own.

    Raises ValidationError when the plan is not the one that was shown, or the file is gone.
    """
    try:
        return _apply(upload_id, by, plan_hash, not_renamed)
    except _Moved as moved:
        return look_again(upload_id, by=by, create_missing=moved.create_missing)


class _Moved(Exception):
    """A goal of the plan is no longer what the plan was made from."""

    def __init__(self, create_missing: bool):
        super().__init__()
        self.create_missing = create_missing


def _apply(upload_id: int, by: User, plan_hash: str, not_renamed: Collection[int]) -> Upload:
    with transaction.atomic(), acting_for(by):
        upload = locked(upload_id, by)
        if upload.state == UploadState.CONFIRMED:
            return upload
        _check_still_shown(upload, plan_hash)
        dataset = SheetDataset()
        plan = dataset.plan = _chosen(load_plan(upload.plan), not_renamed)
        result = GoalSheetResource().import_data(dataset, user=by, origin_id=upload.pk)
        if result.applied and result.applied.moved:
            raise _Moved(upload.create_missing)
        upload.state = UploadState.CONFIRMED
        upload.confirmed_at = timezone.now()
        upload.outcome = _outcome(result)
        upload.choices |= {"not_renamed": sorted(not_renamed)}
        upload.save(update_fields=["state", "confirmed_at", "outcome", "choices"])
        record_import(upload, [creation.label for creation in plan.creations])
    return upload


def _chosen(plan: Plan, not_renamed: Collection[int]) -> Plan:
    if not plan.renames.keys() >= set(not_renamed):
        raise ValidationError("对疑似改名的选择与预览不符，请看过预览再确认。")
    return plan.with_new(not_renamed)


def locked(upload_id: int, by: User) -> Upload:
    upload = Upload.objects.select_for_update(of=("self",)).get(pk=upload_id)
    if upload.by_id != by.pk or not holds(by, Right.WRITE_GOALS):
        raise PermissionDenied("只有上传人自己可以确认这次导入。")
    return upload


def _check_still_shown(upload: Upload, plan_hash: str) -> None:
    if upload.state != UploadState.PREVIEW:
        raise ValidationError("这个文件没有能读取，不能确认。")
    if plan_hash != upload.plan_hash:
        raise ValidationError("预览已在别处更新，请看过新的预览再确认。")
    kept_bytes(upload)


def kept_bytes(upload: Upload) -> bytes:
    """What was uploaded; a ValidationError where that is gone or is something else by now."""
    if not upload.file:
        raise ValidationError("这个文件没有能读取，也没有保存，请重新上传。")
    try:
        with upload.file.open("rb") as file:
            data: bytes = file.read()
    except OSError as error:
        raise ValidationError("保存的文件已找不到，请重新上传。") from error
    if hashlib.sha256(data).hexdigest() != upload.sha256:
        raise ValidationError("保存的文件与上传时不一致，请重新上传。")
    return data


def compare_with_today(upload: Upload, dataset: SheetDataset) -> None:
    """Make its plan. The revisions of the first comparison are remembered: later ones merge
    from there."""
    compared = {int(pk): number for pk, number in upload.choices.get("compared", {}).items()}
    result = GoalSheetResource().import_data(
        dataset,
        dry_run=True,
        user=upload.by,
        create_missing=upload.create_missing,
        compared=compared,
    )
    bases = {op.goal_id: op.base for op in result.plan.operations if op.goal_id} | compared
    upload.choices |= {"compared": {str(pk): number for pk, number in bases.items()}}
    upload.plan = dump_plan(result.plan)
    upload.plan_hash = text_hash(upload.plan)


def cuts_of(upload: Upload) -> dict[int, int]:
    return {int(index): cut for index, cut in upload.choices.get("cuts", {}).items()}


def _outcome(result: SheetResult) -> dict[str, Any]:
    applied = result.applied
    assert applied is not None, "a result of a dry run has nothing applied"
    written = applied.written
    return {
        "new": sum(op.goal_id is None for op in written),
        "changed": sum(op.goal_id is not None for op in written),
        "left_out": [
            {"project": op.sheet.project, "message": saved.message}
            for op, saved in applied.left_out
        ],
    }
