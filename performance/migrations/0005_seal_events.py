"""What was reviewed before there were steps gets its place: events are numbered and sealed, years
get one step of review and the review form."""

from collections import defaultdict

from django.db import migrations

from performance.library.loading import review_form_rows
from performance.review.case import ACTS
from performance.review.chain import event_hash

STEP_AFTER = {"submit": 1, "withdraw": 0, "void": 0}


def seal(apps, schema_editor):
    events = apps.get_model("performance", "Event")
    by_goal = defaultdict(list)
    for event in events.objects.select_related("goal", "revision").order_by("goal", "pk"):
        by_goal[event.goal].append(event)
    for goal, found in by_goal.items():
        for number, event in enumerate(found, 1):
            event.number, event.step = number, int(event.transition in ACTS)
            event.to_step = int(event.target == "submitted")
            goal.step = STEP_AFTER.get(event.transition, goal.step)
            event.chain_hash = event_hash(event, event.revision.chain_hash, [], goal.events_hash)
            goal.events_number, goal.events_hash = number, event.chain_hash
        goal.waiting_since = found[-1].at
        events.objects.bulk_update(found, ["number", "step", "to_step", "chain_hash"])
        goal.save(update_fields=["events_number", "events_hash", "step", "waiting_since"])


def give_steps(apps, schema_editor):
    for year in apps.get_model("performance", "Year").objects.all():
        for name, rows in review_form_rows().items():
            table = apps.get_model("performance", name)
            table.objects.bulk_create(table(year=year, **row) for row in rows)


class Migration(migrations.Migration):
    dependencies = [("performance", "0004_review_in_full")]
    operations = [
        migrations.RunPython(seal, migrations.RunPython.noop),
        migrations.RunPython(give_steps, migrations.RunPython.noop),
    ]
