"""Parties, the services that make an office's addresses, and what the public list knows of offices."""

from __future__ import annotations

from django.db import models

from renkei.hub.core.loading import Loaded
from renkei.standard.layouts import code_lists


class PartyKind(models.TextChoices):
    OFFICE = "office", "事業所"
    MUNICIPALITY = "municipality", "市町村・広域連合"
    PREFECTURE = "prefecture", "都道府県"
    CLINIC = "clinic", "医療機関"
    PERSON = "person", "本人・家族"
    VENDOR = "vendor", "ソフト会社"
    OPERATOR = "operator", "運営者"


class PartyState(models.TextChoices):
    ACTIVE = "active", "利用中"
    SUSPENDED = "suspended", "停止中"
    CLOSED = "closed", "廃止"


class Party(Loaded):
    """Anyone with an identity here.

    `number` is an office's 10 characters, an insurer's 6 digits, or what its kind numbers itself by; a person's is drawn
    by lot, never the insured number. `successor` took over what a closed one did, from `closed_on` in Tokyo.
    `browser_seal`: the hub may sign for it with a key that it keeps (decision 0001).
    """

    kind = models.CharField(max_length=16, choices=PartyKind.choices)
    number = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=16, choices=PartyState.choices, default=PartyState.ACTIVE)
    admitted_at = models.DateTimeField(auto_now_add=True)
    address = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    fax = models.CharField(max_length=20, blank=True)
    email = models.EmailField(max_length=200, blank=True)
    successor = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="predecessors")
    closed_on = models.DateField(null=True)
    browser_seal = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "number"], name="one_party_per_number")]


class MailForm(models.TextChoices):
    """In which form partners' units come, beside the bytes that they signed."""

    CSV = "csv", "CSV"
    JSON = "json", "CSV と JSON"


class OfficeService(Loaded):
    """One service of an office: number and service type together are the address of a file.

    `copy_years` is how long the hub keeps its own copies of what it sent and received; None: as long as the hub's setting
    says. `form`: what it is handed of partners' units.
    """

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="services")
    service = models.CharField(max_length=2)
    active = models.BooleanField(default=True)
    copy_years = models.PositiveSmallIntegerField(null=True)
    form = models.CharField(max_length=4, choices=MailForm.choices, default=MailForm.CSV)

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
    def label(self) -> str:
        """訪問介護 of 11; the code itself for one that no list has."""
        lists = code_lists()
        return lists["service_type_office"].get(self.service) or lists["service_type"].get(self.service) or self.service

    @property
    def address(self) -> dict[str, str]:
        """Number and service, as the API writes them."""
        return {"office": self.party.number, "service": self.service}


class Satellite(models.Model):
    """A branch of a service, under the same number and type: `branch` is サテライト枝番, the main house's is empty.

    It has no mailbox of its own: mail goes to number and service.
    """

    service = models.ForeignKey(OfficeService, on_delete=models.CASCADE, related_name="satellites")
    branch = models.CharField(max_length=2)
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "branch"], name="one_satellite_per_branch")]


class PartyChangeKind(models.TextChoices):
    RENAMED = "renamed", "名前が変わる"
    RENUMBERED = "renumbered", "事業所番号が変わる"
    MERGED = "merged", "合併する"
    CLOSED = "closed", "廃止する"
    SUSPENDED = "suspended", "利用を止める"
    RESUMED = "resumed", "利用を再開する"


class PartyChange(models.Model):
    """What becomes of a party, and from which day (Asia/Tokyo). `value` is the new name; `successor` the party that goes
    on where it ends. `applied_at` is None until the day has come."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=16, choices=PartyChangeKind.choices)
    day = models.DateField()
    value = models.CharField(max_length=200, blank=True)
    successor = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    actor = models.CharField(max_length=80)
    entered_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["day"], condition=models.Q(applied_at=None), name="changes_to_come")]


class KnownOffice(models.Model):
    """A service of an office in the public list (介護サービス情報公表システム), whether it has joined or not.

    `service` is the type in two characters where the list's name for it tells, else empty; `kind` is that name. Names,
    readings and addresses are found by how they begin, through indexes of their own (migrations 0004 and 0012).
    """

    number = models.CharField(max_length=10)
    kind = models.CharField(max_length=60)
    service = models.CharField(max_length=2, blank=True)
    name = models.CharField(max_length=200)
    kana = models.CharField(max_length=200, blank=True)
    municipality = models.CharField(max_length=6)
    address = models.CharField(max_length=300, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    fax = models.CharField(max_length=20, blank=True)
    corporation = models.CharField(max_length=200, blank=True)
    as_of = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number", "kind"], name="one_row_per_known_service")]
        indexes = [models.Index(fields=["municipality", "number"], name="known_offices_of_a_town")]
