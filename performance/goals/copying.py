"""New goals out of old ones: last year's as this year's, or a second one beside the first."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, QuerySet

from performance.goals.actions import Outcome, Saved, save_sheet, save_sheets
from performance.goals.models import Goal, Origin, Revision, State
from performance.goals.queries import may, visible_to
from performance.goals.sheet import Sheet, from_json, tidy
from performance.goals.writing import Draft
from performance.library.models import Year
from performance.people.models import Unit, User
from performance.people.roles import Right


@dataclass(frozen=True)
class LeftOut:
    """A project that was not copied, and why."""

    project: str
    reason: str


@dataclass(frozen=True)
class Copied:
    """Ids of the new goals, in the order of their sources, and what was left out."""

    goal_ids: tuple[int, ...]
    left_out: tuple[LeftOut, ...]


def goals_of(year: Year, unit: Unit, *, by: User) -> QuerySet[Goal]:
    """What there is to copy of one unit's year, in the order of its list."""
    goals = visible_to(by).filter(year=year, unit=unit).exclude(state=State.VOID)
    return goals.select_related("approved_revision")  # in the model's own order


def projects_of(year: Year, unit: Unit) -> set[str]:
    """The names that are taken there."""
    goals = Goal.objects.filter(year=year, unit=unit).exclude(state=State.VOID)
    return set(goals.order_by().values_list("project", flat=True))


@transaction.atomic
def copy_goals(goal_ids: Collection[int], to_year: int, *, by: User) -> Copied:
    """Drafts in another year that say what each source says; each is to be confirmed.

    Whatever cannot be copied is left out and told; the rest is written together.
    """
    sources = list(visible_to(by).filter(pk__in=goal_ids).select_related("approved_revision"))
    void = [goal for goal in sources if goal.state == State.VOID]
    living = [goal for goal in sources if goal.state != State.VOID]
    revisions = _revisions(living)
    drafts = [_draft(goal, revisions[goal.pk], to_year) for goal in living]
    saved = save_sheets(drafts, by=by, origin=Origin.COPY)
    left_out = [LeftOut(goal.project, "这个项目已作废，请先恢复再复制。") for goal in void]
    left_out += [
        LeftOut(goal.project, answer.message)
        for goal, answer in zip(living, saved, strict=True)
        if answer.outcome is not Outcome.SAVED
    ]
    if unknown := len(set(goal_ids)) - len(sources):
        left_out.append(LeftOut(f"{unknown} 个项目", "项目不存在，或您没有查看的权限。"))
    made = [answer.goal_id for answer in saved if answer.outcome is Outcome.SAVED]
    return Copied(tuple(pk for pk in made if pk), tuple(left_out))


@transaction.atomic
def copy_beside(goal: Goal, project: str, *, by: User) -> Saved:
    """A second project of the same unit and year, which starts with what this one says."""
    sheet = _unkeyed(from_json(_revisions([goal])[goal.pk].content))
    draft = Draft(replace(sheet, project=tidy(project)), goal.unit_id)
    return save_sheet(draft, by=by, origin=Origin.COPY)


@transaction.atomic
def confirm_copy(goal_id: int, *, by: User, seen: str) -> None:
    """Somebody who may write it has gone through the copy as `seen`, a chain hash, names it.

    Raises PermissionDenied without the right, ValidationError for anything else in the way.
    A second confirmation changes nothing.
    """
    goal = Goal.objects.select_for_update(of=("self",)).get(pk=goal_id)
    if not may(by, Right.WRITE_GOALS, goal):
        raise PermissionDenied("您没有填报这个绩效目标的权限。")
    if goal.copied_from_id is None:
        return
    if not goal.is_editable:
        label = State(goal.state).label
        raise ValidationError(f"现在是“{label}”，只有草稿和被退回的可以确认。")
    if seen != goal.chain_hash:
        raise ValidationError("您打开页面后，内容又被修改，没有确认；请核对现在的内容再确认。")
    goal.copied_from = None
    goal.save(update_fields=["copied_from"])


def _revisions(goals: Iterable[Goal]) -> dict[int, Revision]:
    """What is copied of each goal: the approved revision, else the newest."""
    newest = Revision.objects.filter(
        goal__in=[goal.pk for goal in goals if goal.approved_revision is None],
        number=F("goal__revision_number"),
    )
    approved = [goal.approved_revision for goal in goals if goal.approved_revision]
    return {revision.goal_id: revision for revision in [*approved, *newest.order_by()]}


def _draft(goal: Goal, revision: Revision, to_year: int) -> Draft:
    sheet = replace(_unkeyed(from_json(revision.content)), year=to_year)
    return Draft(sheet, goal.unit_id, copied_from_id=revision.pk)


def _unkeyed(sheet: Sheet) -> Sheet:
    """Lines of another goal are other lines, and no file's any more."""
    lines = tuple(replace(line, key="", ref=None) for line in sheet.lines)
    return replace(sheet, lines=lines, ref=None)
