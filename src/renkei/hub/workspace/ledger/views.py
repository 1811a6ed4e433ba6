"""記録: the list, a person found, the timeline."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from renkei.hub.core.problems import Refused
from renkei.hub.exchange.mailbox import months_to_choose
from renkei.hub.exchange.presenting import Direction, kind_label
from renkei.hub.exchange.rules import State
from renkei.hub.exchange.views import ahead_of_click, chosen_service
from renkei.hub.parties.members import MemberRequest, member_required, own_services, posted_service, viewer_of
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.ledger import lines, people, proving, story
from renkei.hub.workspace.ledger import support as record
from renkei.hub.workspace.ledger.proving import Order
from renkei.hub.workspace.ledger.wanted import KINDS, Wanted, read
from renkei.hub.workspace.models import Channel, Partner
from renkei.hub.workspace.projecting.services import Client
from renkei.standard.showing.words import month_words

SECTION = "ledger"
_MOST_PARTNERS = 300
_DIRECTIONS = {Direction.SENT: "送ったもの", Direction.RECEIVED: "受け取ったもの"}


@require_GET
@member_required
def ledger(request: MemberRequest, subject: str = "") -> HttpResponse:
    """Everything that went or came, newest first. With a person it is a look."""
    return _selected(request, subject, "ledger/ledger.html", with_stories=False)


@require_GET
@member_required
def timeline(request: MemberRequest, subject: str = "") -> HttpResponse:
    """The same, each unit with everything that happened to it."""
    return _selected(request, subject, "ledger/timeline.html", with_stories=True)


def _selected(request: MemberRequest, subject: str, template: str, *, with_stories: bool) -> HttpResponse:
    """A page of what the address selects; the look at a person first."""
    if subject and ahead_of_click(request):
        return HttpResponse(status=503)
    services = own_services(request.membership)
    if not services:
        return _without_service(request, subject)
    service, wanted = chosen_service(request, services), read(request.GET.dict(), subject)
    client = people.open_person(service, subject, viewer_of(request)) if subject else None
    found = lines.page(service, wanted)
    page = _common(service, services, wanted) | {"client": client, "page": found}
    if with_stories:
        page["stories"] = story.tell(service, found.lines, subject)
    return render(request, template, page)


@require_GET
@member_required
def support(request: MemberRequest, subject: str) -> HttpResponse:
    """The lines about a person for the support record (第5表), to be copied or kept as a table; a look."""
    if ahead_of_click(request):
        return HttpResponse(status=503)
    services = own_services(request.membership)
    if not services:
        return _without_service(request, subject)
    service, wanted = chosen_service(request, services), read(request.GET.dict(), subject)
    is_table = "csv" in request.GET
    client = people.open_person(service, subject, viewer_of(request), "export" if is_table else "search")
    found = record.of_person(service, wanted)
    if is_table:
        response = HttpResponse(record.as_csv(found), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="renkei_keika_{timezone.localdate():%Y%m%d}.csv"'
        return response
    page = _common(service, services, wanted) | {"client": client, "record": found, "subject": subject}
    return render(request, "ledger/support.html", page)


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


@require_POST
@member_required
def evidence(request: MemberRequest, subject: str = "") -> HttpResponse:
    """The evidence of the whole selection: a look at everybody in it."""
    service = posted_service(request, own_services(request.membership))
    wanted, viewer = read(request.POST.dict(), subject), viewer_of(request)
    client = people.open_person(service, subject, viewer, "evidence") if subject else None
    order = Order(service, wanted, viewer, f"{request.membership.staff.name} さん", _facts(wanted, client))
    try:
        made = proving.make(order)
    except Refused as refusal:
        messages.error(request, f"{refusal.title}{refusal.detail}")
        given = [subject] if subject else []
        return redirect(
            f"{reverse('ledger-person' if given else 'ledger', args=given)}?{wanted.address(service.service)}"
        )
    response = HttpResponse(made, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="renkei_kiroku_{timezone.localdate():%Y%m%d}.zip"'
    return response


def _facts(wanted: Wanted, client: Client | None) -> list[tuple[str, str]]:
    """The selection in words, as it stands on the paper."""
    person = f"{client.name}(被保険者番号 {client.insured})" if client else "1人の利用者"
    days = [f"{day:%Y年%m月%d日}" if day else "" for day in (wanted.first, wanted.last)]
    told = {
        "利用者": person if wanted.subject else "",
        "相手": wanted.partner,
        "サービスの月": month_words(wanted.month) if wanted.month else "",
        "期間": f"{days[0]} から {days[1]} まで" if any(days) else "",
        "向き": dict(_DIRECTIONS).get(Direction(wanted.direction), "") if wanted.direction else "",
        "種類": kind_label(wanted.kind) if wanted.kind else "",
        "届け方": Channel(wanted.channel).label if wanted.channel else "",
        "状態": State(wanted.state).label if wanted.state else "",
    }
    return [(name, text) for name, text in told.items() if text] or [("しぼりこみ", "なし(すべて)")]


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
        "fields": wanted.fields(),
        "evidence_address": reverse("ledger-person-evidence" if given else "ledger-evidence", args=given),
        "most": settings.RENKEI["LIMIT_PROOF_UNITS"],
        "list_address": reverse("ledger-person" if given else "ledger", args=given),
        "timeline_address": reverse("ledger-person-timeline" if given else "ledger-timeline", args=given),
        "months": months_to_choose(timezone.localdate(), wanted.month),
        "kinds": [(str(kind), kind_label(kind)) for kind in KINDS],
        "directions": [(way.value, label) for way, label in _DIRECTIONS.items()],
        "states": [(state.value, state.label) for state in State],
        "channels": Channel.choices,
        "book": book[:_MOST_PARTNERS],
    }
