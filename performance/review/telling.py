"""Who hears of a step, and in what words."""

from collections.abc import Iterable

from django.db.models import Count
from django.urls import reverse

from performance.goals.models import Goal, State
from performance.notices.actions import notify
from performance.people.models import User
from performance.people.roles import ROLES, Right
from performance.review.case import Case
from performance.review.models import Event
from performance.review.transitions import TRANSITIONS, Told, Transition

QUOTED = 60
ASSIGNED, LEFT_BEHIND, TAKEN_OVER = "assign", "drafts", "taken"
"""Kinds of notices besides the names of the transitions."""

_SENTENCES = {
    "submit": "{who}送审了{what}，现在等待“{waits}”。",
    "accept": "{who}采纳了对{what}的全部建议并送审，现在等待“{waits}”。",
    "approve": "{who}审核通过了{what}。",
    "return": "{who}退回了{what}（{remarks} 条意见），请修改或答复后再送审。",
    "step_back": "{who}把{what}退回“{waits}”（{remarks} 条意见），请重新审核。",
    "reject": "{who}对{what}不予通过；只有业务管理员可以重新受理。",
    "reopen": "{who}重新受理了{what}，修改后可以再送审。",
    "issue": "{who}批复了{what}，此后只能通过绩效目标调整修改。",
    "file": "{who}备案了{what}。",
}
_PASSED_ON = "{who}审核通过了{what}，现在等待“{waits}”。"
_OTHERWISE = "{who}办理了{what}：{label}。"


def tell(
    transition: Transition, case: Case, event: Event, batch: str, asked: int | None = None
) -> None:
    """In the transaction of the step: with it, or not at all. `asked`: id of whom the goal was
    assigned to until then."""
    now = _afterwards(case, event)
    told = _told(transition, now, event) - {event.by_id}
    if told:
        text = _text(now, event)
        notify(told, kind=transition.name, text=text, link=_page(case.goal), batch=batch)
    if asked and asked not in told | {event.by_id}:
        _tell_asked(case, event, asked, batch)
    _tell_owners_of_drafts(now.goal, event, batch)


def tell_assigned(goals: Iterable[Goal], to: User, *, by: User, batch: str = "") -> None:
    """Who is named to deal with goals; nobody needs telling of what they took themselves."""
    if to == by:
        return
    for goal in goals:
        text = f"{by}把{_name(goal)}指定给您办理。"
        notify([to.pk], kind=ASSIGNED, text=text, link=_page(goal), batch=batch)


def _afterwards(case: Case, event: Event) -> Case:
    """The same person and goal where the step led: at another step others have to keep out."""
    now = Case(case.user, case.goal)
    now.events = [event, *case.events]
    now.authors, now.members, now.steps = case.authors, case.members, case.steps
    return now


def _told(transition: Transition, case: Case, event: Event) -> set[int]:
    if transition.tells is Told.WRITERS or (transition.passes and event.target != State.SUBMITTED):
        return _writers(case)
    if transition.tells is Told.REVIEWERS:
        return _reviewers(case)
    return set()


def _reviewers(case: Case) -> set[int]:
    """Those who can act where the goal stands now."""
    return {
        held.user_id
        for held in case.members
        if held.role == case.step.role and not case.bar(TRANSITIONS["approve"], held)
    }


def _writers(case: Case) -> set[int]:
    """Who wrote or submitted it, and may still do so."""
    submitted = {event.by_id for event in case.events if event.transition in ("submit", "accept")}
    writing = {
        held.user_id for held in case.members if Right.WRITE_GOALS in ROLES[held.role].rights
    }
    return (case.authors | submitted) & writing


def _tell_asked(case: Case, event: Event, asked: int, batch: str) -> None:
    """Somebody else did what they were asked to do; not those who can no longer open it."""
    if asked not in {held.user_id for held in case.members}:
        return
    done = f"{event.who}已办理{_name(case.goal)}（{event.label}）"
    text = f"{done}；它曾指定给您办理，不用再办了。"
    notify([asked], kind=TAKEN_OVER, text=text, link=_page(case.goal), batch=batch)


def _tell_owners_of_drafts(goal: Goal, event: Event, batch: str) -> None:
    """Somebody else decided while they were still writing remarks."""
    rows = goal.remarks.filter(event=None, reopened=False).exclude(by=event.by_id).order_by()
    for pk, number in rows.values_list("by").annotate(number=Count("pk")):
        text = (
            f"{event.who}已办理{_name(goal)}（{event.label}）。您写的 {number} 条审核意见没有送出，"
            "仍然留着；再轮到您审核时可以送出，不需要请删除。"
        )
        notify([pk], kind=LEFT_BEHIND, text=text, link=_page(goal), batch=batch)


def _text(case: Case, event: Event) -> str:
    passed_on = event.transition == "approve" and event.target == State.SUBMITTED
    sentence = _PASSED_ON if passed_on else _SENTENCES.get(event.transition, _OTHERWISE)
    told = sentence.format(
        who=f"{event.who}在“{event.step_name}”" if event.step_name else event.who,
        what=_name(case.goal),
        waits=case.step.name,
        label=event.label,
        remarks=event.remarks.count() if "{remarks}" in sentence else 0,
    )
    opinion = " ".join(event.opinion.split())
    if not opinion:
        return told
    return f"{told}意见：{opinion[:QUOTED]}{'…' if len(opinion) > QUOTED else ''}"


def _name(goal: Goal) -> str:
    return f"{goal.unit_name or goal.unit_code}的“{goal.project}”"


def _page(goal: Goal) -> str:
    return reverse("admin:performance_goal_change", args=[goal.pk])
