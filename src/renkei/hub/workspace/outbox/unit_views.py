"""One unit in hand: what was found in it, how it looks on paper, who did what. Each page is a look."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from renkei.attachments.naming import file_name
from renkei.hub.core.problems import Refused
from renkei.hub.exchange import downloads, sheets
from renkei.hub.exchange.sheets_views import drawn_pdf, look_of
from renkei.hub.exchange.views import ahead_of_click
from renkei.hub.parties.members import MemberRequest, member_required, needs, own_services, viewer_of
from renkei.hub.parties.models import Duty
from renkei.hub.parties.reading_on import require_no_reader
from renkei.hub.workspace.habits.services import habits_of
from renkei.hub.workspace.models import Approval, Outgoing, OutgoingState
from renkei.hub.workspace.outbox import bringing, listing, papers, showing, sorting
from renkei.hub.workspace.outbox.listing import Group
from renkei.hub.workspace.outbox.views import SECTION, common, deeds_for
from renkei.standard.findings import Severity
from renkei.standard.showing import sheets as tables


@require_GET
@member_required
def unit(request: MemberRequest, id_: uuid.UUID) -> HttpResponse:
    """What is in it and what was found; who did what."""
    if ahead_of_click(request):
        return HttpResponse(status=503)
    services = own_services(request.membership)
    found = showing.own_unit(services, id_)
    if found.transmission:
        return redirect("transmission", found.transmission.pk)
    files = showing.open_one(found, viewer_of(request), "view")
    [row] = listing.rows_of(found.owner, [found])
    group = _group(found)
    page = common(request, found.owner, services) | {
        "row": row,
        "unit": found,
        "group": group,
        "handlings": list(found.handlings.select_related("staff").order_by("at", "pk")),
        "deeds": deeds_for(request, group, row.route.channel),
        "papers": papers.listed(files).files if papers.is_paper(found) else (),
    }
    return render(request, "outbox/unit.html", page | ({} if papers.is_paper(found) else _tables(files)))


@require_GET
@member_required
def attached(request: MemberRequest, id_: uuid.UUID, name: str) -> HttpResponseBase:
    """One paper of it, to be read or printed; a look."""
    if ahead_of_click(request):
        return HttpResponse(status=503)
    found = showing.own_unit(own_services(request.membership), id_)
    if not papers.is_paper(found):
        raise Http404
    files = showing.open_one(found, viewer_of(request), "download")
    one = next((one for one in papers.listed(files).files if one.name == name), None)
    if one is None:
        raise Http404
    response = HttpResponse(files[one.name], content_type=one.media)
    return downloads.as_paper(response, file_name(one.title, one.media))


def _tables(files: Mapping[str, bytes]) -> dict[str, Any]:
    """What the standard's files say, and what was found in them."""
    findings = sorting.findings_of(files)
    return {
        "findings": sorted(findings, key=lambda one: one.severity is not Severity.ERROR),
        "mended": showing.mend(list(files.items())) if findings else None,
        "contents": tables.contents(files),
        "files": list(files),
    }


@require_GET
@member_required
def paper(request: MemberRequest, id_: uuid.UUID) -> HttpResponse:
    """One person's sheets of it, drawn; with `pdf` all of them to be printed."""
    if ahead_of_click(request):
        return HttpResponse(status=503)
    found = showing.own_unit(own_services(request.membership), id_)
    is_pdf = "pdf" in request.GET
    files = showing.open_one(found, viewer_of(request), "print" if is_pdf else "view")
    people = sheets.people(files, look_of(request))
    if not people:
        raise Refused.known(404, "E-NOT-FOUND")
    if is_pdf:
        books = sheets.books(people)
        place = sheets.one_of(books, request.GET.get("volume", ""))
        return drawn_pdf(request, books[place - 1].sheets, books[place - 1].title, found.sequence)
    place = sheets.one_of(people, request.GET.get("person", ""))
    [row] = listing.rows_of(found.owner, [found])
    page = {"section": SECTION, "unit": found, "row": row, "people": people, "place": place}
    page |= {"person": people[place - 1], "pictures": sheets.shown(people[place - 1])}
    page |= {"books": range(1, len(sheets.books(people)) + 1)}
    return render(request, "outbox/paper.html", page)


@require_POST
@member_required
@needs(Duty.PREPARE)
def mend(request: MemberRequest, id_: uuid.UUID) -> HttpResponse:
    """Mend what is safe, as it was shown."""
    require_no_reader(request.membership)
    found = showing.own_unit(own_services(request.membership), id_)
    files = showing.open_one(found, viewer_of(request), "mend")
    mended = showing.mend(list(files.items()))
    if not mended.changes:
        messages.error(request, "安全に直せるところは、ありませんでした。")
    elif str(found.revision) != request.POST.get("revision"):
        messages.error(request, "ほかの人が先に変えたため、直していません。いまの様子を見てください。")
    else:
        bringing.exchange_files(found, dict(mended.files), request.membership.staff_id)
        messages.success(request, f"{len(mended.changes)}か所を直しました。")
    return redirect("outbox-unit", id_)


def _group(unit: Outgoing) -> Group:
    """In which list it stands."""
    if unit.state == OutgoingState.DROPPED:
        return Group.DROPPED
    if unit.state == OutgoingState.HANDED_OVER:
        return Group.GONE
    if unit.sending_id is not None:
        return Group.SENDING
    if unit.errors:
        return Group.FAULTY
    return listing.group_of(unit.state, Approval(habits_of(unit.owner).approval))
