import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('parties', '0012_address_index'),
        ('workspace', '0002_answers'),
    ]

    operations = [
        migrations.CreateModel(
            name='RelayDue',
            fields=[
                ('owner', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='relay_due', serialize=False, to='parties.officeservice')),
                ('day', models.PositiveSmallIntegerField(default=5)),
                ('moves', models.CharField(choices=[('stays', 'stays'), ('before', 'before'), ('after', 'after')], default='stays', max_length=8)),
                ('revision', models.PositiveIntegerField(default=0)),
            ],
        ),
    ]
