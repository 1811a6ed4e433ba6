from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("parties", "0010_mail_form")]

    operations = [
        migrations.RemoveField(model_name="webhook", name="made_at"),
        migrations.RemoveField(model_name="webhook", name="queued"),
    ]
