"""The review form: what the grades of its points lead to."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError

from performance.goals.sheet import canonical
from performance.library.models import Year
from performance.library.queries import grades_of, points_of
from performance.library.review_form import ReviewGrade, Verdict
from performance.review.transitions import Transition

_ORDER = (Verdict.PASS, Verdict.RETURN, Verdict.REJECT)


def graded(transition: Transition, year: Year, grades: Mapping[str, str], proposes: bool) -> str:
    """The filled-in form as canonical JSON, "" where nothing is graded.

    `grades`: name of a point to name of a grade. `proposes`: whether corrections are proposed.
    Raises ValidationError with all that is wrong with it.
    """
    chosen = {point: grade for point, grade in grades.items() if grade}
    if not transition.verdicts:
        return ""
    points, known = points_of(year.pk), {grade.name: grade for grade in grades_of(year.pk)}
    names = {point.name for point in points}
    if not (chosen.keys() <= names and set(chosen.values()) <= known.keys()):
        raise ValidationError("审核表的要点或等级已变动，请刷新页面后重新评定。")
    must = year.grades_required and transition.name != "return"
    missing = [point.name for point in points if point.name not in chosen]
    if missing and (must or chosen):
        raise ValidationError(f"审核表还有 {len(missing)} 项没有评定：{'、'.join(missing)}。")
    if not chosen:
        return ""
    worst = max((known[name] for name in chosen.values()), key=_rank)
    _check_verdict(transition, worst, proposes)
    return canonical([[p.dimension, p.name, chosen[p.name]] for p in points])


def _rank(grade: ReviewGrade) -> tuple[int, int]:
    return _ORDER.index(Verdict(grade.verdict)), grade.number


def _check_verdict(transition: Transition, worst: ReviewGrade, proposes: bool) -> None:
    verdict = Verdict(worst.verdict)
    if verdict not in transition.verdicts:
        raise ValidationError(
            f"审核表中最低的等级是“{worst.name}”，按规定应{verdict.label}，不能{transition.label}；"
            "请改正等级，或按它办理。"
        )
    if verdict is Verdict.PASS and transition.needs_remark and not proposes:
        raise ValidationError(
            f"审核表中最低的等级是“{worst.name}”，应当通过；要请填报单位修改个别内容，"
            "请在意见中写明“建议改为”。"
        )
