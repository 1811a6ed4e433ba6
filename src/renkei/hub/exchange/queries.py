"""Finding and reading transmissions and feeds on behalf of a party, as the API tells them."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection

from renkei.hub.core import events
from renkei.hub.core.answers import time_text
from renkei.hub.core.events import Told
from renkei.hub.core.lookups import Columns, Lookup
from renkei.hub.core.problems import Refused
from renkei.hub.exchange.models import Transmission
from renkei.hub.exchange.rules import SAID_BY_OFFICES, Side, State, Step, open_steps
from renkei.hub.parties.models import OfficeService, Party

MOST_WAITING = 20
_SENDER: Any = Transmission._meta.get_field("sender")
_RECIPIENT: Any = Transmission._meta.get_field("recipient")
# The state stands in it, so that SQLite sees that the index of what waits has the answer.
_WAITING = (
    f"SELECT mailbox_number FROM exchange_transmission WHERE state = '{State.ACCEPTED.value}'"  # noqa: S608
    " AND recipient_id = %s AND mailbox_number < %s ORDER BY mailbox_number LIMIT %s"
)
_services = Lookup(OfficeService, "pk", "party")
# What may change once a unit has come in, and what is needed beside it to hand it out or to take a step.
_CHANGING = ("state", "change", "recall", "collected_at", "clock_at", "lease_by", "lease_until")
_NEEDED = ("sender", "recipient", "sealed_by", "mailbox_number", "body", "part_count", "accepted_at", *_CHANGING)
_whole = Lookup(Transmission, "pk", "envelope")
_units = Lookup(Transmission, "pk", "envelope", only=(*_NEEDED, "envelope__manifest", "envelope__signature"))
_standing = Columns(Transmission, "pk", *_CHANGING, locked=True)
_told = Lookup(
    *(Transmission, "pk"),
    only=(
        "sender",
        "recipient",
        "kind",
        "sequence",
        "months",
        "state",
        "change",
        "recall",
        "replaces",
        "mailbox_number",
    ),
)


@dataclass(frozen=True)
class FeedPage:
    """A piece of a feed: entries, the cursor to go on from, and whether more waits."""

    entries: list[dict[str, Any]]
    next: int
    more: bool


def transmission_of(party: Party, id_: uuid.UUID) -> Transmission:
    """A transmission that `party` sent or received. Raises Refused (404), the same for one of others."""
    rows = with_services(_whole.of([id_]))
    for row in rows:
        if party.pk in (row.sender.party_id, row.recipient.party_id):
            return row
    raise not_found()


def transmissions_of(party: Party, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Transmission]:
    """Those of these that `party` sent or received, with what is needed to hand them out or to take a step. Two queries."""
    rows = with_services(_units.of(ids))
    return {row.pk: row for row in rows if party.pk in (row.sender.party_id, row.recipient.party_id)}


def lock(rows: Iterable[Transmission]) -> None:
    """Nobody else changes these until the end of this `write()`; what has changed since they were read is put into them.

    One query, in the order of their ids, so that two who want the same never wait for each other. A unit that replaces one
    of them may come in meanwhile: it holds the counters that a step asks for next.
    """
    known = {row.pk: row for row in rows}
    for id_, *now in _standing.of(known):
        for name, value in zip(_CHANGING, now, strict=True):
            setattr(known[id_], name, value)


def with_services(rows: Iterable[Transmission]) -> list[Transmission]:
    """These with their services and parties, read once however many rows share them. One query more."""
    found = list(rows)
    ids = {id_ for row in found for id_ in (row.sender_id, row.recipient_id)}
    services = {one.pk: one for one in _services.of(ids)}
    for row in found:
        # Not by assignment, which looks at each anew: they are what the row names.
        _SENDER.set_cached_value(row, services[row.sender_id])
        _RECIPIENT.set_cached_value(row, services[row.recipient_id])
    return found


def not_found() -> Refused:
    """The answer about a transmission that is not there, or not the asking party's."""
    return Refused(404, "E-NOT-FOUND", "この送信は見つかりません。", "番号を確かめてください。")


def feed_page(service: OfficeService, after: int, limit: int, types: Collection[str] | None = None) -> FeedPage:
    """Events of one office service after a feed number, oldest first. Four queries, one where there are none.

    With `types` only those of them; the cursor passes over the others, so that a page may be empty with more behind it.
    """
    found = events.read_feed(service.feed, after, limit + 1)
    shown, more = found[:limit], len(found) > limit
    wanted = [event for event in shown if types is None or event.type in types]
    transmissions = {row.pk: row for row in with_services(_told.of(event.about for event in wanted))}
    # Events outlive what they are about: of an erased unit there is nothing left to tell.
    entries = [_entry(event, transmissions[event.about], service) for event in wanted if event.about in transmissions]
    return FeedPage(entries, shown[-1].number if shown else after, more)


