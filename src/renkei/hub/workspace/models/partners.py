"""The book of partners."""

from __future__ import annotations

from django.db import models

from renkei.hub.core.loading import Loaded
from renkei.hub.parties.models import OfficeService, Staff


class Channel(models.TextChoices):
    """How a unit reaches a partner. Who is connected here gets all on the hub, whatever the book says."""

    HUB = "hub", "Renkei"
    NATIONAL = "national", "ケアプランデータ連携システム"
    FAX = "fax", "ファクス"
    MAIL = "mail", "郵送"
    HAND = "hand", "手渡し"


class Partner(Loaded):
    """How a service of ours reaches one service of another office, in the words of our own book.

    `number` and `service` are its address; whether it is connected is looked up each time and never written here, so that
    what waits for it goes electronically from the day when it joins. `channel` is what is used until then. `send_day`: the
    day of the month by which it wants its slips; None: the office's own. `by_hand`: no list has it, so its fax number was
    typed (twice) by a person. `removed_at`: taken out of the book, until somebody brings it back or something is sent to it
    again. `revision` grows by each change: who changes what somebody else has changed in between is told
    that `changed_by` did it at `changed_at`.
    """

    owner = models.ForeignKey(OfficeService, on_delete=models.CASCADE, related_name="partners", db_index=False)
    number = models.CharField(max_length=10)
    service = models.CharField(max_length=2)
    name = models.CharField(max_length=200)
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.FAX)
    contact = models.CharField(max_length=100, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    fax = models.CharField(max_length=20, blank=True)
    send_day = models.PositiveSmallIntegerField(null=True)
    version = models.CharField(max_length=6, blank=True)
    takes_attachments = models.BooleanField(default=True)
    note = models.CharField(max_length=500, blank=True)
    by_hand = models.BooleanField(default=False)
    removed_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=0)
    changed_by = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "number", "service"], name="one_partner_per_address")]
