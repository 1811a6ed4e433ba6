"""Units take the files that they name, inside the write that puts them down."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from renkei.hub.core.bodies import keeping
from renkei.hub.core.problems import Refused
from renkei.hub.exchange import clocks
from renkei.hub.exchange.attachments.uploads import READY, holder
from renkei.hub.exchange.models import Part, Upload
from renkei.hub.exchange.parts import for_recipient

if TYPE_CHECKING:
    from renkei.hub.exchange.storing import Ready


def barred(units: Sequence[Ready]) -> dict[uuid.UUID, Refused]:
    """Why some of these may not be put down: an upload is gone, or this recipient was sent it before.

    Two queries however many they are, none where nothing is attached.
    """
    wanted = {part.upload for unit in units for part in unit.parts if part.upload}
    if not wanted:
        return {}
    # Locked until they are taken: whoever sweeps up waits.
    there = Upload.objects.select_for_update().filter(pk__in=wanted, state=READY, expires_at__gt=units[0].at)
    ready = set(there.order_by("pk").values_list("pk", flat=True))
    earlier = Part.objects.filter(upload__in=wanted, transmission__recipient__in={unit.recipient.pk for unit in units})
    sent = set(earlier.values_list("upload", "transmission__recipient"))
    reasons: dict[uuid.UUID, Refused] = {}
    for unit in units:
        uploads = {part.upload for part in unit.parts if part.upload}
        goes = {(upload, unit.recipient.pk) for upload in uploads}
        if not uploads <= ready:
            reasons[unit.id] = Refused.known(422, "E-ATTACH-UPLOAD")
        elif goes & sent:
            reasons[unit.id] = Refused.known(409, "E-ATTACH-SENT-BEFORE")
        else:
            sent |= goes
    return reasons


def insert(units: Sequence[Ready]) -> None:
    """Write the parts of these units, and give each end its copies."""
    with_parts = [unit for unit in units if unit.parts]
    if not with_parts:
        return
    Part.objects.bulk_create(
        Part(
            transmission_id=unit.id,
            name=part.name,
            size=part.size,
            made=part.made,
            of=part.of,
            commitment=part.commitment,
            digest=part.digest,
            body=part.body,
            upload=part.upload,
        )
        for unit in with_parts
        for part in unit.parts
    )
    for unit in with_parts:
        _share(unit)
    uploads = {part.upload for unit in with_parts for part in unit.parts if part.upload}
    Upload.objects.filter(pk__in=uploads).update(sent_at=with_parts[0].at)


def _share(unit: Ready) -> None:
    """What was brought in, for its recipient and its sender; what is held back for the sender alone."""
    brought_in = [part for part in unit.parts if part.upload]
    every = {part.body for part in brought_in}
    given = {part.body for part in for_recipient(brought_in)}
    source, until = holder(unit.sender.party_id), clocks.copy_until(unit.sender, unit.at)
    keeping.share(given, source, unit.recipient.mailbox, None)
    keeping.share(every, source, unit.sender.sent_copy, until)
    # One upload goes to several, one after the other: the sender's copy counts from the last.
    keeping.prolong(every, unit.sender.sent_copy, until)
