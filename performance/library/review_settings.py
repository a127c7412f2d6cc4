"""How a year's goals are reviewed, changed as a whole: the steps, the review form, the remarks."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model

from performance.library.models import Year
from performance.library.review_form import (
    MOST_STEPS,
    RemarkKind,
    ReviewGrade,
    ReviewPoint,
    ReviewStep,
    Verdict,
)
from performance.people.roles import REVIEWERS

Row = Mapping[str, str]
"""Of one of the lists, without its number: its place in the list says it."""


@dataclass(frozen=True)
class List:
    """One of the four lists: its table, what a row says, and how many rows there may be."""

    name: str
    label: str
    table: type[Model]
    fields: tuple[str, ...]
    least: int
    most: int


LISTS = {
    row.name: row
    for row in (
        List("steps", "审核环节", ReviewStep, ("name", "role"), 1, MOST_STEPS),
        List("points", "审核要点", ReviewPoint, ("dimension", "name", "question"), 0, 20),
        List("grades", "审核等级", ReviewGrade, ("name", "verdict"), 0, 6),
        List("kinds", "意见类别", RemarkKind, ("name",), 1, 20),
    )
}


@dataclass(frozen=True)
class Settings:
    """All of it; every list in its order."""

    steps: tuple[Row, ...]
    points: tuple[Row, ...]
    grades: tuple[Row, ...]
    kinds: tuple[Row, ...]
    grades_required: bool = False

    @property
    def digest(self) -> str:
        """What a page was drawn from: to see whether somebody else changed it since."""
        text = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def settings_of(year: Year) -> Settings:
    rows = {name: _rows(found, year) for name, found in LISTS.items()}
    return Settings(**rows, grades_required=year.grades_required)


def problems(settings: Settings) -> list[str]:
    """All that is wrong with it, in sentences."""
    return [
        *(text for found in LISTS.values() for text in _list_problems(found, settings)),
        *_grade_problems(settings),
    ]


@transaction.atomic
def change_settings(
    year_id: int, settings: Settings, *, seen: str, under_review: Callable[[Year], str]
) -> None:
    """`seen` is the digest of what was on the screen; `under_review` says where goals wait, or "",
    and sees to it that this stays so until the transaction ends.

    Events keep steps, points and grades as text, so that what was decided stays readable. Raises
    ValidationError with all that is in the way.
    """
    year = Year.objects.select_for_update(no_key=True).get(pk=year_id)
    present = settings_of(year)
    if seen != present.digest:
        raise ValidationError("您打开页面后，别人已修改这些设置，没有保存；请刷新页面后重新修改。")
    found = problems(settings)
    if settings.steps != present.steps and (waiting := under_review(year)):
        found.append(f"还有绩效目标正在审核，不能修改审核环节：{waiting}。请等它们办完再改。")
    if found:
        raise ValidationError(found)
    for name, row in LISTS.items():
        _write(row, year, getattr(settings, name))
    if year.grades_required != settings.grades_required:
        year.grades_required = settings.grades_required
        year.save(update_fields=["grades_required"])


def _rows(found: List, year: Year) -> tuple[Row, ...]:
    rows = found.table._default_manager.filter(year=year).order_by("number")
    return tuple({field: getattr(row, field) for field in found.fields} for row in rows)


def _list_problems(found: List, settings: Settings) -> Iterator[str]:
    rows: Sequence[Row] = getattr(settings, found.name)
    if len(rows) < found.least:
        yield f"“{found.label}”至少要有{found.least}行，请填写。"
    if len(rows) > found.most:
        yield f"“{found.label}”最多{found.most}行，读到{len(rows)}行，请删去多余的。"
    for name, number in Counter(row["name"] for row in rows).items():
        if number > 1:
            yield f"“{found.label}”中有{number}行都叫“{name}”，名称不能相同，请改名。"


def _grade_problems(settings: Settings) -> Iterator[str]:
    """A form that is graded needs a grade for every end that a review may have."""
    verdicts = [row["verdict"] for row in settings.grades]
    order = [verdict.value for verdict in Verdict]
    if settings.grades_required and not settings.points:
        yield "勾选了“审核须填审核表”，但没有审核要点；请填写要点，或取消勾选。"
    if settings.points:
        for verdict in Verdict:
            if verdict.value not in verdicts:
                yield f"“审核等级”中没有结果为“{verdict.label}”的等级，请补上。"
    known = [verdict for verdict in verdicts if verdict in order]
    if known != sorted(known, key=order.index):
        yield "“审核等级”应从好到差排列：先是通过的，再是退回修改的，最后是不予通过的。"
    roles = {role.name for role in REVIEWERS}
    if any(row["role"] not in roles for row in settings.steps):
        yield "“审核环节”由谁审核，请从列表中选择。"


def _write(found: List, year: Year, rows: Sequence[Row]) -> None:
    """Row by row, so that each change is recorded. A name that moves is written anew: two rows
    never have the same one, not even for a moment."""
    rows_now: Any = found.table._default_manager.filter(year=year)
    present = {row.number: row for row in rows_now}
    wanted = dict(enumerate(rows, 1))
    for number, row in list(present.items()):
        if number not in wanted or row.name != wanted[number]["name"]:
            present.pop(number).delete()
    for number, said in wanted.items():
        row = present.get(number) or found.table(year=year, number=number)
        if row.pk is None or any(getattr(row, field) != said[field] for field in found.fields):
            for field in found.fields:
                setattr(row, field, said[field])
            row.save()
