"""What was done to a goal in review, by whom, to which revision; and what was said of its cells."""

import json

from django.conf import settings
from django.db import models

from performance.goals.models import Goal, Revision, State
from performance.goals.opening import Opening
from performance.review.transitions import TRANSITIONS


class Event(models.Model):
    """One step taken. Rows are only ever added, by review.actions.perform."""

    goal = models.ForeignKey(
        Goal, verbose_name="绩效目标", on_delete=models.PROTECT, related_name="events"
    )
    number = models.PositiveIntegerField("序号")
    transition = models.CharField("办理", max_length=20)
    source = models.CharField("原状态", max_length=20, choices=State)
    target = models.CharField("新状态", max_length=20, choices=State)
    step = models.PositiveSmallIntegerField(
        "审核环节", default=0, help_text="在第几个环节办理；不是审核的为 0。"
    )
    step_name = models.CharField("环节名称", max_length=40, blank=True)
    to_step = models.PositiveSmallIntegerField(
        "等待的环节", default=0, help_text="办理后等在第几个环节；不在审核中的为 0。"
    )
    cycle = models.PositiveSmallIntegerField("第几次调整", default=0)
    revision = models.ForeignKey(
        Revision, verbose_name="版本", on_delete=models.PROTECT, related_name="+"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="办理人", on_delete=models.PROTECT, related_name="+"
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="代",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    at = models.DateTimeField("时间")
    opinion = models.TextField("意见", blank=True)
    grades = models.TextField(
        "审核表", blank=True, help_text="规范化 JSON：[方面, 要点, 等级] 的列表。"
    )
    request_id = models.CharField("请求编号", max_length=32, blank=True)
    chain_hash = models.CharField("办理链摘要", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "办理记录"
        ordering = ["goal", "-number"]
        constraints = [models.UniqueConstraint(fields=["goal", "number"], name="one_event_number")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """In words, with the step where there is one; a transition that the table no longer has
        keeps its name."""
        row = TRANSITIONS.get(self.transition)
        name = row.label if row else self.transition
        return f"{self.step_name}：{name}" if self.step_name else name

    @property
    def who(self) -> str:
        return f"{self.by}（代 {self.on_behalf_of}）" if self.on_behalf_of_id else str(self.by)

    @property
    def graded(self) -> list[tuple[str, str, str]]:
        """Dimension, point, grade of each point of the review form."""
        return [tuple(row) for row in json.loads(self.grades)] if self.grades else []


class Remark(models.Model):
    """What a reviewer says of one cell, one line or the whole form; a draft until the step that
    carries it is taken, and open until it is closed.

    `reopened` ones are a clerk's: a cell that no remark opened, and why it has to be changed.
    """

    goal = models.ForeignKey(
        Goal, verbose_name="绩效目标", on_delete=models.PROTECT, related_name="remarks"
    )
    revision = models.ForeignKey(
        Revision, verbose_name="版本", on_delete=models.PROTECT, related_name="+"
    )
    key = models.CharField("行键", max_length=12, blank=True)
    field = models.CharField("字段", max_length=20, help_text="字段名，或 form、lines、line。")
    kind = models.CharField("类别", max_length=40)
    text = models.TextField("意见")
    # null: nothing is proposed; "": that the cell be empty
    proposal = models.TextField("建议改为", null=True, blank=True)  # noqa: DJ001 see above
    reopened = models.BooleanField("申请开放", default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="提出人", on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("提出时间")
    event = models.ForeignKey(
        Event,
        verbose_name="办理记录",
        on_delete=models.PROTECT,
        null=True,
        related_name="remarks",
        help_text="空为还没有送出的草稿。",
    )
    answer = models.TextField("答复", blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="答复人",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    answered_at = models.DateTimeField("答复时间", null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="了结人",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    closed_at = models.DateTimeField("了结时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "审核意见"
        ordering = ["goal", "pk"]

    def __str__(self) -> str:
        return self.text

    @property
    def opening(self) -> Opening:
        return self.key, self.field

    @property
    def is_draft(self) -> bool:
        return self.event_id is None and not self.reopened

    @property
    def is_open(self) -> bool:
        return not self.is_draft and self.closed_at is None


class Waiver(models.Model):
    """A warning of a rule that somebody lets pass at one place of one goal, until a day."""

    goal = models.ForeignKey(
        Goal, verbose_name="绩效目标", on_delete=models.PROTECT, related_name="waivers"
    )
    rule = models.CharField("规则", max_length=10)
    key = models.CharField("行键", max_length=12, blank=True)
    field = models.CharField("字段", max_length=20, blank=True)
    text = models.TextField(
        "豁免时的内容", blank=True, help_text="这一格的内容改变后，豁免不再有效。"
    )
    reason = models.TextField("理由")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="同意人", on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("时间")
    until = models.DateField("有效期至", help_text="含当天。")
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="撤销人",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    lifted_at = models.DateTimeField("撤销时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "豁免"
        ordering = ["goal", "pk"]

    def __str__(self) -> str:
        return f"{self.rule}：{self.reason}"


class Look(models.Model):
    """Which revision of a goal a person looked at last, on the page for review."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="looks")
    revision_number = models.PositiveIntegerField("版本")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "查看记录"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["by", "goal"], name="one_look")]

    def __str__(self) -> str:
        return f"第{self.revision_number}版"
