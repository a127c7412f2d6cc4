"""The goal form: typing, saving, and what happens when somebody else saved first."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any, cast

from django import forms
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, QueryDict
from django.utils.functional import cached_property

from performance.admin.access import user_of
from performance.admin.form.conflicts import Choice, asked_again
from performance.admin.form.lines import LinesField
from performance.admin.form.posted import TEXTS, head_as_posted, is_whole, numbers_of
from performance.goals.actions import Draft, Saved, save_sheet
from performance.goals.deciding import decided
from performance.goals.models import Goal, Origin
from performance.goals.queries import background
from performance.goals.refusals import EXTRA_LENGTH, PROJECT_LENGTH, refusals
from performance.goals.resolving import resolve_lines
from performance.goals.sheet import FIELDS, Coded, Line, Sheet, from_json, tidy
from performance.goals.unsaved import place_of
from performance.library.models import Category, Year
from performance.people.models import Unit
from performance.people.queries import units_of
from performance.people.roles import Right


def _extra(label: str) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=EXTRA_LENGTH)


class CategoryField(forms.ChoiceField):
    """What the goal says already needs no look at the year's categories."""

    written: Collection[str] = ()

    def valid_value(self, value: str) -> bool:
        return value in self.written or super().valid_value(value)


class GoalForm(forms.Form):
    """Its value is a Sheet. `goal` is None for a new one, whose year is chosen before."""

    unit = forms.ModelChoiceField(label="用款单位", queryset=Unit.objects.none())
    project = forms.CharField(
        label="项目名称",
        max_length=PROJECT_LENGTH,
        error_messages={"required": "项目名称为空，请填写项目名称。"},
    )
    category = CategoryField(label="项目类别", required=False)
    overall_goal = forms.CharField(
        label="总体绩效目标", required=False, widget=forms.Textarea(attrs={"rows": 9})
    )
    annual_goal = forms.CharField(
        label="年度绩效目标", required=False, widget=forms.Textarea(attrs={"rows": 9})
    )
    project_code = _extra("项目代码")
    filler = _extra("填报人")
    phone = _extra("联系电话")
    # The revision that a save starts from. In a conflict that is the other person's, and
    # `started` is the one before it, which mine began from.
    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    started = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)
    place = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    lines = LinesField()

    def __init__(self, request: HttpRequest, year: Year, goal: Goal | None, **kwargs: Any):
        self.year, self.goal = year, goal
        self.current = goal.sheet() if goal else None
        super().__init__(**kwargs | {"initial": self._initial()})
        # what the findings of a page as it is opened need; the categories come along
        fresh = self.current and not self.is_bound
        self.known = background(year, sheet=self.current) if fresh else None
        if self.is_bound and not is_whole(cast(QueryDict, self.data)):
            raise SuspiciousOperation("this is no form")
        if goal:
            del self.fields["unit"]
        else:
            field = cast(forms.ModelChoiceField, self.fields["unit"])
            units = field.queryset = units_of(request.user, Right.WRITE_GOALS)
            if len(first := units[:2]) == 1:  # most clerks have just one
                self.initial["unit"] = first[0].pk
            self.initial["filler"] = user_of(request).full_name
        category = cast(CategoryField, self.fields["category"])
        category.choices, category.written = self._categories, self._categories_written()

    def _initial(self) -> dict[str, Any]:
        if self.goal is None or self.current is None:
            return {"base": 0}
        return head_as_posted(self.current) | {
            "base": self.goal.revision_number,
            "place": place_of(self.goal),
        }

    def _categories(self) -> list[tuple[str, str]]:
        """The year's, and what the goal says or said if that is none of them."""
        if self.known is None:
            known = [str(category) for category in Category.objects.filter(year=self.year)]
        else:
            known = sorted(entry.text for entry in self.known.categories.values())
        known += [text for text in self._categories_written() if text not in known]
        return [("", "请选择"), *((text, text) for text in known)]

    def _categories_written(self) -> list[str]:
        seen = (self.current, self.base_sheet, self.started_sheet)
        written = [sheet.category.text for sheet in seen if sheet]
        return [text for text in dict.fromkeys(written) if text]

    def clean(self) -> dict[str, Any]:
        """Nothing but what has no place is refused here; findings come after saving."""
        data = super().clean() or {}
        if open_choices := [c.place for c in self.choices if not c.chosen]:
            places = "、".join(open_choices)
            self.add_error(None, f"{places}：两人改得不同，请选择用哪一个，再保存。")
        if not self.errors:
            for found in refusals(self.sheet()):
                place = "" if found.line is None else f"第{found.line + 1}行"
                self.add_error(None, f"{place}“{FIELDS[found.field]}”：{found.message}")
        return data

    def sheet(self) -> Sheet:
        """What is to be saved: as typed, with the other person's cells where they were chosen."""
        data = self.cleaned_data
        typed = Sheet(
            year=self.year.year,
            unit=self.unit_written(),
            project=data["project"],
            category=Coded.parse(data["category"]),
            lines=self.typed_lines,
        )
        texts: dict[str, Any] = {name: tidy(data[name]) for name in TEXTS}
        typed = replace(typed, **texts)
        chosen = {choice.name: choice.chosen for choice in self.choices}
        return decided(typed, self.base_sheet, chosen) if chosen and self.base_sheet else typed

    @cached_property
    def choices(self) -> list[Choice]:
        """What was asked when this page was shown, with the answers."""
        data = cast(QueryDict, self.data)
        asked = data.getlist("asked") if self.is_bound else []
        if not asked or self.goal is None or not (self.started_sheet and self.base_sheet):
            return []
        return asked_again(data, asked, self.started_sheet, self.typed(), self.base_sheet)

    def typed(self) -> Sheet:
        """The page as it stands, also when the form as a whole is not valid."""
        unit = self.current.unit if self.current else Coded()
        category = Coded.parse(self.data.get("category", ""))
        sheet = Sheet(self.year.year, unit, "", category, lines=self.typed_lines)
        said: dict[str, Any] = {name: tidy(self.data.get(name, "")) for name in ("project", *TEXTS)}
        return replace(sheet, **said)

    def unit_written(self) -> Coded:
        """A goal keeps its unit as it was written when it was opened."""
        if self.current:
            return self.current.unit
        unit: Unit = self.cleaned_data["unit"]
        return Coded.parse(str(unit))

    @cached_property
    def typed_lines(self) -> tuple[Line, ...]:
        """As they stand on the page, also when the form as a whole is not valid."""
        if not self.is_bound:
            return self.current.lines if self.current else ()
        typed = self.fields["lines"].widget.value_from_datadict(self.data, self.files, "lines")
        seen = [sheet for sheet in (self.started_sheet, self.base_sheet) if sheet]
        return resolve_lines(typed, self.year, [line for sheet in seen for line in sheet.lines])

    @cached_property
    def base_sheet(self) -> Sheet | None:
        return self._sheet_of(self._numbers()[0])

    @cached_property
    def started_sheet(self) -> Sheet | None:
        return self._sheet_of(self._numbers()[-1])

    def base_number(self) -> int:
        return int(self._numbers()[0])

    def _numbers(self) -> list[str]:
        if not self.is_bound:
            return [str(self.goal.revision_number if self.goal else 0)]
        return numbers_of(cast(QueryDict, self.data))

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
            merges=True,
            seen=(self.goal.chain_hash, self.current) if self.goal and self.current else None,
        )
        return save_sheet(draft, by=user_of(request), origin=Origin.FORM)
