from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest

from renkei.trust import seals

AT = datetime(2026, 11, 25, 0, 0, 21, 999, tzinfo=UTC)


def test_an_entry_covers_both_words_and_both_signatures() -> None:
    whole = seals.entry(b"receipt", b"signature", b"manifest", b"sender's")
    assert whole[64:96] == hashlib.sha256(b"manifest").digest() and len(whole) == 128
    for change in range(4):
        parts = [b"receipt", b"signature", b"manifest", b"sender's"]
        parts[change] += b"!"
        assert seals.entry(*parts) != whole


def test_bytes_cannot_move_from_one_part_to_the_next() -> None:
    assert seals.entry(b"ab", b"c") != seals.entry(b"a", b"bc")
    assert seals.entry(b"a", b"b", b"c") != seals.entry(b"a", b"b", b"", b"c")


def test_a_statement_is_these_bytes() -> None:
    first = seals.statement(hub="vector-hub", number=1, previous=None, root=b"\x01" * 32, size=2, at=AT)
    assert first == (
        b'{"at":"2026-11-25T00:00:21Z","format":"renkei-seal/1","hub":"vector-hub","number":1,"previous":null,'
        b'"root":"' + b"01" * 32 + b'","size":2}'
    )
    second = seals.statement(hub="vector-hub", number=2, previous=first, root=b"\x02" * 32, size=1, at=AT)
    assert f'"previous":"{hashlib.sha256(first).hexdigest()}"'.encode() in second


def test_a_statement_needs_a_time_with_its_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        seals.statement(hub="h", number=1, previous=None, root=b"", size=0, at=datetime(2026, 1, 1))  # noqa: DTZ001


def test_a_statement_is_read_as_it_was_made() -> None:
    first = seals.statement(hub="vector-hub", number=1, previous=None, root=b"\x01" * 32, size=2, at=AT)
    second = seals.statement(hub="vector-hub", number=2, previous=first, root=b"\x02" * 32, size=1, at=AT)
    read = seals.parse(second)
    assert (read.hub, read.number, read.root, read.size) == ("vector-hub", 2, b"\x02" * 32, 1)
    assert (read.previous, read.at) == (hashlib.sha256(first).hexdigest(), AT.replace(microsecond=0))
    assert seals.parse(first).previous is None


@pytest.mark.parametrize(
    ("what", "by"),
    [
        (b'"number":1', b'"number":0'),
        (b'"number":1', b'"number":2'),
        (b'"number":1', b'"number":true'),
        (b'"size":2', b'"size":0'),
        (b'"size":2', b'"size":2000001'),
        (b'"size":2', b'"size":2,"size":2'),
        (b"renkei-seal/1", b"renkei-seal/2"),
        (b'"previous":null', b'"previous":"' + b"00" * 32 + b'"'),
        (b"01" * 32, b"01" * 31),
        (b"00:21Z", b"00:21"),
        (b"}", b"}" + b" " * 1024),
    ],
)
def test_a_statement_that_cannot_be_is_refused(what: bytes, by: bytes) -> None:
    good = seals.statement(hub="vector-hub", number=1, previous=None, root=b"\x01" * 32, size=2, at=AT)
    with pytest.raises(seals.SealError):
        seals.parse(good.replace(what, by))
