"""Erasing copies of units, and what the hub knows only as long as a copy is left. Inside `core.write()`."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from renkei.hub.core import events
from renkei.hub.core.bodies import keeping
from renkei.hub.core.bodies.erasures import Erased
from renkei.hub.core.models import Wrap
from renkei.hub.exchange import parts
from renkei.hub.exchange.models import Subject, Transmission

Copies = set[tuple[uuid.UUID, str]]
# (office service, months of a unit) for each service that has no copy of the unit any more
Lost = set[tuple[int, str]]
_told: list[Callable[[Lost], None]] = []


def tell(forget: Callable[[Lost], None]) -> None:
    """Have `forget` called, inside the `write()` that erases: other rooms keep things that they read from the copies."""
    _told.append(forget)


def erase_of_recipient(row: Transmission, at: datetime) -> None:
    """The recipient's copies of a unit: it is withdrawn, expired or confirmed as deleted. The sender keeps its own."""
    holders = (row.recipient.mailbox, row.recipient.received_copy)
    said = [event.words for event in events.of(row.pk).exclude(words=None) if event.words]
    erase({(body, holder) for body in (*parts.bodies_of(row), *said) for holder in holders}, at)


def erase(copies: Collection[tuple[uuid.UUID, str]], at: datetime) -> None:
    """Erase copies (body, holder), and with the last copy of a unit all that the hub keeps because of it."""
    keeping.erase(copies, at)
    _forget({body for body, _ in copies}, at)


def erase_again(erased: Collection[Erased], at: datetime) -> None:
    """Erase what the list of erasures says, on a hub that came back from a backup."""
    keeping.erase_again(erased)
    _forget({one.body for one in erased}, at)


def erase_due(now: datetime, limit: int) -> int:
    """Erase up to `limit` copies whose time is over; returns how many."""
    copies = keeping.due(now, limit)
    if copies:
        erase(copies, now)
    return len(copies)


def _forget(touched: Collection[uuid.UUID], at: datetime) -> None:
    """What was read from copies that are gone; of units whose last copy is gone also whom they were about, and what was said."""
    touched_units = parts.units_of(touched)
    left = _left(touched_units)
    if lost := _lost(touched_units, left):
        for forget in _told:
            forget(lost)
    units = _without_copies(touched_units, left)
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


def _left(units: Mapping[uuid.UUID, Transmission]) -> Copies:
    """The copies that are left of these units."""
    every = [body for row in units.values() for body in parts.bodies_of(row)]
    return set(Wrap.objects.filter(body__in=every).values_list("body", "holder"))


def _lost(units: Mapping[uuid.UUID, Transmission], left: Copies) -> Lost:
    """Who cannot read these units any more: their own body is gone, whatever part others were sent too."""
    lost: Lost = set()
    for row in units.values():
        if (row.body, row.sender.sent_copy) not in left:
            lost.add((row.sender_id, row.months))
        if not {(row.body, row.recipient.mailbox), (row.body, row.recipient.received_copy)} & left:
            lost.add((row.recipient_id, row.months))
    return lost


def _without_copies(units: Mapping[uuid.UUID, Transmission], left: Copies) -> dict[uuid.UUID, Transmission]:
    """Those of which nobody has a copy any more. A part that others were sent too may live on with them."""
    return {
        id_: row
        for id_, row in units.items()
        if not any((body, holder) in left for body in parts.bodies_of(row) for holder in _holders(row))
    }


def _holders(row: Transmission) -> tuple[str, str, str]:
    return row.recipient.mailbox, row.recipient.received_copy, row.sender.sent_copy
