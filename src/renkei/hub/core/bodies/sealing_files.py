"""Format 2 of a stored body: one file as it is, which can be read from anywhere in it.

What people attach is compressed already. A stored file is a head of up to 1 MiB (its salt) in a sealed chunk of its own, then
the file in sealed chunks of 1 MiB, the last one shorter. Each is `ciphertext ‖ 16 byte tag` (AES-256-GCM); nonce and
associated data are as in format 1, the head is chunk 0.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from renkei.hub.core.bodies.sealing import CHUNK_BYTES, TAG_BYTES, BodyDamaged, bound, chunks, encrypted, nonce

FORMAT = 2


def seal(body: UUID, key: bytes, head: bytes, plaintext: Iterable[bytes]) -> Iterator[bytes]:
    """Encrypt; yields the sealed chunks in order, the head first."""
    cipher, bind = AESGCM(key), functools.partial(bound, FORMAT, body)
    yield cipher.encrypt(nonce(0), head, bind(0, False))
    yield from encrypted(cipher, plaintext, bind, first=1)


def unseal_head(body: UUID, key: bytes, stored: Iterable[bytes], head_bytes: int) -> bytes:
    """The head, out of the beginning of the stored bytes. Raises BodyDamaged."""
    wanted, sealed = head_bytes + TAG_BYTES, bytearray()
    for piece in stored:
        sealed += piece
        if len(sealed) >= wanted:
            break
    return _opened(AESGCM(key), body, 0, bytes(sealed[:wanted]), last=False)


def place_of(start: int, head_bytes: int) -> tuple[int, int]:
    """The chunk in which byte `start` of the file lies, and where this chunk begins in the stored bytes."""
    before = start // CHUNK_BYTES
    return before + 1, head_bytes + TAG_BYTES + before * (CHUNK_BYTES + TAG_BYTES)


def unseal(body: UUID, key: bytes, stored: Iterable[bytes], first: int) -> Iterator[bytes]:
    """The file from chunk `first` on, in pieces of at most 1 MiB. Raises BodyDamaged."""
    cipher = AESGCM(key)
    for number, (chunk, last) in enumerate(chunks(stored), start=first):
        yield _opened(cipher, body, number, chunk, last=last)


def _opened(cipher: AESGCM, body: UUID, number: int, chunk: bytes, *, last: bool) -> bytes:
    try:
        return cipher.decrypt(nonce(number), chunk, bound(FORMAT, body, number, last))
    except (InvalidTag, ValueError) as error:
        raise BodyDamaged(str(body)) from error
