"""Who may do what, where. Answers are kept on the user object, so for one request."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from performance.people.models import Membership, Unit, User
from performance.people.roles import DEPUTISED, ROLES, Right, Scope


def in_force() -> Q:
    """Memberships that hold today, by the date in the office. One held for somebody else does so
    only while that person holds the role too."""
    role = {"user": OuterRef("deputy_of"), "role": OuterRef("role"), "deputy_of": None}
    theirs = Membership.objects.filter(_today(), user__is_active=True, **role)
    there = Q(unit=OuterRef("unit")) | Q(unit__isnull=True)
    acting = Q(Exists(theirs.filter(there)), role__in=DEPUTISED)
    return _today() & (Q(deputy_of__isnull=True) | acting)


def _today() -> Q:
    today = timezone.localdate()
    begun = Q(starts_on__isnull=True) | Q(starts_on__lte=today)
    return begun & (Q(ends_on__isnull=True) | Q(ends_on__gte=today))


def memberships_of(user: User | AnonymousUser) -> list[Membership]:
    """The roles an active person holds today; their own before those of others."""
    if not isinstance(user, User) or not user.is_active:
        return []
    if not hasattr(user, "_held"):
        rows = user.memberships.filter(in_force()).select_related("unit", "deputy_of")
        user._held = sorted(rows, key=_own_first)  # type: ignore[attr-defined]
    return user._held  # type: ignore[attr-defined]


def _own_first(held: Membership) -> tuple[bool, int]:
    return held.deputy_of_id is not None, held.pk


def capacities(
    user: User | AnonymousUser, right: Right, unit_id: int, role: str = ""
) -> list[Membership]:
    """The roles in which a person may do something in a unit, their own first; with `role`, only
    as that one."""
    return [
        held
        for held in memberships_of(user)
        if right in ROLES[held.role].rights
        and role in ("", held.role)
        and reaches(held, unit_id, user)
    ]


def reaches(held: Membership, unit_id: int, user: User | AnonymousUser) -> bool:
    """Whether a role extends to a unit; `user` is who asks, for whom the tree is read once."""
    scope = ROLES[held.role].scope
    if scope is Scope.BELOW:
        return held.unit_id in above(unit_id, unit_parents(user))
    return scope is Scope.ALL or (scope is Scope.OWN and held.unit_id == unit_id)


def holds(user: User | AnonymousUser, right: Right) -> bool:
    """Whether a person has the right anywhere at all."""
    return any(right in ROLES[held.role].rights for held in memberships_of(user))


def unit_ids(user: User | AnonymousUser, right: Right) -> set[int] | None:
    """Ids of the units in which a person has the right; None stands for all units."""
    cache = user.__dict__.setdefault("_unit_ids", {})
    if right not in cache:
        cache[right] = _unit_ids(user, right)
    return cache[right]


def holds_in(user: User | AnonymousUser, right: Right, unit_id: int) -> bool:
    ids = unit_ids(user, right)
    return ids is None or unit_id in ids


def units_of(user: User | AnonymousUser, right: Right) -> QuerySet[Unit]:
    """The units in which a person has the right."""
    ids = unit_ids(user, right)
    return Unit.objects.all() if ids is None else Unit.objects.filter(pk__in=ids)


def unit_parents(user: User | AnonymousUser) -> Mapping[int, int | None]:
    """Each unit's parent, read once for one request: trees are walked in memory."""
    if "_parents" not in user.__dict__:
        user.__dict__["_parents"] = dict(Unit.objects.order_by().values_list("pk", "parent_id"))
    return user.__dict__["_parents"]


def below(unit_id: int, parents: Mapping[int, int | None]) -> set[int]:
    """A unit and every unit under it, however deep; a loop in the parents does no harm."""
    children = defaultdict(list)
    for pk, parent in parents.items():
        children[parent].append(pk)
    found: set[int] = set()
    waiting = [unit_id]
    while waiting:
        pk = waiting.pop()
        if pk not in found:
            found.add(pk)
            waiting.extend(children[pk])
    return found


def above(unit_id: int, parents: Mapping[int, int | None]) -> set[int]:
    """A unit and every unit over it."""
    found: set[int] = set()
    pk: int | None = unit_id
    while pk is not None and pk not in found:
        found.add(pk)
        pk = parents.get(pk)
    return found


def proposed_parent(code: str, units: Iterable[Unit]) -> Unit | None:
    """The unit whose code is the longest beginning of this one, if there is such a unit."""
    shorter = [u for u in units if u.code and u.code != code and code.startswith(u.code)]
    return max(shorter, key=lambda u: len(u.code), default=None)


def units_above_code(code: str) -> QuerySet[Unit]:
    """The units whose code is a beginning of this one."""
    return Unit.objects.filter(code__in=[code[:length] for length in range(1, len(code))])


def units_called(text: str) -> list[Unit]:
    """The unit with this code; else those without code that have this name; else all with it."""
    found = list(Unit.objects.filter(Q(code=text) | Q(name=text)))
    if coded := [unit for unit in found if unit.code == text]:
        return coded
    return [unit for unit in found if not unit.code] or found


def name_taken(unit: Unit, parent: Unit | None) -> bool:
    """Whether another unit below the same parent is known by this unit's name, without a code."""
    others = Unit.objects.filter(code="", name=unit.name, parent=parent).exclude(pk=unit.pk)
    return not unit.code and others.exists()


def loop_problem(unit: Unit, parent: Unit | None) -> str:
    """Why a unit cannot stand under this parent, as a sentence, or ""."""
    if parent is None or unit.pk is None:
        return ""
    if parent.pk == unit.pk:
        return "单位不能以自己为上级单位，请另选一个。"
    if not unit.children.exists():
        return ""
    # Read anew for each unit: an import moves units while it checks them.
    if unit.pk in above(parent.pk, dict(Unit.objects.order_by().values_list("pk", "parent_id"))):
        return f"“{parent}”是本单位的下级单位，不能再作为它的上级单位，请另选一个。"
    return ""


def members_reaching(unit_id: int, asking: User) -> list[Membership]:
    """Active people's roles that reach a unit: for telling a user whom to ask. One query."""
    reach = {
        Scope.OWN: Q(unit=unit_id),
        Scope.BELOW: Q(unit__in=above(unit_id, unit_parents(asking))),
        Scope.ALL: Q(),
    }
    wanted = Q(pk__in=[])
    for role in ROLES.values():
        if role.scope in reach:
            wanted |= Q(role=role.name) & reach[role.scope]
    rows = Membership.objects.filter(wanted & in_force(), user__is_active=True)
    rows = rows.select_related("user", "deputy_of")
    return list(rows.order_by("user__username"))


def _unit_ids(user: User | AnonymousUser, right: Right) -> set[int] | None:
    ids: set[int] = set()
    for held in memberships_of(user):
        role = ROLES[held.role]
        if right not in role.rights:
            continue
        if role.scope is Scope.ALL:
            return None
        if held.unit_id and role.scope is Scope.OWN:
            ids.add(held.unit_id)
        elif held.unit_id and role.scope is Scope.BELOW:
            ids |= below(held.unit_id, unit_parents(user))
    return ids
