"""What a step needs of the goal itself, except that it has no errors: each a sentence or ""."""

from collections.abc import Iterator

from performance.goals.models import Goal, State
from performance.goals.queries import closed
from performance.review.case import Case
from performance.review.transitions import Transition


def lacking(transition: Transition, case: Case, *, saving: bool) -> Iterator[str]:
    """`saving`: a save before the step replaces what the goal says, so that does not matter yet."""
    needs = _NEEDS if saving else (*_NEEDS, _adjusts)
    yield from filter(None, (need(transition, case) for need in needs))


def all_proposed(case: Case) -> bool:
    rows = case.remarks
    return bool(rows) and all(r.proposal is not None and not r.reopened for r in rows)


def _in_window(transition: Transition, case: Case) -> str:
    binds = transition.within_window and not case.goal.is_adjustment
    return closed(case.goal.year, case.user, case.goal.unit_id) if binds else ""


def _confirmed_copy(transition: Transition, case: Case) -> str:
    if not transition.needs_confirmed_copy or not case.goal.copied_from:
        return ""
    year = case.goal.copied_from.goal.year.year
    return (
        f"这个项目从{year}年复制，还没有确认已逐项核对，不能{transition.label}；"
        "请核对各项内容，再按“已核对，确认”。"
    )


def _free_name(transition: Transition, case: Case) -> str:
    """A void goal gave up its name, and another may have it by now."""
    goal = case.goal
    if not transition.needs_free_name:
        return ""
    same = Goal.objects.filter(year=goal.year_id, unit=goal.unit_id, project=goal.project)
    other = same.exclude(state=State.VOID).exclude(pk=goal.pk).first()
    if other is None:
        return ""
    return (
        f"本单位本年度已有同名项目“{other.project}”（{State(other.state).label}），"
        f"不能{transition.label}；请先把那个项目改名或作废。"
    )


def _untouched(transition: Transition, case: Case) -> str:
    newest = case.events[0] if transition.untouched and case.events else None
    if not newest or newest.transition in transition.undoes:
        return ""
    return (
        f"{newest.who}已办理（{newest.label}），不能再{transition.label}；"
        "需要修改请联系审核人退回。"
    )


def _way_back(transition: Transition, case: Case) -> str:
    if transition.goes_back and case.goal.step <= 1:
        return "这是第一个审核环节，前面没有环节可退；需要修改请退回给填报单位。"
    return ""


def _proposals(transition: Transition, case: Case) -> str:
    if transition.takes_proposals and not all_proposed(case):
        return "没有可以采纳的建议，或不是每条意见都带有建议；请修改后送审。"
    return ""


def _issued(transition: Transition, case: Case) -> str:
    if transition.never_issued and case.goal.issued_revision_id:
        return f"这个项目已批复过，不能{transition.label}；不再调整请按“放弃调整”。"
    if transition.as_issued and not case.goal.is_adjustment:
        return "这个项目没有在调整，没有可以放弃的。"
    return ""


def _adjusts(transition: Transition, case: Case) -> str:
    """What is handed over as an adjustment has to say something else than what was issued."""
    goal = case.goal
    issued = goal.issued_revision if goal.is_adjustment and transition.needs_answers else None
    if issued is None:
        return ""
    if issued.number != goal.revision_number:
        said = goal.revisions.filter(number=goal.revision_number)
        if not said.filter(content_hash=issued.content_hash).exists():
            return ""
    return (
        f"与已批复的内容（第{issued.number}版）完全相同，没有调整任何内容，不能{transition.label}；"
        "请修改并保存后再送审，不再调整的请按“放弃调整”。"
    )


_NEEDS = (
    _in_window,
    _confirmed_copy,
    _free_name,
    _untouched,
    _way_back,
    _proposals,
    _issued,
)
