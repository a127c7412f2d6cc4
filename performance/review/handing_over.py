"""Handing over when somebody leaves: exactly what was shown, in one transaction."""

from datetime import date

from django.db import transaction
from django.urls import reverse

from performance.goals.models import Goal
from performance.notices.actions import notify
from performance.people.models import Membership, User
from performance.people.terms import begin, end
from performance.review.handover import Handover, RolePassed, Wish, plan


class PlanChanged(Exception):
    """Something of it is no longer as it was shown."""


@transaction.atomic
def hand_over(wish: Wish, *, seal: str, by: User) -> Handover:
    """Exactly what `seal` names, all of it or nothing. Raises PlanChanged if it is another."""
    involved = [wish.person.pk, *(user.pk for user in wish.successors.values())]
    people = User.objects.select_for_update(no_key=True).filter(pk__in=involved)
    person = next(user for user in people.order_by("pk") if user.pk == wish.person.pk)
    list(Goal.objects.select_for_update(of=("self",)).filter(assigned_to=person).order_by("pk"))
    found = plan(wish, by=by)
    if found.seal != seal:
        raise PlanChanged
    for row in found.roles:
        _pass_role(row, wish)
    for held in found.deputies:
        end(held, wish.last_day)
    for passed in found.goals:
        passed.goal.assigned_to = passed.successor
        passed.goal.save(update_fields=["assigned_to"])
    if wish.switch_off:
        person.is_active = False
        person.save(update_fields=["is_active"])
    _tell(found)
    return found


def _pass_role(row: RolePassed, wish: Wish) -> None:
    held, starts_on, ends_on = row.held, row.held.starts_on, row.held.ends_on
    end(held, wish.last_day)
    if row.successor is None or (ends_on and ends_on < wish.first_day):
        return
    known = Membership.objects.filter(
        user=row.successor, role=held.role, unit=held.unit, deputy_of=None
    ).first()
    since: date | None = max(wish.first_day, starts_on or wish.first_day)
    if known and (known.ends_on is None or known.ends_on >= wish.last_day):
        # They hold it already, or will: it only grows.
        since = min(since, known.starts_on) if since and known.starts_on else None
        ends_on = max(ends_on, known.ends_on) if ends_on and known.ends_on else None
    begin(row.successor, held.role, held.unit, starts_on=since, ends_on=ends_on)


def _tell(found: Handover) -> None:
    """Each successor, once: what they take over."""
    wish = found.wish
    for successor in {user.pk: user for user in wish.successors.values()}.values():
        taken = [str(row.held) for row in found.roles if row.successor == successor]
        goals = [f"“{row.goal.project}”" for row in found.goals if row.successor == successor]
        text = f"您从 {wish.first_day} 起接替 {wish.person}：{'、'.join(taken)}。"
        if goals:
            text += f"原来指定 {wish.person} 办理的 {len(goals)} 个目标改为指定您办理。"
        notify([successor.pk], kind="handover", text=text, link=reverse("admin:index"))
