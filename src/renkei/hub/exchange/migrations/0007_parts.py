import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0001_squashed_0006_quotas'),
    ]

    operations = [
        migrations.AddField('Transmission', 'part_count', models.PositiveSmallIntegerField(default=0)),
        migrations.CreateModel(
            name='Part',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('transmission', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='exchange.transmission')),
                ('name', models.CharField(max_length=128)),
                ('size', models.BigIntegerField()),
                ('made', models.CharField(blank=True, max_length=10)),
                ('of', models.CharField(blank=True, max_length=128)),
                ('commitment', models.CharField(max_length=64)),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('body', models.UUIDField(db_index=True)),
                ('upload', models.UUIDField(db_index=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=['transmission', 'name'], name='one_part_per_name')],
            },
        ),
    ]
