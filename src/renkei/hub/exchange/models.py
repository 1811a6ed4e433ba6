"""One unit on its way from one office service to another."""

from __future__ import annotations

import json

from django.db import models
from django.utils.functional import cached_property

from renkei.hub.core.ids import new_id
from renkei.hub.core.loading import Loaded
from renkei.hub.exchange.rules import Change, Recall, Standing, State
from renkei.hub.parties.models import Certificate, OfficeService, Party
from renkei.trust import manifest as manifests
from renkei.trust.manifest import FileEntry, Manifest


class Transmission(Loaded):
    """A unit that the hub has taken on. The natural key is (sender, recipient, kind, sequence).

    `content_tag` tells whether a second sending is the same unit, without keeping a bare digest of guessable content.
    `months` is what the manifest's list names, comma separated: a unit of the standard has one service month YYYYMM, a care
    plan none; queries look for it whole. `body` holds `salt ‖ bytes` of each file in the manifest's order, so that the
    manifest's commitments are digests of its parts; files with bodies of their own (`parts`) are not in it.
    `part_count` is how many there are, copies included: most units have none, and nobody asks for them.

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
    part_count = models.PositiveSmallIntegerField(default=0)
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
            models.Index(
                fields=["recipient", "accepted_at"],
                condition=models.Q(change=Change.BY_SENDER.value) | models.Q(recall=Recall.REQUESTED.value),
                name="asked_of_a_recipient",
            ),
            models.Index(
                fields=["sender", "accepted_at"],
                condition=models.Q(change=Change.BY_RECIPIENT.value),
                name="asked_of_a_sender",
            ),
            models.Index(
                fields=["sender", "accepted_at"],
                condition=models.Q(state=State.IMPORT_FAILED.value),
                name="not_imported",
            ),
        ]

    @property
    def month_list(self) -> list[str]:
        return self.months.split(",") if self.months else []

    @property
    def standing(self) -> Standing:
        """Where it stands; a test says that this is the fold of its events."""
        return Standing(State(self.state), Change(self.change), Recall(self.recall))

    @property
    def apart(self) -> list[Part]:
        """Its files with bodies of their own, and the copies that the hub made; no query where there are none."""
        return sorted(self.parts.all(), key=lambda part: part.pk) if self.part_count else []


class Envelope(Loaded):
    """The manifest's bytes as received, and the signature over them."""

    transmission = models.OneToOneField(Transmission, primary_key=True, on_delete=models.PROTECT)
    manifest = models.BinaryField()
    signature = models.BinaryField()

    @cached_property
    def signed(self) -> Manifest:
        """What the manifest says; it was found right when it came in."""
        return manifests.parse(bytes(self.manifest))

    @cached_property
    def files(self) -> list[FileEntry]:
        """The files that it names, without looking at anything else in it again."""
        return [FileEntry(**entry) for entry in json.loads(bytes(self.manifest))["files"]]


class Part(Loaded):
    """A file of a unit with a body of its own: an attached file as it was uploaded, or a copy that the hub made.

    `made` is empty, or how the hub made it (`trust.receipts.MADE`) of the file named `of`. `size` and `commitment` are as in
    the manifest, or in the receipt for a copy; `digest` is a keyed one of the contents, which tells whether a second
    sending is the same. `body` holds `salt ‖ bytes`; several units may share one, each recipient with its own wrap.
    `upload` is where the bytes came from, None where they came with the unit.
    """

    transmission = models.ForeignKey(Transmission, on_delete=models.CASCADE, related_name="parts", db_index=False)
    name = models.CharField(max_length=128)
    size = models.BigIntegerField()
    made = models.CharField(max_length=10, blank=True)
    of = models.CharField(max_length=128, blank=True)
    commitment = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, blank=True)
    body = models.UUIDField(db_index=True)
    upload = models.UUIDField(null=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["transmission", "name"], name="one_part_per_name")]


class Upload(models.Model):
    """A file that a party brings in, in chunks, before it is sent; it goes when `expires_at` is over, sent or not.

    `commitment` and `size` are what the manifest will say. `state`: `open` while chunks are missing or nobody has said that
    they are all there, then `ready` or `refused` (`findings` say why). `salt` is the body of the salt until then. Once ready,
    `body` holds salt and file and `cleaned_…` the copy without active parts, where the hub made one; their holder is
    `upload:<party>`, and each unit that takes them adds its own. `digest` is a keyed one of the file. Whoever looks into the
    file has it until `busy_until`. `sent_at`: when a unit took it last.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="uploads", db_index=False)
    commitment = models.CharField(max_length=64)
    size = models.BigIntegerField()
    media = models.CharField(max_length=100)
    chunk_bytes = models.PositiveIntegerField()
    state = models.CharField(max_length=8, default="open")
    salt = models.UUIDField(null=True)
    body = models.UUIDField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    cleaned_body = models.UUIDField(null=True)
    cleaned_size = models.BigIntegerField(null=True)
    cleaned_commitment = models.CharField(max_length=64, blank=True)
    findings = models.JSONField(default=list)
    busy_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party", "commitment"], name="one_upload_per_commitment")]


class Chunk(models.Model):
    """A piece of an upload, as a body of its own; `digest` is a keyed one, which tells the same piece from another."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="chunks", db_index=False)
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    body = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["upload", "number"], name="one_chunk_per_number")]


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
