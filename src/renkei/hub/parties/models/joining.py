"""Asking to join, and being asked."""

from __future__ import annotations

from django.db import models

from .offices import OfficeService, Party
from .people import Job, Level, Staff


class ApplicationState(models.TextChoices):
    APPLIED = "applied", "申し込みを受け付けました"
    CODE_SENT = "code_sent", "確認の番号を送りました"
    PROVED = "proved", "確認できました"
    ADMITTED = "admitted", "利用できます"
    REFUSED = "refused", "お断りしました"


class Proof(models.TextChoices):
    """The way that shows who applied; never the one the application came by."""

    POST = "post", "公表されている住所への郵便"
    FAX = "fax", "公表されているファクス番号"
    MUNICIPALITY = "municipality", "市町村の確認"
    OPERATOR = "operator", "運営者の確認"


class Application(models.Model):
    """An office asks to join, or again after it has lost everything it signs in with (`reissue`: two people decide).

    `follow` is the keyed hash of the secret in the applicant's own link, `code` of the code that went by post or fax;
    `services` are service types separated by commas. `agreed_by` is the first of the two who decide on a re-issue.
    """

    number = models.CharField(max_length=10, db_index=True)
    name = models.CharField(max_length=200)
    services = models.CharField(max_length=200)
    address = models.CharField(max_length=300)
    phone = models.CharField(max_length=20)
    fax = models.CharField(max_length=20, blank=True)
    email = models.EmailField(max_length=200)
    contact = models.CharField(max_length=80)
    agreement = models.CharField(max_length=40)
    reissue = models.BooleanField(default=False)
    agreed_by = models.CharField(max_length=80, blank=True)
    follow = models.CharField(max_length=64, unique=True)
    applied_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=10, choices=ApplicationState.choices, default=ApplicationState.APPLIED)
    proof = models.CharField(max_length=16, choices=Proof.choices, blank=True)
    code = models.CharField(max_length=64, blank=True)
    code_expires_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    party = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="applications")

    class Meta:
        indexes = [models.Index(fields=["state", "id"], name="applications_by_state")]


class Invitation(models.Model):
    """A place at a party that waits for its person: found by the keyed hash of a one-time code.

    `identity` is the keyed hash of what the
    person has to say of themself (birth date and insured number), empty where the code is enough; the rest becomes the
    membership.
    """

    code = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    invited_by_party = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="invitations")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    also = models.ManyToManyField(Party, blank=True, related_name="+")
    service = models.ForeignKey(OfficeService, null=True, on_delete=models.CASCADE)
    level = models.CharField(max_length=16, choices=Level.choices, default=Level.MEMBER)
    job = models.CharField(max_length=16, choices=Job.choices, default=Job.OTHER)
    duties = models.CharField(max_length=60, default="prepare,check,send")
    identity = models.CharField(max_length=200, blank=True)
    relation = models.CharField(max_length=40, blank=True)
    evidence = models.CharField(max_length=200, blank=True)
    ends_on = models.DateField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    staff = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
