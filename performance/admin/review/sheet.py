"""The review sheet (审核表) on paper: who reviewed a goal at which step, and what came of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from performance.admin.access import user_of
from performance.admin.review.waivers import held_of
from performance.goals.models import State
from performance.goals.queries import visible_to
from performance.library.queries import grades_of
from performance.library.review_form import ReviewGrade, Verdict
from performance.review.case import ACTS
from performance.review.models import Event
from performance.review.queries import events_of
from performance.review.saying import Said, said_with

_OPENS = ("submit", "accept")
_AFTER = ("issue", "file", "reopen")
_VERDICTS = list(Verdict)


@dataclass(frozen=True)
class Point:
    """One point of the form as a row: `dimension` once for those that follow each other under it,
    with the number of rows it is high; each grade with whether it is ticked."""

    dimension: str
    height: int
    name: str
    boxes: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Act:
    """What one reviewer did."""

    event: Event
    points: tuple[Point, ...]
    worst: str
    remarks: Sequence[Said]


@dataclass(frozen=True)
class Round:
    """From one submission to the next."""

    title: str
    submitted: Event | None
    acts: tuple[Act, ...]


@require_safe
def print_review_view(request: HttpRequest, pk: int) -> HttpResponse:
    goals = visible_to(user_of(request)).select_related(
        "year", "unit", "approved_revision", "issued_revision"
    )
    goal = get_object_or_404(goals, pk=pk)
    sheet = goal.sheet()
    events = list(reversed(events_of(goal)))
    grades = grades_of(goal.year_id)
    remarks = said_with(event.pk for event in events)
    context = {
        "goal": goal,
        "sheet": sheet,
        "rounds": rounds_of(events, grades, remarks),
        "later": [event for event in events if event.transition in _AFTER],
        "waivers": [held for held in held_of(goal, sheet) if held.ended != "已撤销"],
        "state": State(goal.state).label,
        "now": timezone.now(),
    }
    return TemplateResponse(request, "admin/performance/goal/print_review.html", context)


def rounds_of(
    events: Sequence[Event],
    grades: Sequence[ReviewGrade],
    remarks: Mapping[int | None, Sequence[Said]],
) -> list[Round]:
    """The earliest first; `events` too. A round in which nobody reviewed is not on paper."""
    rounds = []
    for number, part in enumerate(_split(events), 1):
        acts = [event for event in part if event.transition in ACTS]
        if not acts:
            continue
        opened = part[0] if part[0].transition in _OPENS else None
        cycle = f"第{acts[0].cycle}次调整，" if acts[0].cycle else ""
        told = tuple(_act(event, grades, remarks.get(event.pk, ())) for event in acts)
        rounds.append(Round(f"{cycle}第{number}次送审", opened, told))
    return rounds


def _split(events: Sequence[Event]) -> Iterator[list[Event]]:
    part: list[Event] = []
    for event in events:
        if event.transition in _OPENS and part:
            yield part
            part = []
        if event.transition in _OPENS or part or event.transition in ACTS:
            part.append(event)
    if part:
        yield part


def _act(event: Event, grades: Sequence[ReviewGrade], remarks: Sequence[Said]) -> Act:
    """A grade that the year no longer has is printed all the same."""
    graded = event.graded
    known = [grade.name for grade in grades]
    names = known + list(dict.fromkeys(grade for *_, grade in graded if grade not in known))
    points: list[Point] = []
    for dimension, rows in groupby(graded, key=lambda row: row[0]):
        under = list(rows)
        for index, (_, name, chosen) in enumerate(under):
            boxes = tuple((grade, grade == chosen) for grade in names)
            height = 0 if index else len(under)
            points.append(Point(dimension, height, name, boxes))
    return Act(event, tuple(points), _worst(graded, grades), remarks)


def _worst(graded: Sequence[tuple[str, str, str]], grades: Sequence[ReviewGrade]) -> str:
    """As far as the year still has the grades."""
    given = {grade for *_, grade in graded}
    found = [grade for grade in grades if grade.name in given]
    rank = {v: n for n, v in enumerate(_VERDICTS)}
    worst = max(found, key=lambda g: (rank[Verdict(g.verdict)], g.number), default=None)
    return worst.name if worst else ""
