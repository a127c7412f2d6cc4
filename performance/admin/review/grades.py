"""The review form on a page: points by dimension, a grade for each. No queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from performance.admin.review.decision import GRADE
from performance.library.review_form import ReviewGrade, ReviewPoint, Verdict
from performance.library.review_lists import ReviewLists

CONSEQUENCES = {
    Verdict.PASS: "可以审核通过",
    Verdict.RETURN: "应退回修改",
    Verdict.REJECT: "应不予通过",
}


@dataclass(frozen=True)
class Choice:
    grade: ReviewGrade
    chosen: bool


@dataclass(frozen=True)
class Point:
    point: ReviewPoint
    choices: tuple[Choice, ...]

    @property
    def name(self) -> str:
        return f"{GRADE}{self.point.name}"


@dataclass(frozen=True)
class GradeForm:
    """`groups`: each dimension with its points. `consequences`: of each grade, should it be the
    lowest one."""

    groups: tuple[tuple[str, tuple[Point, ...]], ...]
    best: str
    consequences: tuple[tuple[ReviewGrade, str], ...]
    required: bool


def grade_form(lists: ReviewLists, given: Mapping[str, str], required: bool) -> GradeForm | None:
    """None where the year has no review form."""
    if not (lists.points and lists.grades):
        return None
    points = [_point(point, lists.grades, given) for point in lists.points]
    groups = groupby(points, key=lambda point: point.point.dimension)
    return GradeForm(
        groups=tuple((dimension, tuple(some)) for dimension, some in groups),
        best=lists.grades[0].name,
        consequences=tuple((g, CONSEQUENCES[Verdict(g.verdict)]) for g in lists.grades),
        required=required,
    )


def _point(point: ReviewPoint, grades: Sequence[ReviewGrade], given: Mapping[str, str]) -> Point:
    chosen = given.get(point.name, "")
    return Point(point, tuple(Choice(grade, grade.name == chosen) for grade in grades))
