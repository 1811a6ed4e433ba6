"""The outbox: units that an office has in hand, from the file that was dropped until they are handed over."""

from __future__ import annotations

from django.db import models

from renkei.hub.core.ids import new_id
from renkei.hub.core.loading import Loaded
from renkei.hub.exchange.models import Transmission
from renkei.hub.parties.models import OfficeService, Staff

from .partners import Channel


class OutgoingState(models.TextChoices):
    DRAFT = "draft", "下書き"
    CHECKED = "checked", "確認済み"
    APPROVED = "approved", "承認済み"
    HANDED_OVER = "handed_over", "渡した"
    DROPPED = "dropped", "やめた"


class Step(models.TextChoices):
    """What somebody did with a unit; each has its line in `Handling`."""

    BROUGHT = "brought", "入れた"
    CHANGED = "changed", "差し替えた"
    CHECKED = "checked", "確かめた"
    APPROVED = "approved", "承認した"
    TAKEN_BACK = "taken_back", "下書きに戻した"
    HANDED_OVER = "handed_over", "渡した"
    DROPPED = "dropped", "やめた"


class Outgoing(Loaded):
    """One transmission unit of a service of ours, on its way out.

    `number` and `recipient_service` are whom it is for, connected or not; `kind`, `sequence` and `months` as in its files'
    names. `errors` and `warnings` count what was found in it. `body` holds the files (holder `outbox:<owner>`), None when
    they are erased; `tag` is a keyed digest of them, which tells the same unit brought twice, and what exactly was approved.
    `channel` says how it was handed over, `transmission` which one it became on the hub. `revision` grows by each step: who
    acts on what somebody else has changed in between is told, and nothing is overwritten.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    owner = models.ForeignKey(OfficeService, on_delete=models.CASCADE, related_name="outgoing", db_index=False)
    number = models.CharField(max_length=10)
    recipient_service = models.CharField(max_length=2)
    kind = models.CharField(max_length=32)
    sequence = models.CharField(max_length=14)
    months = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=12, choices=OutgoingState.choices, default=OutgoingState.DRAFT)
    people = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0)
    warnings = models.PositiveIntegerField(default=0)
    tag = models.CharField(max_length=64)
    body = models.UUIDField(null=True, db_index=True)
    channel = models.CharField(max_length=8, choices=Channel.choices, blank=True)
    transmission = models.OneToOneField(Transmission, null=True, on_delete=models.PROTECT, related_name="outgoing")
    revision = models.PositiveIntegerField(default=0)
    brought_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "number", "recipient_service", "kind", "sequence"],
                condition=~models.Q(state="dropped"),
                name="one_outgoing_per_natural_key",
            )
        ]
        indexes = [
            models.Index(fields=["owner", "state", "-changed_at"], name="outbox_by_state"),
            models.Index(fields=["owner", "months", "number"], name="outbox_by_month"),
        ]

    @property
    def holder(self) -> str:
        """Whose its body is until it is erased."""
        return f"outbox:{self.owner_id}"


class OutgoingSubject(models.Model):
    """A person in a unit of the outbox, as a keyed hash; goes when the body goes."""

    outgoing = models.ForeignKey(Outgoing, on_delete=models.CASCADE, related_name="subjects")
    subject = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "outgoing"], name="one_subject_per_outgoing")]


class Handling(models.Model):
    """Who did what with a unit of the outbox, and when; appended, never changed. `staff` None: a program did it."""

    outgoing = models.ForeignKey(Outgoing, on_delete=models.CASCADE, related_name="handlings")
    step = models.CharField(max_length=12, choices=Step.choices)
    staff = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    words = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [models.Index(fields=["outgoing", "at"], name="handlings_of_a_unit")]
