"""How a file becomes an upload, and how it is read once more when somebody asks otherwise."""

import hashlib
from collections.abc import Mapping

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import transaction

from performance.library.models import Year
from performance.people.models import User
from performance.people.queries import holds
from performance.people.roles import Right
from performance.sheets.actions import compare_with_today, kept_bytes, locked
from performance.sheets.convert import Asked
from performance.sheets.formats import detect
from performance.sheets.grid import SheetError
from performance.sheets.layouts.mapped import Columns
from performance.sheets.layouts.unknown import UnknownLayout
from performance.sheets.models import ColumnMap, Upload, UploadState
from performance.sheets.quota import refuse_over_quota
from performance.sheets.resources import SheetDataset, format_of
from performance.sheets.stored import dump_reading

UNFINISHED = (
    "还没有读完：正在读取，或者读取时服务器中断了。请过一分钟刷新这一页；还是这样的，请重新上传。"
)


def receive(
    data: bytes,
    name: str,
    *,
    by: User,
    year: int | None = None,
    create_missing: bool = False,
    hidden: bool = False,
    within_quota: bool = False,
) -> Upload:
    """Read a file and compare it. One that cannot be read leaves only the attempt; one that no
    layout knows is kept, since somebody may map its columns.

    The attempt is recorded before anything is read, so that no number of uploads sent at once
    gets past the quota. Raises ValidationError (over quota, no such year), PermissionDenied.
    """
    if not holds(by, Right.WRITE_GOALS):
        raise PermissionDenied("您没有导入绩效目标的权限。")
    if year is not None:
        _check_year(year)
    upload = Upload(
        name=name.encode(errors="replace").decode()[:255],
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        by=by,
        year=year,
        hidden=hidden,
        create_missing=create_missing and holds(by, Right.CREATE_MISSING),
        state=UploadState.UNREADABLE,
        message=UNFINISHED,
    )
    with transaction.atomic():
        if within_quota:
            refuse_over_quota(by, upload.size)
        upload.save()
    found = _read(upload, data)
    _take(upload, found)
    with transaction.atomic():
        if isinstance(found, SheetDataset | UnknownLayout):
            upload.file.save(upload.name, ContentFile(data), save=False)
        upload.save()
    return upload


def read_again(upload_id: int, *, by: User, hidden: bool | None = None) -> Upload:
    """Read the kept file as it is asked for now; what was chosen for its goals is asked anew.

    Raises ValidationError when the file is gone.
    """
    with transaction.atomic():
        upload = locked(upload_id, by)
    if hidden is not None:
        upload.hidden = hidden
    found = _read(upload, kept_bytes(upload))  # outside of the transaction: it may take long
    with transaction.atomic():
        now = locked(upload_id, by)
        if now.state == UploadState.CONFIRMED:
            return now
        _take(upload, found)
        upload.save()
    return upload


def map_columns(upload_id: int, *, by: User, key: str, columns: Columns) -> Upload:
    """Remember what the columns below a heading are, for this file and all that look like it.

    Without columns it is forgotten.
    """
    with transaction.atomic():
        locked(upload_id, by)
        if columns:
            known = {"columns": dict(columns)}
            ColumnMap.objects.update_or_create(by=by, key=key, defaults=known)
        else:
            ColumnMap.objects.filter(by=by, key=key).delete()
    return read_again(upload_id, by=by)


def remembered_by(user: User) -> Mapping[str, Columns]:
    return dict(ColumnMap.objects.filter(by=user).values_list("key", "columns"))


def _read(upload: Upload, data: bytes) -> SheetDataset | SheetError:
    asked = Asked(upload.year, upload.hidden, remembered_by(upload.by))
    try:
        upload.extension = detect(data).extension
        return format_of(upload.extension)().create_dataset(data, asked)
    except SheetError as error:
        return error


def _take(upload: Upload, found: SheetDataset | SheetError) -> None:
    upload.choices = {}
    if isinstance(found, SheetError):
        upload.state, upload.kind = UploadState.UNREADABLE, found.kind
        upload.message = str(found)
        upload.reading = upload.plan = upload.plan_hash = ""
        return
    upload.state, upload.kind, upload.message = UploadState.PREVIEW, "", ""
    assert found.reading is not None, "a dataset of a file carries its reading"
    upload.reading = dump_reading(found.reading)
    compare_with_today(upload, found)


def _check_year(year: int) -> None:
    try:
        Year._meta.get_field("year").run_validators(year)
    except ValidationError as error:
        raise ValidationError(f"年度“{year}”不对：" + "".join(error.messages)) from error
