"""The same things as in the portal, without revisions, states and texts as written."""

from django.db import models


class Coded(models.Model):
    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=200)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.code}-{self.name}"


class Unit(Coded):
    pass


class Category(Coded):
    pass


class Frame(Coded):
    """Levels 1 and 2."""

    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True)


class Indicator(Coded):
    """Level 3."""

    parent = models.ForeignKey(Frame, on_delete=models.PROTECT)


class Goal(models.Model):
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    project = models.CharField(max_length=200)
    category = models.ForeignKey(Category, on_delete=models.PROTECT)
    overall_goal = models.TextField(blank=True)
    annual_goal = models.TextField(blank=True)

    class Meta:
        unique_together = [("unit", "project")]

    def __str__(self) -> str:
        return self.project


class GoalLine(models.Model):
    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="lines")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT)
    cycle_value = models.CharField(max_length=200, blank=True)
    annual_value = models.CharField(max_length=200, blank=True)

    class Meta:
        unique_together = [("goal", "indicator")]

    def __str__(self) -> str:
        return str(self.pk)
