"""One way to choose goals: the list, the export and the commands all ask this."""

from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from performance.goals.models import Goal, State
from performance.goals.queries import in_units
from performance.library.models import Category, Year
from performance.people.models import Unit, User
from performance.people.queries import below, unit_ids, unit_parents, units_called, units_of
from performance.people.roles import Right


class GoalFilter(django_filters.FilterSet):
    """Year, unit and below, category (by code or name, so across years), state, text.

    Void goals show only when their state is asked for. Choices are read once each, for checking
    and for drawing.
    """

    year = django_filters.ChoiceFilter(
        label="年度", field_name="year__year", empty_label="全部年度"
    )
    unit = django_filters.ChoiceFilter(label="单位及下级", method="in_unit", empty_label="全部单位")
    category = django_filters.ChoiceFilter(
        label="项目类别", method="in_category", empty_label="全部类别"
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
        self.filters["category"].extra["choices"] = _categories()

    def filter_queryset(self, queryset: QuerySet[Goal]) -> QuerySet[Goal]:
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("state") else found.exclude(state=State.VOID)

    def in_unit(self, queryset: QuerySet[Goal], name: str, pk: str) -> QuerySet[Goal]:
        return queryset.filter(unit__in=below(int(pk), unit_parents(self.request.user)))

    def in_category(self, queryset: QuerySet[Goal], name: str, chosen: str) -> QuerySet[Goal]:
        """As written, or as the library understands what is written without a code."""
        if not chosen.startswith(_NAMED):
            return queryset.filter(Q(category_code=chosen) | Q(category__code=chosen))
        named = chosen.removeprefix(_NAMED)
        written = Q(category_code="", category_name=named)
        return queryset.filter(written | Q(category__code="", category__name=named))

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


_NAMED = "="
"""Stands before a name in the choices of categories, where a code has no place."""


def _categories() -> list[tuple[str, str]]:
    """Each code once, with its newest name; then those without codes, by name."""
    found = Category.objects.order_by("year__year", "pk")
    newest = {category.code or f"{_NAMED}{category.name}": str(category) for category in found}
    return sorted(newest.items(), key=lambda choice: (choice[0].startswith(_NAMED), choice))


def chosen_goals(
    user: User, *, year: int | None = None, unit_code: str | None = None
) -> QuerySet[Goal]:
    """Goals to export by plain values; a unit outside the person's reach is PermissionDenied."""
    goals = in_units(user, Right.EXPORT_GOALS).exclude(state=State.VOID)
    if year is not None:
        goals = goals.filter(year__year=year)
    if unit_code is not None:
        unit = _unit(user, unit_code)
        goals = goals.filter(unit__in=below(unit.pk, unit_parents(user)))
    return goals


def _unit(user: User, text: str) -> Unit:
    """By its code, or its name if it has none."""
    within = unit_ids(user, Right.EXPORT_GOALS)
    found = [unit for unit in units_called(text) if within is None or unit.pk in within]
    if not found:
        raise PermissionDenied(f"没有单位 {text}，或您没有导出它的权限。")
    if len(found) > 1:
        raise PermissionDenied(f"有{len(found)}个单位叫“{text}”，请写单位编码。")
    return found[0]
