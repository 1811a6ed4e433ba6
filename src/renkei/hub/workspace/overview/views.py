"""今月: how far the month of a service is, and what opens from its counts."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from renkei.hub.exchange.views import ahead_of_click, chosen_service
from renkei.hub.parties.members import MemberRequest, member_required, own_services, viewer_of
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.calendar import Moves
from renkei.hub.workspace.comparing.rules import Desk
from renkei.hub.workspace.habits.rules import unopened_before
from renkei.hub.workspace.habits.services import habits_of
from renkei.hub.workspace.models import Habits
from renkei.hub.workspace.overview import months, reading, services, showing
from renkei.hub.workspace.overview.results import waiting_in
from renkei.hub.workspace.overview.rules import IN_OUTBOX, RESULTS, Card
from renkei.hub.workspace.overview.services import Month
from renkei.hub.workspace.relaying import rules as relaying
from renkei.hub.workspace.reminding import services as reminding
from renkei.standard.showing.words import month_words

SECTION = "overview"


@require_GET
@member_required
def overview(request: MemberRequest, month: str = "") -> HttpResponse:
    """The counts of a month, the one that people work on now where none is named. They name nobody, so it is no look."""
    own = own_services(request.membership)
    if not own:
        return render(request, "exchange/no_service.html", {"section": SECTION})
    service, today = chosen_service(request, own), timezone.localdate()
    if asked := request.GET.get("month", ""):
        return redirect(f"{reverse('overview-month', args=[_checked(asked, today)])}?service={service.service}")
    habits, usual = habits_of(service), Moves(settings.RENKEI["CLAIM_MOVES"])
    month = _checked(month, today) if month else months.working_month(habits, today, usual)
    found = services.read(service, month)
    days = months.days_of(habits, month, today, usual)
    page = _common(service, month, found) | {
        "services": [(one, one.label) for one in own],
        "tabs": _tabs(service, months.tabs(habits, today, month), today),
        "earlier": months.earlier(today),
        "sections": showing.sections_of(found, makes_plans=_makes_plans(service)),
        "besides": reading.in_hand_besides(service, month),
        "days": days,
        "claim": days.claim,
        "is_claim_sure": bool(habits.claim_moves),
        "is_empty": not any(found.by_partner.values()) and found.results.is_current,
        "late": found.count(Card.WAITING).number if days.is_late else 0,
        "stale": _stale(found, habits, today),
        "reminders": reminding.shown_to(request.membership, service),
        "habits": habits,
        "is_entrusting": relaying.has_part(service.service),
    }
    return render(request, "overview/overview.html", page)


@require_GET
@member_required
def partners(request: MemberRequest, month: str, card: str) -> HttpResponse:
    """A count opened, partner by partner, each with its units. No person is named, so it is no look."""
    service, found = _read(request, month)
    shown = showing.show(found, Card(card), makes_plans=_makes_plans(service))
    page = _common(service, month, found) | {
        "shown": shown,
        "page": services.by_partner(found, shown.card, request.GET.get("after", "")[:20]),
    }
    return render(request, "overview/partners.html", page)


@require_GET
@member_required
def people(request: MemberRequest, month: str, card: str) -> HttpResponse:
    """A count opened, person by person: a look, once a day."""
    if ahead_of_click(request):
        return HttpResponse(status=503)
    service, found = _read(request, month)
    shown = showing.show(found, Card(card), makes_plans=_makes_plans(service))
    read = services.by_person_in_hand if shown.card in IN_OUTBOX else services.by_person
    page = _common(service, month, found) | {
        "shown": shown,
        "page": read(found, shown.card, viewer_of(request), _page_number(request.GET.get("page", ""))),
    }
    return render(request, "overview/people.html", page)


def _read(request: MemberRequest, month: str) -> tuple[OfficeService, Month]:
    """The chosen service and its month. Raises Http404 for an office without any, and for no month."""
    own = own_services(request.membership)
    if not own:
        raise Http404
    service = chosen_service(request, own)
    return service, services.read(service, _checked(month, timezone.localdate()))


def _common(service: OfficeService, month: str, found: Month) -> dict[str, Any]:
    return {
        "section": SECTION,
        "service": service,
        "month": month,
        "makes_plans": _makes_plans(service),
        "is_current": found.results.is_current,
        "results": RESULTS,
    }


def _stale(found: Month, habits: Habits, today: date) -> int:
    """How many units have been unopened for too long."""
    late = timezone.make_aware(datetime.combine(unopened_before(habits, today), time()))
    return sum(mail.accepted_at < late for mail in found.on(Card.UNOPENED))


def _tabs(service: OfficeService, shown: list[str], today: date) -> list[tuple[str, str, int]]:
    """Each month with its name, and how many results are still missing in it where it is over."""
    waiting = waiting_in(service, [month for month in shown if month < f"{today:%Y%m}"])
    return [(month, _label(month, today), waiting.get(month, 0)) for month in shown]


def _label(month: str, today: date) -> str:
    """12月分, where the year is clear."""
    is_near = months.later(month, 6) > f"{today:%Y%m}"
    return f"{int(month[4:])}月分" if is_near else month_words(month)


def _makes_plans(service: OfficeService) -> bool:
    return Desk(service.party.number, service.service).makes_plans


def _checked(month: str, today: date) -> str:
    if not months.is_shown(month, today):
        raise Http404
    return month


def _page_number(text: str) -> int:
    return int(text) if len(text) <= 3 and text.isdecimal() and text.isascii() and int(text) else 1
