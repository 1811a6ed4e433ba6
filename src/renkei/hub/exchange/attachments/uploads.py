"""Bringing in a file: announced with its size and commitment, then its chunks in any order, each durable when answered."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Sum
from django.utils import timezone

from renkei.attachments.catalogue import finding
from renkei.attachments.inspecting import unfit
from renkei.hub.core.bodies import files, keeping
from renkei.hub.core.bodies import services as bodies
from renkei.hub.core.bodies.services import Prepared
from renkei.hub.core.keyring import keyring
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.exchange.attachments import looking, rules
from renkei.hub.exchange.models import Chunk, Upload
from renkei.hub.parties.models import Party

OPEN, READY, REFUSED = "open", "ready", "refused"
_NO_SALT = bytes(files.SALT_BYTES)


@dataclass(frozen=True)
class Announced:
    """What a party is about to bring in: size in bytes, commitment and salt as in the manifest, media type."""

    size: int
    commitment: str
    salt: bytes
    media: str


def holder(party_id: int) -> str:
    """Whose the bodies of an upload are until units take them."""
    return f"upload:{party_id}"


def begin(party: Party, announced: Announced) -> tuple[Upload, bool]:
    """The upload for this file, and whether it is new: the same file again is the same upload. Raises Refused."""
    _require_fitting(announced)
    now = timezone.now()
    salt = bodies.prepare([announced.salt])
    with write():
        # One at a time for one party: of two that begin the same, the second finds the first; and the bounds hold.
        Party.objects.select_for_update(no_key=True).get(pk=party.pk)
        known = party.uploads.filter(commitment=announced.commitment).first()
        if known and known.expires_at > now:
            return _same(known, announced), False
        if known:
            forget([known])
        _require_room(party, announced.size)
        upload = Upload.objects.create(
            party=party,
            commitment=announced.commitment,
            size=announced.size,
            media=announced.media,
            chunk_bytes=settings.RENKEI["UPLOAD_CHUNK_BYTES"],
            salt=salt.id,
            expires_at=now + timedelta(hours=settings.RENKEI["UPLOAD_HOURS"]),
        )
        bodies.store(salt, {holder(party.pk): None})
    return upload, True


def of(party: Party, id_: uuid.UUID) -> Upload:
    """An upload of this party. Raises Refused (404), the same for one of others and for one whose time is over."""
    found = Upload.objects.filter(party=party, pk=id_, expires_at__gt=timezone.now()).first()
    if found is None:
        raise Refused.known(404, "E-UPLOAD-UNKNOWN")
    return found


def missing(upload: Upload) -> list[list[int]]:
    """The chunks that have not come, [first, last] each."""
    if upload.state != OPEN:
        return []
    return rules.holes(
        rules.chunk_count(upload.size, upload.chunk_bytes), upload.chunks.values_list("number", flat=True)
    )


def put(upload: Upload, number: int, data: bytes) -> None:
    """Take a chunk; the same one again changes nothing. Raises Refused (409, 422)."""
    _require_chunk(upload, number, data)
    digest = keyring().keyed("upload-chunk", hashlib.sha256(data).digest())
    if _is_there(upload, number, digest):
        return
    prepared = files.prepare(_NO_SALT, [data])
    try:
        stored = _store(upload, Chunk(upload=upload, number=number, digest=digest, body=prepared.id), prepared)
    except Refused:
        # After any other failure it may be stored all the same.
        bodies.discard(prepared)
        raise
    if not stored:
        bodies.discard(prepared)


def drop(upload: Upload) -> None:
    """Forget an upload; what units took from it stays theirs."""
    with write():
        forget(Upload.objects.select_for_update().filter(pk=upload.pk))


def forget(uploads: Collection[Upload]) -> None:
    """Remove uploads with all that only they have. Inside `write()`, the rows locked."""
    for upload in list(uploads):
        own = {body for body in (upload.salt, upload.body, upload.cleaned_body) if body}
        keeping.drop(own, holder(upload.party_id))
        drop_chunks(upload)
        upload.delete()


def drop_chunks(upload: Upload) -> None:
    """Remove the chunks of an upload. Inside `write()`, the row locked."""
    keeping.drop(set(upload.chunks.values_list("body", flat=True)), holder(upload.party_id))
    upload.chunks.all().delete()


def sweep(now: datetime, limit: int) -> int:
    """Remove up to `limit` uploads whose time is over, unless somebody is looking into them; returns how many."""
    with write():
        over = Upload.objects.filter(expires_at__lte=now).exclude(busy_until__gt=now).order_by("expires_at")
        found = list(over.select_for_update(skip_locked=True)[:limit])
        forget(found)
    return len(found)


def _store(upload: Upload, chunk: Chunk, prepared: Prepared) -> bool:
    with write():
        row = Upload.objects.select_for_update().filter(pk=upload.pk).first()
        if row is None:
            raise Refused.known(404, "E-UPLOAD-UNKNOWN")
        if _is_there(row, chunk.number, chunk.digest):
            return False
        if row.state != OPEN:
            raise Refused.known(409, "E-UPLOAD-DONE")
        chunk.save(force_insert=True)
        bodies.store(prepared, {holder(row.party_id): None})
    return True


def _is_there(upload: Upload, number: int, digest: str) -> bool:
    """Whether this very chunk has come before. Raises Refused (409) for another one in its place."""
    known = upload.chunks.filter(number=number).values_list("digest", flat=True).first()
    if known is not None and known != digest:
        raise Refused.known(409, "E-UPLOAD-CHUNK-OTHER")
    return known is not None


def _require_chunk(upload: Upload, number: int, data: bytes) -> None:
    if upload.state != OPEN:
        raise Refused.known(409, "E-UPLOAD-DONE")
    expected = rules.size_of_chunk(number, upload.size, upload.chunk_bytes)
    if not expected:
        last = rules.chunk_count(upload.size, upload.chunk_bytes) - 1
        raise Refused(
            422, "E-UPLOAD-CHUNK", "このファイルに、その番号の部分はありません。", f"番号は 0 から {last} までです。"
        )
    if len(data) != expected:
        raise Refused(
            422,
            "E-UPLOAD-CHUNK",
            "送られた部分の大きさがちがいます。",
            f"{number} 番は {expected:,} バイトです。届いたのは {len(data):,} バイトでした。",
        )


def _require_fitting(announced: Announced) -> None:
    for code, words in unfit(announced.media, announced.size, looking.limits()):
        found = finding(code, **words)
        raise Refused(413 if code == "E-ATTACH-SIZE" else 422, code, found.message, found.remedy)


def _require_room(party: Party, size: int) -> None:
    """What was sent no longer counts: it lies where the units lie."""
    waiting = party.uploads.filter(sent_at=None).exclude(state=REFUSED)
    total = waiting.aggregate(bytes=Sum("size"))["bytes"] or 0
    values = settings.RENKEI
    if waiting.count() >= values["LIMIT_UPLOADS"] or total + size > values["LIMIT_UPLOADS_BYTES"]:
        raise Refused.known(429, "E-UPLOAD-MANY", retry_after=values["POLL_SECONDS"])


def _same(known: Upload, announced: Announced) -> Upload:
    if (known.size, known.media) != (announced.size, announced.media):
        raise Refused.known(409, "E-UPLOAD-OTHER")
    return known
