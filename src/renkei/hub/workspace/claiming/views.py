"""請求の前に: a work list of a month, the 給付管理票 on paper and as a table."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from renkei.forms.choosing import Wish, choose
from renkei.forms.pile import Pile
from renkei.forms.printing import volumes
from renkei.hub.core import looks, service_names
from renkei.hub.core.looks import Viewer
from renkei.hub.core.writing import write
from renkei.hub.exchange import sheets
from renkei.hub.exchange.reading import about_month
from renkei.hub.exchange.sheets_views import drawn_pdf
from renkei.hub.exchange.views import ahead_of_click, chosen_service
from renkei.hub.parties.members import MemberRequest, member_required, own_services, viewer_of
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.calendar import Moves
from renkei.hub.workspace.claiming import showing
from renkei.hub.workspace.claiming.points import Weight
from renkei.hub.workspace.claiming.showing import Work
from renkei.hub.workspace.comparing import deciding, papers
from renkei.hub.workspace.comparing.papers import desk_of
from renkei.hub.workspace.comparing.services import RULE, months_of
from renkei.hub.workspace.habits.rules import claim_of
from renkei.hub.workspace.habits.services import habits_of
from renkei.hub.workspace.partners import services as partners
from renkei.hub.workspace.projecting import services as projecting
from renkei.standard.comparing.papers import read_papers

SECTION = "months"
_FORM = "benefit-management"


@require_GET
@member_required
def month(request: MemberRequest, month: str) -> HttpResponse:
    """One line a person: what to do before the claim, and who must do it. Counts first."""
    if ahead_of_click(request):
        return HttpResponse(status=503)
    service = _service(request)
    choice = months_of(service)
    if month not in choice:
        raise Http404
    work, _, is_current = _work(service, month, viewer_of(request))
    page = {
        "section": SECTION,
        "service": service,
        "services": [(one, one.label) for one in own_services(request.membership)],
        "month": month,
        "months": choice[:12],
        "makes_plans": desk_of(service).makes_plans,
        "work": work,
        "stop": work.rows[Weight.STOP],
        "look": work.rows[Weight.LOOK],
        "well": work.rows[None],
        "is_current": is_current,
        "claim": claim_of(habits_of(service), month, timezone.localdate(), Moves(settings.RENKEI["CLAIM_MOVES"])),
        "is_claim_sure": bool(habits_of(service).claim_moves),
        "volumes": range(1, _volumes(work) + 1),
    }
    return render(request, "claiming/month.html", page)


@require_GET
@member_required
def table(request: MemberRequest, month: str) -> HttpResponse:
    """The lines of the 給付管理票 in columns of our own; a look at everybody."""
    if ahead_of_click(request):
        return HttpResponse(status=503)
    service = _service(request)
    work, names, _ = _work(service, month, viewer_of(request), purpose="export")
    if not work.people:
        raise Http404
    response = HttpResponse(showing.as_csv(work, month, names), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="renkei_kyufukanri_{month}_not_for_transmission.csv"'
    return response


@require_GET
@member_required
def paper(request: MemberRequest, month: str) -> HttpResponse:
    """The 給付管理票 of everybody, a volume of it, or of one person; a look at those who are in it."""
    if ahead_of_click(request):
        return HttpResponse(status=503)
    service, subject = _service(request), request.GET.get("person", "")[:64]
    found = papers.of_person(service, month, subject) if subject else papers.of_month(service, month)
    about = {subject} if subject else papers.subjects_in(service, month)
    if not len(found):
        raise Http404
    with write():
        month_page = about_month(service.pk, month)
        looks.record(viewer_of(request), purpose="print", rule=RULE, about=month_page, subjects=about)
        stored = papers.fetch(found)
    read, _ = read_papers(file for one in papers.opened(stored) for file in one.files.items())
    chosen = choose(Pile(read), Wish(only=[_FORM], month=month), services=service_names.table()).sheets
    if subject:
        chosen = [sheet for sheet in chosen if looks.subject(*sheet.person) == subject]
    books = volumes(chosen, "claim", "給付管理票", settings.RENKEI["LIMIT_PRINTED_SHEETS"])
    if not books:
        raise Http404
    place = sheets.one_of(books, request.GET.get("volume", ""))
    return drawn_pdf(request, books[place - 1].sheets, books[place - 1].title, f"kyufukanri_{month}")


def _work(service: OfficeService, month: str, viewer: Viewer, purpose: str = "") -> tuple[Work, dict[str, str], bool]:
    """Everybody of a month, a look once a day; a look of its own with a `purpose`. The names of offices, and whether it is
    how the month stands now."""
    people, _, is_current = projecting.people_in_month(service, month, viewer, about=f"claim:{service.pk}:{month}")
    if purpose and people:
        with write():
            looks.record(viewer, purpose=purpose, rule=RULE, about=about_month(service.pk, month), subjects=set(people))
    decided = deciding.decisions_of(service, month)
    is_decided = {one: deciding.is_accepted(decided, one, client.marks) for one, client in people.items()}
    numbers = {line[0] for client in people.values() for line in client.claim.get("lines", ())}
    names = partners.names_of(service, numbers)
    return showing.work_of(people, is_decided, names), names, is_current


def _volumes(work: Work) -> int:
    """How many documents the 給付管理票 of everybody are."""
    most = settings.RENKEI["LIMIT_PRINTED_SHEETS"]
    return -(-work.people // most) if work.people else 0


def _service(request: MemberRequest) -> OfficeService:
    found = own_services(request.membership)
    if not found:
        raise Http404
    return chosen_service(request, found)
