"""Sequence numbers for units that are made here."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.utils import timezone

from renkei.hub.exchange.models import Transmission
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.models import Outgoing

_FORM = "%Y%m%d%H%M%S"


class Numbers:
    """Numbers that neither the hub nor the outbox has of us for these partners: the time in Tokyo, or the next after all
    that went there. None is of a moment before `since`, when the last unit came that goes on: it would seem older. Two queries."""

    def __init__(self, owner: OfficeService, numbers: Collection[str], since: datetime | None = None) -> None:
        now = timezone.now()
        least = timezone.localtime(max(now, since + timedelta(seconds=1)) if since else now).strftime(_FORM)
        self._last = dict.fromkeys(numbers, int(least) - 1)
        here = Outgoing.objects.filter(owner=owner, number__in=numbers, sequence__gte=least)
        gone = Transmission.objects.filter(sender=owner, recipient__party__number__in=numbers, sequence__gte=least)
        for number, sequence in (
            *here.values_list("number", "sequence"),
            *gone.values_list("recipient__party__number", "sequence"),
        ):
            self._last[number] = max(self._last[number], int(sequence))

    def next(self, number: str) -> str:
        """The next one for this partner."""
        self._last[number] += 1
        return str(self._last[number])
