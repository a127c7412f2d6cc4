"""One person before one goal: what several steps ask for is read once."""

from functools import cached_property

from performance.goals.models import Goal, State
from performance.goals.queries import authors_of
from performance.library.queries import steps_of
from performance.library.review_form import ReviewStep
from performance.people.models import Membership, User
from performance.people.queries import capacities, members_reaching
from performance.people.roles import ROLES
from performance.review.models import Event, Remark
from performance.review.transitions import Transition

ACTS = ("approve", "return", "step_back", "reject")
"""What a reviewer does at a step of review."""


class Case:
    def __init__(self, user: User, goal: Goal):
        self.user, self.goal = user, goal

    @cached_property
    def authors(self) -> set[int]:
        return authors_of(self.goal)

    @cached_property
    def members(self) -> list[Membership]:
        return members_reaching(self.goal.unit_id, self.user)

    @cached_property
    def steps(self) -> list[ReviewStep]:
        return steps_of(self.goal.year_id)

    @cached_property
    def events(self) -> list[Event]:
        """The newest first."""
        rows = self.goal.events.select_related("by", "on_behalf_of", "revision")
        return list(rows.order_by("-number"))

    @cached_property
    def remarks(self) -> list[Remark]:
        """Those that are open."""
        return open_remarks(self.goal)

    @property
    def step(self) -> ReviewStep:
        """Before which the goal stands; of an approved one, the last."""
        waiting = self.goal.step if self.goal.state == State.SUBMITTED else len(self.steps)
        return self.steps[min(max(waiting, 1), len(self.steps)) - 1]

    @property
    def is_last_step(self) -> bool:
        return self.step == self.steps[-1]

    @cached_property
    def elsewhere(self) -> dict[int, str]:
        """Who acted at another step in this round, or was acted for: by id, where."""
        found: dict[int, str] = {}
        for event in self.events:
            other = event.transition in ACTS and event.step != self.step.number
            if not other or event.cycle != self.goal.cycle:
                continue
            for pk in (event.by_id, event.on_behalf_of_id):
                if pk:
                    found[pk] = event.step_name
        return found

    def capacities(self, transition: Transition, user: User | None = None) -> list[Membership]:
        """The roles in which the person may take a step, as far as rights go."""
        role = self.step.role if transition.at_step else ""
        return capacities(user or self.user, transition.right, self.goal.unit_id, role)

    def capacity(self, transition: Transition) -> Membership | None:
        """The one they act in: their own before those of others, and one that nothing bars."""
        held = self.capacities(transition)
        free = [one for one in held if not self.bar(transition, one)]
        return next(iter(free or held), None)

    def bar(self, transition: Transition, held: Membership) -> str:
        """Why somebody may not review in this role: they, or whom they act for, had a hand in it.

        Four eyes (内部控制: 不相容岗位分离).
        """
        for pk, who in ((held.user_id, "您"), (held.deputy_of_id, f"您所代的 {held.deputy_of} ")):
            if transition.not_own_work and pk in self.authors:
                return f"{who}填写或导入过这个目标，不能审核自己的内容。"
            if transition.at_step and pk in self.elsewhere:
                return f"{who}已在“{self.elsewhere[pk]}”办理过这个目标，不能再在另一个环节办理。"
        return ""

    def others(self, transition: Transition) -> str:
        """Who else may take the step, by name."""
        people = dict.fromkeys(
            str(held.user)
            for held in self.members
            if transition.right in ROLES[held.role].rights
            and (not transition.at_step or held.role == self.step.role)
            and held.user_id != self.user.pk
            and not self.bar(transition, held)
        )
        if not people:
            return "目前没有，请联系系统管理员"
        return "、".join(list(people)[:5]) + ("等" if len(people) > 5 else "")

    def last(self, *names: str) -> Event | None:
        return next((event for event in self.events if event.transition in names), None)


def open_remarks(goal: Goal) -> list[Remark]:
    """Of the last return, and what the clerk asked to be opened since: in the order written."""
    rows = goal.remarks.filter(closed_at=None).exclude(event=None, reopened=False)
    return list(rows.select_related("by", "revision", "answered_by").order_by("pk"))
