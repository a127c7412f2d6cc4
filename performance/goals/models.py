"""The goal form as tables: the rows people work on, and the sealed revisions behind them."""

from django.conf import settings
from django.db import models

from performance.goals.sheet import Coded, Line, Sheet
from performance.library.models import Category, Indicator, Listing, Year
from performance.people.models import Unit


class State(models.TextChoices):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "已送审"
    RETURNED = "returned", "被退回"
    APPROVED = "approved", "审核通过"
    ISSUED = "issued", "已批复"
    FILED = "filed", "已备案"
    ADJUSTING = "adjusting", "调整中"
    REJECTED = "rejected", "不予通过"
    VOID = "void", "作废"


EDITABLE = (State.DRAFT, State.RETURNED, State.ADJUSTING)


class Origin(models.TextChoices):
    """Where a revision came from."""

    FORM = "form", "页面填报"
    UPLOAD = "upload", "表格导入"
    COPY = "copy", "复制"
    RESTORE = "restore", "恢复历史版本"
    PROPOSAL = "proposal", "采纳审核建议"


class Goal(models.Model):
    """绩效目标 of one project in one year: the working copy of its newest revision.

    Texts are kept as written; the references beside them are for lookup and lists.
    """

    year = models.ForeignKey(Year, verbose_name="年度", on_delete=models.PROTECT)
    listing = models.ForeignKey(
        Listing,
        verbose_name="目标表",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        help_text="从哪张表导入；手工填报的为空。",
    )
    unit = models.ForeignKey(Unit, verbose_name="用款单位", on_delete=models.PROTECT)
    unit_code = models.CharField("单位编码（原文）", max_length=200, blank=True)
    unit_name = models.TextField("单位名称（原文）", blank=True)
    project = models.CharField("项目名称", max_length=500)
    category = models.ForeignKey(
        Category, verbose_name="项目类别", on_delete=models.PROTECT, null=True, blank=True
    )
    category_code = models.CharField("类别编码（原文）", max_length=200, blank=True)
    category_name = models.TextField("类别名称（原文）", blank=True)
    overall_goal = models.TextField("总体绩效目标", blank=True)
    annual_goal = models.TextField("年度绩效目标", blank=True)
    project_code = models.CharField("项目代码", max_length=60, blank=True)
    filler = models.CharField("填报人", max_length=60, blank=True)
    phone = models.CharField("联系电话", max_length=60, blank=True)
    state = models.CharField("状态", max_length=20, choices=State, default=State.DRAFT)
    position = models.PositiveIntegerField("表中顺序", default=0)
    revision_number = models.PositiveIntegerField("版本", default=0)
    chain_hash = models.CharField("版本链摘要", max_length=64, blank=True)
    approved_revision = models.ForeignKey(
        "Revision",
        verbose_name="审核通过的版本",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    copied_from = models.ForeignKey(
        "Revision",
        verbose_name="复制自",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="复制后还没有逐项核对；核对确认后为空。",
    )
    # What review writes, by review.actions.perform and nobody else.
    step = models.PositiveSmallIntegerField(
        "审核环节", default=0, help_text="已送审的等在第几个环节；没有送审的为 0。"
    )
    open_cells = models.JSONField(
        "开放的单元格",
        null=True,
        blank=True,
        help_text="[行键, 字段] 的列表；空为全部可以修改（goals/opening.py）。",
    )
    issued_revision = models.ForeignKey(
        "Revision",
        verbose_name="已批复的版本",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    cycle = models.PositiveSmallIntegerField("第几次调整", default=0)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="指定经办人",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="等待谁办理；不指定的，有权限的人都可以办理。",
    )
    waiting_since = models.DateTimeField("进入现状态的时间", null=True, blank=True)
    events_number = models.PositiveIntegerField("办理次数", default=0)
    events_hash = models.CharField("办理链摘要", max_length=64, blank=True)
    changed_at = models.DateTimeField("最近修改", null=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="修改人",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )

    class Meta:
        verbose_name = verbose_name_plural = "绩效目标"
        # typed goals come last, on every database
        ordering = [
            "-year__year",
            models.F("listing_id").asc(nulls_last=True),
            "position",
            "pk",
        ]
        indexes = [models.Index(fields=["year", "unit", "state"], name="goal_year_unit_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "unit", "project"],
                condition=~models.Q(state="void"),
                name="one_goal_per_project",
            ),
        ]

    def __str__(self) -> str:
        return self.project

    @property
    def is_editable(self) -> bool:
        return self.state in EDITABLE

    @property
    def stage(self) -> str:
        """The state, and within review the step that the goal waits at."""
        return f"{self.state}-{self.step}" if self.state == State.SUBMITTED else self.state

    @property
    def is_adjustment(self) -> bool:
        """Whether what is worked on is to replace something that was issued."""
        return self.issued_revision_id is not None and self.state not in (State.ISSUED, State.FILED)

    def sheet(self) -> Sheet:
        """The rows as one value; one query for the lines unless they are prefetched."""
        return Sheet(
            year=self.year.year,
            unit=Coded(self.unit_code, self.unit_name),
            project=self.project,
            category=Coded(self.category_code, self.category_name),
            overall_goal=self.overall_goal,
            annual_goal=self.annual_goal,
            lines=tuple(row.line() for row in self.lines.all()),
            project_code=self.project_code,
            filler=self.filler,
            phone=self.phone,
        )


class GoalLine(models.Model):
    """One indicator row of a goal, as written, in the order of the form."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField("顺序")
    key = models.CharField("行键", max_length=12)
    level1_code = models.CharField("一级指标编码", max_length=200, blank=True)
    level1_name = models.TextField("一级指标", blank=True)
    level2_code = models.CharField("二级指标编码", max_length=200, blank=True)
    level2_name = models.TextField("二级指标", blank=True)
    level3_code = models.CharField("三级指标编码", max_length=200, blank=True)
    level3_name = models.TextField("三级指标", blank=True)
    cycle_value = models.TextField("实施周期指标值", blank=True)
    annual_value = models.TextField("年度指标值", blank=True)
    indicator = models.ForeignKey(
        Indicator, verbose_name="指标库中的指标", on_delete=models.PROTECT, null=True, blank=True
    )

    class Meta:
        verbose_name = verbose_name_plural = "指标"
        ordering = ["goal", "position"]
        constraints = [models.UniqueConstraint(fields=["goal", "key"], name="one_line_key")]

    def __str__(self) -> str:
        return self.line().level3.text

    def line(self) -> Line:
        return Line(
            level1=Coded(self.level1_code, self.level1_name),
            level2=Coded(self.level2_code, self.level2_name),
            level3=Coded(self.level3_code, self.level3_name),
            cycle_value=self.cycle_value,
            annual_value=self.annual_value,
            key=self.key,
        )


class Revision(models.Model):
    """One sealed sheet. Rows are only ever added, by goals.actions.save_sheets."""

    goal = models.ForeignKey(
        Goal, verbose_name="绩效目标", on_delete=models.PROTECT, related_name="revisions"
    )
    number = models.PositiveIntegerField("版本")
    content = models.TextField("内容", help_text="规范化 JSON（goals/sheet.py）。")
    content_hash = models.CharField("内容摘要", max_length=64)
    chain_hash = models.CharField("版本链摘要", max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="修改人", on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("时间")
    origin = models.CharField("来源", max_length=10, choices=Origin)
    origin_id = models.PositiveBigIntegerField("来源编号", null=True, help_text="导入批次的编号。")
    request_id = models.CharField("请求编号", max_length=32, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "版本"
        ordering = ["goal", "-number"]
        constraints = [models.UniqueConstraint(fields=["goal", "number"], name="one_revision")]

    def __str__(self) -> str:
        return f"第{self.number}版"


class Unsaved(models.Model):
    """What somebody typed at one form and has not saved, and when that form was last open.

    One row per person and form, written over and over; no revision, not the goal's row.
    """

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    place = models.CharField(
        "表单", max_length=40, help_text="goal-编号，或 new-年度-随机字（还没有保存过的项目）。"
    )
    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, null=True, related_name="unsaved")
    content = models.TextField("内容", blank=True, help_text="表单原样；空为只打开、没有改动。")
    typed_at = models.DateTimeField("最近键入", null=True)
    seen_at = models.DateTimeField("最近打开")

    class Meta:
        verbose_name = verbose_name_plural = "未保存的内容"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["by", "place"], name="one_unsaved")]

    def __str__(self) -> str:
        return self.place


class AttachmentKind(models.TextChoices):
    BASIS = "basis", "依据文件"
    CALCULATION = "calculation", "测算表"
    OTHER = "other", "其他"


class Attachment(models.Model):
    """A file that supports a goal. A removed one stays, unlisted: the reviewer may have read it."""

    goal = models.ForeignKey(
        Goal, verbose_name="绩效目标", on_delete=models.PROTECT, related_name="attachments"
    )
    kind = models.CharField("类别", max_length=20, choices=AttachmentKind)
    name = models.CharField("文件名", max_length=255)
    file = models.FileField("文件", upload_to="attachments/%Y", max_length=200)
    size = models.PositiveBigIntegerField("大小（字节）")
    sha256 = models.CharField("文件摘要", max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="上传人", on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("上传时间")
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="删除人",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    removed_at = models.DateTimeField("删除时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        ordering = ["goal", "pk"]

    def __str__(self) -> str:
        return self.name
