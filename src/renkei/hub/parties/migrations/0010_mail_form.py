from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("parties", "0009_webhooks")]

    operations = [
        migrations.AddField(
            model_name="officeservice",
            name="form",
            field=models.CharField(choices=[("csv", "CSV"), ("json", "CSV と JSON")], default="csv", max_length=4),
        ),
    ]
