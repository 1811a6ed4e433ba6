"""By when an entrusted office returns results to its support centre."""

from __future__ import annotations

from django.db import models

from renkei.hub.core.loading import Loaded
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.calendar import Moves


class RelayDue(Loaded):
    """The day of the month after the service month, and what becomes of it on a holiday. A service without a row has the
    defaults. `revision` grows by each change."""

    owner = models.OneToOneField(OfficeService, primary_key=True, on_delete=models.CASCADE, related_name="relay_due")
    day = models.PositiveSmallIntegerField(default=5)
    moves = models.CharField(max_length=8, default=Moves.STAYS.value, choices=[(one.value, one.value) for one in Moves])
    revision = models.PositiveIntegerField(default=0)
