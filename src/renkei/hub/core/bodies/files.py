"""Bodies that are one file with its salt, stored in format 2: streamed in and out, and read from anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from renkei.hub.core.bodies import sealing, sealing_files
from renkei.hub.core.bodies.blobs import blob_store
from renkei.hub.core.bodies.services import Counted, Fetched, Prepared, data_key, laid_down
from renkei.hub.core.ids import new_id

SALT_BYTES = 32


def prepare(salt: bytes, pieces: Iterable[bytes]) -> Prepared:
    """Seal a file under its 32-byte salt; a large one goes to the blob store at once. Call it before `write()`."""
    if len(salt) != SALT_BYTES:
        raise ValueError("a salt of another length")
    body, key, counted = new_id(), sealing.new_data_key(), Counted(pieces)
    inline = laid_down(body, sealing_files.seal(body, key, salt, counted))
    return Prepared(body, key, counted.size, inline, sealing_files.FORMAT)


def salt_of(fetched: Fetched) -> bytes:
    """The salt alone; of a large file nothing else is read. Raises sealing.BodyDamaged."""
    return sealing_files.unseal_head(fetched.id, _key(fetched), _stored(fetched, 0), SALT_BYTES)


def read(fetched: Fetched, start: int = 0) -> Iterator[bytes]:
    """The file from byte `start` on, in pieces of at most 1 MiB. Raises sealing.BodyDamaged."""
    first, place = sealing_files.place_of(start, SALT_BYTES)
    skipped = start % sealing.CHUNK_BYTES
    for piece in sealing_files.unseal(fetched.id, _key(fetched), _stored(fetched, place), first):
        yield piece[skipped:]
        skipped = 0


def _key(fetched: Fetched) -> bytes:
    return data_key(fetched.key_id, fetched.wrapped, fetched.id, fetched.holder)


def _stored(fetched: Fetched, start: int) -> Iterable[bytes]:
    return [fetched.inline[start:]] if fetched.inline is not None else blob_store().get(fetched.id.hex, start)
