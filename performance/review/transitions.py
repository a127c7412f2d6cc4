"""The whole workflow as one table."""

from collections.abc import Callable
from dataclasses import dataclass

from performance.goals.models import Goal, Revision, State
from performance.people.roles import Right


@dataclass(frozen=True)
class Transition:
    """One row. Every step names the chain hash it was decided on; `done` is said to the user."""

    name: str
    label: str
    sources: tuple[State, ...]
    target: State
    right: Right
    done: str
    needs_opinion: bool = False
    needs_no_errors: bool = False
    not_own_work: bool = False
    after: Callable[[Goal, Revision], None] = lambda goal, revision: None


def seal_approval(goal: Goal, revision: Revision) -> None:
    goal.approved_revision = revision


def lift_approval(goal: Goal, revision: Revision) -> None:
    goal.approved_revision = None


TRANSITIONS = {
    row.name: row
    for row in (
        Transition(
            name="submit",
            label="送审",
            sources=(State.DRAFT, State.RETURNED),
            target=State.SUBMITTED,
            right=Right.SUBMIT_GOALS,
            done="已送审，等待审核。",
            needs_no_errors=True,
        ),
        Transition(
            name="withdraw",
            label="取消送审",
            sources=(State.SUBMITTED,),
            target=State.DRAFT,
            right=Right.SUBMIT_GOALS,
            done="已取消送审，可以继续修改。",
        ),
        Transition(
            name="approve",
            label="审核通过",
            sources=(State.SUBMITTED,),
            target=State.APPROVED,
            right=Right.REVIEW_GOALS,
            done="已审核通过。",
            not_own_work=True,
            after=seal_approval,
        ),
        Transition(
            name="return",
            label="退回",
            sources=(State.SUBMITTED, State.APPROVED),
            target=State.RETURNED,
            right=Right.REVIEW_GOALS,
            done="已退回给填报单位。",
            needs_opinion=True,
            after=lift_approval,
        ),
    )
}
