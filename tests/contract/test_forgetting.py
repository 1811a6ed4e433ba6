"""With the last copy of a unit everything of a person is gone, from the files of the database too."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator

import pytest

from renkei.conformance import Month

from .conftest import Hub
from .waiting import DAY, Sent, erase, say_everything, send, sent

__all__ = ["sent"]  # a fixture

LAST_DAY = 5 * 366 * DAY


def test_with_the_last_copy_everything_of_a_person_leaves_the_files(
    town: Hub, month: Month, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings
    from django.db import connection, connections

    from renkei.hub.core.models import Body, Wrap
    from renkei.hub.core.sqlite.log import empty_log
    from renkei.hub.exchange.models import Subject

    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL の表のファイルは、サーバーだけが読みます")
    monkeypatch.setitem(settings.RENKEI, "INLINE_BYTES", 600)
    sent = send(town, month)
    say_everything(sent)

    inline = [bytes(row.inline) for row in Body.objects.exclude(inline=None)]
    wraps = [bytes(row.wrapped) for row in Wrap.objects.all()]
    people = [row.subject.encode() for row in Subject.objects.all()]
    markers = [data[:40] for data in inline] + wraps + people
    (blob,) = (path for path in (town.data / "blobs").rglob("*") if path.is_file())
    assert len(inline) == 3 and len(wraps) == 9 and people
    assert empty_log() and not (town.data / "hub.sqlite3-wal").read_bytes()
    connections.close_all()
    before = (town.data / "hub.sqlite3").read_bytes()
    assert all(marker in before for marker in markers)

    erase(sent.row.accepted_at + LAST_DAY)
    assert not (town.data / "hub.sqlite3-wal").read_bytes()
    connections.close_all()
    after = (town.data / "hub.sqlite3").read_bytes()
    assert not [marker for marker in markers if marker in after]
    assert not blob.exists()
    for model in (Body, Wrap, Subject):
        assert not model.objects.exists()
    # What proves that it went from one to the other stays.
    assert sent.steps() == ["accepted", "collected", "import_failed", "change_requested", "change_accepted"]
    assert sent.row.envelope.manifest in after


def every_value() -> Iterator[tuple[str, bytes]]:
    """All that is in the database: table and column, and the value's bytes."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  (our own names)
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    is_bytes = isinstance(value, bytes | memoryview)
                    yield f"{table}.{column}", bytes(value) if is_bytes else str(value).encode()


def found_in(wanted: set[bytes]) -> set[str]:
    return {place for place, value in every_value() for one in wanted if one in value}


def spelt(digest: bytes) -> set[bytes]:
    """A digest as it may be written down: bytes, hex, base64."""
    return {digest, digest.hex().encode(), digest.hex().upper().encode(), base64.b64encode(digest).rstrip(b"=")}


def test_no_plain_digest_of_a_file_is_anywhere_before_or_after(sent: Sent) -> None:
    from renkei.trust import manifest

    say_everything(sent)
    digests: set[bytes] = set()
    for data in (*sent.files.values(), b"".join(sent.files.values())):
        for name in ("sha256", "sha1", "md5"):
            digests |= spelt(hashlib.new(name, data).digest())
    assert found_in(digests) == set()
    # The search finds what is there: the salted commitment in the manifest, which alone stays.
    entry = manifest.parse(bytes(sent.row.envelope.manifest)).files[0]
    assert found_in(spelt(bytes.fromhex(entry.commitment))) == {"exchange_envelope.manifest"}
    erase(sent.row.accepted_at + LAST_DAY)
    assert found_in(digests) == set()
    texts = {"山田さんの回数".encode(), "長すぎます".encode()} | set(sent.files.values())
    assert found_in(texts) == set()


def test_with_the_last_copy_of_a_unit_go_the_words_that_were_said_about_it(sent: Sent) -> None:
    from renkei.hub.core.models import Body, Erasure
    from renkei.hub.core.writing import write
    from renkei.hub.exchange import erasing

    say_everything(sent)
    row = sent.row
    with write():
        copies = {(row.body, holder) for holder in (row.sender.sent_copy, row.recipient.received_copy)}
        erasing.erase(copies, row.accepted_at)
    assert Body.objects.count() == 4
    with write():
        erasing.erase({(row.body, row.recipient.mailbox)}, row.accepted_at)
    assert not Body.objects.exists()
    assert Erasure.objects.count() == 9


def test_what_was_listed_but_never_erased_is_taken_back_at_the_next_start(sent: Sent) -> None:
    """The hub was killed between the list and the commit; a restore must not erase what still waits."""
    from django.conf import settings

    from renkei.hub.core.bodies import erasures, keeping

    row = sent.row
    path = settings.DATA / "erasures.jsonl"
    erase(row.accepted_at + LAST_DAY)
    erased = erasures.read(path)[0]
    waiting = erasures.Erased(row.body, row.recipient.mailbox, row.accepted_at)
    erasures.append(path, [waiting])
    assert keeping.void_unfinished() == 1
    assert erasures.read(path)[0] == erased
    assert keeping.void_unfinished() == 0
