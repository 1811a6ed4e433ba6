"""Whether a wrapping key is still used is asked before it is removed."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0003_partitions")]
    operations = [
        migrations.AddIndex(
            model_name="wrap", index=models.Index(fields=["key_id", "id"], name="wraps_of_a_key")
        ),
    ]
