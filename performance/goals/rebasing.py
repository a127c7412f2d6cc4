"""Drafts whose goal moved on since they were begun, brought up to what is stored now."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from performance.goals.merge import Merged, merge
from performance.goals.models import Goal
from performance.goals.queries import sheets_at
from performance.goals.sheet import Sheet
from performance.goals.writing import Draft


def rebase(
    drafts: Sequence[Draft], goals: Mapping[int, Goal], current: Mapping[int, Sheet]
) -> tuple[list[Draft], dict[int, Merged]]:
    """The drafts, merged where they ask for it; and, by index, those where cells need a choice.

    Locked goals come in `goals`, what they say now in `current`. A draft that does not ask, or
    whose base does not exist, stays as it is: stale.
    """
    late = {index: draft for index, draft in enumerate(drafts) if _is_late(draft, goals, current)}
    numbers = {draft.goal_id: draft.base for draft in late.values() if draft.goal_id}
    bases = sheets_at(numbers) if numbers else {}
    answers, conflicts = list(drafts), {}
    for index, draft in late.items():
        goal = goals[draft.goal_id or 0]
        base = bases.get(goal.pk)
        if base is None:
            continue
        merged = merge(base, draft.sheet, current[goal.pk])
        if merged.conflicts:
            conflicts[index] = merged
        answers[index] = replace(draft, sheet=merged.sheet, base=goal.revision_number)
    return answers, conflicts


def _is_late(draft: Draft, goals: Mapping[int, Goal], current: Mapping[int, Sheet]) -> bool:
    goal = goals.get(draft.goal_id or 0)
    return (
        draft.merges
        and goal is not None
        and goal.pk in current
        and goal.revision_number != draft.base
    )
