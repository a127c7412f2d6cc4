"""What people are told: an inbox each, and what of it went out by e-mail."""

from django.conf import settings
from django.db import models


class Notice(models.Model):
    """One thing that one person should know, written in the transaction that caused it."""

    to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="收件人",
        on_delete=models.CASCADE,
        related_name="notices",
    )
    kind = models.CharField("类别", max_length=20)
    text = models.TextField("内容")
    link = models.CharField("网址", max_length=300, blank=True, help_text="站内地址，以 / 开头。")
    batch = models.CharField(
        "批次", max_length=40, blank=True, help_text="同一次操作发出的通知批次相同。"
    )
    at = models.DateTimeField("时间")
    read_at = models.DateTimeField("已读时间", null=True)
    mailed_at = models.DateTimeField("邮件发出时间", null=True)
    attempts = models.PositiveSmallIntegerField("邮件尝试次数", default=0)
    next_attempt_at = models.DateTimeField("下次尝试时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "通知"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["to", "read_at"], name="notice_to_read"),
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(mailed_at__isnull=True),
                name="notice_to_mail",
            ),
        ]

    def __str__(self) -> str:
        return self.text
