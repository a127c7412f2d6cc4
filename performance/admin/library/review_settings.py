"""How a year's goals are reviewed, on one page: steps, review form, kinds of remarks."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse

from performance.library.models import Year
from performance.library.plain import control_character
from performance.library.review_form import Verdict
from performance.library.review_settings import LISTS, Settings, change_settings, settings_of
from performance.people.roles import REVIEWERS
from performance.review.queue import under_review

Context = dict[str, Any]
_EMPTY_ROWS = 2
_ABSOLUTE = 40
"""Rows that a post may bring at all."""
_ROLES = [("", "请选择"), *((role.name, role.label) for role in REVIEWERS)]
_VERDICTS = [("", "请选择"), *Verdict.choices]
_CHOOSE = {
    "required": "没有选择，请从列表中选择。",
    "invalid_choice": "没有这一项，请从列表中选择。",
}


def _no_control_character(text: str) -> None:
    if control_character(text):
        raise ValidationError("有看不见的控制字符，请删除后重新填写。")


def _text(label: str, length: int = 40, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=length,
        validators=[_no_control_character],
        error_messages={
            "required": f"没有填写{label}，请填写；不要这一行请勾选“删除”。",
            "max_length": f"{label}最多{length}个字，请精简。",
        },
        **kwargs,
    )


class RowForm(forms.Form):
    """A row without a name, new and otherwise blank, is none."""

    name = _text("名称")

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())


class StepForm(RowForm):
    role = forms.ChoiceField(label="由谁审核", choices=_ROLES, error_messages=_CHOOSE)


class PointForm(RowForm):
    dimension = _text("审核方面")
    question = _text("审核问题", 500, widget=forms.Textarea(attrs={"rows": 2}))
    field_order = ("dimension", "name", "question")


class GradeForm(RowForm):
    verdict = forms.ChoiceField(label="结果", choices=_VERDICTS, error_messages=_CHOOSE)


class RowSet(forms.BaseFormSet):
    """Rows in the order of their numbers, whatever these are; they are numbered anew."""

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        order, removed = form.fields["ORDER"], form.fields["DELETE"]
        order.label, removed.label = "序号", "删除"
        order.error_messages["invalid"] = "序号应是数字，请改正。"
        order.widget.attrs |= {"min": 1, "max": 99, "class": "settings-number"}
        for field in form.visible_fields():
            field.field.widget.attrs["aria-label"] = f"第{(index or 0) + 1}行{field.label}"

    def rows(self) -> tuple[dict[str, str], ...]:
        names = list(self.form.base_fields)
        return tuple({name: f.cleaned_data[name] for name in names} for f in self.ordered_forms)

    @property
    def problems(self) -> list[str]:
        return [str(text) for text in self.non_form_errors()]


FORMS = {"steps": StepForm, "points": PointForm, "grades": GradeForm, "kinds": RowForm}
HINTS = {
    "steps": "绩效目标依次经过这些环节；同一个人不能在两个环节办理。",
    "points": "审核人逐项评定等级；没有要点就没有审核表。",
    "grades": "从好到差；各项中最低的等级决定审核结果。",
    "kinds": "审核人在单元格旁写意见时，从中选择类别。",
}


def settings_page(request: HttpRequest, pk: int, context: Context) -> HttpResponse:
    year = get_object_or_404(Year, pk=pk)
    present, waiting = settings_of(year), under_review(year)
    sets = _sets(request, present)
    problems: Iterable[str] = ()
    if request.method == "POST":
        problems = _save(request, year, sets)
        if not problems:
            messages.success(request, f"已保存{year}的审核设置。")
            return redirect(request.path)
    required = "grades_required" in request.POST if request.POST else present.grades_required
    context |= {
        "title": f"{year}的审核设置",
        "year": year,
        "lists": [(LISTS[name], HINTS[name], found) for name, found in sets.items()],
        "required": required,
        "seen": request.POST.get("seen", present.digest),
        "waiting": waiting,
        "problems": problems,
    }
    return TemplateResponse(request, "admin/performance/year/review.html", context)


def _sets(request: HttpRequest, present: Settings) -> dict[str, RowSet]:
    found: dict[str, RowSet] = {}
    for name, form in FORMS.items():
        rows = list(getattr(present, name))
        made: Any = forms.formset_factory(
            form,
            formset=RowSet,
            extra=min(_EMPTY_ROWS, LISTS[name].most - len(rows)),
            max_num=_ABSOLUTE,
            absolute_max=_ABSOLUTE,
            can_order=True,
            can_delete=True,
        )
        found[name] = made(request.POST or None, initial=rows, prefix=name)
    return found


_under_review = partial(under_review, lock=True)


def _save(request: HttpRequest, year: Year, sets: dict[str, RowSet]) -> list[str]:
    """What is in the way, in sentences; cells tell their own."""
    valid = [found.is_valid() for found in sets.values()]
    if not all(valid):
        broken = [text for found in sets.values() for text in found.problems]
        return ["没有保存：有的单元格填写有误，见下面各行的提示。", *broken]
    rows = {name: found.rows() for name, found in sets.items()}
    settings = Settings(**rows, grades_required="grades_required" in request.POST)
    try:
        seen = request.POST.get("seen", "")
        change_settings(year.pk, settings, seen=seen, under_review=_under_review)
    except ValidationError as error:
        return error.messages
    return []
