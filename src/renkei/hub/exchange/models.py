"""One unit on its way from one office service to another."""

from __future__ import annotations

from django.db import models

from renkei.hub.core.ids import new_id
from renkei.hub.exchange.rules import Change, Recall, Standing, State
from renkei.hub.parties.models import Certificate, OfficeService, Party


class Transmission(models.Model):
    """A unit that the hub has taken on. The natural key is (sender, recipient, kind, sequence).

    `content_tag` tells whether a second sending is the same unit, without keeping a bare digest of guessable content.
    `months` is what the manifest's list names, comma separated: a unit of the standard has one service month YYYYMM, a care
    plan none; queries look for it whole. `body` holds `salt ‖ bytes` of each file in the manifest's order, so that the
    manifest's commitments are digests of its parts.

    `clock_at` is when the next reminder or the expiry is due, None once it cannot be. `replaces` is the unit before this
    one of the same kind and month about some of the same people. While one program collects (`lease_by`), others wait.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    sender = models.ForeignKey(OfficeService, on_delete=models.PROTECT, related_name="sent", db_index=False)
    recipient = models.ForeignKey(OfficeService, on_delete=models.PROTECT, related_name="received", db_index=False)
    kind = models.CharField(max_length=32)
    sequence = models.CharField(max_length=14)
    months = models.CharField(max_length=200, blank=True)
    content_tag = models.CharField(max_length=64)
    state = models.CharField(max_length=16, choices=[(state.value, state.label) for state in State])
    change = models.CharField(max_length=16, blank=True)
    recall = models.CharField(max_length=16, blank=True)
    replaces = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="replaced_by", db_index=False
    )
    mailbox_number = models.BigIntegerField()
    sealed_by = models.CharField(max_length=8, default="program")
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, db_index=False)
    body = models.UUIDField()
    accepted_at = models.DateTimeField()
    collected_at = models.DateTimeField(null=True)
    clock_at = models.DateTimeField(null=True)
    lease_by = models.CharField(max_length=40, blank=True)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sender", "recipient", "kind", "sequence"], name="one_unit_per_natural_key"
            ),
            models.UniqueConstraint(fields=["recipient", "mailbox_number"], name="one_unit_per_mailbox_number"),
        ]
        indexes = [
            models.Index(fields=["sender", "-accepted_at"], name="sent_newest_first"),
            models.Index(fields=["recipient", "-accepted_at"], name="received_newest_first"),
            models.Index(fields=["sender", "months", "kind"], name="sent_by_month"),
            models.Index(fields=["recipient", "months", "kind"], name="received_by_month"),
            models.Index(fields=["sender", "recipient", "kind", "months", "sequence"], name="units_before"),
            models.Index(fields=["body"], name="transmission_of_a_body"),
            models.Index(fields=["clock_at"], condition=models.Q(clock_at__isnull=False), name="clocks_to_look_at"),
            models.Index(fields=["replaces"], condition=models.Q(replaces__isnull=False), name="what_replaces_a_unit"),
            models.Index(
                fields=["recipient", "mailbox_number"],
                condition=models.Q(state=State.ACCEPTED.value),
                name="waiting_in_a_mailbox",
            ),
        ]

    @property
    def month_list(self) -> list[str]:
        return self.months.split(",") if self.months else []

    @property
    def standing(self) -> Standing:
        """Where it stands; a test says that this is the fold of its events."""
        return Standing(State(self.state), Change(self.change), Recall(self.recall))


class Envelope(models.Model):
    """The manifest's bytes as received, and the signature over them."""

    transmission = models.OneToOneField(Transmission, primary_key=True, on_delete=models.PROTECT)
    manifest = models.BinaryField()
    signature = models.BinaryField()


class Subject(models.Model):
    """A person in a unit, as a keyed hash; goes when the last copy of the body goes."""

    transmission = models.ForeignKey(Transmission, on_delete=models.CASCADE, related_name="subjects")
    subject = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "transmission"], name="one_subject_per_unit")]


class Quota(models.Model):
    """How many units an office has sent on `day`, and its own bound; None: the hub's setting."""

    party = models.OneToOneField(Party, on_delete=models.CASCADE, related_name="quota")
    day = models.DateField()
    units = models.PositiveIntegerField()
    units_a_day = models.PositiveIntegerField(null=True)
