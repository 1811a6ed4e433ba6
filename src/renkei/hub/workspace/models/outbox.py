"""What an office has in hand: units on their way out, from the file that was dropped until they are handed over, and units
that came in on another way than this hub."""

from __future__ import annotations

from django.db import models

from renkei.hub.core.ids import new_id
from renkei.hub.core.loading import Loaded
from renkei.hub.exchange.models import Transmission
from renkei.hub.parties.models import OfficeService, Staff

from .partners import Channel


def holder_of(owner: int) -> str:
    """Who holds the bodies of what a service has in hand."""
    return f"outbox:{owner}"


class Unit(Loaded):
    """One transmission unit of a service of ours and one of another office.

    `number` and `service` are the other office's, connected or not; `kind`, `sequence` and `months` as in the files' names
    and as `Transmission` writes them. `people` and `warnings` are counts. `body` holds the files (holder `holder`), None
    when they are erased; `tag` is a keyed digest of them, which tells the same unit brought twice. `until` is when they are
    erased, None as long as they are in hand.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    owner = models.ForeignKey(OfficeService, on_delete=models.CASCADE, related_name="%(class)s", db_index=False)
    number = models.CharField(max_length=10)
    service = models.CharField(max_length=2)
    kind = models.CharField(max_length=32)
    sequence = models.CharField(max_length=14)
    months = models.CharField(max_length=200, blank=True)
    people = models.PositiveIntegerField(default=0)
    warnings = models.PositiveIntegerField(default=0)
    tag = models.CharField(max_length=64)
    body = models.UUIDField(null=True, db_index=True)
    until = models.DateTimeField(null=True)
    brought_at = models.DateTimeField()

    class Meta:
        abstract = True

    @property
    def holder(self) -> str:
        """Whose its body is until it is erased."""
        return holder_of(self.owner_id)


class OutgoingState(models.TextChoices):
    DRAFT = "draft", "下書き"
    CHECKED = "checked", "完成"
    APPROVED = "approved", "承認済み"
    HANDED_OVER = "handed_over", "渡した"
    DROPPED = "dropped", "やめた"


# Not gone yet, and not given up.
IN_HAND = (OutgoingState.DRAFT, OutgoingState.CHECKED, OutgoingState.APPROVED)


class Step(models.TextChoices):
    """What somebody did with a unit; each has its line in `Handling`."""

    BROUGHT = "brought", "入れました"
    CHANGED = "changed", "ファイルを差し替えました"
    REPAIRED = "repaired", "安全に直せるところを直しました"
    CHECKED = "checked", "完成にしました"
    APPROVED = "approved", "承認しました"
    TAKEN_BACK = "taken_back", "下書きに戻しました"
    REFUSED = "refused", "送れませんでした"
    STOPPED = "stopped", "送るのを途中で止めました"
    HANDED_OVER = "handed_over", "渡しました"
    UNDONE = "undone", "「渡した」を取り消しました"
    DROPPED = "dropped", "送るのをやめました"


class Sending(models.Model):
    """Somebody's word that some units go out now, and how far it has come. `staff` showed a second factor when they gave it.

    `total` is how many units it was about; those whose `sending` it still is wait, `refused` counts those that could not go,
    `stopped` those that somebody kept back in the middle of it.
    """

    owner = models.ForeignKey(OfficeService, on_delete=models.CASCADE, related_name="sendings")
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    total = models.PositiveIntegerField()
    refused = models.PositiveIntegerField(default=0)
    stopped = models.PositiveIntegerField(default=0)


class Outgoing(Unit):
    """A unit on its way out.

    `errors` counts what keeps it here. `channel` says how it was handed over, `transmission` which one it became on the
    hub. `sending` is set while it is being sent. `revision` grows by each step: who acts on what somebody else has changed
    in between is told, and nothing is overwritten.
    """

    state = models.CharField(max_length=12, choices=OutgoingState.choices, default=OutgoingState.DRAFT)
    errors = models.PositiveIntegerField(default=0)
    channel = models.CharField(max_length=8, choices=Channel.choices, blank=True)
    transmission = models.OneToOneField(Transmission, null=True, on_delete=models.PROTECT, related_name="outgoing")
    sending = models.ForeignKey(Sending, null=True, on_delete=models.SET_NULL, related_name="units")
    revision = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "number", "service", "kind", "sequence"],
                condition=~models.Q(state="dropped"),
                name="one_outgoing_per_natural_key",
            )
        ]
        indexes = [
            models.Index(fields=["owner", "state", "-changed_at"], name="outbox_by_state"),
            models.Index(fields=["owner", "months", "number"], name="outbox_by_month"),
            models.Index(fields=["owner", "sequence"], name="outbox_by_sequence"),
            models.Index(fields=["until"], condition=models.Q(until__isnull=False), name="outbox_to_erase"),
        ]


class OutgoingSubject(models.Model):
    """A person in a unit of the outbox, as a keyed hash; goes when the body goes."""

    outgoing = models.ForeignKey(Outgoing, on_delete=models.CASCADE, related_name="subjects")
    subject = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "outgoing"], name="one_subject_per_outgoing")]


class Handling(models.Model):
    """Who did what with a unit of the outbox, and when; appended, never changed. `staff` None: a program did it.

    `words` are the hub's own (why it was refused, which channel), never a person's data.
    """

    outgoing = models.ForeignKey(Outgoing, on_delete=models.CASCADE, related_name="handlings")
    step = models.CharField(max_length=12, choices=Step.choices)
    staff = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    words = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [models.Index(fields=["outgoing", "at"], name="handlings_of_a_unit")]


class Leftover(models.Model):
    """Files of a pile that make no unit yet: misnamed, or of nobody here. They wait until somebody mends or drops them.

    `files` is how many; `body` holds them (holder as a unit's).
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    owner = models.ForeignKey(OfficeService, on_delete=models.CASCADE, related_name="leftovers")
    staff = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    files = models.PositiveIntegerField()
    body = models.UUIDField(db_index=True)


class Incoming(Unit):
    """A unit that came in on another way than this hub, and was put down here by `brought_by` so that nothing is missing."""

    channel = models.CharField(max_length=8, choices=Channel.choices)
    brought_by = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "number", "service", "kind", "sequence"], name="one_incoming_per_natural_key"
            )
        ]
        indexes = [
            models.Index(fields=["owner", "months", "number"], name="incoming_by_month"),
            models.Index(fields=["owner", "-brought_at"], name="incoming_newest_first"),
            models.Index(fields=["owner", "sequence"], name="incoming_by_sequence"),
            models.Index(fields=["until"], condition=models.Q(until__isnull=False), name="incoming_to_erase"),
        ]


class IncomingSubject(models.Model):
    """A person in such a unit, as a keyed hash; goes when the body goes."""

    incoming = models.ForeignKey(Incoming, on_delete=models.CASCADE, related_name="subjects")
    subject = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "incoming"], name="one_subject_per_incoming")]
