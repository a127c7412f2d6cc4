"""The whole workflow as one table."""

from collections.abc import Callable
from dataclasses import dataclass

from performance.goals.models import Goal, Revision, State
from performance.people.roles import Right


@dataclass(frozen=True)
class Opinion:
    """What a step asks for in writing; `purpose` is said when it is missing."""

    label: str
    purpose: str


@dataclass(frozen=True)
class Transition:
    """One row. Every step names the chain hash it was decided on; `done` is said to the user.

    An `aside` step is not part of the way to an approval: pages keep it apart.
    """

    name: str
    label: str
    sources: tuple[State, ...]
    target: State
    right: Right
    done: str
    opinion: Opinion | None = None
    needs_no_errors: bool = False
    needs_confirmed_copy: bool = False
    needs_free_name: bool = False
    not_own_work: bool = False
    within_window: bool = False
    aside: bool = False
    after: Callable[[Goal, Revision], None] = lambda goal, revision: None

    @property
    def needs_opinion(self) -> bool:
        return self.opinion is not None


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
            needs_confirmed_copy=True,
            within_window=True,
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
            opinion=Opinion("退回原因（必填，填报单位会看到）", "让填报单位知道怎样修改"),
            after=lift_approval,
        ),
        Transition(
            name="void",
            label="作废",
            sources=(State.DRAFT, State.RETURNED),
            target=State.VOID,
            right=Right.WRITE_GOALS,
            done="已作废，不再列出和导出；在列表中选状态“作废”可以找到，需要时可以恢复。",
            opinion=Opinion("作废原因（必填，会留在办理记录里）", "以后查得到为什么不再申报"),
            aside=True,
            within_window=True,
        ),
        Transition(
            name="restore",
            label="恢复",
            sources=(State.VOID,),
            target=State.DRAFT,
            right=Right.WRITE_GOALS,
            done="已恢复为草稿，可以继续修改。",
            needs_free_name=True,
            within_window=True,
        ),
    )
}
