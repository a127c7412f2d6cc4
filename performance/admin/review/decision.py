"""What a person posts beside the step itself."""

from django.http import QueryDict

from performance.review.actions import Decision

GRADE = "grade:"
"""Before the name of a point of the review form, in the name of its field."""
OPINION = "opinion:"
"""Before the name of a step, where several of them stand in one form."""


def opinion_of(data: QueryDict, name: str) -> str:
    return data.get(f"{OPINION}{name}") or data.get("opinion", "")


def grades_in(data: QueryDict) -> dict[str, str]:
    return {
        name.removeprefix(GRADE): grade
        for name, grade in data.items()
        if name.startswith(GRADE) and isinstance(grade, str)
    }


def decision_of(data: QueryDict, name: str) -> Decision:
    to_step = data.get("to_step", "")
    return Decision(
        opinion=opinion_of(data, name),
        state=data.get("state", ""),
        files=data.get("files"),
        grades=grades_in(data),
        to_step=int(to_step) if to_step.isdecimal() and len(to_step) == 1 else 0,
    )
