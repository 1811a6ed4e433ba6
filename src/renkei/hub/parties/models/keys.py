"""What a party signs with."""

from __future__ import annotations

from django.db import models

from renkei.hub.core.loading import Loaded

from .offices import Party
from .people import Staff


class Certificate(Loaded):
    """A certificate that a party may sign with. Found by the fingerprint of what signed; validity is in `der`.

    `kind` is the row of the table of kinds that it counts by (`parties.keys.policed`); `replaces` the one that it
    renews, both good until the older ends; `reminded_days` the last reminder of its end that went out.
    """

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="certificates")
    fingerprint = models.CharField(max_length=64, unique=True)
    der = models.BinaryField()
    not_after = models.DateTimeField()
    registered_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_reason = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=40, default="renkei")
    replaces = models.OneToOneField("self", null=True, on_delete=models.SET_NULL, related_name="renewal")
    reminded_days = models.PositiveSmallIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["not_after"], condition=models.Q(revoked_at=None), name="certificates_ending")]

    @property
    def actor(self) -> str:
        """The program that signs with it, as records name it."""
        return f"program:{self.pk}"


class RequestState(models.TextChoices):
    ASKED = "asked", "発行を待っています"
    ISSUED = "issued", "発行しました"
    REFUSED = "refused", "発行しませんでした"


class CertificateRequest(models.Model):
    """A request that was made where the key lives. `issued` is the certificate that answers it."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="certificate_requests")
    der = models.BinaryField()
    key = models.CharField(max_length=64)
    asked_at = models.DateTimeField(auto_now_add=True)
    actor = models.CharField(max_length=80)
    renews = models.ForeignKey(Certificate, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=RequestState.choices, default=RequestState.ASKED)
    issued = models.OneToOneField(Certificate, null=True, on_delete=models.SET_NULL, related_name="request")
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "party"], name="one_request_per_key")]
        indexes = [models.Index(fields=["state", "id"], name="requests_by_state")]


class EnrolmentCode(models.Model):
    """A one-time code with which an office's program gets its first certificate; only its keyed hash is here.

    `request` is what it was used for: the same request may come again, its answer may have been lost.
    """

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="enrolment_codes")
    code = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.CharField(max_length=80)
    expires_at = models.DateTimeField()
    request = models.OneToOneField(CertificateRequest, null=True, on_delete=models.SET_NULL, related_name="code")
    used_at = models.DateTimeField(null=True)


class SealingKey(models.Model):
    """A key that the hub keeps for an office, wrapped under the deployment's wrapping key `key_id`, for what its staff
    sends from the browser (decision 0001). `retired_at` is None for the one in use."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="sealing_keys")
    certificate = models.OneToOneField(Certificate, on_delete=models.PROTECT, related_name="sealing_key")
    key_id = models.CharField(max_length=16)
    wrapped = models.BinaryField()
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["party"], condition=models.Q(retired_at=None), name="one_sealing_key_in_use"
            )
        ]
