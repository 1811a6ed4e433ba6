"""Papers that somebody sends from the browser: brought in one by one, then sealed for each recipient."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from renkei.attachments import index, kinds
from renkei.attachments.catalogue import finding
from renkei.attachments.index import Attached
from renkei.hub.core.bodies.files import SALT_BYTES
from renkei.hub.core.problems import Refused
from renkei.hub.exchange.attachments import attached, completing, uploads
from renkei.hub.exchange.attachments.attached import Source
from renkei.hub.exchange.attachments.uploads import Announced
from renkei.hub.exchange.earlier import Accepted
from renkei.hub.exchange.models import Transmission, Upload
from renkei.hub.exchange.sealing_units import accept_sealed_papers
from renkei.hub.parties.models import Membership, OfficeService, Party, PartyKind

# Transmissions of a service that are looked at for the partners to choose from.
_LOOKED_AT = 500
_SEQUENCE = "%Y%m%d%H%M%S"


@dataclass(frozen=True)
class Paper:
    """A file as it was chosen; `upload` where it is ready to go, else `why_not`: what is wrong and what to do, each."""

    name: str
    upload: Upload | None
    why_not: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Wished:
    """A file that is to go, and the index's words for it; `month` is YYYYMM."""

    upload: uuid.UUID
    title: str
    type: index.Type
    person: index.Person | None = None
    month: str | None = None


@dataclass(frozen=True)
class Sent:
    """What became of it at one recipient."""

    recipient: OfficeService
    accepted: Accepted | None = None
    refused: Refused | None = None


# Each says in words why a service does not send papers at once from the browser, empty where it does.
_barred: list[Callable[[OfficeService], str]] = []


def bar(why: Callable[[OfficeService], str]) -> None:
    """Have `why` asked before papers are sent from the browser: another room knows how an office works."""
    _barred.append(why)


def bring_in(party: Party, file: UploadedFile[bytes]) -> Paper:
    """Bring in a file that somebody chose, as programs do; a file that cannot go says why."""
    name = PurePath(file.name or "").name
    media = kinds.of_name(name)
    if media is None:
        unknown = finding("E-ATTACH-KIND", value=PurePath(name).suffix[:20] or name[:20])
        return Paper(name, None, ((unknown.message, unknown.remedy),))
    try:
        upload = _brought_in(party, file, media)
    except Refused as refusal:
        return Paper(name, None, ((refusal.title, refusal.detail),))
    if upload.state != uploads.READY:
        return Paper(name, None, tuple((found["message"], found["remedy"]) for found in upload.findings))
    return Paper(name, upload)


def ready(party: Party, ids: Iterable[uuid.UUID]) -> list[Upload]:
    """Those of these uploads that this party may send now, in the order in which they came."""
    now = timezone.now()
    found = Upload.objects.filter(party=party, pk__in=list(ids), state=uploads.READY, expires_at__gt=now)
    return list(found.order_by("pk"))


def partners(service: OfficeService) -> list[OfficeService]:
    """The office services that this one wrote with lately, by name."""
    sent = Transmission.objects.filter(sender=service).order_by("-accepted_at")
    received = Transmission.objects.filter(recipient=service).order_by("-accepted_at")
    known = {
        *sent.values_list("recipient", flat=True)[:_LOOKED_AT],
        *received.values_list("sender", flat=True)[:_LOOKED_AT],
    }
    rows = OfficeService.objects.select_related("party").filter(pk__in=known, active=True)
    return sorted(rows, key=lambda row: (row.party.name, row.service))


def service_at(number: str, service: str) -> OfficeService | None:
    """The mailbox of this office number and service type, if there is one here."""
    rows = OfficeService.objects.select_related("party").filter(party__kind=PartyKind.OFFICE)
    return rows.filter(party__number=number, service=service).first()


def send(
    sender: OfficeService,
    membership: Membership,
    recipients: Sequence[OfficeService],
    wished: Sequence[Wished],
    *,
    is_confirmed: bool,
) -> list[Sent]:
    """Send these files to each recipient, each taken on or refused on its own. Their uploads are this party's, and ready.

    Raises Refused (403) for a service that does not send papers at once.
    """
    if words := next(filter(None, (why(sender) for why in _barred)), ""):
        raise Refused(403, "E-AUTH-DUTY", "この事業所では、書類をすぐには送れません。", words)
    found = attached.find(sender.party, [one.upload for one in wished])
    named = {_name(place, found[one.upload]): one for place, one in enumerate(wished, 1) if one.upload in found}
    sources = attached.named({name: one.upload for name, one in named.items()}, found)
    listed = index.build(
        Attached(name, one.title, one.type, sources[name].media, one.person, one.month) for name, one in named.items()
    )
    months = {one.month for one in wished if one.month}
    sent = []
    for recipient in recipients:
        sequence = _sequence(sender, recipient)
        try:
            accepted = accept_sealed_papers(
                sender, membership, recipient, sequence, listed, sources, months, is_confirmed=is_confirmed
            )
            sent.append(Sent(recipient, accepted=accepted))
        except Refused as refusal:
            sent.append(Sent(recipient, refused=refusal))
    return sent


def _brought_in(party: Party, file: UploadedFile[bytes], media: str) -> Upload:
    salt = secrets.token_bytes(SALT_BYTES)
    commitment = hashlib.sha256(salt)
    for piece in file.chunks():
        commitment.update(piece)
    upload, _ = uploads.begin(party, Announced(file.size or 0, commitment.hexdigest(), salt, media))
    for number, piece in enumerate(file.chunks(upload.chunk_bytes)):
        uploads.put(upload, number, piece)
    return completing.complete(upload)


def _name(place: int, source: Source) -> str:
    """The neutral name that the manifest keeps: it says nothing of anybody."""
    return f"{place:02}{kinds.MEDIA[source.media].extensions[0]}"


def _sequence(sender: OfficeService, recipient: OfficeService) -> str:
    """A sequence number that is free: the time in Tokyo, or the next one."""
    number = int(timezone.localtime().strftime(_SEQUENCE))
    taken = Transmission.objects.filter(sender=sender, recipient=recipient, kind=index.KIND)
    while taken.filter(sequence=str(number)).exists():
        number += 1
    return str(number)
