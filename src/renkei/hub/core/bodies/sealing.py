"""Format 1 of a stored body: zlib, then AES-256-GCM in chunks, so that memory stays flat however long a body is.

A stored body is a row of sealed chunks, each `ciphertext ‖ 16 byte tag` of up to 1 MiB of compressed bytes. The nonce
is the chunk's number, the associated data is format, body id, chunk number and a last-flag: chunks can be neither
exchanged, dropped nor added. A data key is made for one body and never used for another, so nonces never repeat.

A wrap is `12 byte nonce ‖ AES-256-GCM(wrapping key, data key)`, bound to the body and to its holder.
"""

from __future__ import annotations

import functools
import os
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = 1
CHUNK_BYTES = 1024 * 1024
TAG_BYTES = 16
_NONCE_BYTES = 12


class BodyDamaged(RuntimeError):
    """A stored body or a wrap does not open: changed, cut, or of another body or holder."""


def new_data_key() -> bytes:
    """A key for one body."""
    return AESGCM.generate_key(bit_length=256)


def seal(body: UUID, key: bytes, plaintext: Iterable[bytes]) -> Iterator[bytes]:
    """Compress and encrypt; yields the sealed chunks in order."""
    return encrypted(AESGCM(key), _compressed(plaintext), functools.partial(bound, FORMAT, body), first=0)


def encrypted(
    cipher: AESGCM, pieces: Iterable[bytes], bind: Callable[[int, bool], bytes], first: int
) -> Iterator[bytes]:
    """Pieces of any size as sealed chunks, numbered from `first` on; `bind` gives number and last-flag their data."""
    number, waiting = first, bytearray()
    for piece in pieces:
        waiting += piece
        # The last chunk is only known at the end, so one full chunk always waits.
        while len(waiting) > CHUNK_BYTES:
            yield cipher.encrypt(nonce(number), bytes(waiting[:CHUNK_BYTES]), bind(number, False))
            del waiting[:CHUNK_BYTES]
            number += 1
    yield cipher.encrypt(nonce(number), bytes(waiting), bind(number, True))


def unseal(body: UUID, key: bytes, stored: Iterable[bytes]) -> Iterator[bytes]:
    """Decrypt and decompress; yields plaintext in pieces of at most 1 MiB. Raises BodyDamaged."""
    cipher, decompressor = AESGCM(key), zlib.decompressobj()
    try:
        for number, (chunk, last) in enumerate(chunks(stored)):
            pending = cipher.decrypt(nonce(number), chunk, bound(FORMAT, body, number, last))
            while pending:
                yield decompressor.decompress(pending, CHUNK_BYTES)
                pending = decompressor.unconsumed_tail
        if rest := decompressor.flush():
            yield rest
    except (InvalidTag, zlib.error) as error:
        raise BodyDamaged(str(body)) from error
    if not decompressor.eof:
        raise BodyDamaged(str(body))


def wrap(wrapping_key: bytes, data_key: bytes, body: UUID, holder: str) -> bytes:
    """The data key, readable with `wrapping_key` by `holder` alone."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(wrapping_key).encrypt(nonce, data_key, _wrap_bound(body, holder))


def unwrap(wrapping_key: bytes, wrapped: bytes, body: UUID, holder: str) -> bytes:
    """The data key again. Raises BodyDamaged."""
    nonce, sealed = wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:]
    try:
        return AESGCM(wrapping_key).decrypt(nonce, sealed, _wrap_bound(body, holder))
    except (InvalidTag, ValueError) as error:
        raise BodyDamaged(str(body)) from error


def _compressed(plaintext: Iterable[bytes]) -> Iterator[bytes]:
    compressor = zlib.compressobj(level=6)
    for piece in plaintext:
        yield compressor.compress(piece)
    yield compressor.flush()


def chunks(stored: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Cut a stream of any piece sizes back into sealed chunks, each with its last-flag."""
    size, waiting = CHUNK_BYTES + TAG_BYTES, bytearray()
    for piece in stored:
        waiting += piece
        while len(waiting) > size:
            yield bytes(waiting[:size]), False
            del waiting[:size]
    yield bytes(waiting), True


def nonce(number: int) -> bytes:
    """The nonce of a body's chunk."""
    return struct.pack(">4xQ", number)


def bound(format_: int, body: UUID, number: int, last: bool) -> bytes:
    """The associated data of a body's chunk."""
    return b"renkei-body/%d" % format_ + body.bytes + struct.pack(">Q?", number, last)


def _wrap_bound(body: UUID, holder: str) -> bytes:
    return b"renkei-wrap/1" + body.bytes + holder.encode()
