"""The whole workflow as one table."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from performance.goals.models import Goal, Revision, State
from performance.library.review_form import Verdict
from performance.people.roles import Right


@dataclass(frozen=True)
class Opinion:
    """What a step asks for in writing; `purpose` is said when it is missing."""

    label: str
    purpose: str = ""
    required: bool = True


class Told(Enum):
    """Who hears of a step."""

    REVIEWERS = "reviewers"  # those before whose step the goal now stands
    WRITERS = "writers"  # those who wrote and submitted it


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
    needs_answers: bool = False
    # taken before the goal's step of review, in its role, by somebody who acts at no other step
    at_step: bool = False
    # by somebody who wrote nothing of it
    not_own_work: bool = False
    # on to the next step of review; `target` is reached at the last one
    passes: bool = False
    # to an earlier step of review, which the reviewer chooses
    goes_back: bool = False
    needs_remark: bool = False
    # what the worst grade of the review form may be
    verdicts: tuple[Verdict, ...] = ()
    # every open remark proposes a text, and the content is what they propose
    takes_proposals: bool = False
    # what was remarked until now is settled
    starts_again: bool = False
    # back to where the last of these steps was taken from, instead of `target`
    undoes: tuple[str, ...] = ()
    # only as long as nobody acted after the step that it undoes
    untouched: bool = False
    never_issued: bool = False
    # the content is again what was issued (review/adjusting.py sees to that)
    as_issued: bool = False
    within_window: bool = False
    aside: bool = False
    tells: Told | None = None
    after: Callable[[Goal, Revision], None] = lambda goal, revision: None

    @property
    def needs_opinion(self) -> bool:
        return self.opinion is not None and self.opinion.required


def leave_review(goal: Goal, revision: Revision) -> None:
    goal.step = 0


def seal_approval(goal: Goal, revision: Revision) -> None:
    """At the last step only: until then the goal goes on to the next one."""
    if goal.state == State.APPROVED:
        goal.approved_revision = revision
        goal.open_cells = None


def lift_approval(goal: Goal, revision: Revision) -> None:
    """What was issued stays what is filed until an adjustment of it is approved."""
    goal.approved_revision = goal.issued_revision


def start_again(goal: Goal, revision: Revision) -> None:
    goal.open_cells = None
    goal.step = 0


def seal_issue(goal: Goal, revision: Revision) -> None:
    goal.issued_revision = goal.approved_revision


def open_adjustment(goal: Goal, revision: Revision) -> None:
    start_again(goal, revision)
    goal.cycle += 1


TRANSITIONS = {
    row.name: row
    for row in (
        Transition(
            name="submit",
            label="送审",
            sources=(State.DRAFT, State.RETURNED, State.ADJUSTING),
            target=State.SUBMITTED,
            right=Right.SUBMIT_GOALS,
            done="已送审，等待审核。",
            needs_no_errors=True,
            needs_confirmed_copy=True,
            needs_answers=True,
            within_window=True,
            tells=Told.REVIEWERS,
        ),
        Transition(
            name="accept",
            label="采纳建议并送审",
            sources=(State.RETURNED,),
            target=State.SUBMITTED,
            right=Right.SUBMIT_GOALS,
            done="已采纳全部建议，送回提出建议的环节。",
            takes_proposals=True,
            needs_no_errors=True,
            needs_answers=True,
            within_window=True,
            tells=Told.REVIEWERS,
        ),
        Transition(
            name="withdraw",
            label="取消送审",
            sources=(State.SUBMITTED,),
            target=State.DRAFT,
            right=Right.SUBMIT_GOALS,
            done="已取消送审，可以继续修改。",
            undoes=("submit", "accept"),
            untouched=True,
            after=leave_review,
        ),
        Transition(
            name="approve",
            label="审核通过",
            sources=(State.SUBMITTED,),
            target=State.APPROVED,
            right=Right.REVIEW_GOALS,
            done="已审核通过。",
            opinion=Opinion("审核意见（可不填，会留在办理记录里）", required=False),
            at_step=True,
            not_own_work=True,
            passes=True,
            verdicts=(Verdict.PASS,),
            tells=Told.REVIEWERS,
            after=seal_approval,
        ),
        Transition(
            name="return",
            label="退回",
            sources=(State.SUBMITTED, State.APPROVED),
            target=State.RETURNED,
            right=Right.REVIEW_GOALS,
            done="已退回给填报单位，请其按意见修改或答复。",
            opinion=Opinion("总的意见（针对整张表，填了就开放整张表）", required=False),
            at_step=True,
            needs_remark=True,
            verdicts=(Verdict.PASS, Verdict.RETURN),
            tells=Told.WRITERS,
            after=lift_approval,
        ),
        Transition(
            name="step_back",
            label="退回上一环节",
            sources=(State.SUBMITTED,),
            target=State.SUBMITTED,
            right=Right.REVIEW_GOALS,
            done="已退回前面的审核环节。",
            opinion=Opinion("总的意见（针对整张表）", required=False),
            at_step=True,
            goes_back=True,
            needs_remark=True,
            tells=Told.REVIEWERS,
        ),
        Transition(
            name="reject",
            label="不予通过",
            sources=(State.SUBMITTED,),
            target=State.REJECTED,
            right=Right.REVIEW_GOALS,
            done="已不予通过；只有业务管理员可以重新受理。",
            opinion=Opinion("不予通过的原因（必填，填报单位会看到）", "让填报单位知道为什么"),
            at_step=True,
            verdicts=(Verdict.REJECT,),
            tells=Told.WRITERS,
        ),
        Transition(
            name="reopen",
            label="重新受理",
            sources=(State.REJECTED,),
            target=State.DRAFT,
            right=Right.ISSUE_GOALS,
            done="已重新受理，填报单位可以修改后再送审。",
            opinion=Opinion("重新受理的原因（必填，会留在办理记录里）", "以后查得到为什么重新受理"),
            tells=Told.WRITERS,
            starts_again=True,
            after=start_again,
        ),
        Transition(
            name="issue",
            label="批复",
            sources=(State.APPROVED,),
            target=State.ISSUED,
            right=Right.ISSUE_GOALS,
            done="已批复，此后只能通过绩效目标调整修改。",
            opinion=Opinion("批复文号或说明（可不填）", required=False),
            tells=Told.WRITERS,
            after=seal_issue,
        ),
        Transition(
            name="file",
            label="备案",
            sources=(State.ISSUED,),
            target=State.FILED,
            right=Right.ISSUE_GOALS,
            done="已备案。",
            opinion=Opinion("备案说明（可不填）", required=False),
            tells=Told.WRITERS,
        ),
        Transition(
            name="adjust",
            label="申请调整",
            sources=(State.ISSUED, State.FILED),
            target=State.ADJUSTING,
            right=Right.WRITE_GOALS,
            done="已进入调整：修改后再送审；审核通过以前，导出的仍是已批复的内容。",
            opinion=Opinion("调整的原因（必填，审核人会看到）", "让审核人知道为什么调整"),
            aside=True,
            starts_again=True,
            after=open_adjustment,
        ),
        Transition(
            name="drop",
            label="放弃调整",
            sources=(State.ADJUSTING, State.RETURNED),
            target=State.ISSUED,
            right=Right.WRITE_GOALS,
            done="已放弃这次调整，恢复为已批复的内容。",
            opinion=Opinion("放弃调整的原因（必填，会留在办理记录里）", "以后查得到为什么放弃"),
            undoes=("adjust",),
            as_issued=True,
            aside=True,
            starts_again=True,
            after=start_again,
        ),
        Transition(
            name="void",
            label="作废",
            sources=(State.DRAFT, State.RETURNED),
            target=State.VOID,
            right=Right.WRITE_GOALS,
            done="已作废，不再列出和导出；在列表中选状态“作废”可以找到，需要时可以恢复。",
            opinion=Opinion("作废原因（必填，会留在办理记录里）", "以后查得到为什么不再申报"),
            never_issued=True,
            aside=True,
            within_window=True,
            starts_again=True,
            after=start_again,
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
