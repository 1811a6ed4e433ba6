"""Handing over on paper or through the national service: what goes to whom, the files, the sheets."""

from __future__ import annotations

import re

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from renkei.hub.exchange import sheets as printed
from renkei.hub.exchange.downloads import zipped
from renkei.hub.exchange.sheets_views import drawn_pdf
from renkei.hub.exchange.views import ahead_of_click, chosen_service
from renkei.hub.parties.members import MemberRequest, member_required, needs, own_services, viewer_of
from renkei.hub.parties.models import Duty, OfficeService
from renkei.hub.workspace.models import Channel
from renkei.hub.workspace.outbox import handing
from renkei.hub.workspace.outbox.handing import Bundle
from renkei.hub.workspace.outbox.views import common
from renkei.hub.workspace.partners.services import Address

_ADDRESS = re.compile("([0-9A-Z]{10})-([0-9A-Z]{2})")


@require_GET
@member_required
@needs(Duty.SEND)
def hand(request: MemberRequest, channel: str) -> HttpResponse:
    """What is ready to go by a channel, partner by partner. It names no person."""
    service, services = _service(request)
    found = handing.bundles(service, Channel(channel))
    page = common(request, service, services) | {"channel": Channel(channel), "bundles": found, "units": _units(found)}
    return render(request, "outbox/hand.html", page)


@require_GET
@member_required
@needs(Duty.SEND)
def files(request: MemberRequest, channel: str) -> HttpResponse:
    """The checked files in one ZIP; a look at everybody in them."""
    if ahead_of_click(request):
        return HttpResponse(status=503)
    found = _wanted(request, Channel(channel))
    opened = handing.open_all(found, viewer_of(request), "download")
    packed = zipped((item for one in opened for item in one.items()), timezone.now())
    response = HttpResponse(packed, content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="renkei_files.zip"'
    return response


@require_GET
@member_required
@needs(Duty.SEND)
def sheets(request: MemberRequest, channel: str) -> HttpResponse:
    """The same as paper, with cover sheets: of one partner (`to`) or of all, a volume of it."""
    if ahead_of_click(request):
        return HttpResponse(status=503)
    service, _ = _service(request)
    found = _wanted(request, Channel(channel))
    opened = handing.open_all(found, viewer_of(request), "print")
    books = handing.sheets(service, found, opened, is_masked="masked" in request.GET)
    if not books:
        raise Http404
    place = printed.one_of(books, request.GET.get("volume", ""))
    return drawn_pdf(request, books[place - 1].sheets, books[place - 1].title, channel)


def _wanted(request: MemberRequest, channel: Channel) -> list[Bundle]:
    """What the address names. Raises Http404 where nothing of it is ready."""
    service, _ = _service(request)
    found = handing.bundles(service, channel, address_of(request.GET.get("to", "")))
    if not found:
        raise Http404
    return found


def address_of(text: str) -> Address | None:
    """A partner as addresses of pages write it: `1370200014-11`. None for nobody, Http404 for nonsense."""
    if not text:
        return None
    match = _ADDRESS.fullmatch(text)
    if match is None:
        raise Http404
    return match[1], match[2]


def _service(request: MemberRequest) -> tuple[OfficeService, list[OfficeService]]:
    services = own_services(request.membership)
    if not services:
        raise Http404
    return chosen_service(request, services), services


def _units(found: list[Bundle]) -> int:
    return sum(len(bundle.units) for bundle in found)