def summary(transmission: Transmission) -> dict[str, Any]:
    """What both sides may know of a unit without opening it."""
    return {
        "id": str(transmission.pk),
        "sender": transmission.sender.address,
        "recipient": transmission.recipient.address,
        "kind": transmission.kind,
        "months": transmission.month_list,
        "sequence": transmission.sequence,
        "state": transmission.state,
        "change": transmission.change,
        "recall": transmission.recall,
        "replaces": transmission.replaces_id and str(transmission.replaces_id),
        "mailbox_number": transmission.mailbox_number,
    }


def detail(transmission: Transmission, party: Party) -> dict[str, Any]:
    """A unit with its manifest and every step's receipts, still unopened, and what `party` may do with it now."""
    envelope = transmission.envelope
    manifest = envelope.signed
    return summary(transmission) | {
        "open_steps": sorted(open_to(transmission, party)),
        "files": [{"name": entry.name, "size": entry.size} for entry in manifest.files],
        "manifest": b64(envelope.manifest),
        "signature": b64(envelope.signature),
        "events": [
            {
                "number": event.number,
                "type": event.type,
                "side": event.side,
                "at": event.at,
                "has_words": event.words is not None,
                "receipt": signed_of(event.receipt, event.signature),
                "counter_receipt": signed_of(event.counter_receipt, event.counter_signature),
            }
            for event in events.of(transmission.pk)
        ],
    }


def open_to(transmission: Transmission, party: Party) -> set[Step]:
    """The steps that this party may take now, at whichever end it is."""
    ends = {Side.SENDER: transmission.sender, Side.RECIPIENT: transmission.recipient}
    sides = [side for side, service in ends.items() if service.party_id == party.pk]
    return {step for side in sides for step in open_steps(transmission.standing, side) & SAID_BY_OFFICES}


def waiting_before(rows: Collection[Transmission]) -> dict[uuid.UUID, list[int]]:
    """By transmission, lower numbers of the same mailbox that nobody has collected yet, the lowest first, a few.

    One query for each mailbox.
    """
    highest: dict[int, int] = {}
    for row in rows:
        highest[row.recipient_id] = max(row.mailbox_number, highest.get(row.recipient_id, 0))
    lower = {recipient: _waiting(recipient, number) for recipient, number in highest.items()}
    return {row.pk: [one for one in lower[row.recipient_id] if one < row.mailbox_number] for row in rows}


def _waiting(recipient: int, below: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [recipient, below, MOST_WAITING])
        return [number for (number,) in cursor.fetchall()]


def b64(data: bytes | memoryview) -> str:
    """Standard base64, as the API carries bytes."""
    return base64.b64encode(bytes(data)).decode("ascii")


def signed_of(body: bytes | memoryview | None, signature: bytes | memoryview | None) -> dict[str, str] | None:
    """Signed bytes as the API carries them; None where there are none."""
    return None if body is None or signature is None else {"body": b64(body), "signature": b64(signature)}


def limits() -> dict[str, int]:
    """The limits that a program needs to know before it sends."""
    values: dict[str, Any] = settings.RENKEI
    return {
        "file_bytes": values["LIMIT_FILE_BYTES"],
        "unit_bytes": values["LIMIT_UNIT_BYTES"],
        "unit_files": values["LIMIT_UNIT_FILES"],
        "batch_units": values["LIMIT_BATCH_UNITS"],
        "receipts": values["LIMIT_RECEIPTS"],
        "collect": values["LIMIT_COLLECT"],
        "findings": values["LIMIT_FINDINGS"],
        "request_bytes": values["LIMIT_REQUEST_BYTES"],
        "attachment_bytes": values["LIMIT_ATTACHMENT_BYTES"],
        "transmission_attachment_bytes": values["LIMIT_TRANSMISSION_ATTACHMENT_BYTES"],
        "attachments": values["LIMIT_ATTACHMENTS"],
    }


def _entry(event: Told, transmission: Transmission, service: OfficeService) -> dict[str, Any]:
    return {
        "number": event.number,
        "type": event.type,
        "at": time_text(event.at),
        "direction": "incoming" if transmission.recipient_id == service.pk else "outgoing",
        "transmission": summary(transmission),
        "receipt": signed_of(event.receipt.body, event.receipt.signature),
    }
