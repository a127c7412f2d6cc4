"""Drafts whose goal moved on since they were begun, brought up to what is stored now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from performance.goals.merge import Merged, merge
from performance.goals.models import Goal, Revision
from performance.goals.sheet import Sheet, from_json
from performance.goals.writing import Draft

Place = tuple[int, int]
"""Goal id and revision number."""


def rebase(
    drafts: Sequence[Draft], goals: Mapping[int, Goal], current: Mapping[int, Sheet]
) -> tuple[list[Draft], dict[int, Merged]]:
    """The drafts, merged where they ask for it; and, by index, those where cells need a choice.

    Locked goals come in `goals`, what they say now in `current`. A draft that does not ask, or
    whose base does not exist, stays as it is: stale.
    """
    late = {index: draft for index, draft in enumerate(drafts) if _is_late(draft, goals, current)}
    bases = _bases(late.values()) if late else {}
    answers, conflicts = list(drafts), {}
    for index, draft in late.items():
        goal = goals[draft.goal_id or 0]
        base = bases.get((goal.pk, draft.base))
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


def _bases(drafts: Iterable[Draft]) -> dict[Place, Sheet]:
    wanted = {(draft.goal_id, draft.base) for draft in drafts}
    rows = Revision.objects.filter(
        goal__in={goal for goal, _ in wanted}, number__in={number for _, number in wanted}
    ).order_by()
    return {
        (goal, number): from_json(content)
        for goal, number, content in rows.values_list("goal_id", "number", "content")
        if (goal, number) in wanted
    }
