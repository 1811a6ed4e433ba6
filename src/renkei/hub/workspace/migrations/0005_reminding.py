import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workspace", "0001_month_of_an_office"),
        ("parties", "0011_webhook_calls_are_jobs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("habits", "holidays_off", models.BooleanField(default=True)),
        migrations.CreateModel(
            "Digest",
            [
                (
                    "staff",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="digest",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("hour", models.PositiveSmallIntegerField(default=8)),
                ("due_at", models.DateTimeField(null=True)),
                ("told_until", models.DateTimeField()),
                ("mailed_on", models.DateField(null=True)),
                ("address", models.CharField(max_length=300)),
            ],
            {
                "indexes": [
                    models.Index(condition=models.Q(due_at__isnull=False), fields=["due_at"], name="digests_due")
                ]
            },
        ),
        migrations.CreateModel(
            "Wish",
            [
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "matter",
                    models.CharField(
                        choices=[
                            ("asked", "変更のお願いや、回収のお願いが来た"),
                            ("sent_back", "送るものが差し戻された、相手が読み込めなかった"),
                            ("unopened", "送ったものが、何日も開かれていない"),
                            ("overdue", "実績が、決めた日までにそろわない"),
                            ("arrived", "届いた"),
                            ("ending", "証明書や利用期間が、もうすぐ切れる"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("page", "「お知らせ」のページに出す"),
                            ("mail", "ページに出して、メールでも知らせる"),
                            ("none", "知らせない"),
                        ],
                        max_length=4,
                    ),
                ),
                (
                    "membership",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="wishes",
                        to="parties.membership",
                    ),
                ),
            ],
            {
                "constraints": [
                    models.UniqueConstraint(fields=("membership", "matter"), name="one_wish_per_matter")
                ]
            },
        ),
    ]
