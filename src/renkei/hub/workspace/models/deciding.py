"""What a care manager decided about results that differ from the plan."""

from __future__ import annotations

from django.db import models

from renkei.hub.exchange.models import Transmission
from renkei.hub.parties.models import OfficeService, Staff


class Verdict(models.TextChoices):
    ACCEPTED = "accepted", "受け入れた"
    ASKED = "asked", "相手に聞いた"


class Decision(models.Model):
    """A decision about one person's results of a month (YYYYMM) from one service office.

    `subject` is the keyed hash of the person, `number` the service office. `mark` is a keyed digest of the differences that
    were seen: with other ones the decision does not hold any more. `transmission` is the unit about which the partner was
    asked.
    """

    owner = models.ForeignKey(OfficeService, on_delete=models.CASCADE, related_name="decisions", db_index=False)
    month = models.CharField(max_length=6)
    subject = models.CharField(max_length=64)
    number = models.CharField(max_length=10)
    mark = models.CharField(max_length=64)
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    staff = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    transmission = models.ForeignKey(Transmission, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "month", "subject", "number"], name="one_decision_per_person_and_office"
            )
        ]
