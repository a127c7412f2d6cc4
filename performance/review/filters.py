"""The filters of goals, with the tabs of a person's work: list, paper and export choose alike."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest

from performance.goals.filters import GoalFilter
from performance.goals.models import Goal
from performance.people.models import User
from performance.review.queue import with_step
from performance.review.tabs import Tab, in_order, tab_named, tabs_of


class WorkFilter(GoalFilter):
    """`in_every_tab` is what the other filters found: for the counts of the tabs."""

    tab = django_filters.ChoiceFilter(label="列表", method="untouched", widget=forms.HiddenInput)

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any):
        super().__init__(*args, request=request, **kwargs)
        self.filters["tab"].extra["choices"] = [(t.name, t.label) for t in tabs_of(self._user)]

    def filter_queryset(self, queryset: QuerySet[Goal]) -> QuerySet[Goal]:
        self.in_every_tab = super().filter_queryset(queryset)
        found = with_step(self.in_every_tab)
        user, tab = self._user, self.chosen
        return in_order(user, tab, found.filter(tab.goals(user)))

    @property
    def _user(self) -> User:
        assert isinstance(self.request.user, User)  # no page asks for anybody else
        return self.request.user

    @property
    def chosen(self) -> Tab:
        return tab_named(self._user, self.form.cleaned_data.get("tab", ""))

    def untouched(self, queryset: QuerySet[Goal], name: str, value: str) -> QuerySet[Goal]:
        """The tab is applied last, by filter_queryset."""
        return queryset
