"""When an account was last used; which sign-in an access token came from."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("parties", "0005_staff")]

    operations = [
        migrations.AddField("account", "last_used_at", models.DateTimeField(null=True)),
        migrations.AddField("accesstoken", "family", models.UUIDField(db_index=True, null=True)),
    ]
