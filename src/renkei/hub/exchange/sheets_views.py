"""Pages of a unit as paper. Each is a look, as the page of contents is."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from renkei.forms.printing import Printable
from renkei.hub.core import drawing
from renkei.hub.core.problems import Refused
from renkei.hub.exchange import collecting, sheets
from renkei.hub.exchange.mailbox import own_transmission
from renkei.hub.exchange.models import Transmission
from renkei.hub.exchange.sheets import Look, PersonSheets
from renkei.hub.exchange.views import ahead_of_click, record_of
from renkei.hub.parties.members import MemberRequest, member_required, own_services, viewer_of
from renkei.standard.units import UnitKind


@require_GET
@member_required
def paper(request: MemberRequest, id_: uuid.UUID) -> HttpResponse:
    """One person's sheets, drawn."""
    if ahead_of_click(request):
        return HttpResponse(status=503)
    found, people = _opened(request, id_, "view")
    page = record_of(found, own_services(request.membership)) | {"people": people, "look": look_of(request)}
    page |= {"looks": [look for look in Look if look is not Look.FAMILY or found.kind == UnitKind.CARE_PLAN]}
    if people:
        place = sheets.one_of(people, request.GET.get("person", ""))
        page |= {"place": place, "person": people[place - 1], "pictures": sheets.shown(people[place - 1])}
        page |= {"books": range(1, len(sheets.books(people)) + 1)}
    return render(request, "exchange/paper.html", page)


@require_GET
@member_required
def pdf(request: MemberRequest, id_: uuid.UUID) -> HttpResponse:
    """The sheets of one person (`person`), or of all, of whom a volume (`volume`)."""
    if ahead_of_click(request):
        return HttpResponse(status=503)
    found, people = _opened(request, id_, "print")
    if person := request.GET.get("person", ""):
        people = [people[sheets.one_of(people, person) - 1]]
    books = sheets.books(people)
    place = sheets.one_of(books, request.GET.get("volume", ""))
    return drawn_pdf(request, books[place - 1].sheets, books[place - 1].title, found.sequence)


def drawn_pdf(request: MemberRequest, sheets: Sequence[Printable], title: str, name: str) -> HttpResponse:
    """Shown in the browser, from where it is printed. `name` is the file's and tells of no person. Raises Refused (503).

    A bundle without somebody's sheet would be taken for whole: where one cannot be drawn, a page says whose, and no paper comes.
    """
    try:
        drawn = drawing.pdf(sheets, title)
    except drawing.CannotDraw as error:
        undrawn = [sheets[place] for place in error.places]
        return render(request, "exchange/undrawn.html", {"undrawn": undrawn}, status=503)
    response = HttpResponse(drawn, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="renkei_{name}.pdf"'
    return response


def _opened(request: MemberRequest, id_: uuid.UUID, purpose: str) -> tuple[Transmission, list[PersonSheets]]:
    found = own_transmission(own_services(request.membership), id_)
    handed = collecting.hand_out(found, viewer_of(request), purpose=purpose)
    return found, sheets.people(handed.standard_files, look_of(request))


def look_of(request: MemberRequest) -> Look:
    """How it is to be drawn. Raises Refused (404)."""
    try:
        return Look(request.GET.get("look", ""))
    except ValueError:
        raise Refused.known(404, "E-NOT-FOUND") from None
