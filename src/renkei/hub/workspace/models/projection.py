"""What a month's papers say, kept small: pages read this, and open a body only where somebody asks for a person."""

from __future__ import annotations

from django.db import models

from renkei.hub.core.loading import Loaded
from renkei.hub.parties.models import OfficeService


class Projected(Loaded):
    """A month of a service as it was compared last. `mark` tells which papers there were: another one, and it is compared
    anew. `gone` counts units whose bodies were erased by then. `roster` is a body with its people (holder `holder`), None
    where there is nobody. It all goes at `until`, with the first of
    the copies that it was read from; what is left then is compared anew when somebody asks."""

    owner = models.ForeignKey(OfficeService, on_delete=models.CASCADE, related_name="projected", db_index=False)
    month = models.CharField(max_length=6)
    mark = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(null=True)
    gone = models.PositiveIntegerField(default=0)
    roster = models.UUIDField(null=True)
    until = models.DateTimeField(null=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "month"], name="one_projection_per_month")]

    @property
    def holder(self) -> str:
        """Whose the roster is."""
        return f"roster:{self.owner_id}"


class Progress(models.Model):
    """One person at one other office in a month: how far plan and result are.

    `subject` is the keyed hash. `number` and `service` are the other office's: the service office of a plan, or the
    care-management office for a service office. `differences` counts what went otherwise than planned. `is_reported`: that
    office's results of the month are in, or were sent to it.
    """

    projected = models.ForeignKey(Projected, on_delete=models.CASCADE, related_name="progress")
    subject = models.CharField(max_length=64)
    number = models.CharField(max_length=10)
    service = models.CharField(max_length=2, blank=True)
    differences = models.PositiveIntegerField(default=0)
    is_reported = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["projected", "subject", "number", "service"], name="one_progress_per_person_and_office"
            )
        ]
