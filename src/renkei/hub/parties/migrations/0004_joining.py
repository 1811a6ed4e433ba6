"""The day a party closed, who agreed first to a re-issue, and finding offices by how their names begin."""

from __future__ import annotations

from django.db import migrations, models

from renkei.hub.parties.migrations._name_indexes import drop_name_indexes, make_name_indexes

class Migration(migrations.Migration):
    dependencies = [("parties", "0003_who_is_who")]

    operations = [
        migrations.AddField("party", "closed_on", models.DateField(null=True)),
        migrations.AddField("application", "agreed_by", models.CharField(blank=True, max_length=80)),
        migrations.RunPython(make_name_indexes, drop_name_indexes),
    ]
