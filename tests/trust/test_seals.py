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
