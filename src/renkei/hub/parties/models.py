"""Parties, their services, certificates, staff, and what they signed in with."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models


class PartyKind(models.TextChoices):
    OFFICE = "office", "事業所"
    MUNICIPALITY = "municipality", "市町村"
    CLINIC = "clinic", "医療機関"
    PERSON = "person", "本人・家族"
    VENDOR = "vendor", "ソフト会社"
    OPERATOR = "operator", "運営者"


class PartyState(models.TextChoices):
    ACTIVE = "active", "利用中"
    SUSPENDED = "suspended", "停止中"
    CLOSED = "closed", "廃止"


class Party(models.Model):
    """Anyone with an identity here. `number` is an office's 10 characters, or what its kind numbers itself by."""

    kind = models.CharField(max_length=16, choices=PartyKind.choices)
    number = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=16, choices=PartyState.choices, default=PartyState.ACTIVE)
    admitted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "number"], name="one_party_per_number")]


class OfficeService(models.Model):
    """One service of an office: number and service type together are the address of a file.

    `copy_years` is how long the hub keeps its own copies of what it sent and received; None: as long as the hub's setting
    says.
    """

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="services")
    service = models.CharField(max_length=2)
    active = models.BooleanField(default=True)
    copy_years = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party", "service"], name="one_mailbox_per_service")]

    @property
    def feed(self) -> str:
        """The name of this service's feed, and of its counter."""
        return f"feed:{self.pk}"

    @property
    def mailbox(self) -> str:
        """The name of this service's mailbox, of its counter, and of the wraps that it holds."""
        return f"mailbox:{self.pk}"

    @property
    def sent_copy(self) -> str:
        """The holder of this service's own copy of what it sent."""
        return f"sender:{self.pk}"

    @property
    def received_copy(self) -> str:
        """The holder of this service's own copy of what it received."""
        return f"recipient:{self.pk}"

    @property
    def address(self) -> dict[str, str]:
        """Number and service, as the API writes them."""
        return {"office": self.party.number, "service": self.service}


class Certificate(models.Model):
    """A certificate that a party may sign with. Found by the fingerprint of what signed; validity is in `der`."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="certificates")
    fingerprint = models.CharField(max_length=64, unique=True)
    der = models.BinaryField()
    not_after = models.DateTimeField()
    registered_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True)


class StaffManager(BaseUserManager["Staff"]):
    """Finds staff by their sign-in name."""


class Staff(AbstractBaseUser):
    """A person who signs in. Whose behalf they act on is a membership, so one person may work for several offices."""

    login = models.CharField("ログイン名", max_length=80, unique=True)
    name = models.CharField(max_length=80)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "login"
    objects = StaffManager()


class Membership(models.Model):
    """A person's place at a party. `service` narrows it to one service of an office."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="memberships")
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="memberships")
    service = models.ForeignKey(OfficeService, null=True, on_delete=models.CASCADE)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "party"], name="one_membership_per_party")]


class Challenge(models.Model):
    """A question that a program answers with its signature, once."""

    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(db_index=True)


class AccessToken(models.Model):
    """What a program shows after the challenge. Only its digest is kept; it is worth as much as its certificate."""

    digest = models.CharField(max_length=64, unique=True)
    certificate = models.ForeignKey(Certificate, on_delete=models.CASCADE)
    expires_at = models.DateTimeField(db_index=True)
