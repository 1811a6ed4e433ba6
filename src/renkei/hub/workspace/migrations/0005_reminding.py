from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workspace", "0001_month_of_an_office")]

    operations = [
        migrations.AddField("habits", "holidays_off", models.BooleanField(default=True)),
    ]
