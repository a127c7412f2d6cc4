"""One step taken for many goals: which of them can go and why not, then each by itself.

Nothing is done to a set of goals: every one is performed singly, with its own checks and its own
event, and what stands in the way of one does not hold up the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F

from performance.goals.models import Goal
from performance.goals.queries import visible_to
from performance.library.queries import grades_of, points_of
from performance.people.models import User
from performance.review.actions import ContentChanged, Decision, perform
from performance.review.eligible import MOST, Seen, candidates
from performance.review.models import Event
from performance.review.transitions import TRANSITIONS

BULK = {
    "submit": "批量送审",
    "approve": "批量审核通过",
    "issue": "批量批复",
    "file": "批量备案",
}


@dataclass(frozen=True)
class Result:
    """What became of one; `problem` is why it was left as it is, or ""."""

    goal: Goal
    problem: str


def take_all(
    user: User, name: str, chosen: Sequence[Seen], *, opinion: str = "", best: bool = False
) -> list[Result]:
    """Each of the chosen that can go, as far as it is still what was seen.

    `best`: the review form is filled in with the best grade at every point.
    """
    goals = visible_to(user).filter(pk__in=[seen.pk for seen in chosen[:MOST]])
    found = {c.goal.pk: c for c in candidates(user, name, goals)}
    batch, before = uuid4().hex, _taken_before(user, name, chosen[:MOST])
    results = []
    for seen in chosen[:MOST]:
        if candidate := found.pop(seen.pk, None):  # named twice, it is taken once
            grades = best_grades(candidate.goal.year_id) if best else {}
            decision = Decision(opinion=opinion, state=seen.stage, grades=grades, batch=batch)
            problem = candidate.reason or _problem(user, name, seen, decision)
            if candidate.reason and seen in before:
                problem = f"您刚才已办理“{TRANSITIONS[name].label}”，没有重复办理。"
            results.append(Result(candidate.goal, problem))
    return results


def _taken_before(user: User, name: str, chosen: Sequence[Seen]) -> set[Seen]:
    """The very step, by the very person, on the very content: the page was sent twice."""
    newest = Event.objects.filter(goal__in=[seen.pk for seen in chosen], by=user, transition=name)
    newest = newest.filter(number=F("goal__events_number"))
    hashes = dict(newest.values_list("goal", "revision__chain_hash"))
    return {seen for seen in chosen if hashes.get(seen.pk) == seen.chain_hash}


def best_grades(year_id: int) -> dict[str, str]:
    """The review form of a year with its best grade at every point."""
    grades = grades_of(year_id)
    return {point.name: grades[0].name for point in points_of(year_id)} if grades else {}


def _problem(user: User, name: str, seen: Seen, decision: Decision) -> str:
    try:
        perform(seen.pk, name, by=user, seen=seen.chain_hash, decision=decision)
    except ContentChanged:
        return "您打开确认页后，内容又被修改，没有办理；请打开看过新的内容再办理。"
    except PermissionDenied as error:
        return str(error)
    except ValidationError as error:
        return "".join(error.messages)
    return ""
