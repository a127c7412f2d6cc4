"""Deputies: somebody acts in another's role for some time, as themselves (代 X)."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from performance.people.models import Membership, User
from performance.people.queries import in_force, memberships_of, units_of
from performance.people.roles import DEPUTISED, ROLES, Right
from performance.people.terms import begin, end

LONGEST = timedelta(days=366)
"""For how long at most: whoever is away for longer hands the work over."""


# --- what may be -------------------------------------------------------------------------------
def own_roles(user: User) -> list[Membership]:
    """What a person may let another do: what they hold themselves today. Nothing is passed on."""
    return [
        held
        for held in memberships_of(user)
        if held.deputy_of_id is None and held.role in DEPUTISED
    ]


def candidates(user: User) -> QuerySet[User]:
    """Who may deputise: active people with a role today, and none who keeps accounts or audits
    (三员分立)."""
    held = Membership.objects.filter(in_force(), user=OuterRef("pk"))
    people = User.objects.filter(Exists(held), is_active=True).exclude(pk=user.pk)
    apart = held.exclude(role__in=DEPUTISED)
    return people.exclude(Exists(apart)).order_by("full_name", "username")


def matching(people: QuerySet[User], text: str) -> QuerySet[User]:
    """By every word of a name, a user name, or a unit's name."""
    for word in text.split():
        there = Membership.objects.filter(user=OuterRef("pk"), unit__name__icontains=word)
        named = Q(full_name__icontains=word) | Q(username__icontains=word)
        people = people.filter(named | Exists(there))
    return people


def colleagues(people: QuerySet[User], user: User) -> QuerySet[User]:
    """Those with a role in a unit that the person sees: whom one would ask first."""
    units = units_of(user, Right.SEE_GOALS)
    there = Membership.objects.filter(user=OuterRef("pk"), unit__in=units)
    return people.filter(Exists(there))


def term_problem(starts_on: date | None, ends_on: date | None) -> str:
    """Why nobody can deputise from one day to another, as a sentence, or ""."""
    first = starts_on or timezone.localdate()
    if ends_on is None:
        return "代理必须写明截止日期，请填写最后一天。"
    if ends_on < first:
        return f"截止日期 {ends_on} 早于起始日期 {first}，请改正其中之一。"
    if ends_on - first > LONGEST:
        return f"代理最长一年，请把截止日期定在 {first + LONGEST} 以前；时间更长请办理工作交接。"
    return ""


def deputy_problem(held: Membership) -> str:
    """Why a role cannot be held for `deputy_of`, as a sentence, or ""; dates apart."""
    if held.deputy_of is None:
        return ""
    if held.deputy_of_id == held.user_id:
        return "代理人不能是本人，请另选一位。"
    if held.role not in DEPUTISED:
        return f"“{ROLES[held.role].label}”不能由别人代理，请由本人办理或办理工作交接。"
    theirs = Membership.objects.filter(user=held.deputy_of_id, role=held.role, deputy_of=None)
    lasting = theirs.filter(user__is_active=True).filter(
        Q(ends_on=None) | Q(ends_on__gte=held.starts_on or date.min)
    )
    if not lasting.filter(unit=held.unit_id).exists():
        where = f"在“{held.unit.name}”" if held.unit else ""
        label = ROLES[held.role].label
        return f"{held.deputy_of}{where}不是{label}，没有可以代理的；请核对角色、单位和被代理人。"
    return ""


def membership_problems(held: Membership) -> dict[str, str]:
    """Why a role cannot be held so, by field. An ended deputy is on record: it need not fit what
    the other holds today."""
    if held.starts_on and held.ends_on and held.ends_on < held.starts_on:
        message = f"截止日期 {held.ends_on} 早于起始日期 {held.starts_on}，请改正其中之一。"
        return {"ends_on": message}
    ended = held.ends_on and held.ends_on < timezone.localdate()
    if not held.deputy_of_id or (ended and held.pk):
        return {}
    if problem := term_problem(held.starts_on, held.ends_on):
        return {"ends_on": problem}
    problem = deputy_problem(held)
    return {"deputy_of": problem} if problem else {}


def _start_problem(starts_on: date) -> str:
    today = timezone.localdate()
    if starts_on < today:
        return f"起始日期 {starts_on} 已经过去，请从今天或以后开始。"
    if starts_on > today + LONGEST:
        return f"起始日期 {starts_on} 在一年以后，请到时再请人代理。"
    return ""


# --- doing it ----------------------------------------------------------------------------------
@transaction.atomic
def appoint(
    roles: Iterable[int], deputy_id: int, starts_on: date, ends_on: date | None, *, by: User
) -> list[Membership]:
    """Lets somebody act in these roles (ids of the person's own memberships) for some time.

    Raises ValidationError with a sentence; PermissionDenied for a role that is not one's own.
    """
    own = {held.pk: held for held in own_roles(by)}
    chosen = sorted(set(roles))
    if not chosen:
        raise ValidationError("没有选择角色，请至少勾选一个要由别人代理的角色。")
    if not set(chosen) <= set(own):
        raise PermissionDenied("只能委托自己现在的角色；代理来的角色不能再转给别人。")
    if problem := _start_problem(starts_on) or term_problem(starts_on, ends_on):
        raise ValidationError(problem)
    deputy = candidates(by).select_for_update(of=("self",)).filter(pk=deputy_id).first()
    if deputy is None:
        raise ValidationError(
            "这个人不能代理：须是另一位启用的、有业务角色的用户，系统管理员和审计员除外。"
        )
    running = deputy.memberships.filter(deputy_of=by, ends_on__gte=timezone.localdate())
    there = {(held.role, held.unit_id): held for held in running}
    for pk in chosen:
        if held := there.get((own[pk].role, own[pk].unit_id)):
            raise ValidationError(
                f"{deputy}已经代理“{own[pk]}”，至 {held.ends_on}；要改日期，请先结束那一项。"
            )
    return [
        begin(
            deputy,
            own[pk].role,
            own[pk].unit,
            starts_on=starts_on,
            ends_on=ends_on,
            deputy_of=by,
        )
        for pk in chosen
    ]


@transaction.atomic
def end_deputy(membership_id: int, *, by: User) -> Membership:
    """From now on; what was done before stays done. The row as it was, without a key if gone."""
    rows = Membership.objects.select_for_update(of=("self",)).filter(deputy_of=by)
    held = rows.select_related("user", "unit").filter(pk=membership_id).first()
    if held is None:
        raise PermissionDenied("没有这项代理，或不是您委托的。")
    end(held, timezone.localdate() - timedelta(days=1))
    return held


def given_by(user: User) -> list[Membership]:
    """Who deputises for a person, ended ones included: the newest first."""
    rows = user.deputies.select_related("user", "unit", "deputy_of")
    return list(rows.order_by("-ends_on", "-pk"))


def given_to(user: User) -> list[Membership]:
    """For whom a person deputises: the newest first."""
    rows = user.memberships.exclude(deputy_of=None).select_related("deputy_of", "unit", "user")
    return list(rows.order_by("-ends_on", "-pk"))
