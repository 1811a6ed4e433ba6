"""Pages of the mail: two lists, the record of one transmission, its contents."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from renkei.attachments import index
from renkei.hub.core import events
from renkei.hub.core.models import SealedEvent
from renkei.hub.exchange import collecting, mailbox, presenting, reading, step_choices
from renkei.hub.exchange.attachments import looking
from renkei.hub.exchange.mailbox import Wanted, direction_of, own_transmission
from renkei.hub.exchange.models import Transmission
from renkei.hub.exchange.parts import CONVERTED, names_apart
from renkei.hub.exchange.presenting import Direction
from renkei.hub.exchange.rules import Step
from renkei.hub.parties.members import MemberRequest, member_required, own_services, viewer_of
from renkei.hub.parties.models import Duty, OfficeService
from renkei.standard.showing import sheets
from renkei.trust.manifest import FileEntry


@require_GET
@member_required
def received(request: MemberRequest) -> HttpResponse:
    """受け取ったもの"""
    return _list(request, Direction.RECEIVED)


@require_GET
@member_required
def sent(request: MemberRequest) -> HttpResponse:
    """送ったもの"""
    return _list(request, Direction.SENT)


@require_GET
@member_required
def transmission(request: MemberRequest, id_: uuid.UUID) -> HttpResponse:
    """What happened to one transmission. It names no person, so it is no look."""
    services = own_services(request.membership)
    found = own_transmission(services, id_)
    happened = list(events.of(found.pk))
    seals = SealedEvent.objects.filter(event__in=[event.pk for event in happened]).select_related("seal")
    sealed = {row.event: row.seal.number for row in seals}
    may_send = request.membership.may(Duty.SEND)
    page = record_of(found, services) | {
        "may_send": may_send,
        "open_steps": step_choices.open_to(found, services) if may_send else [],
        "asked": step_choices.who_asked(found, services),
        "replaced_by": list(found.replaced_by.order_by("-sequence")[:1]),
        "is_readable": direction_of(found, services) is Direction.SENT or found.standing.can_be_read,
        "files": _standard_files(found),
        "converted": [part for part in found.apart if part.made == CONVERTED],
        "attached": sum(1 for part in found.apart if not part.made),
        "stations": presenting.stations(found, happened),
        "happened": [(event, Step(event.type).label, sealed.get(event.pk)) for event in happened],
        "people": found.subjects.count(),
        "has_findings": any(event.type == Step.IMPORT_FAILED and event.words for event in happened),
    }
    return render(request, "exchange/transmission.html", page)


@require_GET
@member_required
def contents(request: MemberRequest, id_: uuid.UUID) -> HttpResponse:
    """The people in one transmission: a look each time, also when the page is loaded again.

    A plain GET, so that going back and printing work as everywhere; browsers fetch it only on a click, since no page
    asks them to fetch ahead and one that does so all the same is refused (`ahead_of_click`).
    """
    if ahead_of_click(request):
        return HttpResponse(status=503)
    services = own_services(request.membership)
    found = own_transmission(services, id_)
    handed = collecting.hand_out(found, viewer_of(request), purpose="view")
    files = handed.standard_files
    page = record_of(found, services) | {
        "contents": sheets.contents(files),
        "has_files": bool(files),
        "attached": presenting.attached(handed.parts),
        "may_send": request.membership.may(Duty.SEND),
        "is_scanning": looking.is_scanning(),
    }
    return render(request, "exchange/contents.html", page)


@require_GET
@member_required
def findings(request: MemberRequest, id_: uuid.UUID) -> HttpResponse:
    """Why the recipient's software could not import: it may quote values, so it is a look as well."""
    if ahead_of_click(request):
        return HttpResponse(status=503)
    services = own_services(request.membership)
    found = own_transmission(services, id_)
    page = record_of(found, services) | {"findings": reading.findings_of(found, viewer_of(request))}
    return render(request, "exchange/findings.html", page)


def _standard_files(found: Transmission) -> list[FileEntry]:
    """The files with names of the standard. What is attached has names that say nothing; its titles are inside."""
    beside = {index.FILE, *names_apart(found)}
    return [entry for entry in found.envelope.signed.files if entry.name not in beside]


def ahead_of_click(request: HttpRequest) -> bool:
    """True when a browser fetches a page that nobody has asked to see yet: that would be a look by nobody."""
    return "prefetch" in request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")


def record_of(found: Transmission, services: list[OfficeService]) -> dict[str, object]:
    """What every page about one transmission says of it."""
    direction = mailbox.direction_of(found, services)
    return {
        "section": direction.value,
        "direction": direction.value,
        "transmission": found,
        "kind": presenting.kind_label(found.kind),
        "state": presenting.state_words(direction, found.standing),
        "partner": found.sender if direction is Direction.RECEIVED else found.recipient,
        "sender_service": found.sender.label,
        "recipient_service": found.recipient.label,
    }


def _list(request: MemberRequest, direction: Direction) -> HttpResponse:
    services = own_services(request.membership)
    if not services:
        return render(request, "exchange/no_service.html", {"section": direction.value})
    service = chosen_service(request, services)
    wanted = Wanted(
        before=_uuid(request.GET.get("before", "")),
        month=_digits(request.GET.get("month", ""), 6),
        partner=int(_digits(request.GET.get("partner", ""), 12, exact=False) or 0) or None,
    )
    page = mailbox.page(service, direction, wanted)
    context = {
        "section": direction.value,
        "direction": direction.value,
        "services": [(one, one.label) for one in services],
        "service": service,
        "wanted": wanted,
        "months": mailbox.months_to_choose(timezone.localdate(), wanted.month),
        "page": page,
    }
    return render(request, "exchange/mailbox.html", context)


def chosen_service(request: HttpRequest, services: list[OfficeService]) -> OfficeService:
    """The service that `?service=` names, else the first."""
    asked = request.GET.get("service", "")
    return next((service for service in services if service.service == asked), services[0])


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _digits(text: str, length: int, *, exact: bool = True) -> str:
    """The text when it is so many digits, else nothing: a page's address may be typed by anyone."""
    fits = len(text) == length if exact else 0 < len(text) <= length
    return text if fits and text.isdecimal() and text.isascii() else ""
