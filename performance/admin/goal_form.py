"""The goal form: typing, saving, and what happens when somebody else saved first."""

from typing import Any, cast

from django import forms
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, QueryDict

from performance.admin.access import user_of
from performance.admin.lines import LinesField
from performance.goals.actions import Draft, Saved, save_sheet
from performance.goals.models import Goal, Origin
from performance.goals.refusals import PROJECT_LENGTH, refusals
from performance.goals.resolving import resolve_lines
from performance.goals.sheet import FIELDS, Coded, Line, Sheet, from_json, tidy
from performance.library.models import Category, Year
from performance.people.models import Unit
from performance.people.queries import units_of
from performance.people.roles import Right


class GoalForm(forms.Form):
    """Its value is a Sheet. `goal` is None for a new one, whose year is chosen before."""

    unit = forms.ModelChoiceField(label="用款单位", queryset=Unit.objects.none())
    project = forms.CharField(
        label="项目名称",
        max_length=PROJECT_LENGTH,
        error_messages={"required": "项目名称为空，请填写项目名称。"},
    )
    category = forms.ChoiceField(label="项目类别", required=False)
    overall_goal = forms.CharField(
        label="总体绩效目标", required=False, widget=forms.Textarea(attrs={"rows": 9})
    )
    annual_goal = forms.CharField(
        label="年度绩效目标", required=False, widget=forms.Textarea(attrs={"rows": 9})
    )
    # The revision that a save replaces, and the one typing began with: they part in a conflict.
    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    started = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)
    lines = LinesField()

    def __init__(self, request: HttpRequest, year: Year, goal: Goal | None, **kwargs: Any):
        self.year, self.goal = year, goal
        self.current = goal.sheet() if goal else None
        super().__init__(**kwargs | {"initial": self._initial()})
        if self.is_bound and not all(map(_is_number, self._numbers())):
            raise SuspiciousOperation("this is no number of a revision")
        if goal:
            del self.fields["unit"]
        else:
            field = cast(forms.ModelChoiceField, self.fields["unit"])
            units = field.queryset = units_of(request.user, Right.WRITE_GOALS)
            if len(first := units[:2]) == 1:  # most clerks have just one
                self.initial["unit"] = first[0].pk
        cast(forms.ChoiceField, self.fields["category"]).choices = self._categories()

    def _initial(self) -> dict[str, Any]:
        if self.goal is None or self.current is None:
            return {"base": 0, "started": 0}
        return {
            "project": self.current.project,
            "category": self.current.category.text,
            "overall_goal": self.current.overall_goal,
            "annual_goal": self.current.annual_goal,
            "base": self.goal.revision_number,
            "started": self.goal.revision_number,
        }

    def _categories(self) -> list[tuple[str, str]]:
        """The year's, and what the goal says or said if that is none of them."""
        known = [str(category) for category in Category.objects.filter(year=self.year)]
        written = [sheet.category.text for sheet in (self.current, self.started_sheet()) if sheet]
        known += [text for text in dict.fromkeys(written) if text and text not in known]
        return [("", "请选择"), *((text, text) for text in known)]

    def clean_overall_goal(self) -> str:
        return tidy(self.cleaned_data["overall_goal"])

    def clean_annual_goal(self) -> str:
        return tidy(self.cleaned_data["annual_goal"])

    def clean(self) -> dict[str, Any]:
        """Nothing but what has no place is refused here; findings come after saving."""
        data = super().clean() or {}
        if not self.errors:
            for found in refusals(self.sheet()):
                place = "" if found.line is None else f"第{found.line + 1}行"
                self.add_error(None, f"{place}“{FIELDS[found.field]}”：{found.message}")
        return data

    def sheet(self) -> Sheet:
        data = self.cleaned_data
        unit = self.unit_written()
        return Sheet(
            year=self.year.year,
            unit=unit,
            project=data["project"],
            category=Coded.parse(data["category"]),
            overall_goal=data["overall_goal"],
            annual_goal=data["annual_goal"],
            lines=self.typed_lines(),
        )

    def unit_written(self) -> Coded:
        """A goal keeps its unit as it was written when it was opened."""
        if self.current:
            return self.current.unit
        unit: Unit = self.cleaned_data["unit"]
        return Coded(unit.code, unit.name)

    def typed_lines(self) -> tuple[Line, ...]:
        """As they stand on the page, also when the form as a whole is not valid."""
        if not self.is_bound:
            return self.current.lines if self.current else ()
        typed = self.fields["lines"].widget.value_from_datadict(self.data, self.files, "lines")
        return resolve_lines(typed, self.year, self.started_from())

    def started_from(self) -> tuple[Line, ...]:
        """The lines of the revision that the page was first opened with."""
        started = self.started_sheet()
        return started.lines if started else ()

    def base_sheet(self) -> Sheet | None:
        return self._sheet_of(self._numbers()[0])

    def started_sheet(self) -> Sheet | None:
        return self._sheet_of(self._numbers()[-1])

    def _numbers(self) -> list[str]:
        """`base`, and `started` where the page names it."""
        if not self.is_bound:
            return [str(self.goal.revision_number if self.goal else 0)]
        return [self.data.get("base", ""), *filter(None, [self.data.get("started")])]

    def _sheet_of(self, number: str) -> Sheet | None:
        if self.goal is None or int(number) == self.goal.revision_number:
            return self.current
        revision = self.goal.revisions.filter(number=int(number)).first()
        return from_json(revision.content) if revision else None

    def save(self, request: HttpRequest) -> Saved:
        unit_id = self.goal.unit_id if self.goal else self.cleaned_data["unit"].pk
        draft = Draft(
            sheet=self.sheet(),
            unit_id=unit_id,
            goal_id=self.goal.pk if self.goal else None,
            base=self.cleaned_data["base"],
        )
        return save_sheet(draft, by=user_of(request), origin=Origin.FORM)

    def rebased(self, number: int) -> None:
        """After the other person's change was shown, the next save starts from it."""
        data = cast(QueryDict, self.data).copy()
        data["base"] = str(number)
        self.data = data


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) < 10
