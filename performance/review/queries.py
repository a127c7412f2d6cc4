"""Reading what review did, and what it would allow."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils import timezone

from performance.goals.models import Goal, Revision, State
from performance.goals.opening import is_touched, place_of, text_at
from performance.goals.queries import background
from performance.goals.sheet import Sheet, from_json
from performance.library.models import Year
from performance.people.models import User
from performance.quality.check import blocking, check
from performance.quality.finding import Finding
from performance.review.case import ACTS, Case, open_remarks
from performance.review.models import Event, Remark, Waiver
from performance.review.needs import all_proposed, lacking
from performance.review.transitions import TRANSITIONS, Transition

SHOWN_PLACES = 5


@dataclass(frozen=True)
class Step:
    """A transition as one person sees it at one goal; `reason` says why it is greyed, or ""."""

    transition: Transition
    reason: str

    @property
    def is_open(self) -> bool:
        return not self.reason


def steps_for(user: User, goal: Goal, errors: int, case: Case | None = None) -> list[Step]:
    """The rows that lead on from the goal's state, with the reason why one is greyed."""
    case = case or Case(user, goal)
    return [
        Step(row, _reason(row, case, errors))
        for row in TRANSITIONS.values()
        if goal.state in row.sources and _applies(row, case)
    ]


def refusal_of(transition: Transition, case: Case, *, saving: bool = False) -> Iterator[str]:
    """Why this person may not take this step: right, then state, then what else it needs.

    `saving`: before it a save replaces what the goal says, which so far does not matter.
    """
    goal = case.goal
    held = case.capacity(transition)
    if held is None:
        yield f"{missing_right(transition, case)}可以办理的有：{case.others(transition)}。"
    if goal.state not in transition.sources:
        states = "、".join(state.label for state in transition.sources)
        yield f"只有{states}的可以{transition.label}，现在是“{State(goal.state).label}”。"
    if held and (bar := case.bar(transition, held)):
        yield f"{bar}可以办理的有：{case.others(transition)}。"
    yield from lacking(transition, case, saving=saving)


def missing_right(transition: Transition, case: Case) -> str:
    if not transition.at_step:
        return f"您没有“{transition.right.value}”权限，"
    return f"您没有“{transition.right.value}”权限（现在的环节是“{case.step.name}”），"


def unanswered(remarks: Iterable[Remark], sheet: Sheet) -> list[Remark]:
    """Open remarks with neither an answer nor a change where they point."""
    rows = [r for r in remarks if not r.answer and not r.reopened]
    seen: dict[int, Sheet] = {}
    for row in rows:
        seen.setdefault(row.revision_id, from_json(row.revision.content))
    return [r for r in rows if not is_touched(seen[r.revision_id], sheet, r.key, r.field)]


def drafts_of(user: User, goal: Goal) -> list[Remark]:
    """What a reviewer wrote and has not sent with a step."""
    return list(goal.remarks.filter(event=None, reopened=False, by=user).order_by("pk"))


def waivers_of(goal: Goal) -> list[Waiver]:
    """Those that hold today."""
    rows = goal.waivers.filter(lifted_at=None, until__gte=timezone.localdate())
    return list(rows.select_related("by"))


def errors_of(goal: Goal) -> list[Finding]:
    return blocking(findings_of(goal.sheet(), goal.year))


def findings_of(sheet: Sheet, year: Year) -> list[Finding]:
    return check(sheet, background(year, sheet=sheet))


def waived_text(sheet: Sheet, key: str, field: str) -> str:
    """What a waiver is given to; of what is no cell, nothing that could change."""
    return text_at(sheet, key, field) or ""


def waived(
    findings: Sequence[Finding], sheet: Sheet, waivers: Sequence[Waiver]
) -> dict[int, Waiver]:
    """Which of the findings somebody let pass: by index. Errors never are, nor what says something
    else by now."""
    allowed = {
        (waiver.rule, waiver.key, waiver.field): waiver
        for waiver in waivers
        if waiver.text == waived_text(sheet, waiver.key, waiver.field)
    }
    found = {}
    for index, finding in enumerate(findings):
        key = "" if finding.line is None else sheet.lines[finding.line].key
        waiver = allowed.get((finding.rule, key, finding.field))
        if waiver and not blocking([finding]):
            found[index] = waiver
    return found


def events_of(goal: Goal) -> list[Event]:
    """The newest first."""
    rows = goal.events.select_related("by", "on_behalf_of", "revision")
    return list(rows.order_by("-number"))


def last_decided(events: list[Event]) -> Revision | None:
    """The content that a reviewer decided on last, or None where nobody has decided anything.

    What was submitted and withdrawn does not count: nobody may have read it, so that nothing in
    it may pass as unchanged.
    """
    return next((event.revision for event in events if event.transition in ACTS), None)


def _applies(transition: Transition, case: Case) -> bool:
    """Whether a row is worth showing greyed: not the way back from the first step, and not the
    end of an adjustment that is none."""
    if transition.goes_back:
        return case.goal.step > 1
    if transition.as_issued:
        return case.goal.is_adjustment
    if transition.takes_proposals:
        return all_proposed(case)
    return not (transition.never_issued and case.goal.issued_revision_id)


def unanswered_message(
    goal: Goal, sheet: Sheet, label: str, remarks: Iterable[Remark] | None = None
) -> str:
    """`remarks`: the open ones, where they are known."""
    rows = unanswered(open_remarks(goal) if remarks is None else remarks, sheet)
    if not rows:
        return ""
    places = "、".join(place_of(r.key, r.field, sheet) for r in rows[:SHOWN_PLACES])
    more = "等" if len(rows) > SHOWN_PLACES else ""
    return (
        f"还有 {len(rows)} 条审核意见既没有修改也没有答复，不能{label}：{places}{more}。"
        "请修改所指的单元格，或在意见下写明答复。"
    )


def _reason(transition: Transition, case: Case, errors: int) -> str:
    if reason := next(refusal_of(transition, case, saving=transition.takes_proposals), ""):
        return reason
    if transition.needs_no_errors and errors:
        return f"还有 {errors} 处错误，改正后才能{transition.label}。"
    if not transition.needs_answers or transition.takes_proposals:  # those answer everything
        return ""
    returned = case.goal.state == State.RETURNED  # otherwise no remark waits for an answer
    if not returned or all(remark.answer for remark in case.remarks):
        return ""
    return unanswered_message(case.goal, case.goal.sheet(), transition.label, case.remarks)
