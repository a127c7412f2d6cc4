"""A file that somebody brought, what it would do, and what it did."""

from django.conf import settings
from django.db import models


class UploadState(models.TextChoices):
    UNREADABLE = "unreadable", "无法读取"
    PREVIEW = "preview", "待确认"
    CONFIRMED = "confirmed", "已确认"


def _stored_name(upload: "Upload", name: str) -> str:
    """Never the user's own name: that one is only shown."""
    return f"{upload.sha256[:2]}/{upload.sha256}.{upload.extension}"


class Upload(models.Model):
    """One attempt to import one file. Its page is the preview; `plan` is what Confirm applies."""

    file = models.FileField("文件", upload_to=_stored_name, max_length=200, blank=True)
    extension = models.CharField(max_length=10, blank=True, editable=False)
    name = models.CharField("文件名", max_length=255)
    sha256 = models.CharField("文件摘要", max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="上传人", on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("上传时间", auto_now_add=True)
    size = models.PositiveIntegerField("字节数", default=0)
    year = models.PositiveSmallIntegerField("指定年度", null=True, blank=True)
    hidden = models.BooleanField("也读入隐藏的内容", default=False)
    create_missing = models.BooleanField("新建缺少的年度、单位、类别和指标", default=False)
    state = models.CharField(
        "状态", max_length=20, choices=UploadState, default=UploadState.PREVIEW
    )
    kind = models.CharField("无法读取的原因", max_length=30, blank=True)
    message = models.TextField("说明", blank=True)
    reading = models.TextField("读到的内容", blank=True, help_text="JSON（sheets/stored.py）。")
    plan = models.TextField("方案", blank=True, help_text="JSON（sheets/stored.py）。")
    plan_hash = models.CharField("方案摘要", max_length=64, blank=True)
    confirmed_at = models.DateTimeField("确认时间", null=True)
    choices = models.JSONField("选择", default=dict, help_text="预览时对各项目的选择。")
    outcome = models.JSONField("结果", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "表格导入"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def waits_for_columns(self) -> bool:
        """Whether it could be read if somebody said what its columns are."""
        return self.state == UploadState.UNREADABLE and bool(self.file)


class ColumnMap(models.Model):
    """What somebody said that the columns below a heading row are; each such row is known again.

    `key` is the heading's (sheets/layouts/mapped.py), `columns` maps fields to columns, from 1.
    """

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="对应人", on_delete=models.CASCADE, related_name="+"
    )
    at = models.DateTimeField("对应时间", auto_now=True)
    key = models.CharField("表头摘要", max_length=64)
    columns = models.JSONField("各栏", default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "对应过的表头"
        constraints = [
            models.UniqueConstraint(fields=["by", "key"], name="one_map_of_a_heading"),
        ]

    def __str__(self) -> str:
        return f"{self.by}：{self.key[:8]}"
