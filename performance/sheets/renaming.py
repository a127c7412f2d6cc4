"""A project under another name: proposed where all but its name and values is the same."""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace

from performance.goals.actions import unchangeable
from performance.goals.models import Goal, State
from performance.goals.sheet import Coded, Sheet
from performance.library.levels import Level
from performance.library.plain import plain
from performance.quality.finding import cell_of, worksheet_of
from performance.sheets.convert import Incoming
from performance.sheets.located import Located
from performance.sheets.plan import Kind, Operation
from performance.sheets.remerging import laid
from performance.sheets.surroundings import Surroundings

NAMED = 5


def propose_renames(
    operations: Sequence[Operation], goals: Sequence[Incoming], around: Surroundings
) -> tuple[list[Operation], list[Located]]:
    """The operations with their proposals, and what is to be told of them.

    Proposed where one new goal of the file stands against one goal that can be changed and is
    not in the file. Where several could be meant, nothing is proposed.
    """
    left = _not_in_file(operations, around)
    asking = _asking(operations) if left else {}
    proposed = list(operations)
    told: list[Located] = []
    for looks, indexes in asking.items():
        candidates = left.get(looks, [])
        for index in indexes if candidates else ():
            only = len(candidates) == len(indexes) == 1
            only = only and _may_be_renamed(candidates[0], goals[index], around)
            if only:
                proposed[index] = _rename(operations[index], goals[index], candidates[0], around)
            told.append(_told(goals[index].sheet, index, candidates, only))
    return proposed, told


def _may_be_renamed(current: Goal, goal: Incoming, around: Surroundings) -> bool:
    """Not where review has closed its name, or a value that the file changes."""
    after = laid(goal, current.pk, around).sheet
    return not unchangeable(current, around.sheets[current.pk], after)


def _asking(operations: Sequence[Operation]) -> Mapping[Hashable, list[int]]:
    """The new goals of the file by what they look like."""
    found: dict[Hashable, list[int]] = defaultdict(list)
    for index, op in enumerate(operations):
        if op.kind is Kind.NEW and op.unit_id and op.sheet.lines:
            found[_looks(op.sheet, op.unit_id)].append(index)
    return found


def _not_in_file(
    operations: Sequence[Operation], around: Surroundings
) -> Mapping[Hashable, list[Goal]]:
    """The goals there are that the file does not name, by what they look like."""
    named = {(op.sheet.year, op.unit_id, op.sheet.project) for op in operations}
    found: dict[Hashable, list[Goal]] = defaultdict(list)
    for place, goal in around.goals.items():
        if place not in named:
            compared = around.bases.get(goal.pk, around.sheets[goal.pk])
            found[_looks(compared, goal.unit_id)].append(goal)
    return found


def _looks(sheet: Sheet, unit_id: int) -> Hashable:
    """All but the name and the values; codes count before names, as everywhere."""
    return (
        sheet.year,
        unit_id,
        _known_as(sheet.category),
        frozenset(_known_as(line.level3) for line in sheet.lines),
        sheet.overall_goal,
        sheet.annual_goal,
    )


def _known_as(coded: Coded) -> str:
    return coded.code or plain(coded.name)


def _rename(op: Operation, goal: Incoming, current: Goal, around: Surroundings) -> Operation:
    return replace(
        op,
        kind=Kind.CHANGED,
        sheet=laid(goal, current.pk, around).sheet,
        goal_id=current.pk,
        base=current.revision_number,
        was=current.project,
        apart=goal.sheet,
    )


def _told(sheet: Sheet, index: int, candidates: Sequence[Goal], proposed: bool) -> Located:
    names = "、".join(
        f"“{goal.project}”（{State(goal.state).label}）" for goal in candidates[:NAMED]
    )
    if proposed:
        message = (
            f"疑似改名：原名“{candidates[0].project}” → “{sheet.project}”，单位、类别、目标和各项"
            "三级指标都相同。确认后改为新名称；不是同一个项目的，请在确认时选择新建。"
        )
    else:
        message = (
            f"“{sheet.project}”与{names}只有名称不同，但不能断定是哪个项目改名，或它现在不能修改；"
            "确认后将新建。如果是改名，请先在那个项目里改好名称，再重新比较。"
        )
    level = Level.WARNING if proposed else Level.HINT
    cell = cell_of(sheet, None, "project")
    return Located("F13", level, message, worksheet_of(sheet), cell, index)
