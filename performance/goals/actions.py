"""The only writer of what goals say: form, import and commands all come through here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from django.db import transaction
from django.utils import timezone

from performance.audit.acting import request_id
from performance.goals.merge import Merged
from performance.goals.models import Goal, Origin, State
from performance.goals.opening import Opened, closed_changes
from performance.goals.queries import closed, newest_sheets
from performance.goals.rebasing import rebase
from performance.goals.refusals import refusals
from performance.goals.sheet import Sheet, content_hash
from performance.goals.writing import Draft, Writer, write
from performance.library.models import Year
from performance.people.models import Unit, User
from performance.people.queries import holds_in
from performance.people.roles import Right

SHOWN_PLACES = 10

Name = tuple[int, int, str]
"""What identifies a goal to people: year, unit id, project."""


class Outcome(Enum):
    SAVED = "saved"
    SAME = "same"  # it said so already: nothing was written
    STALE = "stale"  # somebody else's save came first: nothing was written
    CONFLICT = "conflict"  # both changed the same cells: nothing was written
    REFUSED = "refused"


@dataclass(frozen=True)
class Saved:
    """What became of one draft; `message` says why it was not saved."""

    outcome: Outcome
    goal_id: int | None = None
    message: str = ""
    # of what is stored now, when that is what the draft says
    chain_hash: str = field(default="", compare=False)
    number: int = field(default=0, compare=False)
    # what both say together, with the cells that need a choice, and the other's revision
    merged: Merged | None = field(default=None, compare=False)
    theirs: int = field(default=0, compare=False)
    # somebody else's change came first and is in what was saved
    with_others: bool = field(default=False, compare=False)


def save_sheet(draft: Draft, *, by: User, origin: Origin) -> Saved:
    return save_sheets([draft], by=by, origin=origin)[0]


@transaction.atomic
def save_sheets(
    drafts: Sequence[Draft], *, by: User, origin: Origin, origin_id: int | None = None
) -> list[Saved]:
    """Write each draft that may be written, in a number of queries that batches alone raise.

    Answers one Saved per draft, in order. A draft whose goal has moved on since its base is
    merged if it asks for that, which is a CONFLICT where both changed the same cells, else STALE,
    as is one whose project was opened meanwhile; one that rights, state or content forbid is
    REFUSED. Nothing of those is written.
    """
    goals = _lock(drafts)
    years = _years(drafts, goals)
    current = _current(drafts, goals)
    rebased, conflicts = rebase(drafts, goals, current)
    taken = _taken(rebased, goals, years)
    waiting = dict(current)
    answers = [
        _judge(draft, goals.get(draft.goal_id or 0), waiting, taken, years, by) for draft in rebased
    ]
    for index, merged in conflicts.items():
        answers[index] = _asked(answers[index], merged, rebased[index].base)
    wanted = [index for index, answer in enumerate(answers) if answer.outcome is Outcome.SAVED]
    writer = Writer(by, origin, origin_id, timezone.now(), request_id())
    written = write([rebased[index] for index in wanted], goals, current, years, writer)
    for index, goal in zip(wanted, written, strict=True):
        others = rebased[index].base != drafts[index].base
        answers[index] = Saved(
            Outcome.SAVED,
            goal.pk,
            chain_hash=goal.chain_hash,
            number=goal.revision_number,
            with_others=others,
        )
    return answers


def _lock(drafts: Iterable[Draft]) -> dict[int, Goal]:
    """In the order of their ids, so that two saves of many cannot wait for each other."""
    ids = [draft.goal_id for draft in drafts if draft.goal_id is not None]
    if not ids:
        return {}
    rows = Goal.objects.select_for_update(of=("self",)).select_related("year")
    return {goal.pk: goal for goal in rows.filter(pk__in=ids).order_by("pk")}


def _years(drafts: Iterable[Draft], goals: Mapping[int, Goal]) -> dict[int, Year]:
    years = {goal.year.year: goal.year for goal in goals.values()}
    missing = {draft.sheet.year for draft in drafts} - years.keys()
    if missing:
        years |= {year.year: year for year in Year.objects.filter(year__in=missing)}
    return years


def _current(drafts: Iterable[Draft], goals: Mapping[int, Goal]) -> dict[int, Sheet]:
    """What the locked goals say: as it was seen, where nobody wrote since."""
    seen = {draft.goal_id: draft.seen for draft in drafts if draft.seen}
    known = {
        pk: seen[pk][1]
        for pk, goal in goals.items()
        if pk in seen and seen[pk][0] == goal.chain_hash
    }
    return known | newest_sheets([pk for pk in goals if pk not in known])


def _taken(
    drafts: Iterable[Draft], goals: Mapping[int, Goal], years: Mapping[int, Year]
) -> dict[Name, int]:
    """Which goal holds which (year, unit, project) in the units where a name is asked for.

    Those units are locked, after the goals: two people opening a project, or renaming one, to the
    same name in the same unit come one by one.
    """
    units = {draft.unit_id for draft in drafts if _asks_for_a_name(draft, goals)}
    if not units:
        return {}
    list(Unit.objects.select_for_update(no_key=True).filter(pk__in=units).order_by("pk"))
    rows = Goal.objects.filter(year__in=years.values(), unit__in=units).exclude(state=State.VOID)
    return {
        (year, unit, project): pk
        for year, unit, project, pk in rows.order_by().values_list(
            "year__year", "unit_id", "project", "pk"
        )
    }


def _asks_for_a_name(draft: Draft, goals: Mapping[int, Goal]) -> bool:
    goal = goals.get(draft.goal_id or 0)
    return goal is None or goal.project != draft.sheet.project


def _judge(
    draft: Draft,
    goal: Goal | None,
    waiting: dict[int, Sheet],
    taken: dict[Name, int],
    years: Mapping[int, Year],
    by: User,
) -> Saved:
    """`waiting`: what the goals say that no draft of this save has been accepted for yet."""
    adjusts = goal is not None and goal.is_adjustment  # of what was issued: at any time
    if message := _without_a_place(draft, years, by, in_window=not adjusts):
        return Saved(Outcome.REFUSED, message=message)
    holder = taken.get(_name(draft))
    if draft.goal_id is None:
        return _judge_new(draft, holder, taken)
    if goal is None or goal.unit_id != draft.unit_id or goal.year_id != years[draft.sheet.year].pk:
        return Saved(Outcome.REFUSED, message="这个绩效目标不存在，或单位、年度不符。")
    if goal.revision_number != draft.base or goal.pk not in waiting:
        return Saved(Outcome.STALE, goal.pk, "别人已先保存了这个绩效目标。")
    if draft.sheet == waiting[goal.pk]:
        return Saved(Outcome.SAME, goal.pk, chain_hash=goal.chain_hash)
    if message := _unchangeable(goal, waiting[goal.pk], draft):
        return Saved(Outcome.REFUSED, goal.pk, message)
    if holder not in (None, goal.pk):
        return Saved(Outcome.REFUSED, goal.pk, "本单位本年度已有同名项目，请改用别的项目名称。")
    taken[_name(draft)] = goal.pk
    del waiting[goal.pk]  # a second draft of the same goal in this very save is one too many
    return Saved(Outcome.SAVED, goal.pk)


def _unchangeable(goal: Goal, before: Sheet, draft: Draft) -> str:
    return "" if _gives_up(goal, draft) else unchangeable(goal, before, draft.sheet)


def _gives_up(goal: Goal, draft: Draft) -> bool:
    """Whether a draft takes an adjustment back to exactly what was issued."""
    issued = goal.issued_revision if draft.gives_up and goal.is_adjustment else None
    same = issued is not None and issued.content_hash == content_hash(draft.sheet)
    return same and goal.is_editable


def unchangeable(goal: Goal, before: Sheet, after: Sheet) -> str:
    """Why a goal may not be changed like that as it stands in review, or ""."""
    if not goal.is_editable:
        label = State(goal.state).label
        return f"现在是“{label}”，只有草稿、被退回和调整中的可以修改。"
    places = closed_changes(before, after, Opened.of(goal.open_cells))
    if not places:
        return ""
    more = f"等{len(places)}处" if len(places) > SHOWN_PLACES else ""
    return (
        f"退回后只开放了审核意见所指的单元格，不能修改：{'、'.join(places[:SHOWN_PLACES])}{more}。"
        "确需修改的，请先在项目页面申请开放并说明理由。"
    )


def _asked(answer: Saved, merged: Merged, theirs: int) -> Saved:
    """What may be saved waits for a choice, also where the merged sheet is what stands there now:
    my removal of a line that they changed."""
    if answer.outcome is Outcome.REFUSED:
        return answer
    message = "别人先保存了，同一格两人改得不同。"
    return Saved(Outcome.CONFLICT, answer.goal_id, message, merged=merged, theirs=theirs)


def _without_a_place(draft: Draft, years: Mapping[int, Year], by: User, *, in_window: bool) -> str:
    """Why such a draft can be stored nowhere, whatever is there already; or ""."""
    if not holds_in(by, Right.WRITE_GOALS, draft.unit_id):
        return "您没有填报这个单位的权限。"
    if draft.sheet.year not in years:
        return f"没有{draft.sheet.year}年度，请业务管理员先建立。"
    if in_window and (message := closed(years[draft.sheet.year], by, draft.unit_id)):
        return message
    found = next(refusals(draft.sheet), None)
    return found.message if found else ""


def _judge_new(draft: Draft, holder: int | None, taken: dict[Name, int]) -> Saved:
    if holder is not None:
        return Saved(Outcome.STALE, holder or None, "本单位本年度已有同名项目。")
    taken[_name(draft)] = 0  # a second one of the same name in this very save is one too many
    return Saved(Outcome.SAVED)


def _name(draft: Draft) -> Name:
    return draft.sheet.year, draft.unit_id, draft.sheet.project
