"""What was done to a goal in review, by whom, to which revision."""

from django.conf import settings
from django.db import models

from performance.goals.models import Goal, Revision, State
from performance.review.transitions import TRANSITIONS


class Event(models.Model):
    """One step taken. Rows are only ever added, by review.actions.perform."""

    goal = models.ForeignKey(
        Goal, verbose_name="绩效目标", on_delete=models.PROTECT, related_name="events"
    )
    transition = models.CharField("办理", max_length=20)
    source = models.CharField("原状态", max_length=20, choices=State)
    target = models.CharField("新状态", max_length=20, choices=State)
    revision = models.ForeignKey(
        Revision, verbose_name="版本", on_delete=models.PROTECT, related_name="+"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="办理人", on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("时间")
    opinion = models.TextField("意见", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "办理记录"
        ordering = ["goal", "-pk"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """In words; a step that the table no longer has keeps its name."""
        row = TRANSITIONS.get(self.transition)
        return row.label if row else self.transition
