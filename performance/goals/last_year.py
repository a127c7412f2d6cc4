"""What the same project said last year."""

from django.db.models import F, Q

from performance.goals.models import Goal, Revision, State


def last_year_of(goal: Goal) -> Revision | None:
    """Of the same unit, by the project's code, else by its name: the approved one, else the newest.

    One query. Who sees a goal sees its unit's other years too.
    """
    same = Q(goal__project=goal.project)
    if goal.project_code:
        same |= Q(goal__project_code=goal.project_code)
    said = Q(pk=F("goal__approved_revision")) | Q(
        goal__approved_revision=None, number=F("goal__revision_number")
    )
    rows = Revision.objects.filter(same & said, goal__unit=goal.unit_id)
    rows = rows.filter(goal__year__year=goal.year.year - 1).exclude(goal__state=State.VOID)
    found = list(rows.select_related("goal__year").order_by("pk"))
    coded = [row for row in found if goal.project_code == row.goal.project_code != ""]
    return next(iter(coded or found), None)
