"""What waits for whom, as far as a query can tell: the tabs of the list and the start page."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import (
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from performance.goals.models import EDITABLE, Goal, Revision, State
from performance.library.models import Year
from performance.library.queries import steps_of
from performance.library.review_form import ReviewStep
from performance.people.models import Membership, User
from performance.people.queries import below, memberships_of, unit_ids, unit_parents
from performance.people.roles import ROLES, Right, Scope
from performance.review.case import ACTS
from performance.review.models import Event


def with_step(goals: QuerySet[Goal]) -> QuerySet[Goal]:
    """Goals with the role and the name of the step at which they wait; as Case.step tells it."""
    steps = ReviewStep.objects.filter(year=OuterRef("year"), number__lte=OuterRef("step"))
    newest = steps.order_by("-number")
    return goals.annotate(
        step_role=Coalesce(Subquery(newest.values("role")[:1]), Value("reviewer")),
        step_name=Coalesce(Subquery(newest.values("name")[:1]), Value("审核")),
    )


def sent_back() -> Exists:
    """Of a goal: a later reviewer gave it back to the one where it waits, and nothing since."""
    last = Event.objects.filter(goal=OuterRef("pk"), number=OuterRef("events_number"))
    return Exists(last.filter(transition="step_back"))


def reviewing(user: User) -> list[Membership]:
    """The roles in which a person reviews today, those of others included."""
    return [h for h in memberships_of(user) if Right.REVIEW_GOALS in ROLES[h.role].rights]


def before(user: User, held: Membership) -> Q:
    """Goals `with_step` that wait for this role of a person, and that nothing bars them from.

    Four eyes as Case.bar: they, and whom they act for, wrote nothing and acted at no other step.
    """
    people = [pk for pk in (held.user_id, held.deputy_of_id) if pk]
    written = Revision.objects.filter(goal=OuterRef("pk"), by__in=people)
    acted = Event.objects.filter(
        Q(by__in=people) | Q(on_behalf_of__in=people),
        goal=OuterRef("pk"),
        cycle=OuterRef("cycle"),
        transition__in=ACTS,
    ).exclude(step=OuterRef("step"))
    waiting = Q(state=State.SUBMITTED, step_role=held.role) & _reach(user, held)
    return waiting & ~Q(Exists(written)) & ~Q(Exists(acted))


def to_review(user: User) -> Q:
    return _any(before(user, held) for held in reviewing(user))


def queues(user: User) -> dict[str, Q]:
    """What waits for a reviewer: under "" their own, under a name what they do for that person."""
    found: dict[str, Q] = {}
    for held in reviewing(user):
        whose = str(held.deputy_of) if held.deputy_of_id else ""
        found[whose] = found.get(whose, Q(pk__in=[])) | before(user, held)
    own = found.get("")  # what they may do themselves they do for nobody
    return {whose: q & ~own if whose and own else q for whose, q in found.items()}


def to_submit(user: User) -> Q:
    return Q(state__in=EDITABLE) & _within(user, Right.SUBMIT_GOALS)


def done_by(user: User) -> Q:
    """Who took any step of it, or had it taken for them."""
    mine = Q(by=user) | Q(on_behalf_of=user)
    return Q(Exists(Event.objects.filter(mine, goal=OuterRef("pk"))))


def _any(parts: Iterable[Q]) -> Q:
    found = Q(pk__in=[])
    for part in parts:
        found |= part
    return found


def _reach(user: User, held: Membership) -> Q:
    scope = ROLES[held.role].scope
    if scope is Scope.ALL:
        return Q()
    if scope is Scope.BELOW and held.unit_id:
        return Q(unit__in=below(held.unit_id, unit_parents(user)))
    return Q(unit=held.unit_id)


def _within(user: User, right: Right) -> Q:
    ids = unit_ids(user, right)
    return Q() if ids is None else Q(unit__in=ids)


def under_review(year: Year, *, lock: bool = False) -> str:
    """How many goals of a year wait at which step, in words, or "".

    `lock`: until the transaction ends nobody takes a step on any goal of the year.
    """
    if lock:
        goals = Goal.objects.select_for_update(no_key=True).filter(year=year)
        list(goals.order_by("pk").values_list("pk"))
    waiting = Goal.objects.filter(year=year, state=State.SUBMITTED).order_by("step")
    names = {step.number: step.name for step in steps_of(year.pk)}
    numbers = Counter(names.get(step, "审核") for step in waiting.values_list("step", flat=True))
    return "、".join(f"“{name}”{number} 个" for name, number in numbers.items())
