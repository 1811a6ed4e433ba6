"""予定と実績: the people of a month, and the sheet of one of them."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from renkei.hub.exchange.sheets_views import drawn_pdf
from renkei.hub.exchange.views import ahead_of_click, chosen_service
from renkei.hub.parties.members import MemberRequest, member_required, own_services, viewer_of
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.calendar import Moves
from renkei.hub.workspace.comparing import services
from renkei.hub.workspace.comparing.papers import desk_of
from renkei.hub.workspace.comparing.rules import Standing
from renkei.hub.workspace.comparing.sheet import Mark, person_sheet
from renkei.hub.workspace.habits.rules import claim_of
from renkei.hub.workspace.habits.services import habits_of
from renkei.hub.workspace.projecting import services as projecting
from renkei.hub.workspace.projecting.services import Client

SECTION = "months"


@require_GET
@member_required
def months(request: MemberRequest) -> HttpResponse:
    """To the month where there is something to do."""
    service, others = _service(request)
    month = services.first_month(service, services.months_of(service))
    if month is None:
        return render(request, "workspace/no_month.html", {"section": SECTION, "service": service, "services": others})
    return redirect(f"{reverse('month', args=[month])}?service={service.service}")


@require_GET
@member_required
def month(request: MemberRequest, month: str) -> HttpResponse:
    """The people of a month, changed ones open, unchanged ones folded away."""
    if ahead_of_click(request):
        return HttpResponse(status=503)
    service, others = _service(request)
    choice = services.months_of(service)
    if month not in choice:
        raise Http404
    people, projected, is_current = projecting.people_in_month(service, month, viewer_of(request))
    groups: dict[Standing, list[tuple[str, Client]]] = {standing: [] for standing in Standing}
    for subject, person in people.items():
        groups[Standing(person.standing)].append((subject, person))
    habits = habits_of(service)
    context = {
        "section": SECTION,
        "service": service,
        "services": others,
        "month": month,
        "months": choice,
        "makes_plans": desk_of(service).makes_plans,
        "changed": [(subject, person, _causes(person)) for subject, person in groups[Standing.CHANGED]],
        "waiting": groups[Standing.WAITING],
        "unchanged": groups[Standing.UNCHANGED],
        "people": len(people),
        "gone": projected.gone,
        "is_current": is_current,
        "claim": claim_of(habits, month, timezone.localdate(), Moves(settings.RENKEI["CLAIM_MOVES"])),
        "is_claim_sure": bool(habits.claim_moves),
    }
    return render(request, "workspace/month.html", context)


@require_GET
@member_required
def person(request: MemberRequest, month: str, subject: str) -> HttpResponse:
    """One person's plan above the actual."""
    if ahead_of_click(request):
        return HttpResponse(status=503)
    service, _ = _service(request)
    if month not in services.months_of(service):
        raise Http404
    projected, _ = projecting.current(service, month)
    found = services.person_in_month(service, month, subject, viewer_of(request), projected)
    if found is None:
        raise Http404
    context = {
        "section": SECTION,
        "service": service,
        "month": month,
        "makes_plans": desk_of(service).makes_plans,
        "person": found,
        "sheet": person_sheet(found, month),
        "marks": list(Mark),
    }
    return render(request, "workspace/person.html", context)


@require_GET
@member_required
def person_pdf(request: MemberRequest, month: str, subject: str) -> HttpResponse:
    """The same on paper: 利用票 with the actuals beneath the plan, and its annex."""
    if ahead_of_click(request):
        return HttpResponse(status=503)
    service, _ = _service(request)
    found = services.sheets_of_person(service, month, subject, viewer_of(request))
    if not found:
        raise Http404
    return drawn_pdf(request, found, found[0].title, month)


def _service(request: MemberRequest) -> tuple[OfficeService, list[tuple[OfficeService, str]]]:
    """The chosen service and the choice. Raises Http404 for an office without any."""
    found = own_services(request.membership)
    if not found:
        raise Http404
    return chosen_service(request, found), [(one, one.label) for one in found]


def _causes(person: Client) -> list[tuple[Mark, int]]:
    """How often each cause occurs, in the order of the legend."""
    return [(mark, person.causes[mark.name]) for mark in Mark if mark.name in person.causes]
