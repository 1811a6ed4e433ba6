"""The stored form of a file: whole, of this body, in this order, and readable from anywhere in it."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renkei.hub.core.bodies import sealing_files
from renkei.hub.core.bodies.sealing import CHUNK_BYTES, BodyDamaged
from renkei.hub.core.bodies.sealing_files import place_of, seal, unseal, unseal_head

BODY, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)
KEY, HEAD = bytes(range(32)), bytes(32)
LONG = random.Random(1).randbytes(2 * CHUNK_BYTES + 7)
STORED = b"".join(seal(BODY, KEY, HEAD, [LONG]))


def opened(stored: bytes, start: int = 0, body: uuid.UUID = BODY) -> bytes:
    first, place = place_of(start, len(HEAD))
    return b"".join(unseal(body, KEY, [stored[place:]], first))[start % CHUNK_BYTES :]


@given(st.lists(st.binary(max_size=200), max_size=5))
def test_what_goes_in_comes_out_whatever_the_pieces(pieces: list[bytes]) -> None:
    stored = b"".join(seal(BODY, KEY, HEAD, pieces))
    assert opened(stored) == b"".join(pieces)
    assert unseal_head(BODY, KEY, [stored[i : i + 5] for i in range(0, len(stored), 5)], len(HEAD)) == HEAD


@pytest.mark.parametrize("start", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 5, 2 * CHUNK_BYTES, len(LONG) - 1])
def test_a_file_is_read_from_anywhere(start: int) -> None:
    assert opened(STORED, start) == LONG[start:]


def test_pieces_stay_small_however_long_a_file_is() -> None:
    def endless() -> Iterable[bytes]:
        for _ in range(40):
            yield LONG[:100_000]

    assert max(map(len, seal(BODY, KEY, HEAD, endless()))) == CHUNK_BYTES + 16


def test_the_head_is_read_without_the_rest() -> None:
    def stored() -> Iterable[bytes]:
        yield STORED[:CHUNK_BYTES]
        raise AssertionError("read on")

    assert unseal_head(BODY, KEY, stored(), len(HEAD)) == HEAD


def test_chunks_cannot_be_dropped_exchanged_or_added() -> None:
    chunks = list(seal(BODY, KEY, HEAD, [LONG]))
    assert len(chunks) == 4
    for wrong in (chunks[:-1], [chunks[0], chunks[2], chunks[1], chunks[3]], [*chunks, chunks[3]], chunks[:1]):
        with pytest.raises(BodyDamaged):
            opened(b"".join(wrong))


def test_one_changed_bit_is_found() -> None:
    for place in (0, 40, 48, 60, len(STORED) - 1):
        wrong = bytearray(STORED)
        wrong[place] ^= 1
        with pytest.raises(BodyDamaged):
            unseal_head(BODY, KEY, [bytes(wrong)], len(HEAD)) + opened(bytes(wrong))


def test_a_file_opens_only_as_itself_and_never_as_a_body_of_the_other_format() -> None:
    from renkei.hub.core.bodies import sealing

    with pytest.raises(BodyDamaged):
        opened(STORED, body=OTHER)
    with pytest.raises(BodyDamaged):
        list(sealing.unseal(BODY, KEY, [STORED]))
    with pytest.raises(BodyDamaged):
        unseal_head(BODY, KEY, sealing.seal(BODY, KEY, [LONG]), len(HEAD))
    assert sealing_files.FORMAT != sealing.FORMAT
