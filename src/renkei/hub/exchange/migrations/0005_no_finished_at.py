from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0004_fewer_indexes"),
    ]

    operations = [
        migrations.RemoveField(model_name="transmission", name="finished_at"),
    ]
