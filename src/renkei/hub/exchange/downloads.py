"""Files to keep: those of a unit, each a look, and the evidence about it, which names no person."""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_GET

from renkei.attachments.naming import file_name
from renkei.hub.core import events
from renkei.hub.core.looks import Viewer
from renkei.hub.exchange import collecting
from renkei.hub.exchange.attachments import handing
from renkei.hub.exchange.mailbox import own_transmission
from renkei.hub.exchange.models import Transmission
from renkei.hub.exchange.views import ahead_of_click
from renkei.hub.parties.members import MemberRequest, member_required, needs, own_services, viewer_of
from renkei.hub.parties.models import Duty

_JSON, _P7S, _ZIP, _BYTES = (
    "application/json",
    "application/pkcs7-signature",
    "application/zip",
    "application/octet-stream",
)


@require_GET
@member_required
@needs(Duty.SEND)
def one_file(request: MemberRequest, id_: uuid.UUID, name: str) -> HttpResponseBase:
    """One file of a unit, byte for byte."""
    if ahead_of_click(request):
        return HttpResponse(status=503)
    found = _own(request, id_)
    viewer = viewer_of(request)
    if name in {part.name for part in found.apart}:
        return _part(request, found, viewer, name)
    if name not in {entry.name for entry in found.envelope.signed.files}:
        raise Http404
    handed = collecting.hand_out(found, viewer, purpose="download")
    return _attachment(handed.files[name], name, _BYTES)


def _part(request: HttpRequest, found: Transmission, viewer: Viewer, name: str) -> HttpResponseBase:
    """An attached file under its title. Nothing in it may run in the hub's name, wherever a browser shows it."""
    part, fetched, about = collecting.hand_out_titled(found, viewer, "download", name)
    response = handing.streamed(request, part, fetched)
    return as_paper(response, file_name(about.title, about.media) if about else name)


def as_paper(response: HttpResponseBase, title: str) -> HttpResponseBase:
    """Somebody's paper under its title, to be kept: it runs nowhere in the hub's name."""
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(title)}"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@require_GET
@member_required
@needs(Duty.SEND)
def all_files(request: MemberRequest, id_: uuid.UUID) -> HttpResponse:
    """All files of the standard of a unit in one ZIP, in all forms that there are, for a care software's import folder."""
    if ahead_of_click(request):
        return HttpResponse(status=503)
    found = _own(request, id_)
    handed = collecting.hand_out(found, viewer_of(request), purpose="download")
    packed = zipped(handed.importable.items(), found.accepted_at)
    return _attachment(packed, f"renkei_{found.sender.party.number}_{found.sequence}.zip", _ZIP)


def zipped(files: Iterable[tuple[str, bytes]], at: datetime) -> bytes:
    """Files in one ZIP, each with this time as its own."""
    packed, told = io.BytesIO(), timezone.localtime(at).timetuple()[:6]
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name, date_time=told), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


@require_GET
@member_required
def manifest(request: MemberRequest, id_: uuid.UUID, part: str) -> HttpResponse:
    """What the sender signed (`json`), or the signature over it (`p7s`)."""
    envelope = _own(request, id_).envelope
    return _evidence(bytes(envelope.manifest), bytes(envelope.signature), f"manifest_{id_}", part)


@require_GET
@member_required
def receipt(request: MemberRequest, id_: uuid.UUID, event: uuid.UUID, side: str, part: str) -> HttpResponse:
    """The receipt of one step, the hub's or the office's own, or the signature over it."""
    found = _own(request, id_)
    happened = events.of(found.pk).filter(pk=event).first()
    if happened is None:
        raise Http404
    stem = f"receipt_{happened.type}_{side}_{id_}"
    if side == "hub":
        return _evidence(bytes(happened.receipt), bytes(happened.signature), stem, part)
    if happened.counter_receipt is None or happened.counter_signature is None:
        raise Http404
    return _evidence(bytes(happened.counter_receipt), bytes(happened.counter_signature), stem, part)


def _own(request: MemberRequest, id_: uuid.UUID) -> Transmission:
    return own_transmission(own_services(request.membership), id_)


def _evidence(body: bytes, signature: bytes, stem: str, part: str) -> HttpResponse:
    if part == "p7s":
        return _attachment(signature, f"{stem}.p7s", _P7S)
    return _attachment(body, f"{stem}.json", _JSON)


def _attachment(data: bytes, name: str, type_: str) -> HttpResponse:
    response = HttpResponse(data, content_type=type_)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
