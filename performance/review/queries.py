"""Reading what review did, and what it would allow."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from performance.goals.models import Goal, Revision, State
from performance.goals.queries import authors_of, background, closed, may
from performance.goals.sheet import Sheet
from performance.library.models import Year
from performance.people.models import Membership, User
from performance.people.queries import members_reaching
from performance.people.roles import ROLES
from performance.quality.check import blocking, check
from performance.quality.finding import Finding
from performance.review.models import Event
from performance.review.transitions import TRANSITIONS, Transition


@dataclass(frozen=True)
class Step:
    """A transition as one person sees it at one goal; `reason` says why it is greyed, or ""."""

    transition: Transition
    reason: str

    @property
    def is_open(self) -> bool:
        return not self.reason


class Case:
    """One person before one goal: what several steps ask for is read once."""

    def __init__(self, user: User, goal: Goal):
        self.user, self.goal = user, goal

    @cached_property
    def authors(self) -> set[int]:
        return authors_of(self.goal)

    @cached_property
    def members(self) -> list[Membership]:
        return members_reaching(self.goal.unit_id, self.user)

    def others(self, transition: Transition) -> str:
        """Who else may take the step, by name."""
        barred = self.authors if transition.not_own_work else set()
        people = dict.fromkeys(
            str(held.user)
            for held in self.members
            if transition.right in ROLES[held.role].rights
            and held.user_id != self.user.pk
            and held.user_id not in barred
        )
        if not people:
            return "目前没有，请联系系统管理员"
        return "、".join(list(people)[:5]) + ("等" if len(people) > 5 else "")


def steps_for(user: User, goal: Goal, errors: int) -> list[Step]:
    """The rows that lead on from the goal's state, with the reason why one is greyed."""
    case = Case(user, goal)
    return [
        Step(row, _reason(row, case, errors))
        for row in TRANSITIONS.values()
        if goal.state in row.sources
    ]


def refusal_of(transition: Transition, case: Case) -> Iterator[str]:
    """Why this person may not take this step: right, then state, then what else it needs."""
    goal = case.goal
    if not may(case.user, transition.right, goal):
        who = case.others(transition)
        yield f"您没有“{transition.right.value}”权限，可以办理的有：{who}。"
    if goal.state not in transition.sources:
        states = "、".join(state.label for state in transition.sources)
        yield f"只有{states}的可以{transition.label}，现在是“{State(goal.state).label}”。"
    if transition.not_own_work and case.user.pk in case.authors:
        who = case.others(transition)
        yield f"您填写或导入过这个目标，不能审核自己的内容。可以办理的有：{who}。"
    if transition.within_window and (message := closed(goal.year, case.user, goal.unit_id)):
        yield message
    yield from _unmet(transition, goal)


def _unmet(transition: Transition, goal: Goal) -> Iterator[str]:
    """What the row needs of the goal itself, except that it has no errors."""
    if transition.needs_confirmed_copy and goal.copied_from:
        year = goal.copied_from.goal.year.year
        yield (
            f"这个项目从{year}年复制，还没有确认已逐项核对，不能{transition.label}；"
            "请核对各项内容，再按“已核对，确认”。"
        )
    if transition.needs_free_name and (other := _holder_of_name(goal)):
        label = State(other.state).label
        yield (
            f"本单位本年度已有同名项目“{other.project}”（{label}），不能{transition.label}；"
            "请先把那个项目改名或作废。"
        )


def _holder_of_name(goal: Goal) -> Goal | None:
    """Another goal that has the name which a void goal gave up."""
    same = Goal.objects.filter(year=goal.year_id, unit=goal.unit_id, project=goal.project)
    return same.exclude(state=State.VOID).exclude(pk=goal.pk).first()


def errors_of(goal: Goal) -> list[Finding]:
    return blocking(findings_of(goal.sheet(), goal.year))


def findings_of(sheet: Sheet, year: Year) -> list[Finding]:
    return check(sheet, background(year, sheet=sheet))


def events_of(goal: Goal) -> list[Event]:
    """The newest first."""
    return list(goal.events.select_related("by", "revision"))


def last_submitted(events: list[Event]) -> Revision | None:
    """What the last submission said that a reviewer decided on, before the one that waits now.

    A submission that was withdrawn does not count, or a change could pass unmarked by submitting
    twice. Where nobody has decided anything yet, it is the first submission of all.
    """
    submitted = [event for event in events if event.transition == "submit"]
    waiting = events[0] if events and events[0] in submitted else None
    decided = [event for event in events if event.transition in ("return", "approve")]
    if decided:
        return decided[0].revision
    return submitted[-1].revision if submitted and submitted[-1] != waiting else None


def _reason(transition: Transition, case: Case, errors: int) -> str:
    if reason := next(refusal_of(transition, case), ""):
        return reason
    if transition.needs_no_errors and errors:
        return f"还有 {errors} 处错误，改正后才能{transition.label}。"
    return ""
