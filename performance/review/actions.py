"""One function takes any step of the workflow."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from performance.audit.acting import request_id
from performance.goals.attaching import files_of
from performance.goals.models import Goal, State
from performance.goals.sheet import content_hash
from performance.goals.unsaved import forget_all
from performance.library.plain import control_character
from performance.people.models import Unit, User
from performance.review.case import Case
from performance.review.chain import event_hash
from performance.review.grading import graded
from performance.review.models import Event, Remark
from performance.review.proposing import says_what_was_proposed
from performance.review.queries import (
    drafts_of,
    errors_of,
    missing_right,
    refusal_of,
    unanswered_message,
)
from performance.review.remarking import (
    add_general,
    answer_touched,
    close_all,
    openings,
)
from performance.review.saying import words
from performance.review.telling import tell
from performance.review.transitions import TRANSITIONS, Transition

MAX_OPINION = 2_000
SHOWN_ERRORS = 20


class ContentChanged(Exception):
    """The goal is no longer what was on the screen when the step was decided."""

    def __init__(self, seen: str):
        super().__init__("内容已被修改，请看过新的内容再办理。")
        self.seen = seen


@dataclass(frozen=True)
class Decision:
    """What a person decides besides the step itself.

    `state` may name the stage (Goal.stage) that was seen with the content, `files` what was
    attached: then another one is refused. `grades`: name of a point to name of a grade. `to_step`:
    number of an earlier step of review.
    """

    opinion: str = ""
    state: str = ""
    files: str | None = None
    grades: Mapping[str, str] = field(default_factory=dict)
    to_step: int = 0
    batch: str = ""


@transaction.atomic
def perform(
    goal_id: int, name: str, *, by: User, seen: str, decision: Decision | None = None
) -> Event:
    """Take a step on exactly the content named by `seen`, a chain hash.

    Raises PermissionDenied without the right, ContentChanged when the content has moved on,
    ValidationError with a sentence for anything else in the way.
    """
    transition = TRANSITIONS[name]
    decision = decision or Decision()
    goal = _locked(goal_id, transition)
    case = Case(by, goal)
    _check_allowed(transition, case)
    _check_seen(goal, seen, decision)
    opinion = words(decision.opinion)
    _check_needs(transition, goal, opinion)
    drafts = _remarks(transition, case, opinion)
    proposes = any(remark.proposal is not None for remark in drafts)
    form = graded(transition, goal.year, decision.grades, proposes)
    event = _planned(transition, case, decision.to_step)
    event.opinion, event.grades = opinion, form
    event.chain_hash = event_hash(event, event.revision.chain_hash, drafts, goal.events_hash)
    event.save(force_insert=True)
    asked = goal.assigned_to_id
    _move(transition, case, event, drafts)
    tell(transition, case, event, decision.batch, asked)
    return event


def _locked(goal_id: int, transition: Transition) -> Goal:
    """Whoever takes a name comes one by one: as in a save, by the unit, after the goal."""
    rows = Goal.objects.select_for_update(of=("self",)).select_related("year", "issued_revision")
    goal = rows.get(pk=goal_id)
    if transition.needs_free_name:
        list(Unit.objects.select_for_update(no_key=True).filter(pk=goal.unit_id))
    return goal


def _check_allowed(transition: Transition, case: Case) -> None:
    reason = next(refusal_of(transition, case), "")
    if reason and reason.startswith(missing_right(transition, case)):
        raise PermissionDenied(reason)
    if reason:
        raise ValidationError(reason)


def _check_seen(goal: Goal, seen: str, decision: Decision) -> None:
    if decision.state and decision.state != goal.stage:
        label = State(goal.state).label
        raise ValidationError(f"您打开页面后，别人已办理，现在是“{label}”；请看过再办理。")
    if seen != goal.chain_hash:
        raise ContentChanged(seen)
    if decision.files is not None and decision.files != files_of(goal):
        raise ValidationError("您打开页面后，附件有变动；请看过现在的附件再办理。")


def _check_needs(transition: Transition, goal: Goal, opinion: str) -> None:
    if transition.opinion and transition.needs_opinion and not opinion:
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
    issued = goal.issued_revision if transition.as_issued else None
    if issued and content_hash(goal.sheet()) != issued.content_hash:
        raise ValidationError(f"内容与已批复的不同，不能{transition.label}；请先恢复已批复的内容。")
    if transition.takes_proposals and not says_what_was_proposed(goal):
        raise ValidationError(
            f"内容不是退回时的内容加上全部建议，不能{transition.label}；请核对后按“送审”。"
        )
    sheet = goal.sheet() if transition.needs_answers else None
    if sheet and (message := unanswered_message(goal, sheet, transition.label)):
        raise ValidationError(message)


def _remarks(transition: Transition, case: Case, opinion: str) -> list[Remark]:
    """What the person wrote beside the cells; it goes out with a step that carries remarks."""
    if not transition.at_step:
        return []
    drafts = drafts_of(case.user, case.goal)
    if not transition.needs_remark:
        if drafts:
            raise ValidationError(
                f"您还有 {len(drafts)} 条没有送出的审核意见，不能{transition.label}；"
                "请退回给填报单位，或先删除这些意见。"
            )
        return []
    if opinion:
        drafts.append(add_general(case.goal, opinion, by=case.user))
    if not drafts:
        raise ValidationError(
            f"{transition.label}必须写明原因：请在要修改的单元格旁写意见，或填写总的意见，"
            "让填报单位知道怎样修改。"
        )
    return drafts


def _target(transition: Transition, case: Case) -> State:
    if transition.goes_back or (transition.passes and not case.is_last_step):
        return State.SUBMITTED
    undone = case.last(*transition.undoes) if transition.undoes else None
    if undone:
        return State(undone.source)
    if transition.target == State.DRAFT and case.goal.issued_revision_id:
        return State.ADJUSTING
    return transition.target


def _to_step(transition: Transition, case: Case, target: State, chosen: int) -> int:
    """Before which review the goal then stands; 0 outside of review."""
    now = case.goal.step
    if target != State.SUBMITTED:
        return 0
    if transition.goes_back and not 1 <= chosen < now:
        raise ValidationError("请选择退回到前面的哪一个审核环节。")
    if transition.goes_back:
        return chosen
    if transition.takes_proposals:  # back to who proposed
        return now
    return now + 1 if transition.passes else 1


def _planned(transition: Transition, case: Case, chosen: int) -> Event:
    """Who takes which step on what, and where it leads."""
    goal, held, target = case.goal, case.capacity(transition), _target(transition, case)
    return Event(
        goal=goal,
        number=goal.events_number + 1,
        transition=transition.name,
        source=goal.state,
        target=target,
        step=case.step.number if transition.at_step else 0,
        step_name=case.step.name if transition.at_step else "",
        to_step=_to_step(transition, case, target, chosen),
        cycle=goal.cycle,
        revision=goal.revisions.get(number=goal.revision_number),
        by=case.user,
        on_behalf_of=held.deputy_of if held else None,
        at=timezone.now(),
        request_id=request_id(),
    )


def _move(transition: Transition, case: Case, event: Event, drafts: list[Remark]) -> None:
    """The goal to where the step leads, and its remarks with it."""
    goal = case.goal
    if transition.at_step or transition.starts_again:
        close_all(goal, by=case.user, at=event.at)
    if transition.needs_answers:
        answer_touched(goal, by=case.user, at=event.at)
    Remark.objects.filter(pk__in=[remark.pk for remark in drafts]).update(event=event)
    if event.target == State.RETURNED and transition.needs_remark:
        goal.open_cells = openings(drafts)
    goal.state, goal.step = event.target, event.to_step or goal.step
    goal.assigned_to = None
    goal.waiting_since = event.at
    goal.events_number, goal.events_hash = event.number, event.chain_hash
    transition.after(goal, event.revision)
    if goal.cycle != event.cycle:  # an adjustment begins, from what was issued
        forget_all(goal)
    goal.save(update_fields=_WRITTEN)


_WRITTEN = [
    "state",
    "step",
    "cycle",
    "open_cells",
    "approved_revision",
    "issued_revision",
    "assigned_to",
    "waiting_since",
    "events_number",
    "events_hash",
]
