"""Erasing copies of units, and what the hub knows only as long as a copy is left. Inside `core.write()`."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime

from renkei.hub.core import events
from renkei.hub.core.bodies import keeping
from renkei.hub.exchange.models import Subject, Transmission


def erase_of_recipient(row: Transmission, at: datetime) -> None:
    """The recipient's copies of a unit: it is withdrawn, expired or confirmed as deleted. The sender keeps its own."""
    holders = (row.recipient.mailbox, row.recipient.received_copy)
    said = [event.words for event in events.of(row.pk).exclude(words=None) if event.words]
    erase({(body, holder) for body in (row.body, *said) for holder in holders}, at)


def erase(copies: Collection[tuple[uuid.UUID, str]], at: datetime) -> None:
    """Erase copies (body, holder), and with the last copy of a unit the list of whom it was about."""
    gone = keeping.erase(copies, at)
    Subject.objects.filter(transmission__body__in=gone).delete()


def erase_due(now: datetime, limit: int) -> int:
    """Erase up to `limit` copies whose time is over; returns how many."""
    copies = keeping.due(now, limit)
    if copies:
        erase(copies, now)
    return len(copies)
