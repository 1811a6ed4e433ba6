"""The stored form of a body: whole, of this body, in this order, or not at all."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renkei.hub.core.bodies import sealing
from renkei.hub.core.bodies.sealing import CHUNK_BYTES, BodyDamaged

BODY, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)
KEY = bytes(range(32))


def noise(size: int) -> bytes:
    """Bytes that do not compress, the same every time."""
    import random

    return random.Random(size).randbytes(size)


@given(st.lists(st.binary(max_size=200), max_size=5), st.integers(1, 50))
def test_what_goes_in_comes_out_whatever_the_pieces(pieces: list[bytes], cut: int) -> None:
    stored = b"".join(sealing.seal(BODY, KEY, pieces))
    again = [stored[i : i + cut] for i in range(0, len(stored), cut)]
    assert b"".join(sealing.unseal(BODY, KEY, again)) == b"".join(pieces)


@pytest.mark.parametrize("size", [CHUNK_BYTES - 500, CHUNK_BYTES, 3 * CHUNK_BYTES + 7])
def test_long_bodies_are_cut_into_bounded_chunks(size: int) -> None:
    plain = noise(size)
    chunks = list(sealing.seal(BODY, KEY, [plain]))
    assert max(map(len, chunks)) <= CHUNK_BYTES + 16
    pieces = list(sealing.unseal(BODY, KEY, chunks))
    assert b"".join(pieces) == plain and max(map(len, pieces)) <= CHUNK_BYTES


def test_chunks_cannot_be_dropped_exchanged_or_added() -> None:
    chunks = list(sealing.seal(BODY, KEY, [noise(3 * CHUNK_BYTES)]))
    assert len(chunks) >= 3
    for wrong in (chunks[:-1], chunks[1:], [chunks[1], chunks[0], *chunks[2:]], [*chunks, chunks[0]], []):
        with pytest.raises(BodyDamaged):
            list(sealing.unseal(BODY, KEY, wrong))


@given(st.integers(0, 400), st.integers(0, 7))
def test_one_changed_bit_is_found(place: int, bit: int) -> None:
    stored = bytearray(b"".join(sealing.seal(BODY, KEY, [noise(500)])))
    stored[place % len(stored)] ^= 1 << bit
    with pytest.raises(BodyDamaged):
        list(sealing.unseal(BODY, KEY, [bytes(stored)]))


def test_a_body_opens_only_as_itself_and_for_its_holder() -> None:
    stored = b"".join(sealing.seal(BODY, KEY, [b"x"]))
    with pytest.raises(BodyDamaged):
        list(sealing.unseal(OTHER, KEY, [stored]))
    wrapped = sealing.wrap(KEY, b"k" * 32, BODY, "mailbox:1")
    assert sealing.unwrap(KEY, wrapped, BODY, "mailbox:1") == b"k" * 32
    for body, holder in ((BODY, "mailbox:2"), (OTHER, "mailbox:1")):
        with pytest.raises(BodyDamaged):
            sealing.unwrap(KEY, wrapped, body, holder)
    with pytest.raises(BodyDamaged):
        sealing.unwrap(KEY, b"short", BODY, "mailbox:1")
