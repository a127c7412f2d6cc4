"""How much there is to look at in goals that wait: what changed, what the rules find.

For many goals in a fixed number of queries, and two more for each year among them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils import timezone

from performance.goals.background import Background
from performance.goals.compare import Difference, compare
from performance.goals.models import Goal
from performance.goals.queries import background, newest_sheets, sheets_at
from performance.goals.sheet import Sheet
from performance.library.levels import Level
from performance.library.models import Year
from performance.quality.check import check
from performance.review.models import Event, Waiver
from performance.review.queries import last_decided, waived

NEVER_REVIEWED = 10_000
"""Stands for the number of changes where there is nothing to compare with: all of it is new."""


@dataclass(frozen=True)
class Standing:
    """`changes`: cells that differ from what this step decided on last, None if on nothing.
    `sent_back`: a later reviewer gave it back to this step."""

    changes: int | None
    errors: int
    warnings: int
    sent_back: bool = False

    @property
    def is_clean(self) -> bool:
        return not self.errors and not self.warnings

    @property
    def told(self) -> str:
        """What is open, in words, or ""."""
        parts = ((self.errors, "处错误"), (self.warnings, "处警告"))
        return "、".join(f"{number} {word}" for number, word in parts if number)

    @property
    def risk(self) -> tuple[int, int]:
        """For sorting, the most to look at last."""
        changes = NEVER_REVIEWED if self.changes is None else self.changes
        return changes, self.errors + self.warnings


def standings(
    goals: Sequence[Goal], today: Mapping[int, Sheet] | None = None
) -> dict[int, Standing]:
    """By goal id. The goals come with their years; `today`: their newest sheets, if known."""
    ids = [goal.pk for goal in goals]
    sheets = newest_sheets(ids) if today is None else today
    events = events_by_goal(ids)
    before = sheets_at(_reviewed(goals, events))
    knows = _backgrounds(goals, sheets)
    allowed = _waivers(ids)
    found = {}
    for goal in goals:
        if sheet := sheets.get(goal.pk):
            changes = changed_cells(compare(before[goal.pk], sheet)) if goal.pk in before else None
            open_ = _open(sheet, knows[goal.year_id], allowed[goal.pk])
            levels = open_.count(Level.ERROR), open_.count(Level.WARNING)
            back = any(event.transition == "step_back" for event in events.get(goal.pk, [])[:1])
            found[goal.pk] = Standing(changes, *levels, sent_back=back)
    return found


def changed_cells(difference: Difference) -> int:
    """As people count: a line that came or went is one, and a new order of lines too."""
    in_lines = sum(len(line.cells) or 1 for line in difference.lines)
    return len(difference.head) + in_lines + int(difference.moved)


def events_by_goal(ids: Sequence[int]) -> dict[int, list[Event]]:
    """The newest first, without what the revisions say."""
    rows = Event.objects.filter(goal__in=ids).select_related("by", "on_behalf_of", "revision")
    found: dict[int, list[Event]] = defaultdict(list)
    for event in rows.defer("revision__content").order_by("goal", "-number"):
        found[event.goal_id].append(event)
    return found


def _reviewed(goals: Sequence[Goal], events: Mapping[int, list[Event]]) -> dict[int, int]:
    """The revision that the goal's present step decided on last, by goal id.

    What an earlier step passed on is new to the one where it waits now.
    """
    found = {}
    for goal in goals:
        here = [event for event in events.get(goal.pk, []) if event.step == goal.step]
        if revision := last_decided(here):
            found[goal.pk] = revision.number
    return found


def _backgrounds(goals: Sequence[Goal], sheets: Mapping[int, Sheet]) -> dict[int, Background]:
    """Of each year once, with the indicators that these goals name."""
    years: dict[int, Year] = {goal.year_id: goal.year for goal in goals}
    found = {}
    for pk, year in years.items():
        within = [sheets[g.pk] for g in goals if g.year_id == pk and g.pk in sheets]
        lines = tuple(line for sheet in within for line in sheet.lines)
        found[pk] = background(year, replace(within[0], lines=lines) if within else None)
    return found


def _waivers(ids: Sequence[int]) -> dict[int, list[Waiver]]:
    found: dict[int, list[Waiver]] = defaultdict(list)
    today = timezone.localdate()
    for waiver in Waiver.objects.filter(goal__in=ids, lifted_at=None, until__gte=today):
        found[waiver.goal_id].append(waiver)
    return found


def _open(sheet: Sheet, knows: Background, waivers: Sequence[Waiver]) -> list[Level]:
    findings = check(sheet, knows)
    passed = waived(findings, sheet, waivers)
    return [finding.level for n, finding in enumerate(findings) if n not in passed]
