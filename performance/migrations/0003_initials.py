"""Indicators that were there before names had initials get theirs."""

from django.db import migrations


def fill(apps, schema_editor):
    indicator = apps.get_model("performance", "Indicator")
    rows = list(indicator.objects.all())
    for row in rows:
        row.initials = indicator._meta.get_field("initials").pre_save(row, False)
    indicator.objects.bulk_update(rows, ["initials"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("performance", "0002_a_form_people_like")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
