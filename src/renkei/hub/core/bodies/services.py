"""Preparing, storing, fetching and opening bodies."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet

from renkei.hub.core import rows
from renkei.hub.core.bodies import sealing
from renkei.hub.core.bodies.blobs import blob_store, forget
from renkei.hub.core.ids import month_of, months_of, new_id
from renkei.hub.core.keyring import keyring, wrapping_key
from renkei.hub.core.lookups import Columns
from renkei.hub.core.models import Body, Wrap

_wraps = Columns(Wrap, "body", "holder", "key_id", "wrapped")
_copies = Columns(Wrap, "body", "holder")
_bodies = Columns(Body, "pk", "inline", months="of")


class BodyGone(LookupError):
    """This holder has no copy (any more)."""


@dataclass(frozen=True)
class Prepared:
    """A sealed body that no row names yet, of a `format`. `inline` is None when its bytes lie in the blob store."""

    id: uuid.UUID
    data_key: bytes
    size: int
    inline: bytes | None
    format: int = sealing.FORMAT


@dataclass(frozen=True)
class Fetched:
    """A stored body as read in a transaction: enough to open it later."""

    id: uuid.UUID
    holder: str
    key_id: str
    wrapped: bytes
    inline: bytes | None


def prepare(pieces: Iterable[bytes]) -> Prepared:
    """Seal a body; a large one goes to the blob store at once. Call it before `write()`."""
    body, key, counted = new_id(), sealing.new_data_key(), Counted(pieces)
    inline = laid_down(body, sealing.seal(body, key, counted))
    return Prepared(body, key, counted.size, inline)


def laid_down(body: uuid.UUID, sealed: Iterator[bytes]) -> bytes | None:
    """The sealed chunks of a body in one piece; None once they lie in the blob store, being large."""
    head, size = [], 0
    for chunk in sealed:
        head.append(chunk)
        size += len(chunk)
        if size > settings.RENKEI["INLINE_BYTES"]:
            blob_store().put(body.hex, itertools.chain(head, sealed))
            return None
    return b"".join(head)


@dataclass(frozen=True)
class Kept:
    """A prepared body about to be stored, with when the copy of each holder is erased (None: not by the clock alone)."""

    prepared: Prepared
    holders: Mapping[str, datetime | None]


def store(prepared: Prepared, holders: Mapping[str, datetime | None]) -> None:
    """As `store_many`, for one body."""
    store_many([Kept(prepared, holders)])


def store_many(kept: Collection[Kept]) -> None:
    """Write the rows of some bodies and a wrap for each holder. Call it inside `write()`."""
    rows.insert(
        Body,
        ("id", "month", "format", "size", "inline"),
        ((one.id, month_of(one.id), one.format, one.size, one.inline) for one in (each.prepared for each in kept)),
    )
    # Wrapped in here: a wrapping key that nothing uses may be taken out of service before.
    key_id, wrapping = keyring().current_wrapping
    rows.insert(
        Wrap,
        ("body", "holder", "key_id", "wrapped", "erase_after"),
        (
            (body.id, holder, key_id, sealing.wrap(wrapping, body.data_key, body.id, holder), until)
            for body, holders in ((each.prepared, each.holders) for each in kept)
            for holder, until in holders.items()
        ),
    )


def discard(prepared: Prepared) -> None:
    """Forget a prepared body that will not be stored."""
    if prepared.inline is None:
        forget([prepared.id.hex])


def fetch(body: uuid.UUID, holders: Sequence[str]) -> Fetched:
    """Read the stored form, of the first of these holders who has a copy. Raises BodyGone."""
    found = fetch_many({body: holders})
    if body not in found:
        raise BodyGone(str(body))
    return found[body]


def fetch_many(wanted: Mapping[uuid.UUID, Sequence[str]]) -> dict[uuid.UUID, Fetched]:
    """As `fetch` for many bodies, each with its holders, in two queries; without those that are gone."""
    wraps: dict[uuid.UUID, tuple[str, str, bytes]] = {}
    for body, holder, key_id, wrapped in _wraps.of(wanted):
        holders = wanted[body]
        known = wraps.get(body)
        if holder in holders and (known is None or holders.index(holder) < holders.index(known[0])):
            wraps[body] = (holder, key_id, bytes(wrapped))
    return {
        body: Fetched(body, *wraps[body], inline=None if inline is None else bytes(inline))
        for body, inline in _bodies.of(wraps)
    }


def still_there(fetched: Iterable[Fetched]) -> set[uuid.UUID]:
    """Those of these bodies whose copy that was read has not been erased since. One query."""
    read = {one.id: one.holder for one in fetched}
    return {body for body, holder in _copies.of(read) if holder == read[body]}


def open_body(fetched: Fetched) -> Iterator[bytes]:
    """Plaintext in pieces. Raises sealing.BodyDamaged."""
    key = data_key(fetched.key_id, fetched.wrapped, fetched.id, fetched.holder)
    stored = [fetched.inline] if fetched.inline is not None else blob_store().get(fetched.id.hex)
    return sealing.unseal(fetched.id, key, stored)


def data_key(key_id: str, wrapped: bytes, body: uuid.UUID, holder: str) -> bytes:
    """The key of a body, out of one holder's wrap. Raises sealing.BodyDamaged."""
    try:
        wrapping = wrapping_key(key_id)
    except KeyError as error:
        raise sealing.BodyDamaged(str(body)) from error
    return sealing.unwrap(wrapping, wrapped, body, holder)


def rows_of(bodies: Iterable[uuid.UUID]) -> QuerySet[Body]:
    """The rows of some bodies, from the partitions of their months alone."""
    ids = list(bodies)
    return Body.objects.filter(pk__in=ids, month__in=months_of(ids))


class Counted:
    """Pieces that pass, and how many bytes they were."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self.size += len(piece)
            yield piece
