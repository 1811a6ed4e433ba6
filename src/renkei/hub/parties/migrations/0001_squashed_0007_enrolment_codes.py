import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from renkei.hub.parties.migrations._name_indexes import drop_name_indexes, make_name_indexes


class Migration(migrations.Migration):

    # A new database takes this one step; one that was made before the first release goes on by the seven.
    replaces = [
        ('parties', '0001_initial'),
        ('parties', '0002_states_and_clocks'),
        ('parties', '0003_who_is_who'),
        ('parties', '0004_joining'),
        ('parties', '0005_staff'),
        ('parties', '0006_machines'),
        ('parties', '0007_enrolment_codes'),
    ]
    # allauth's own migrations read the column for mail.
    run_before = [('account', '0001_initial')]
    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Party',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('office', '事業所'), ('municipality', '市町村・広域連合'), ('prefecture', '都道府県'), ('clinic', '医療機関'), ('person', '本人・家族'), ('vendor', 'ソフト会社'), ('operator', '運営者')], max_length=16)),
                ('number', models.CharField(max_length=20)),
                ('name', models.CharField(max_length=200)),
                ('state', models.CharField(choices=[('active', '利用中'), ('suspended', '停止中'), ('closed', '廃止')], default='active', max_length=16)),
                ('admitted_at', models.DateTimeField(auto_now_add=True)),
                ('address', models.CharField(blank=True, max_length=200)),
                ('phone', models.CharField(blank=True, max_length=20)),
                ('fax', models.CharField(blank=True, max_length=20)),
                ('email', models.EmailField(blank=True, max_length=200)),
                ('successor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='predecessors', to='parties.party')),
                ('closed_on', models.DateField(null=True)),
                ('browser_seal', models.BooleanField(default=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'number'), name='one_party_per_number')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='OfficeService',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='services', to='parties.party')),
                ('service', models.CharField(max_length=2)),
                ('active', models.BooleanField(default=True)),
                ('copy_years', models.PositiveSmallIntegerField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('party', 'service'), name='one_mailbox_per_service')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Satellite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='satellites', to='parties.officeservice')),
                ('branch', models.CharField(max_length=2)),
                ('name', models.CharField(max_length=200)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('service', 'branch'), name='one_satellite_per_branch')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='PartyChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='parties.party')),
                ('kind', models.CharField(choices=[('renamed', '名前が変わる'), ('renumbered', '事業所番号が変わる'), ('merged', '合併する'), ('closed', '廃止する'), ('suspended', '利用を止める'), ('resumed', '利用を再開する')], max_length=16)),
                ('day', models.DateField()),
                ('value', models.CharField(blank=True, max_length=200)),
                ('successor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
                ('reason', models.CharField(max_length=500)),
                ('actor', models.CharField(max_length=80)),
                ('entered_at', models.DateTimeField(auto_now_add=True)),
                ('applied_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('applied_at', None)), fields=['day'], name='changes_to_come')],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='KnownOffice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=10)),
                ('kind', models.CharField(max_length=60)),
                ('service', models.CharField(blank=True, max_length=2)),
                ('name', models.CharField(max_length=200)),
                ('kana', models.CharField(blank=True, max_length=200)),
                ('municipality', models.CharField(max_length=6)),
                ('address', models.CharField(blank=True, max_length=300)),
                ('phone', models.CharField(blank=True, max_length=20)),
                ('fax', models.CharField(blank=True, max_length=20)),
                ('corporation', models.CharField(blank=True, max_length=200)),
                ('as_of', models.DateField()),
            ],
            options={
                'indexes': [models.Index(fields=['municipality', 'number'], name='known_offices_of_a_town')],
                'constraints': [models.UniqueConstraint(fields=('number', 'kind'), name='one_row_per_known_service')],
            },
        ),
        migrations.CreateModel(
            name='Staff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('login', models.CharField(max_length=80, unique=True, verbose_name='ログイン名')),
                ('name', models.CharField(max_length=80)),
                ('email', models.EmailField(blank=True, max_length=200, verbose_name='メールアドレス')),
                ('is_active', models.BooleanField(default=True)),
                ('sessions_from', models.DateTimeField(null=True)),
            ],
            options={
                'abstract': False,
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='SignIn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sign_ins', to=settings.AUTH_USER_MODEL)),
                ('session', models.CharField(max_length=40, unique=True)),
                ('device', models.CharField(max_length=60)),
                ('way', models.CharField(max_length=20)),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='parties.party')),
                ('service', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to='parties.officeservice')),
                ('active', models.BooleanField(default=True)),
                ('level', models.CharField(choices=[('office', '事業所'), ('administrator', '管理者'), ('member', '一般')], default='member', max_length=16)),
                ('job', models.CharField(choices=[('care_manager', '介護支援専門員'), ('clerk', '事務員'), ('coordinator', 'サービス提供責任者・相談員'), ('carer', '介護職員'), ('nurse', '看護職員'), ('therapist', 'リハビリ職員'), ('doctor', '医師'), ('municipal', '市町村職員'), ('operator', '運営職員'), ('person', '本人・家族'), ('other', 'その他')], default='other', max_length=16)),
                ('duties', models.CharField(default='prepare,check,send', max_length=60)),
                ('relation', models.CharField(blank=True, max_length=40)),
                ('evidence', models.CharField(blank=True, max_length=200)),
                ('ends_on', models.DateField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('staff', 'party', 'service'), name='one_membership_per_service'), models.UniqueConstraint(condition=models.Q(('service', None)), fields=('staff', 'party'), name='one_membership_of_all_services')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, unique=True)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('last_at', models.DateTimeField(db_index=True)),
                ('locked_until', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Recovery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recoveries', to=settings.AUTH_USER_MODEL)),
                ('second_factor', models.BooleanField(default=False)),
                ('asked_at', models.DateTimeField(auto_now_add=True)),
                ('state', models.CharField(choices=[('asked', '承認を待っています'), ('approved', '承認しました'), ('refused', '承認しませんでした'), ('used', '使いました')], default='asked', max_length=10)),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('code', models.CharField(blank=True, max_length=64)),
                ('expires_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['asked', 'approved'])), fields=('staff',), name='one_recovery_at_a_time')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Application',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(db_index=True, max_length=10)),
                ('name', models.CharField(max_length=200)),
                ('services', models.CharField(max_length=200)),
                ('address', models.CharField(max_length=300)),
                ('phone', models.CharField(max_length=20)),
                ('fax', models.CharField(blank=True, max_length=20)),
                ('email', models.EmailField(max_length=200)),
                ('contact', models.CharField(max_length=80)),
                ('agreement', models.CharField(max_length=40)),
                ('reissue', models.BooleanField(default=False)),
                ('agreed_by', models.CharField(blank=True, max_length=80)),
                ('follow', models.CharField(max_length=64, unique=True)),
                ('applied_at', models.DateTimeField(auto_now_add=True)),
                ('state', models.CharField(choices=[('applied', '申し込みを受け付けました'), ('code_sent', '確認の番号を送りました'), ('proved', '確認できました'), ('admitted', '利用できます'), ('refused', 'お断りしました')], default='applied', max_length=10)),
                ('proof', models.CharField(blank=True, choices=[('post', '公表されている住所への郵便'), ('fax', '公表されているファクス番号'), ('municipality', '市町村の確認'), ('operator', '運営者の確認')], max_length=16)),
                ('code', models.CharField(blank=True, max_length=64)),
                ('code_expires_at', models.DateTimeField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.CharField(blank=True, max_length=80)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('party', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='parties.party')),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'id'], name='applications_by_state')],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=64, unique=True)),
                ('invited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('invited_by_party', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='parties.party')),
                ('kind', models.CharField(choices=[('office', '事業所'), ('municipality', '市町村・広域連合'), ('prefecture', '都道府県'), ('clinic', '医療機関'), ('person', '本人・家族'), ('vendor', 'ソフト会社'), ('operator', '運営者')], max_length=16)),
                ('number', models.CharField(blank=True, max_length=20)),
                ('name', models.CharField(max_length=200)),
                ('party', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
                ('service', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to='parties.officeservice')),
                ('level', models.CharField(choices=[('office', '事業所'), ('administrator', '管理者'), ('member', '一般')], default='member', max_length=16)),
                ('job', models.CharField(choices=[('care_manager', '介護支援専門員'), ('clerk', '事務員'), ('coordinator', 'サービス提供責任者・相談員'), ('carer', '介護職員'), ('nurse', '看護職員'), ('therapist', 'リハビリ職員'), ('doctor', '医師'), ('municipal', '市町村職員'), ('operator', '運営職員'), ('person', '本人・家族'), ('other', 'その他')], default='other', max_length=16)),
                ('duties', models.CharField(default='prepare,check,send', max_length=60)),
                ('email', models.EmailField(blank=True, max_length=200)),
                ('identity', models.CharField(blank=True, max_length=200)),
                ('relation', models.CharField(blank=True, max_length=40)),
                ('evidence', models.CharField(blank=True, max_length=200)),
                ('ends_on', models.DateField(null=True)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('staff', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('also', models.ManyToManyField(blank=True, related_name='+', to='parties.party')),
            ],
            options={
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='parties.party')),
                ('fingerprint', models.CharField(max_length=64, unique=True)),
                ('der', models.BinaryField()),
                ('not_after', models.DateTimeField()),
                ('registered_at', models.DateTimeField(auto_now_add=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('revoked_reason', models.CharField(blank=True, max_length=40)),
                ('kind', models.CharField(default='renkei', max_length=40)),
                ('replaces', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='renewal', to='parties.certificate')),
                ('reminded_days', models.PositiveSmallIntegerField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('revoked_at', None)), fields=['not_after'], name='certificates_ending')],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='CertificateRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificate_requests', to='parties.party')),
                ('der', models.BinaryField()),
                ('key', models.CharField(max_length=64)),
                ('asked_at', models.DateTimeField(auto_now_add=True)),
                ('actor', models.CharField(max_length=80)),
                ('renews', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='parties.certificate')),
                ('state', models.CharField(choices=[('asked', '発行を待っています'), ('issued', '発行しました'), ('refused', '発行しませんでした')], default='asked', max_length=10)),
                ('issued', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='request', to='parties.certificate')),
                ('reason', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'id'], name='requests_by_state')],
                'constraints': [models.UniqueConstraint(fields=('key', 'party'), name='one_request_per_key')],
            },
        ),
        migrations.CreateModel(
            name='EnrolmentCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='enrolment_codes', to='parties.party')),
                ('code', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('made_by', models.CharField(max_length=80)),
                ('expires_at', models.DateTimeField()),
                ('request', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='code', to='parties.certificaterequest')),
                ('used_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='SealingKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sealing_keys', to='parties.party')),
                ('certificate', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='sealing_key', to='parties.certificate')),
                ('key_id', models.CharField(max_length=16)),
                ('wrapped', models.BinaryField()),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('retired_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('retired_at', None)), fields=('party',), name='one_sealing_key_in_use')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Challenge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('expires_at', models.DateTimeField(db_index=True)),
            ],
            options={
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='accounts', to='parties.party')),
                ('login', models.CharField(max_length=40, unique=True)),
                ('password', models.CharField(max_length=128)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('last_used_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='AccessToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('certificate', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='parties.certificate')),
                ('account', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to='parties.account')),
                ('family', models.UUIDField(db_index=True, null=True)),
                ('expires_at', models.DateTimeField(db_index=True)),
            ],
            options={
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='RefreshToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('family', models.UUIDField(db_index=True)),
                ('certificate', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='parties.certificate')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='parties.account')),
                ('expires_at', models.DateTimeField(db_index=True)),
                ('used_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('given', models.JSONField(default=dict)),
                ('reason', models.CharField(max_length=500)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('open', 'もう1人を待っています'), ('done', 'しました'), ('refused', 'しませんでした')], default='open', max_length=10)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'id'], name='proposals_by_state')],
                'constraints': [],
            },
        ),
        migrations.RunPython(make_name_indexes, drop_name_indexes),
    ]
