"""Sequence numbers for what is made here: the time in Tokyo, as care software takes it."""

from __future__ import annotations

from django.utils import timezone

from renkei.hub.exchange.models import Transmission
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.models import Outgoing


def free_sequence(owner: OfficeService, number: str) -> str:
    """The time, or the next number that neither the hub nor the outbox has of us for this partner."""
    sequence = int(timezone.localtime().strftime("%Y%m%d%H%M%S"))
    here = Outgoing.objects.filter(owner=owner, number=number)
    gone = Transmission.objects.filter(sender=owner, recipient__party__number=number)
    while here.filter(sequence=str(sequence)).exists() or gone.filter(sequence=str(sequence)).exists():
        sequence += 1
    return str(sequence)
