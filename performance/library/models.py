"""What a year's goals are made of: frame, categories, indicators, strictness of the rules."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models

from performance.library.levels import Level
from performance.library.patterns import beginning, described, has_shape


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
    category_required = models.BooleanField("送审须填项目类别", default=True)
    overall_goal_required = models.BooleanField("送审须填总体绩效目标", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "年度"
        ordering = ["-year"]

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


class Coded(models.Model):
    """A year's entry, printed as `code-name`; codes are unique in a year, names are not."""

    code = models.CharField("编码", max_length=32)
    name = models.TextField("名称")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.code}-{self.name}"


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
        ordering = ["-year__year", "code"]
        constraints = [models.UniqueConstraint(fields=["year", "code"], name="one_frame_code")]


class Category(Coded):
    """项目类别 of a year."""

    year = models.ForeignKey(Year, verbose_name="年度", on_delete=models.PROTECT)

    class Meta:
        verbose_name = verbose_name_plural = "项目类别"
        ordering = ["-year__year", "code"]
        constraints = [models.UniqueConstraint(fields=["year", "code"], name="one_category_code")]


class Indicator(Coded):
    """三级指标 of a year, under its level 2."""

    year = models.ForeignKey(Year, verbose_name="年度", on_delete=models.PROTECT)
    parent = models.ForeignKey(
        Frame,
        verbose_name="二级指标",
        on_delete=models.PROTECT,
        limit_choices_to={"parent__isnull": False},
    )

    class Meta:
        verbose_name = verbose_name_plural = "三级指标库"
        ordering = ["-year__year", "code"]
        constraints = [models.UniqueConstraint(fields=["year", "code"], name="one_indicator_code")]

    def clean(self) -> None:
        """An indicator whose code no sheet could use (R01) is none."""
        if self.year_id is None or self.parent_id is None or self.parent.parent is None:
            return
        pattern = self.year.level3_pattern
        start = beginning(pattern, self.parent.parent.code, self.parent.code)
        if not has_shape(pattern, self.code):
            message = f"三级指标编码应为{described(pattern)}，读到“{self.code}”。"
            raise ValidationError({"code": message})
        if not self.code.startswith(start):
            message = f"归入“{self.parent}”的三级指标编码应以“{start}”开头，读到“{self.code}”。"
            raise ValidationError({"code": message})


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
