"""送るもの: what is in hand, by where it waits. Nothing here names a person."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from renkei.hub.core.problems import Refused
from renkei.hub.exchange.views import ahead_of_click, chosen_service
from renkei.hub.parties.members import MemberRequest, member_required, own_services, viewer_of
from renkei.hub.parties.models import Duty, OfficeService
from renkei.hub.parties.staff import signing_in
from renkei.hub.workspace.models import Channel, Sending
from renkei.hub.workspace.outbox import linking, listing, showing
from renkei.hub.workspace.outbox.acting import actor_of
from renkei.hub.workspace.outbox.listing import Group
from renkei.hub.workspace.outbox.rules import MOVES, Deed

SECTION = "outbox"
_SIGNER = Signer(salt="renkei.outbox.shown")
_MOST_LEFT = 20
_DEEDS = {
    Group.FAULTY: (Deed.DROP,),
    Group.DRAFT: (Deed.CHECK, Deed.DROP),
    Group.CHECKED: (Deed.APPROVE, Deed.TAKE_BACK, Deed.DROP),
    Group.READY: (Deed.SEND, Deed.HAND_OVER, Deed.TAKE_BACK, Deed.DROP),
    Group.SENDING: (),
    Group.GONE: (Deed.UNDO,),
    Group.DROPPED: (Deed.RESTORE,),
}


@require_GET
@member_required
def outbox(request: MemberRequest) -> HttpResponse:
    """Everything in hand as counts, and the place where files are dropped."""
    services = own_services(request.membership)
    if not services:
        return render(request, "exchange/no_service.html", {"section": SECTION})
    service = chosen_service(request, services)
    if not service.party.browser_seal:
        linking.link(service, linking.MOST)
    summary = listing.summary(service)
    page = common(request, service, services) | {
        "summary": summary,
        "waiting": [(group, summary.groups[group]) for group in (Group.FAULTY, Group.DRAFT, Group.CHECKED)],
        "draft": summary.groups[Group.DRAFT],
        "left": list(showing.own_leftovers(request.membership).select_related("staff").order_by("-at")[:_MOST_LEFT]),
        "sendings": list(Sending.objects.filter(owner=service, units__isnull=False).distinct()[:_MOST_LEFT]),
        "most_bytes": settings.RENKEI["LIMIT_PAGE_BYTES"],
        "most_files": f"{settings.RENKEI['LIMIT_PILE_FILES']:,}",
    }
    return render(request, "outbox/outbox.html", page)


@require_GET
@member_required
def listed(request: MemberRequest, group: str) -> HttpResponse:
    """The units of one group, a page of them; with `names` also whom they are about, which is a look."""
    services = own_services(request.membership)
    if not services:
        raise Http404
    service = chosen_service(request, services)
    channel = _channel(request)
    found, with_names = Group(group), "names" in request.GET
    if with_names and ahead_of_click(request):
        return HttpResponse(status=503)
    piece = listing.page(service, found, _uuid(request.GET.get("after", "")), channel)
    names = {}
    if with_names:
        names = showing.names_in([row.unit for row in piece.rows], viewer_of(request), service)
    page = common(request, service, services) | {
        "group": found,
        "channel": channel,
        "page": piece,
        "rows": [(row, names.get(row.unit.pk, [])) for row in piece.rows],
        "with_names": with_names,
        "deeds": deeds_for(request, found, channel),
    }
    return render(request, "outbox/list.html", page)


def common(request: MemberRequest, service: OfficeService, services: list[OfficeService]) -> dict[str, Any]:
    """What every page of the outbox says of who is there."""
    return {
        "section": SECTION,
        "service": service,
        "services": [(one, one.label) for one in services],
        "may": {duty.value: request.membership.may(duty) for duty in Duty},
        "is_allowed": request.membership.party.browser_seal,
        "is_confirmed": signing_in.has_second_factor(request),
        "shown": _SIGNER.sign(timezone.now().isoformat()),
    }


def shown_at(text: str) -> datetime:
    """When a page was made, as it says itself (`shown`). Raises Refused (400) for anything that no page of ours said."""
    try:
        return datetime.fromisoformat(_SIGNER.unsign(text))
    except (BadSignature, ValueError):
        raise Refused.known(400, "E-REQUEST") from None


def deeds_for(request: MemberRequest, group: Group, channel: Channel | None) -> list[Deed]:
    """What this person can choose for units of a group; what goes through the hub is sent, the rest handed over."""
    duties = actor_of(request.membership).duties
    wrong = {Channel.HUB: Deed.HAND_OVER, None: None}.get(channel, Deed.SEND)
    if not request.membership.party.browser_seal:
        wrong = wrong or Deed.SEND
    return [deed for deed in _DEEDS[group] if deed is not wrong and MOVES[deed].duties & duties]


def _channel(request: MemberRequest) -> Channel | None:
    asked = request.GET.get("channel", "")
    return Channel(asked) if asked in Channel.values else None


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
