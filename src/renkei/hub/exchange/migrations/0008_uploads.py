import django.db.models.deletion
import renkei.hub.core.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0007_parts'),
    ]

    operations = [
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.UUIDField(default=renkei.hub.core.ids.new_id, primary_key=True, serialize=False)),
                ('party', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='uploads', to='parties.party')),
                ('commitment', models.CharField(max_length=64)),
                ('size', models.BigIntegerField()),
                ('media', models.CharField(max_length=100)),
                ('chunk_bytes', models.PositiveIntegerField()),
                ('state', models.CharField(default='open', max_length=8)),
                ('salt', models.UUIDField(null=True)),
                ('body', models.UUIDField(null=True)),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('cleaned_body', models.UUIDField(null=True)),
                ('cleaned_size', models.BigIntegerField(null=True)),
                ('cleaned_commitment', models.CharField(blank=True, max_length=64)),
                ('findings', models.JSONField(default=list)),
                ('busy_until', models.DateTimeField(null=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('expires_at', models.DateTimeField(db_index=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=['party', 'commitment'], name='one_upload_per_commitment')],
            },
        ),
        migrations.CreateModel(
            name='Chunk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('upload', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='chunks', to='exchange.upload')),
                ('number', models.PositiveIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('body', models.UUIDField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=['upload', 'number'], name='one_chunk_per_number')],
            },
        ),
    ]
