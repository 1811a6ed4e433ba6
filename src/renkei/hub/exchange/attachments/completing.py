"""All chunks are there: the file is held against its commitment, looked into, and made one body."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO

from django.utils import timezone

from renkei.attachments.nameless import nameless_file
from renkei.hub.core.bodies import files, keeping
from renkei.hub.core.bodies import services as bodies
from renkei.hub.core.bodies.services import Prepared
from renkei.hub.core.keyring import keyring
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.exchange.attachments import looking, uploads
from renkei.hub.exchange.attachments.crowding import ROOM
from renkei.hub.exchange.attachments.looking import Look
from renkei.hub.exchange.attachments.stream import opened, pieces
from renkei.hub.exchange.models import Upload
from renkei.trust import manifest as manifests

# Nobody looks into a file for longer: who has not ended by then was killed, and another may begin.
LONGEST_LOOK = timedelta(minutes=15)
_WAIT_SECONDS = 5


@dataclass(frozen=True)
class _Copy:
    """The sealed copy without active parts, and its commitment."""

    prepared: Prepared
    commitment: str


@dataclass(frozen=True)
class _Made:
    """What is to be written when the looking is over; no body for what is refused."""

    look: Look
    body: Prepared | None = None
    digest: str = ""
    copy: _Copy | None = None


def complete(upload: Upload) -> Upload:
    """Make an upload ready, or refuse it; said again, it answers as the first time.

    Raises Refused: 409 while chunks are missing or somebody is at it, 422 when the file is not what was announced (its
    chunks are dropped, all are missing again), 503 when it cannot be looked into now.
    """
    taken = _take(upload)
    if taken.state != uploads.OPEN:
        return taken
    try:
        with ROOM.one(taken.party_id):
            made = _made(taken)
    except Refused as refusal:
        _give_back(taken, drop_chunks=refusal.code == "E-UPLOAD-COMMITMENT")
        raise
    except BaseException:
        _give_back(taken)
        raise
    return _finish(taken, made)


def _take(upload: Upload) -> Upload:
    """Take it for this request alone."""
    now = timezone.now()
    with write():
        row = Upload.objects.select_for_update().filter(pk=upload.pk).first()
        if row is None:
            raise Refused.known(404, "E-UPLOAD-UNKNOWN")
        if row.state != uploads.OPEN:
            return row
        if missing := uploads.missing(row):
            raise Refused.known(409, "E-UPLOAD-MISSING", more={"missing": missing})
        if row.busy_until and row.busy_until > now:
            raise Refused.known(409, "E-UPLOAD-BUSY", retry_after=_WAIT_SECONDS)
        row.busy_until = now + LONGEST_LOOK
        row.save(update_fields=["busy_until"])
    return row


def _made(upload: Upload) -> _Made:
    holder = uploads.holder(upload.party_id)
    salt = b"".join(bodies.open_body(bodies.fetch(upload.salt, [holder]))) if upload.salt else b""
    with ExitStack() as open_, opened(upload, holder) as stream:
        digest = _digest(upload, salt, stream)
        passing: list[BinaryIO] = []

        def target() -> BinaryIO:
            passing.append(open_.enter_context(nameless_file(upload.size)))
            return passing[0]

        look = looking.look(stream, upload.media, target)
        if look.is_refused:
            return _Made(look)
        body = files.prepare(salt, pieces(stream))
        return _Made(look, body, digest, _copy(passing[0]) if look.is_cleaned else None)


def _digest(upload: Upload, salt: bytes, stream: BinaryIO) -> str:
    """A keyed digest of the file, which is what was announced. Raises Refused (422)."""
    bare, salted = hashlib.sha256(), hashlib.sha256(salt)
    for piece in pieces(stream):
        bare.update(piece)
        salted.update(piece)
    if not hmac.compare_digest(salted.hexdigest(), upload.commitment):
        raise Refused.known(422, "E-UPLOAD-COMMITMENT")
    return keyring().keyed("attached-file", bare.digest())


def _copy(stream: BinaryIO) -> _Copy:
    salt = secrets.token_bytes(files.SALT_BYTES)
    stream.seek(0)
    _size, commitment = manifests.committed(salt, stream)
    return _Copy(files.prepare(salt, pieces(stream)), commitment)


def _finish(taken: Upload, made: _Made) -> Upload:
    try:
        with write():
            row = Upload.objects.select_for_update().filter(pk=taken.pk, busy_until=taken.busy_until).first()
            if row is None:
                # It was dropped meanwhile, or took so long that another began.
                raise Refused.known(409, "E-UPLOAD-BUSY", retry_after=_WAIT_SECONDS)
            _write(row, made)
    except Refused:
        _discard(made)
        raise
    # Any other failure may have come after the commit: a blob without a row is swept up.
    return row


def _write(row: Upload, made: _Made) -> None:
    holder = uploads.holder(row.party_id)
    uploads.drop_chunks(row)
    if row.salt:
        keeping.drop({row.salt}, holder)
    for prepared in _bodies(made):
        bodies.store(prepared, {holder: None})
    row.state = uploads.READY if made.body else uploads.REFUSED
    row.salt, row.busy_until = None, None
    row.findings = [finding.as_dict() for finding in made.look.findings]
    row.digest = made.digest
    row.body = made.body.id if made.body else None
    if made.copy:
        row.cleaned_body, row.cleaned_size = made.copy.prepared.id, made.copy.prepared.size
        row.cleaned_commitment = made.copy.commitment
    row.save()


def _give_back(taken: Upload, *, drop_chunks: bool = False) -> None:
    with write():
        row = Upload.objects.select_for_update().filter(pk=taken.pk, busy_until=taken.busy_until).first()
        if row is None:
            return
        if drop_chunks:
            uploads.drop_chunks(row)
        row.busy_until = None
        row.save(update_fields=["busy_until"])


def _bodies(made: _Made) -> list[Prepared]:
    return [prepared for prepared in (made.body, made.copy and made.copy.prepared) if prepared]


def _discard(made: _Made) -> None:
    for prepared in _bodies(made):
        bodies.discard(prepared)
