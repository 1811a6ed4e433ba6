"""Appending events and reading feeds."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import QuerySet, UUIDField

from renkei.hub.core import rows
from renkei.hub.core.ids import month_of, new_id
from renkei.hub.core.lookups import Columns
from renkei.hub.core.models import Event, FeedEntry, UnsealedEvent
from renkei.trust import merkle, seals

_past = Columns(
    *(Event, "about", "type", "side", "receipt", "signature", "counter_receipt"), order="number", months="since"
)
_told = Columns(*(Event, "pk", "type", "at", "about", "receipt", "signature"), months="of")
_FEED = "SELECT number, event FROM core_feedentry WHERE feed = %s AND number > %s ORDER BY number LIMIT %s"
_ID = UUIDField()
_COLUMNS = (
    *("id", "month", "at", "type", "about", "number", "side", "actor"),
    *("receipt", "signature", "counter_receipt", "counter_signature", "words"),
)


@dataclass(frozen=True)
class Signed:
    """Bytes and the detached signature over them."""

    body: bytes
    signature: bytes


@dataclass(frozen=True)
class Happening:
    """An event to be appended. `number` is its place among the events of what it is `about`, from 1; `side` and `actor` as
    in the table; `feeds` are the feeds that tell of it, each under its number from `counters.advance`.

    `counter_receipt` is kept with the event; `prompted_by` is kept elsewhere. Either is sealed with the hub's receipt.
    `words` is the id of a stored body.
    """

    type: str
    about: uuid.UUID
    number: int
    at: datetime
    side: str
    actor: str
    receipt: Signed
    feeds: Mapping[str, int]
    counter_receipt: Signed | None = None
    prompted_by: Signed | None = None
    words: uuid.UUID | None = None


def append(happenings: Collection[Happening]) -> None:
    """Append events to their feeds. Call it inside `write()`, with the lock of what they are about: its events come one at
    a time."""
    named = [(new_id(after=one.about), one) for one in happenings]
    rows.insert(Event, _COLUMNS, (_row(id_, one) for id_, one in named))
    rows.insert(
        FeedEntry,
        ("feed", "number", "event"),
        ((feed, number, id_) for id_, one in named for feed, number in one.feeds.items()),
    )
    rows.insert(UnsealedEvent, ("event", "leaf"), ((id_, _leaf(one)) for id_, one in named))


def _row(id_: uuid.UUID, one: Happening) -> tuple[object, ...]:
    said = (one.counter_receipt.body, one.counter_receipt.signature) if one.counter_receipt else (None, None)
    told = (one.at, one.type, one.about, one.number, one.side, one.actor)
    return (id_, month_of(id_), *told, one.receipt.body, one.receipt.signature, *said, one.words)


def _leaf(one: Happening) -> bytes:
    said = one.counter_receipt or one.prompted_by or Signed(b"", b"")
    return merkle.leaf(seals.entry(one.receipt.body, one.receipt.signature, said.body, said.signature))


class Told(NamedTuple):
    """An event under its number in a feed."""

    number: int
    type: str
    at: datetime
    about: uuid.UUID
    receipt: Signed


def read_feed(feed: str, after: int, limit: int) -> list[Told]:
    """Up to `limit` events of a feed with numbers above `after`, in order. Two queries, one where there are none."""
    with connection.cursor() as cursor:
        cursor.execute(_FEED, [feed, after, limit])
        entries = [(number, _ID.to_python(event)) for number, event in cursor.fetchall()]
    events = {id_: said for id_, *said in _told.of(event for _, event in entries)}
    return [_as_told(number, *events[event]) for number, event in entries]


def _as_told(number: int, type_: str, at: datetime, about: uuid.UUID, receipt: bytes, signature: bytes) -> Told:
    return Told(number, type_, at, about, Signed(bytes(receipt), bytes(signature)))


class Past(NamedTuple):
    """What there is to know of an event when the same is said again. `said` is the office's own receipt, empty for none."""

    type: str
    side: str
    receipt: Signed
    said: bytes


def past_of(things: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Past]]:
    """All events of some things, each oldest first."""
    found: dict[uuid.UUID, list[Past]] = {thing: [] for thing in things}
    for thing, type_, side, receipt, signature, said in _past.of(things):
        found[thing].append(Past(type_, side, Signed(bytes(receipt), bytes(signature)), bytes(said or b"")))
    return found


def of(about: uuid.UUID) -> QuerySet[Event]:
    """All events of one thing, oldest first."""
    return Event.objects.filter(about=about, month__gte=month_of(about)).order_by("number")


def words_about(things: Collection[uuid.UUID]) -> list[tuple[uuid.UUID, uuid.UUID, datetime]]:
    """What was said with the events of some things: (thing, id of the stored body, when)."""
    if not things:
        return []
    found = Event.objects.filter(about__in=things, month__gte=month_of(min(things))).exclude(words=None)
    return [(event.about, event.words, event.at) for event in found.only("about", "words", "at") if event.words]
