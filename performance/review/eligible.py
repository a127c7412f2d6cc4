"""Which of many goals can take one step together, and what stands in the way of the others.

Only what nobody needs to read again is approved together: no open findings, and the content of
last year's approval or of the last one given here.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from performance.goals.compare import compare
from performance.goals.copied import comparable
from performance.goals.models import Goal, Revision, State
from performance.goals.queries import newest_sheets, sheets_at
from performance.goals.sheet import Sheet, from_json
from performance.library.queries import steps_of
from performance.library.review_form import ReviewStep
from performance.people.models import Membership, User
from performance.review.case import ACTS, Case
from performance.review.models import Event, Remark
from performance.review.queries import refusal_of, unanswered_message
from performance.review.standing import Standing, events_by_goal, standings
from performance.review.transitions import TRANSITIONS

MOST = 100
"""Goals at once: what a page can show and a person can answer for."""


@dataclass(frozen=True)
class Candidate:
    """A goal that was chosen; `reason` says why it cannot go, or ""."""

    goal: Goal
    reason: str

    @property
    def seen(self) -> "Seen":
        return Seen(self.goal.pk, self.goal.stage, self.goal.chain_hash)


@dataclass(frozen=True)
class Seen:
    """Which content of which goal was on the page, and at what stage."""

    pk: int
    stage: str
    chain_hash: str

    def __str__(self) -> str:
        return f"{self.pk}:{self.stage}:{self.chain_hash}"

    @classmethod
    def parse(cls, text: str) -> "Seen | None":
        pk, _, rest = text.partition(":")
        stage, _, chain_hash = rest.partition(":")
        good = pk.isdecimal() and len(pk) < 19 and chain_hash.isalnum() and stage.isprintable()
        return cls(int(pk), stage, chain_hash) if good else None


def candidates(user: User, name: str, goals: QuerySet[Goal]) -> list[Candidate]:
    """Each goal with what stands in its way; those that can go come first."""
    rows = goals.select_related("year", "unit", "copied_from__goal__year", "assigned_to")
    found = list(rows[:MOST])
    look = _Look(user, name, found)
    checked = [Candidate(goal, look.reason(goal)) for goal in found]
    return sorted(checked, key=lambda candidate: bool(candidate.reason))


class _Look:
    """What is read of many goals at once, so that the number of queries does not grow with them."""

    def __init__(self, user: User, name: str, goals: Sequence[Goal]):
        self.user, self.row = user, TRANSITIONS[name]
        ids = [goal.pk for goal in goals]
        self.events = events_by_goal(ids)
        self.authors: dict[int, set[int]] = defaultdict(set)
        written = Revision.objects.filter(goal__in=ids).order_by().values_list("goal", "by")
        for goal, by in written.distinct():
            self.authors[goal].add(by)
        open_ = Remark.objects.filter(goal__in=ids, closed_at=None).order_by()
        self.remarked = set(open_.exclude(event=None).values_list("goal", flat=True))
        mine = open_.filter(event=None, reopened=False, by=user)
        self.unsent = set(mine.values_list("goal", flat=True))
        self.members: dict[int, list[Membership]] = {}
        self.steps: dict[int, list[ReviewStep]] = {}
        self.sheets = newest_sheets(ids) if self._reads else {}
        self.standing = standings(goals, self.sheets) if self._reads else {}
        self.last_year = _approved_before(goals) if self.row.passes else {}
        self.seen = self._approved_here(goals) if self.row.passes else {}

    @property
    def _reads(self) -> bool:
        return self.row.passes or self.row.needs_no_errors

    def reason(self, goal: Goal) -> str:
        """The first thing in the way, or ""."""
        return next(self._reasons(goal, self._case(goal)), "")

    def _reasons(self, goal: Goal, case: Case) -> Iterator[str]:
        yield from refusal_of(self.row, case)
        standing = self.standing.get(goal.pk, _NOTHING)
        if self.row.needs_no_errors and standing.errors:
            yield f"还有 {standing.errors} 处错误，改正后才能{self.row.label}。"
        if self.row.needs_answers and goal.pk in self.remarked:
            yield from filter(None, [unanswered_message(goal, goal.sheet(), self.row.label)])
        if self.row.passes:
            yield from self._needs_reading(goal, standing)

    def _needs_reading(self, goal: Goal, standing: Standing) -> Iterator[str]:
        """Why somebody should open the goal before approving it."""
        if goal.pk in self.unsent:
            yield "您还有没有送出的审核意见，请打开这个目标办理。"
        if not standing.is_clean:
            yield f"还有{standing.told}没有豁免，请打开看过再办理。"
        newest = next(iter(self.events.get(goal.pk, [])), None)
        if newest and newest.transition == "step_back":
            yield f"由“{newest.step_name}”退回，请打开看过审核意见再办理。"
        if not self._is_known(goal):
            yield "与上年审核通过的内容、您或本环节上次审核通过的内容都不相同，请打开看过再办理。"

    def _is_known(self, goal: Goal) -> bool:
        sheet, last_year = self.sheets.get(goal.pk), self.last_year.get(goal.pk)
        if sheet is None:
            return False
        known = [self.seen.get(goal.pk)]
        # an adjustment replaces what was issued this year, whatever was so last year
        if last_year and not goal.is_adjustment:
            known.append(comparable(last_year, sheet.year))
        return any(said is not None and not compare(said, sheet) for said in known)

    def _approved_here(self, goals: Sequence[Goal]) -> dict[int, Sheet]:
        """What this person, or somebody at this step, approved when they saw a goal last."""
        numbers = {}
        for goal in goals:
            mine = [e for e in self.events.get(goal.pk, []) if self._is_mine(e, goal)]
            if mine and mine[0].transition == "approve":
                numbers[goal.pk] = mine[0].revision.number
        return sheets_at(numbers)

    def _is_mine(self, event: Event, goal: Goal) -> bool:
        return event.transition in ACTS and (event.by_id == self.user.pk or event.step == goal.step)

    def _case(self, goal: Goal) -> Case:
        """What Case would read one by one is known already."""
        case = Case(self.user, goal)
        case.events = self.events.get(goal.pk, [])
        case.authors = self.authors[goal.pk]
        if goal.year_id not in self.steps:
            self.steps[goal.year_id] = steps_of(goal.year_id)
        case.steps = self.steps[goal.year_id]
        if goal.unit_id not in self.members:
            self.members[goal.unit_id] = case.members
        case.members = self.members[goal.unit_id]
        return case


_NOTHING = Standing(None, 0, 0)


def _approved_before(goals: Iterable[Goal]) -> dict[int, Sheet]:
    """The approved content of the same project of the same unit in the year before."""
    wanted = {(g.unit_id, g.year.year - 1, g.project): g.pk for g in goals}
    rows = Goal.objects.exclude(state=State.VOID).filter(
        approved_revision__isnull=False,
        unit__in={unit for unit, _, _ in wanted},
        year__year__in={year for _, year, _ in wanted},
        project__in={project for _, _, project in wanted},
    )
    found = {}
    for row in rows.select_related("year", "approved_revision").order_by():
        pk = wanted.get((row.unit_id, row.year.year, row.project))
        if pk and row.approved_revision:
            found[pk] = from_json(row.approved_revision.content)
    return found
