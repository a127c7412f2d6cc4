"""How much one person may bring in a day, so that nobody fills the disk or holds every worker."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Count, Sum
from django.utils import timezone

from performance.people.models import User
from performance.sheets.models import Upload

DAY = timedelta(days=1)


def refuse_over_quota(by: User, size: int) -> None:
    """Of the last 24 hours, with a file of so many bytes; attempts that could not be read count.

    Inside the transaction that records the attempt: a person's uploads are counted one at a time.
    """
    User.objects.select_for_update().get(pk=by.pk)
    recent = Upload.objects.filter(by=by, at__gt=timezone.now() - DAY)
    brought = recent.aggregate(files=Count("pk"), size=Sum("size", default=0))
    if brought["files"] >= settings.UPLOADS_PER_DAY:
        raise ValidationError(
            f"您在24小时内已经上传 {brought['files']} 次，"
            f"每人每天最多 {settings.UPLOADS_PER_DAY} 次，请过些时候再上传；"
            "确有需要的，请联系系统管理员。"
        )
    limit = settings.UPLOAD_MB_PER_DAY * 1_000_000
    if brought["size"] + size > limit:
        raise ValidationError(
            f"您在24小时内上传的文件连同这个一共 {(brought['size'] + size) / 1e6:.1f} MB，"
            f"每人每天最多 {settings.UPLOAD_MB_PER_DAY} MB，请过些时候再上传；"
            "确有需要的，请联系系统管理员。"
        )
