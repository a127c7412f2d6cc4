"""One function takes any step of the workflow."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from performance.goals.attaching import files_of
from performance.goals.models import Goal, Revision, State
from performance.goals.queries import may
from performance.goals.sheet import tidy
from performance.library.plain import control_character
from performance.people.models import Unit, User
from performance.review.models import Event
from performance.review.queries import Case, errors_of, refusal_of
from performance.review.transitions import TRANSITIONS, Transition

MAX_OPINION = 2_000
SHOWN_ERRORS = 20


class ContentChanged(Exception):
    """The goal is no longer what was on the screen when the step was decided."""

    def __init__(self, seen: str):
        super().__init__("内容已被修改，请看过新的内容再办理。")
        self.seen = seen


@transaction.atomic
def perform(
    goal_id: int,
    name: str,
    *,
    by: User,
    seen: str,
    opinion: str = "",
    state: str = "",
    files: str | None = None,
) -> Event:
    """Take a step on exactly the content named by `seen`, a chain hash.

    `state` may name the state that was seen with it, `files` what was attached: then another one
    is refused.

    Raises PermissionDenied without the right, ContentChanged when the content has moved on,
    ValidationError with a sentence for anything else in the way.
    """
    transition = TRANSITIONS[name]
    opinion = tidy(opinion)
    goal = _locked(goal_id, transition)
    reason = next(refusal_of(transition, Case(by, goal)), "")
    if reason and not may(by, transition.right, goal):
        raise PermissionDenied(reason)
    if reason:
        raise ValidationError(reason)
    if state and state != goal.state:
        label = State(goal.state).label
        raise ValidationError(f"您打开页面后，别人已办理，现在是“{label}”；请看过再办理。")
    if seen != goal.chain_hash:
        raise ContentChanged(seen)
    if files is not None and files != files_of(goal):
        raise ValidationError("您打开页面后，附件有变动；请看过现在的附件再办理。")
    _check_needs(transition, goal, opinion)
    revision = goal.revisions.get(number=goal.revision_number)
    event = _record(transition, goal, revision, by, opinion)
    goal.state = transition.target
    transition.after(goal, revision)
    goal.save(update_fields=["state", "approved_revision"])
    return event


def _locked(goal_id: int, transition: Transition) -> Goal:
    """Whoever takes a name comes one by one: as in a save, by the unit, after the goal."""
    rows = Goal.objects.select_for_update(of=("self",)).select_related("year")
    goal = rows.get(pk=goal_id)
    if transition.needs_free_name:
        list(Unit.objects.select_for_update(no_key=True).filter(pk=goal.unit_id))
    return goal


def _check_needs(transition: Transition, goal: Goal, opinion: str) -> None:
    if transition.opinion and not opinion:
        raise ValidationError(f"{transition.label}必须写明原因，{transition.opinion.purpose}。")
    if len(opinion) > MAX_OPINION:
        raise ValidationError(f"意见超过{MAX_OPINION}个字，请精简。")
    if control_character(opinion):
        raise ValidationError("意见里有看不见的控制字符，请删除后重新填写。")
    if transition.needs_no_errors and (errors := errors_of(goal)):
        places = "；".join(f"{e.place}：{e.message.rstrip('。')}" for e in errors[:SHOWN_ERRORS])
        more = "等" if len(errors) > SHOWN_ERRORS else ""
        message = f"还有 {len(errors)} 处错误，改正后才能{transition.label}。{places}{more}。"
        raise ValidationError(message)


def _record(
    transition: Transition, goal: Goal, revision: Revision, by: User, opinion: str
) -> Event:
    return Event.objects.create(
        goal=goal,
        transition=transition.name,
        source=goal.state,
        target=transition.target,
        revision=revision,
        by=by,
        at=timezone.now(),
        opinion=opinion,
    )
