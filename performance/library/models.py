"""What a year's goals are made of: frame, categories, indicators, strictness of the rules."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models

from performance.library.initials import InitialsField
from performance.library.levels import Level
from performance.library.patterns import beginning, described, has_shape
from performance.people.models import Unit


def _pattern_field(label: str, default: str, help_text: str) -> models.CharField:
    check = RegexValidator(r"^([0-9]|\{1\}|\{2\})*#+$", "由数字、{1}、{2} 组成，以 # 结尾。")
    return models.CharField(
        label, max_length=40, default=default, validators=[check], help_text=help_text
    )


class Year(models.Model):
    """A budget year and its settings: what differs between bureaus is data here, not code."""

    year = models.PositiveSmallIntegerField(
        "年度", unique=True, validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    level2_pattern = _pattern_field(
        "二级指标编码规则", "{1}#", "{1} 为一级指标编码，# 为一位数字。"
    )
    level3_pattern = _pattern_field(
        "三级指标编码规则", "{1}{2}######", "{1}、{2} 为一级、二级指标编码，# 为一位数字。"
    )
    opens_at = models.DateTimeField(
        "填报开始", null=True, blank=True, help_text="北京时间；不填即随时可以填报。"
    )
    closes_at = models.DateTimeField(
        "填报截止", null=True, blank=True, help_text="北京时间；截止后填报人不能再保存和送审。"
    )
    contact = models.CharField(
        "业务咨询",
        max_length=200,
        blank=True,
        help_text="联系人、电话等，最近年度的这一项显示在每一页的下方。",
    )
    category_required = models.BooleanField("送审须填项目类别", default=True)
    overall_goal_required = models.BooleanField("送审须填总体绩效目标", default=True)
    grades_required = models.BooleanField(
        "审核须填审核表",
        default=False,
        help_text="审核通过、不予通过时，审核表的每一项都要评定等级。",
    )

    class Meta:
        verbose_name = verbose_name_plural = "年度"
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(opens_at__isnull=True)
                | models.Q(closes_at__isnull=True)
                | models.Q(opens_at__lt=models.F("closes_at")),
                name="opens_before_it_closes",
                violation_error_message="填报截止要晚于填报开始，请改正其中之一。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.year}年"


class Listing(models.Model):
    """A list of goals as an office printed it, known by its title."""

    year = models.ForeignKey(Year, verbose_name="年度", on_delete=models.PROTECT)
    title = models.CharField("表格标题", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "目标表"
        ordering = ["-year__year", "pk"]
        constraints = [models.UniqueConstraint(fields=["year", "title"], name="one_listing")]

    def __str__(self) -> str:
        return self.title


def _one_code(name: str, label: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(
        fields=["year", "code"],
        condition=~models.Q(code=""),
        name=name,
        violation_error_message=f"这个年度已有相同编码的{label}。",
    )


def _one_name(name: str, label: str, *within: str, **condition: object) -> models.UniqueConstraint:
    return models.UniqueConstraint(
        fields=["year", *within, "name"],
        condition=models.Q(code="", **condition),
        name=name,
        violation_error_message=f"已有相同名称而没有编码的{label}，请填写编码或改用别的名称。",
    )


class Coded(models.Model):
    """A year's entry, printed as `code-name`.

    Codes are unique in a year, names are not; an entry of a source without codes has code "" and
    is known by its name within its parent.
    """

    code = models.CharField(
        "编码", max_length=32, blank=True, help_text="没有编码的不填，按名称识别。"
    )
    name = models.TextField("名称")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.code}-{self.name}" if self.code else self.name


class Frame(Coded):
    """一级指标 (no parent) and 二级指标 of a year."""

    year = models.ForeignKey(Year, verbose_name="年度", on_delete=models.PROTECT)
    parent = models.ForeignKey(
        "self",
        verbose_name="一级指标",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        limit_choices_to={"parent": None},
        help_text="一级指标本身不填。",
    )

    class Meta:
        verbose_name = verbose_name_plural = "指标框架"
        ordering = ["-year__year", "code", "pk"]
        constraints = [
            _one_code("one_frame_code", "指标框架"),
            _one_name("one_level2_name", "二级指标", "parent"),
            _one_name("one_level1_name", "一级指标", parent__isnull=True),
        ]


class Category(Coded):
    """项目类别 of a year."""

    year = models.ForeignKey(Year, verbose_name="年度", on_delete=models.PROTECT)

    class Meta:
        verbose_name = verbose_name_plural = "项目类别"
        ordering = ["-year__year", "code", "pk"]
        constraints = [
            _one_code("one_category_code", "项目类别"),
            _one_name("one_category_name", "项目类别"),
        ]


class Indicator(Coded):
    """三级指标 of a year, under its level 2."""

    year = models.ForeignKey(Year, verbose_name="年度", on_delete=models.PROTECT)
    parent = models.ForeignKey(
        Frame,
        verbose_name="二级指标",
        on_delete=models.PROTECT,
        limit_choices_to={"parent__isnull": False},
    )

    initials = InitialsField()

    class Meta:
        verbose_name = verbose_name_plural = "三级指标库"
        ordering = ["-year__year", "code", "pk"]
        constraints = [
            _one_code("one_indicator_code", "三级指标"),
            _one_name("one_indicator_name", "三级指标", "parent"),
        ]

    def clean(self) -> None:
        """An indicator whose code no sheet could use (R01) is none."""
        if self.year_id is None or self.parent_id is None or self.parent.parent is None:
            return
        if not self.code:
            return
        pattern = self.year.level3_pattern
        start = beginning(pattern, self.parent.parent.code, self.parent.code)
        if not has_shape(pattern, self.code):
            message = f"三级指标编码应为{described(pattern)}，读到“{self.code}”。"
            raise ValidationError({"code": message})
        if not self.code.startswith(start):
            message = f"归入“{self.parent}”的三级指标编码应以“{start}”开头，读到“{self.code}”。"
            raise ValidationError({"code": message})


class RequestState(models.TextChoices):
    OPEN = "open", "待处理"
    ADDED = "added", "已增补"
    DECLINED = "declined", "未采纳"


class IndicatorRequest(models.Model):
    """A unit asks the bureau for an indicator that the library lacks."""

    year = models.ForeignKey(Year, verbose_name="年度", on_delete=models.CASCADE)
    parent = models.ForeignKey(
        Frame,
        verbose_name="二级指标",
        on_delete=models.PROTECT,
        limit_choices_to={"parent__isnull": False},
    )
    name = models.CharField("申请的三级指标", max_length=200)
    reason = models.TextField("用途说明", help_text="用在哪个项目、怎样取值。")
    unit = models.ForeignKey(
        Unit, verbose_name="用款单位", on_delete=models.PROTECT, related_name="+"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="申请人", on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("申请时间", auto_now_add=True)
    state = models.CharField("状态", max_length=10, choices=RequestState, default=RequestState.OPEN)
    indicator = models.ForeignKey(
        Indicator,
        verbose_name="指标库中的指标",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    answer = models.TextField("答复", blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="处理人",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    answered_at = models.DateTimeField("处理时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "指标增补申请"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "parent", "name", "unit"],
                condition=models.Q(state="open"),
                name="one_open_request",
            )
        ]

    def __str__(self) -> str:
        return self.name


class RuleLevel(models.Model):
    """How strict a rule is in a year; a rule without a row here has its own default."""

    year = models.ForeignKey(Year, verbose_name="年度", on_delete=models.CASCADE)
    rule = models.CharField("规则", max_length=10)
    level = models.CharField(
        "级别", max_length=10, choices=[(level.value, level.label) for level in Level]
    )

    class Meta:
        verbose_name = verbose_name_plural = "规则级别"
        ordering = ["-year__year", "rule"]
        constraints = [models.UniqueConstraint(fields=["year", "rule"], name="one_rule_level")]

    def __str__(self) -> str:
        return self.rule
