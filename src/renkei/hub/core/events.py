"""Appending events and reading feeds."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from renkei.hub.core.ids import month_of, months_of, new_id
from renkei.hub.core.models import Event, FeedEntry, UnsealedEvent
from renkei.trust import merkle, seals


@dataclass(frozen=True)
class Signed:
    """Bytes and the detached signature over them."""

    body: bytes
    signature: bytes


def append(
    type_: str,
    about: uuid.UUID,
    at: datetime,
    receipt: Signed,
    feeds: Mapping[str, int],
    *,
    side: str,
    actor: str,
    counter_receipt: Signed | None = None,
    prompted_by: Signed | None = None,
    words: uuid.UUID | None = None,
    is_first: bool = False,
) -> Event:
    """Append an event to the feeds named, each under its number from `counters.advance`. Call it inside `write()`.

    One at a time for one thing: hold the lock of its row. `side` and `actor` as in the table. `counter_receipt` is kept
    with the event; `prompted_by` is kept elsewhere. Either is sealed with the hub's receipt. `words` is the id of a
    stored body. `is_first`: the thing came to be with this event.
    """
    said = counter_receipt or prompted_by or Signed(b"", b"")
    entry = seals.entry(receipt.body, receipt.signature, said.body, said.signature)
    id_ = new_id(after=about)
    event = Event.objects.create(
        id=id_,
        month=month_of(id_),
        at=at,
        type=type_,
        about=about,
        number=1 if is_first else of(about).count() + 1,
        side=side,
        actor=actor,
        receipt=receipt.body,
        signature=receipt.signature,
        counter_receipt=counter_receipt and counter_receipt.body,
        counter_signature=counter_receipt and counter_receipt.signature,
        words=words,
    )
    FeedEntry.objects.bulk_create(FeedEntry(feed=feed, number=number, event=event.id) for feed, number in feeds.items())
    UnsealedEvent.objects.create(event=event.id, leaf=merkle.leaf(entry))
    return event


def read_feed(feed: str, after: int, limit: int) -> list[tuple[int, Event]]:
    """Up to `limit` events of a feed with numbers above `after`, in order."""
    entries = list(FeedEntry.objects.filter(feed=feed, number__gt=after).order_by("number")[:limit])
    events = by_id([entry.event for entry in entries])
    return [(entry.number, events[entry.event]) for entry in entries]


def by_id(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Event]:
    """Events by their ids, read from the partitions of their months alone; without those that are not there."""
    return Event.objects.filter(month__in=months_of(ids)).in_bulk(list(ids))


def of(about: uuid.UUID) -> QuerySet[Event]:
    """All events of one thing, oldest first."""
    return Event.objects.filter(about=about, month__gte=month_of(about)).order_by("number")


def words_about(things: Collection[uuid.UUID]) -> list[tuple[uuid.UUID, uuid.UUID, datetime]]:
    """What was said with the events of some things: (thing, id of the stored body, when)."""
    if not things:
        return []
    found = Event.objects.filter(about__in=things, month__gte=month_of(min(things))).exclude(words=None)
    return [(event.about, event.words, event.at) for event in found.only("about", "words", "at") if event.words]
