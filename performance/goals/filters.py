"""One way to choose goals: the list, the export and the commands all ask this."""

from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from performance.goals.models import Goal, State
from performance.goals.queries import in_units
from performance.library.models import Category, Year
from performance.people.models import User
from performance.people.queries import below, unit_parents, units_of
from performance.people.roles import Right


class GoalFilter(django_filters.FilterSet):
    """Year, unit and below, category (by code, so across years), state, text.

    Choices are read once each, for checking and for drawing.
    """

    year = django_filters.ChoiceFilter(
        label="年度", field_name="year__year", empty_label="全部年度"
    )
    unit = django_filters.ChoiceFilter(label="单位及下级", method="in_unit", empty_label="全部单位")
    category = django_filters.ChoiceFilter(
        label="项目类别", field_name="category_code", empty_label="全部类别"
    )
    state = django_filters.ChoiceFilter(label="状态", choices=State.choices, empty_label="全部状态")
    text = django_filters.CharFilter(label="项目、目标或指标", method="with_text", max_length=100)

    class Meta:
        model = Goal
        fields = ("year", "unit", "category", "state", "text")

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any):
        super().__init__(*args, request=request, **kwargs)
        units = units_of(request.user, Right.SEE_GOALS)
        self.filters["year"].extra["choices"] = [(str(y.year), str(y)) for y in Year.objects.all()]
        self.filters["unit"].extra["choices"] = [(str(unit.pk), str(unit)) for unit in units]
        self.filters["category"].extra["choices"] = _codes()

    def in_unit(self, queryset: QuerySet[Goal], name: str, pk: str) -> QuerySet[Goal]:
        return queryset.filter(unit__in=below(int(pk), unit_parents(self.request.user)))

    def with_text(self, queryset: QuerySet[Goal], name: str, text: str) -> QuerySet[Goal]:
        """Every word somewhere in the goal; lines are searched in a subquery, so no row doubles."""
        for word in text.split():
            in_lines = Goal.objects.filter(
                Q(lines__level3_name__icontains=word) | Q(lines__level3_code__startswith=word)
            )
            queryset = queryset.filter(
                Q(project__icontains=word)
                | Q(overall_goal__icontains=word)
                | Q(annual_goal__icontains=word)
                | Q(pk__in=in_lines.values("pk"))
            )
        return queryset


def _codes() -> list[tuple[str, str]]:
    rows = list(Category.objects.order_by("code", "-year__year").values_list("code", "name"))
    return [(code, f"{code}-{name}") for code, name in sorted(dict(reversed(rows)).items())]


def chosen_goals(
    user: User, *, year: int | None = None, unit_code: str | None = None
) -> QuerySet[Goal]:
    """Goals to export by plain values; a unit outside the person's reach is PermissionDenied."""
    goals = in_units(user, Right.EXPORT_GOALS).exclude(state=State.VOID)
    if year is not None:
        goals = goals.filter(year__year=year)
    if unit_code is not None:
        unit = units_of(user, Right.EXPORT_GOALS).filter(code=unit_code).first()
        if unit is None:
            raise PermissionDenied(f"没有单位 {unit_code}，或您没有导出它的权限。")
        goals = goals.filter(unit__in=below(unit.pk, unit_parents(user)))
    return goals
