"""What handing over would do when somebody leaves: to their roles, and to what waits for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.utils import timezone

from performance.goals.models import Goal, Unsaved
from performance.people.models import Membership, User
from performance.people.queries import holds, reaches
from performance.people.roles import ROLES, Right
from performance.review.assigning import next_step
from performance.review.case import Case
from performance.review.models import Remark

DAY = timedelta(days=1)
KEEPING = tuple(role.name for role in ROLES.values() if Right.MANAGE_USERS in role.rights)


@dataclass(frozen=True)
class Wish:
    """What the administrator asks for; `successors`: id of a membership to a person."""

    person: User
    successors: Mapping[int, User]
    last_day: date
    switch_off: bool = False

    @property
    def first_day(self) -> date:
        """Of the successors."""
        return self.last_day + DAY


@dataclass(frozen=True)
class RolePassed:
    held: Membership
    successor: User | None
    told: str


@dataclass(frozen=True)
class GoalPassed:
    goal: Goal
    successor: User | None
    told: str


@dataclass(frozen=True)
class Handover:
    """All that would happen; `drafts` and `unsaved` stay with the person and are only told."""

    wish: Wish
    roles: tuple[RolePassed, ...]
    deputies: tuple[Membership, ...]
    goals: tuple[GoalPassed, ...]
    drafts: tuple[Remark, ...]
    unsaved: tuple[Unsaved, ...]

    @property
    def seal(self) -> str:
        """Names exactly this, so that a press confirms what was on the screen."""
        wish = self.wish
        parts = [wish.person.pk, wish.last_day, wish.switch_off, wish.person.is_active]
        parts += [(r.held.pk, r.held.ends_on, r.successor and r.successor.pk) for r in self.roles]
        parts += [(held.pk, held.ends_on) for held in self.deputies]
        parts += [(g.goal.pk, g.goal.stage, g.successor and g.successor.pk) for g in self.goals]
        parts += [row.pk for row in (*self.drafts, *self.unsaved)]
        return sha256(repr(parts).encode()).hexdigest()


def roles_to_pass(person: User) -> list[Membership]:
    """The own roles that hold or will hold."""
    rows = person.memberships.filter(_not_over(), deputy_of=None)
    return list(rows.select_related("unit", "user").order_by("pk"))


def plan(wish: Wish, *, by: User) -> Handover:
    """Raises PermissionDenied without the right, ValidationError with all that is in the way."""
    if not holds(by, Right.MANAGE_USERS):
        raise PermissionDenied("只有系统管理员可以办理工作交接。")
    roles = roles_to_pass(wish.person)
    if problems := _problems(wish, roles, by):
        raise ValidationError(problems)
    about = Q(user=wish.person, deputy_of__isnull=False) | Q(deputy_of=wish.person)
    deputies = Membership.objects.filter(_not_over(), about)
    drafts = Remark.objects.filter(by=wish.person, event=None, reopened=False, closed_at=None)
    unsaved = Unsaved.objects.filter(by=wish.person).exclude(content="")
    return Handover(
        wish,
        tuple(_role_passed(wish, held) for held in roles),
        tuple(deputies.select_related("user", "unit", "deputy_of").order_by("pk")),
        tuple(_goals_passed(wish, roles, by)),
        tuple(drafts.select_related("goal__unit").order_by("goal", "pk")),
        tuple(unsaved.select_related("goal__unit")),
    )


def _not_over() -> Q:
    return Q(ends_on=None) | Q(ends_on__gte=timezone.localdate())


def _problems(wish: Wish, roles: list[Membership], by: User) -> list[str]:
    problems = []
    today = timezone.localdate()
    if not today - DAY <= wish.last_day <= today + timedelta(days=366):
        problems.append(
            f"最后工作日 {wish.last_day} 不合适：最早填昨天（{today - DAY}，即立即交接），"
            "最晚一年以内。"
        )
    if wish.switch_off and wish.last_day >= today:
        problems.append(
            "最后工作日还没有过，不能现在停用账号；请去掉“停用账号”，或把最后工作日改为昨天。"
        )
    if wish.switch_off and wish.person == by:
        problems.append("不能停用自己的账号；如需停用，请由另一位系统管理员操作。")
    for held in roles:
        if problem := _successor_problem(wish, held):
            problems.append(problem)
    return problems


def _successor_problem(wish: Wish, held: Membership) -> str:
    successor = wish.successors.get(held.pk)
    if successor == wish.person:
        return f"“{held}”的接替人不能是本人，请另选一位。"
    if successor and not successor.is_active:
        return f"{successor}的账号已停用，不能接替“{held}”，请另选一位。"
    if successor or held.role not in KEEPING:
        return ""
    keepers = Membership.objects.filter(role__in=KEEPING, deputy_of=None, user__is_active=True)
    lasting = keepers.filter(Q(ends_on=None) | Q(ends_on__gt=wish.last_day))
    if lasting.exclude(user=wish.person).exists():
        return ""
    return f"没有其他系统管理员，“{held}”必须有人接替，请选择接替人。"


def _role_passed(wish: Wish, held: Membership) -> RolePassed:
    successor = wish.successors.get(held.pk)
    never = held.starts_on and held.starts_on > wish.last_day
    told = "还没有开始，直接取消" if never else f"到 {_last(wish, held)} 为止"
    if successor:
        since = max(wish.first_day, held.starts_on or wish.first_day)
        until = f"至 {held.ends_on}" if held.ends_on else ""
        told += f"；{successor} 从 {since} 起接替{until}"
    else:
        told += "；没有人接替"
    return RolePassed(held, successor, f"{told}。")


def _last(wish: Wish, held: Membership) -> date:
    return min(wish.last_day, held.ends_on or wish.last_day)


def _goals_passed(wish: Wish, roles: list[Membership], by: User) -> list[GoalPassed]:
    goals = Goal.objects.filter(assigned_to=wish.person).select_related("unit", "year")
    return [_goal_passed(wish, roles, goal, by) for goal in goals.order_by("pk")]


def _goal_passed(wish: Wish, roles: list[Membership], goal: Goal, by: User) -> GoalPassed:
    """To the successor in the role that reaches the goal, unless four eyes keep them out."""
    case, step = Case(by, goal), next_step(goal)
    bar = ""
    for held in roles:
        successor = wish.successors.get(held.pk)
        if not successor or not step or not _fits(case, held, by):
            continue
        theirs = Membership(user=successor, role=held.role, unit=held.unit)
        bar = case.bar(step, theirs).replace("您", f"{successor} ", 1)
        if not bar:
            return GoalPassed(goal, successor, f"改为指定 {successor} 办理。")
    return GoalPassed(goal, None, f"不再指定经办人：{bar or '没有能办理它的接替人。'}")


def _fits(case: Case, held: Membership, by: User) -> bool:
    step = next_step(case.goal)
    role = case.step.role if step and step.at_step else held.role
    right = step is not None and step.right in ROLES[held.role].rights
    return right and held.role == role and reaches(held, case.goal.unit_id, by)
