"""Who may do what, where. Answers are kept on the user object, so for one request."""

from collections import defaultdict
from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from performance.people.models import Membership, Unit, User
from performance.people.roles import ROLES, Right, Scope


def memberships_of(user: User | AnonymousUser) -> list[Membership]:
    """The roles an active person holds."""
    if not isinstance(user, User) or not user.is_active:
        return []
    if not hasattr(user, "_held"):
        user._held = list(user.memberships.select_related("unit"))  # type: ignore[attr-defined]
    return user._held  # type: ignore[attr-defined]


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


def below(unit_id: int) -> set[int]:
    """A unit and every unit under it, however deep; a loop in the parents does no harm."""
    children = defaultdict(list)
    for pk, parent in Unit.objects.order_by().values_list("pk", "parent_id"):
        children[parent].append(pk)
    found: set[int] = set()
    waiting = [unit_id]
    while waiting:
        pk = waiting.pop()
        if pk not in found:
            found.add(pk)
            waiting.extend(children[pk])
    return found


def above(unit_id: int) -> set[int]:
    """A unit and every unit over it."""
    parents = dict(Unit.objects.order_by().values_list("pk", "parent_id"))
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


def people_with(right: Right, unit_id: int) -> QuerySet[User]:
    """Active people who have the right in a unit: for telling a user whom to ask."""
    reach = {
        Scope.OWN: Q(memberships__unit=unit_id),
        Scope.BELOW: Q(memberships__unit__in=above(unit_id)),
        Scope.ALL: Q(),
    }
    wanted = Q(pk__in=[])
    for role in ROLES.values():
        if right in role.rights and role.scope in reach:
            wanted |= Q(memberships__role=role.name) & reach[role.scope]
    return User.objects.filter(wanted, is_active=True).distinct().order_by("username")


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
            ids |= below(held.unit_id)
    return ids
