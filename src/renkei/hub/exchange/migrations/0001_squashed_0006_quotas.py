import django.db.models.deletion
import renkei.hub.core.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    # A new database takes this one step; one that was made before the first release goes on by the six.
    replaces = [
        ('exchange', '0001_initial'),
        ('exchange', '0002_states_and_clocks'),
        ('exchange', '0003_listing'),
        ('exchange', '0004_fewer_indexes'),
        ('exchange', '0005_no_finished_at'),
        ('exchange', '0006_quotas'),
    ]
    initial = True

    dependencies = [
        ('parties', '0001_squashed_0007_enrolment_codes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Transmission',
            fields=[
                ('id', models.UUIDField(default=renkei.hub.core.ids.new_id, primary_key=True, serialize=False)),
                ('sender', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='sent', to='parties.officeservice')),
                ('recipient', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='received', to='parties.officeservice')),
                ('kind', models.CharField(max_length=32)),
                ('sequence', models.CharField(max_length=14)),
                ('months', models.CharField(blank=True, max_length=200)),
                ('content_tag', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('accepted', 'ハブに到着'), ('collected', '相手が受け取り済み'), ('imported', '相手が読み込み済み'), ('import_failed', '相手が読み込めなかった'), ('withdrawn', '送り手が取り消した'), ('expired', '受け取られないまま期限切れ')], max_length=16)),
                ('change', models.CharField(blank=True, max_length=16)),
                ('recall', models.CharField(blank=True, max_length=16)),
                ('replaces', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='exchange.transmission')),
                ('mailbox_number', models.BigIntegerField()),
                ('sealed_by', models.CharField(default='program', max_length=8)),
                ('certificate', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='parties.certificate')),
                ('body', models.UUIDField()),
                ('accepted_at', models.DateTimeField()),
                ('collected_at', models.DateTimeField(null=True)),
                ('clock_at', models.DateTimeField(null=True)),
                ('lease_by', models.CharField(blank=True, max_length=40)),
                ('lease_until', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['sender', '-accepted_at'], name='sent_newest_first'), models.Index(fields=['recipient', '-accepted_at'], name='received_newest_first'), models.Index(fields=['sender', 'months', 'kind'], name='sent_by_month'), models.Index(fields=['recipient', 'months', 'kind'], name='received_by_month'), models.Index(fields=['sender', 'recipient', 'kind', 'months', 'sequence'], name='units_before'), models.Index(fields=['body'], name='transmission_of_a_body'), models.Index(condition=models.Q(('clock_at__isnull', False)), fields=['clock_at'], name='clocks_to_look_at'), models.Index(condition=models.Q(('replaces__isnull', False)), fields=['replaces'], name='what_replaces_a_unit'), models.Index(condition=models.Q(('state', 'accepted')), fields=['recipient', 'mailbox_number'], name='waiting_in_a_mailbox')],
                'constraints': [models.UniqueConstraint(fields=('sender', 'recipient', 'kind', 'sequence'), name='one_unit_per_natural_key'), models.UniqueConstraint(fields=('recipient', 'mailbox_number'), name='one_unit_per_mailbox_number')],
            },
        ),
        migrations.CreateModel(
            name='Envelope',
            fields=[
                ('transmission', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, serialize=False, to='exchange.transmission')),
                ('manifest', models.BinaryField()),
                ('signature', models.BinaryField()),
            ],
            options={
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Subject',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('transmission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='subjects', to='exchange.transmission')),
                ('subject', models.CharField(max_length=64)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('subject', 'transmission'), name='one_subject_per_unit')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Quota',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('party', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='quota', to='parties.party')),
                ('day', models.DateField()),
                ('units', models.PositiveIntegerField()),
                ('units_a_day', models.PositiveIntegerField(null=True)),
            ],
            options={
                'indexes': [],
                'constraints': [],
            },
        ),
    ]
