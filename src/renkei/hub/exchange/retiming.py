"""An office changes for how many years the hub keeps its copies: those that are there follow, in portions."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from renkei.hub.core import events, jobs
from renkei.hub.core.bodies import keeping
from renkei.hub.core.jobs import Payload
from renkei.hub.core.writing import write
from renkei.hub.exchange import clocks, parts
from renkei.hub.exchange.models import Transmission
from renkei.hub.parties.models import OfficeService

KIND = "copy-years"
PORTION = 200


class _Place(NamedTuple):
    """How far the work has come: what this service sent or received, and from which time or number on."""

    service: int
    direction: str
    start: str


def keep_for(services: Collection[OfficeService], years: int) -> None:
    """From now on the hub keeps these services' own copies for so many years, those that are there too."""
    with write():
        OfficeService.objects.filter(pk__in=[service.pk for service in services]).update(copy_years=years)
        for service in services:
            jobs.enqueue(KIND, {"service": service.pk, "direction": "sent", "start": ""}, key=str(service.pk))


def go_on(payload: Payload) -> Payload | None:
    """One portion; returns where to go on, None at the end."""
    place = _Place(**payload)
    with write():
        # Locked: clocks by the years of before must not come after those of the change.
        service = OfficeService.objects.select_for_update().get(pk=place.service)
        rows = list(_rows(service, place)[:PORTION])
        _set_clocks(service, place.direction, rows)
    if len(rows) == PORTION:
        last = rows[-1]
        reached = last.accepted_at.isoformat() if place.direction == "sent" else str(last.mailbox_number)
        return place._replace(start=reached)._asdict()
    return _Place(place.service, "received", "")._asdict() if place.direction == "sent" else None


def _rows(service: OfficeService, place: _Place) -> QuerySet[Transmission]:
    """What is ahead. The last of a portion is the first of the next one: several may have come at one moment."""
    if place.direction == "sent":
        sent = Transmission.objects.filter(sender=service).order_by("accepted_at")
        return sent.filter(accepted_at__gte=datetime.fromisoformat(place.start)) if place.start else sent
    received = Transmission.objects.filter(recipient=service).order_by("mailbox_number")
    return received.filter(mailbox_number__gte=int(place.start)) if place.start else received


def _set_clocks(service: OfficeService, direction: str, rows: Collection[Transmission]) -> None:
    holder = service.sent_copy if direction == "sent" else service.received_copy
    since: dict[uuid.UUID, datetime] = {}
    parts.read_all(rows)
    for row in rows:
        at = row.accepted_at if direction == "sent" else clocks.counted_from(row)
        since |= dict.fromkeys(parts.bodies_of(row), at)
    if direction == "sent":
        since |= parts.sent_last(rows)
    since |= {body: at for _, body, at in events.words_about([row.pk for row in rows])}
    keeping.set_clocks({body: clocks.copy_until(service, at) for body, at in since.items()}, holder)
