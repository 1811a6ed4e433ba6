"""予定と実績: the people of a month, and the sheet of one of them."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from renkei.hub.exchange.sheets_views import drawn_pdf
from renkei.hub.exchange.views import ahead_of_click, chosen_service
from renkei.hub.parties.members import MemberRequest, member_required, own_services, posted_service, viewer_of
from renkei.hub.parties.models import Duty, OfficeService
from renkei.hub.parties.reading_on import require_no_reader
from renkei.hub.workspace.calendar import Moves
from renkei.hub.workspace.comparing import beside, deciding, services
from renkei.hub.workspace.comparing.causes import Cause, causes_of
from renkei.hub.workspace.comparing.marks import marks_of
from renkei.hub.workspace.comparing.papers import desk_of
from renkei.hub.workspace.comparing.rules import PersonMonth, Standing
from renkei.hub.workspace.comparing.sheet import Changes, Mark, PersonSheet, person_sheet
from renkei.hub.workspace.habits.rules import claim_of
from renkei.hub.workspace.habits.services import habits_of
from renkei.hub.workspace.models import Decision
from renkei.hub.workspace.projecting import history as past
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
    decided = deciding.decisions_of(service, month)
    changed = [
        (one, person, deciding.is_accepted(decided, one, person.marks)) for one, person in groups[Standing.CHANGED]
    ]
    context = {
        "section": SECTION,
        "service": service,
        "services": others,
        "month": month,
        "months": choice,
        "makes_plans": desk_of(service).makes_plans,
        "changed": [(subject, person, _causes(person)) for subject, person, is_decided in changed if not is_decided],
        "decided": [(subject, person, _causes(person)) for subject, person, is_decided in changed if is_decided],
        "decided_count": sum(is_decided for *_, is_decided in changed),
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
    makes_plans = desk_of(service).makes_plans
    sheet = person_sheet(found, month)
    context = {
        "section": SECTION,
        "service": service,
        "month": month,
        "makes_plans": makes_plans,
        "person": found,
        "subject": subject,
        "sheet": sheet,
        "marks": list(Mark),
        "decisions": _decisions(service, month, subject, found, sheet),
        "may_decide": makes_plans and request.membership.may(Duty.CHECK),
        "may_ask": makes_plans and request.membership.may(Duty.SEND),
        "most_characters": settings.RENKEI["LIMIT_WORDS_CHARACTERS"],
        "papers": beside.of_person(service, month, subject, viewer_of(request)),
    }
    return render(request, "workspace/person.html", context)


@require_POST
@member_required
def decide(request: MemberRequest, month: str, subject: str) -> HttpResponse:
    """Take the results of one service office as they are, ask it with a note, or leave it open."""
    require_no_reader(request.membership)
    service = posted_service(request, own_services(request.membership))
    number, mark = request.POST.get("number", "")[:10], request.POST.get("mark", "")[:64]
    deed, staff = request.POST.get("deed", ""), request.membership.staff_id
    needed = Duty.SEND if deed == "ask" else Duty.CHECK
    if not desk_of(service).makes_plans or not request.membership.may(needed):
        raise PermissionDenied
    projected, _ = projecting.current(service, month)
    if not projected.progress.filter(subject=subject, number=number).exists():
        raise Http404
    if deed == "accept":
        deciding.decide(service, month, subject, number, mark, staff)
        messages.success(request, "受け入れました。ちがう実績が届くと、もう一度ここに出ます。")
    elif deed == "ask":
        deciding.ask(service, month, subject, number, mark, staff, request.POST.get("note", ""))
        messages.success(request, "相手に聞きました。返事が来ると、「今月」に出ます。")
    else:
        deciding.leave(service, month, subject, number)
        messages.success(request, "もう一度、確かめるものに戻しました。")
    return redirect(f"{reverse('person', args=[month, subject])}?service={service.service}")


@require_GET
@member_required
def history(request: MemberRequest, subject: str) -> HttpResponse:
    """One person month by month: how far each is, and at which office."""
    if ahead_of_click(request):
        return HttpResponse(status=503)
    service, _ = _service(request)
    found = past.of_person(service, subject, viewer_of(request))
    if found is None:
        raise Http404
    context = {"section": SECTION, "service": service, "subject": subject, "history": found}
    return render(request, "workspace/history.html", context)


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


def _decisions(
    service: OfficeService, month: str, subject: str, person: PersonMonth, sheet: PersonSheet
) -> list[tuple[Changes, str, Decision | None, bool]]:
    """What differs at each service office, its mark, what was decided, and whether that still holds."""
    marks = marks_of(causes_of(person.result.differences))
    decided = deciding.decisions_of(service, month, [subject])
    found = []
    for one in sheet.differences:
        decision = decided.get((subject, one.office))
        found.append((one, marks[one.office], decision, decision is not None and decision.mark == marks[one.office]))
    return found


def _service(request: MemberRequest) -> tuple[OfficeService, list[tuple[OfficeService, str]]]:
    """The chosen service and the choice. Raises Http404 for an office without any."""
    found = own_services(request.membership)
    if not found:
        raise Http404
    return chosen_service(request, found), [(one, one.label) for one in found]


def _causes(person: Client) -> list[tuple[Cause, int]]:
    """How often each cause occurs, in the order of the legend."""
    return [(cause, person.causes[cause]) for cause in Cause if cause in person.causes]
