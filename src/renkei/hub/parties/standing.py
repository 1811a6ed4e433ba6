"""How far a party may still act here: all, only what is left to read and collect, or nothing."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from django.conf import settings
from django.utils import timezone

from renkei.hub.parties.models import Party, PartyChange, PartyChangeKind, PartyState

_LONGEST_WAY = 10  # of mergers after mergers


class Standing(StrEnum):
    """What a party may do."""

    FULL = "full"
    READS = "reads"
    NOTHING = "nothing"


def standing(party: Party, today: date | None = None) -> Standing:
    """Where a party stands on this day in Tokyo. A closed one collects what waits for it for `CLOSED_DAYS` days."""
    if party.state == PartyState.ACTIVE:
        return Standing.FULL
    if party.state == PartyState.CLOSED and party.closed_on is not None:
        last = party.closed_on + timedelta(days=settings.RENKEI["CLOSED_DAYS"])
        return Standing.READS if (today or timezone.localdate()) < last else Standing.NOTHING
    return Standing.NOTHING


def heir(party: Party) -> Party | None:
    """Who goes on for a closed party today, through later mergers; None when nobody does."""
    found = party.successor
    for _ in range(_LONGEST_WAY):
        if found is None or found.state != PartyState.CLOSED:
            return found
        found = found.successor
    return None


def why_stopped(party: Party) -> str:
    """The reason that was given when a party was suspended or closed; empty when none is on record."""
    ends = (PartyChangeKind.SUSPENDED, PartyChangeKind.CLOSED, PartyChangeKind.MERGED, PartyChangeKind.RENUMBERED)
    applied = PartyChange.objects.filter(party=party, kind__in=ends).exclude(applied_at=None)
    return applied.order_by("-applied_at").values_list("reason", flat=True).first() or ""
