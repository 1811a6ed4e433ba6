"""記録: the list, a person found, the timeline."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from renkei.hub.exchange.mailbox import months_to_choose
from renkei.hub.exchange.presenting import Direction, kind_label
from renkei.hub.exchange.rules import State
from renkei.hub.exchange.views import ahead_of_click, chosen_service
from renkei.hub.parties.members import MemberRequest, member_required, own_services, posted_service, viewer_of
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.ledger import lines, people, story
from renkei.hub.workspace.ledger.wanted import KINDS, Wanted, read
from renkei.hub.workspace.models import Channel, Partner

SECTION = "ledger"
_MOST_PARTNERS = 300
_DIRECTIONS = {Direction.SENT: "送ったもの", Direction.RECEIVED: "受け取ったもの"}


@require_GET
@member_required
def ledger(request: MemberRequest, subject: str = "") -> HttpResponse:
    """Everything that went or came, newest first. With a person it is a look."""
    if subject and ahead_of_click(request):
        return HttpResponse(status=503)
    services = own_services(request.membership)
    if not services:
        return _without_service(request, subject)
    service, wanted = chosen_service(request, services), read(request.GET.dict(), subject)
    client = people.open_person(service, subject, viewer_of(request)) if subject else None
    page = _common(service, services, wanted) | {"client": client, "page": lines.page(service, wanted)}
    return render(request, "ledger/ledger.html", page)


@require_GET
@member_required
def timeline(request: MemberRequest, subject: str = "") -> HttpResponse:
    """The same, each unit with everything that happened to it."""
    if subject and ahead_of_click(request):
        return HttpResponse(status=503)
    services = own_services(request.membership)
    if not services:
        return _without_service(request, subject)
    service, wanted = chosen_service(request, services), read(request.GET.dict(), subject)
    client = people.open_person(service, subject, viewer_of(request)) if subject else None
    found = lines.page(service, wanted)
    stories = story.tell(service, found.lines, subject)
    page = _common(service, services, wanted) | {"client": client, "page": found, "stories": stories}
    return render(request, "ledger/timeline.html", page)


@require_POST
@member_required
def search(request: MemberRequest) -> HttpResponse:
    """A person by name, kana or number, which come in the form and stand in no address."""
    service = posted_service(request, own_services(request.membership))
    asked = people.asked(*(request.POST.get(name, "") for name in ("who", "insurer", "insured")))
    found = people.find(service, asked, viewer_of(request))
    if not found:
        messages.error(request, "その人の書類は、ここに見つかりませんでした。番号や、かなを確かめてください。")
        return redirect(f"{reverse('ledger')}?service={service.service}")
    if len(found) == 1:
        return redirect(f"{reverse('ledger-person', args=[next(iter(found))])}?service={service.service}")
    page = {"section": SECTION, "service": service, "found": found.items()}
    return render(request, "ledger/people.html", page)


def _without_service(request: MemberRequest, subject: str) -> HttpResponse:
    if subject:
        raise Http404
    return render(request, "exchange/no_service.html", {"section": SECTION})


def _common(service: OfficeService, services: list[OfficeService], wanted: Wanted) -> dict[str, Any]:
    """What the pages of a selection say of it, and what can be chosen."""
    given = [wanted.subject] if wanted.subject else []
    book = Partner.objects.filter(owner=service).order_by("number").values_list("number", "name").distinct()
    return {
        "section": SECTION,
        "service": service,
        "services": [(one, one.label) for one in services],
        "wanted": wanted,
        "query": wanted.address(service.service),
        "list_address": reverse("ledger-person" if given else "ledger", args=given),
        "timeline_address": reverse("ledger-person-timeline" if given else "ledger-timeline", args=given),
        "months": months_to_choose(timezone.localdate(), wanted.month),
        "kinds": [(str(kind), kind_label(kind)) for kind in KINDS],
        "directions": [(way.value, label) for way, label in _DIRECTIONS.items()],
        "states": [(state.value, state.label) for state in State],
        "channels": Channel.choices,
        "book": book[:_MOST_PARTNERS],
    }
