"""Erasing copies of units, and what the hub knows only as long as a copy is left. Inside `core.write()`."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime

from renkei.hub.core import events
from renkei.hub.core.bodies import keeping
from renkei.hub.core.bodies.erasures import Erased
from renkei.hub.exchange.models import Subject, Transmission


def erase_of_recipient(row: Transmission, at: datetime) -> None:
    """The recipient's copies of a unit: it is withdrawn, expired or confirmed as deleted. The sender keeps its own."""
    holders = (row.recipient.mailbox, row.recipient.received_copy)
    said = [event.words for event in events.of(row.pk).exclude(words=None) if event.words]
    erase({(body, holder) for body in (row.body, *said) for holder in holders}, at)


def erase(copies: Collection[tuple[uuid.UUID, str]], at: datetime) -> None:
    """Erase copies (body, holder), and with the last copy of a unit all that the hub keeps because of it."""
    _forget(keeping.erase(copies, at), at)


def erase_again(erased: Collection[Erased], at: datetime) -> None:
    """Erase what the list of erasures says, on a hub that came back from a backup."""
    _forget(keeping.erase_again(erased), at)


def erase_due(now: datetime, limit: int) -> int:
    """Erase up to `limit` copies whose time is over; returns how many."""
    copies = keeping.due(now, limit)
    if copies:
        erase(copies, now)
    return len(copies)


def _forget(gone: Collection[uuid.UUID], at: datetime) -> None:
    """Of units whose last copy is gone: whom they were about, and what was said about them."""
    units = {row.pk: row for row in Transmission.objects.filter(body__in=gone).select_related("sender", "recipient")}
    if not units:
        return
    Subject.objects.filter(transmission__in=units).delete()
    keeping.erase(
        {
            (body, holder)
            for about, body, _ in events.words_about(units)
            for holder in (units[about].sender.sent_copy, units[about].recipient.received_copy)
        },
        at,
    )
