"""The phone of a helper: the visits of a day, each with what to press when it is over."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from renkei.attachments import kinds
from renkei.hub.core import service_names
from renkei.hub.exchange import downloads
from renkei.hub.exchange.views import ahead_of_click
from renkei.hub.parties.members import MemberRequest, member_required, needs, own_services, viewer_of
from renkei.hub.parties.models import Duty
from renkei.hub.parties.reading_on import require_no_reader
from renkei.hub.workspace.answering import answers, photos, today
from renkei.hub.workspace.answering.today import MOST_NOTE, Call, Said
from renkei.hub.workspace.answering.views import SECTION, opened_answer, service_here
from renkei.hub.workspace.answering.visits import Impossible
from renkei.standard.showing.month_grid import service_words


@require_GET
@member_required
@needs(Duty.PREPARE)
def visits(request: MemberRequest) -> HttpResponse:
    """Everything with a time on a day; today where none is named."""
    if ahead_of_click(request):
        return HttpResponse(status=503)
    service, others = service_here(request)
    day = _day(request.GET.get("day", ""))
    is_ready = answers.prepare(service, f"{day:%Y%m}")
    calls = today.of_day(service, f"{day:%Y%m%d}", viewer_of(request))
    page = {
        "section": SECTION,
        "service": service,
        "services": others,
        "day": day,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "is_today": day == timezone.localdate(),
        "is_ready": is_ready,
        "calls": [(call, _names(call, f"{day:%Y%m}")) for call in calls],
        "left": sum(call.done is None for call in calls),
        "most_note": MOST_NOTE,
    }
    return render(request, "answering/visits.html", page)


@require_POST
@member_required
@needs(Duty.PREPARE)
def said(request: MemberRequest, id_: uuid.UUID) -> HttpResponse:
    """What a helper says of one time at one person."""
    require_no_reader(request.membership)
    answer = answers.own_answer(own_services(request.membership), id_)
    if answer is None:
        raise Http404
    day = _day(request.POST.get("day", ""))
    given = {name: request.POST.get(name, "").replace(":", "")[:5] for name in ("start", "end")}
    note = request.POST.get("note", "").replace("\r\n", "\n").strip()[:MOST_NOTE]
    what = Said(request.POST.get("deed") == "done", note, **given)
    try:
        key = request.POST.get("key", "")[:20]
        today.say(answer, f"{day:%Y%m%d}", key, request.membership.staff_id, viewer_of(request), what)
        for file in request.FILES.getlist("photo")[: photos.MOST]:
            photos.keep(answer, f"{day:%Y%m%d}", key, file, request.membership)
        messages.success(request, "「行った」にしました。" if what.done else "「行わなかった」にしました。")
    except Impossible as impossible:
        messages.error(request, str(impossible))
    return redirect(f"{reverse('visits')}?service={answer.owner.service}&day={day:%Y-%m-%d}")


@require_GET
@member_required
@needs(Duty.PREPARE)
def photo(request: MemberRequest, id_: uuid.UUID) -> HttpResponseBase:
    """A photograph of a visit; a look."""
    if ahead_of_click(request):
        return HttpResponse(status=503)
    found = photos.own_photo(own_services(request.membership), id_)
    if found is None:
        raise Http404
    response = HttpResponse(photos.opened(found, viewer_of(request), "view"), content_type=found.media)
    return downloads.as_paper(response, f"visit_{found.date}{kinds.MEDIA[found.media].extensions[0]}")


@require_POST
@member_required
@needs(Duty.PREPARE)
def photo_deed(request: MemberRequest, id_: uuid.UUID) -> HttpResponse:
    """Put a photograph into the outbox, or erase it."""
    require_no_reader(request.membership)
    found = photos.own_photo(own_services(request.membership), id_)
    if found is None:
        raise Http404
    if request.POST.get("deed") == "erase":
        photos.forget(found)
        messages.success(request, "写真を消しました。")
        return redirect("answer", found.answer_id)
    filled = opened_answer(request, found.answer, "send")
    unit = photos.send(found, filled, request.membership, viewer_of(request))
    messages.success(request, "写真を、書類として送るものに入れました。")
    return redirect("outbox-unit", unit.pk)


def _day(text: str) -> date:
    """The day of YYYY-MM-DD, today for nothing. Raises Http404 for what is no day."""
    try:
        found = date.fromisoformat(text) if text else timezone.localdate()
    except ValueError:
        raise Http404 from None
    if not 2000 <= found.year <= 2199:
        raise Http404
    return found


def _names(call: Call, month: str) -> list[str]:
    table = service_names.table()
    return [table.name(code, month) or service_words(code) for code in call.codes]
