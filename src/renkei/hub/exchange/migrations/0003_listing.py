"""An index for listing what an office service received, by time."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0002_states_and_clocks")]

    operations = [
        migrations.AddIndex(
            model_name="transmission",
            index=models.Index(fields=["recipient", "-accepted_at"], name="received_newest_first"),
        ),
    ]
