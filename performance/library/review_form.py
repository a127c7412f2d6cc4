"""How a year's goals are reviewed, as data: the steps, and what the review form asks.

The form's points and grades are those of 财预〔2015〕88号; each year may have its own.
"""

from django.core.validators import MinValueValidator
from django.db import models

from performance.library.models import Year
from performance.people.roles import REVIEWERS

MOST_STEPS = 3


class _Numbered(models.Model):
    """A row of a short list of one year, in its order."""

    year = models.ForeignKey(Year, verbose_name="年度", on_delete=models.CASCADE)
    number = models.PositiveSmallIntegerField("序号", validators=[MinValueValidator(1)])
    name = models.CharField("名称", max_length=40)

    class Meta:
        abstract = True
        ordering = ["-year__year", "number"]

    def __str__(self) -> str:
        return self.name


class ReviewStep(_Numbered):
    """One of the one to three reviews that a goal passes, and the role that acts there."""

    role = models.CharField(
        "由谁审核", max_length=20, choices=[(role.name, role.label) for role in REVIEWERS]
    )

    class Meta(_Numbered.Meta):
        verbose_name = verbose_name_plural = "审核环节"
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="one_step_number"),
            models.CheckConstraint(
                condition=models.Q(number__gte=1, number__lte=MOST_STEPS),
                name="one_to_three_steps",
                violation_error_message="审核环节的序号应为1至3。",
            ),
        ]


class ReviewPoint(_Numbered):
    """One point of the review form, with the question that the reviewer answers by a grade."""

    dimension = models.CharField("审核方面", max_length=40)
    question = models.TextField("审核要点")

    class Meta(_Numbered.Meta):
        verbose_name = verbose_name_plural = "审核要点"
        constraints = [models.UniqueConstraint(fields=["year", "number"], name="one_point_number")]


class Verdict(models.TextChoices):
    """What the worst grade of a form leads to."""

    PASS = "pass", "通过"
    RETURN = "return", "退回修改"
    REJECT = "reject", "不予通过"


class ReviewGrade(_Numbered):
    """A grade of the review form; the best one comes first."""

    verdict = models.CharField("结果", max_length=10, choices=Verdict)

    class Meta(_Numbered.Meta):
        verbose_name = verbose_name_plural = "审核等级"
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="one_grade_number"),
            models.UniqueConstraint(fields=["year", "name"], name="one_grade_name"),
        ]


class RemarkKind(_Numbered):
    """What a remark complains of."""

    class Meta(_Numbered.Meta):
        verbose_name = verbose_name_plural = "意见类别"
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="one_kind_number"),
            models.UniqueConstraint(fields=["year", "name"], name="one_kind_name"),
        ]
