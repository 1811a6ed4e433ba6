"""What each person wants to be told of, and how."""

from __future__ import annotations

from django.db import models

from renkei.hub.parties.models import Membership, Staff


class Matter(models.TextChoices):
    """What an office is told of, the most pressing first."""

    ASKED = "asked", "変更のお願いや、回収のお願いが来た"
    SENT_BACK = "sent_back", "送るものが差し戻された、相手が読み込めなかった"
    UNOPENED = "unopened", "送ったものが、何日も開かれていない"
    OVERDUE = "overdue", "実績が、決めた日までにそろわない"
    ARRIVED = "arrived", "届いた"
    ENDING = "ending", "証明書や利用期間が、もうすぐ切れる"


class Way(models.TextChoices):
    """How somebody is told."""

    PAGE = "page", "「お知らせ」のページに出す"
    MAIL = "mail", "ページに出して、メールでも知らせる"
    NONE = "none", "知らせない"


class Wish(models.Model):
    """How a person wants to be told of one matter at one office. Without a row it is on the page."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="wishes", db_index=False)
    matter = models.CharField(max_length=12, choices=Matter.choices)
    way = models.CharField(max_length=4, choices=Way.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["membership", "matter"], name="one_wish_per_matter")]


class Digest(models.Model):
    """The one mail a day of a person who wants mails, about all of their offices.

    `hour` is when it goes out (Asia/Tokyo), `due_at` when it is due next, None while no mail is wanted. What became worth
    telling up to `told_until` has been told, the last time on `mailed_on`; `address` is where the person reaches this hub.
    """

    staff = models.OneToOneField(Staff, primary_key=True, on_delete=models.CASCADE, related_name="digest")
    hour = models.PositiveSmallIntegerField(default=8)
    due_at = models.DateTimeField(null=True)
    told_until = models.DateTimeField()
    mailed_on = models.DateField(null=True)
    address = models.CharField(max_length=300)

    class Meta:
        indexes = [models.Index(fields=["due_at"], condition=models.Q(due_at__isnull=False), name="digests_due")]
