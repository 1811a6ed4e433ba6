"""実績を入れる: the people of a month, one person's month with its marks, and putting what is finished into the outbox."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from renkei.hub.core import looks, service_names
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.exchange import downloads
from renkei.hub.exchange.reading import about_month
from renkei.hub.exchange.views import ahead_of_click, chosen_service
from renkei.hub.parties.members import MemberRequest, member_required, needs, own_services, posted_service, viewer_of
from renkei.hub.parties.models import Duty, OfficeService
from renkei.hub.parties.reading_on import require_no_reader
from renkei.hub.workspace.answering import answers, deeds, handing_in, listing, photos, reports, sheet
from renkei.hub.workspace.answering.deeds import Asked
from renkei.hub.workspace.answering.visits import Filled, Impossible, as_planned
from renkei.hub.workspace.comparing.papers import desk_of
from renkei.hub.workspace.comparing.services import RULE, months_of
from renkei.hub.workspace.models import Answer
from renkei.hub.workspace.partners import services as partners

SECTION = "months"
_MOST_AT_ONCE = 200


@require_GET
@member_required
@needs(Duty.PREPARE)
def months(request: MemberRequest) -> HttpResponse:
    """To the newest month that has begun, else the newest that has a slip."""
    service, _ = service_here(request)
    found, today = months_of(service), f"{timezone.localdate():%Y%m}"
    if not found:
        return render(request, "answering/none.html", {"section": SECTION, "service": service})
    month = next((one for one in found if one <= today), found[0])
    return redirect(f"{reverse('answers-month', args=[month])}?service={service.service}")


@require_GET
@member_required
@needs(Duty.PREPARE)
def month(request: MemberRequest, month: str) -> HttpResponse:
    """Everybody of a month by care-management office, counts first."""
    if ahead_of_click(request):
        return HttpResponse(status=503)
    service, others = service_here(request)
    choice = months_of(service)
    if month not in choice:
        raise Http404
    is_ready = answers.prepare(service, month)
    found = listing.of_month(service, month, viewer_of(request))
    page = {
        "section": SECTION,
        "service": service,
        "services": others,
        "month": month,
        "months": choice[:12],
        "listed": found,
        "counts": [(stage, found.counts[stage]) for stage in listing.Stage],
        "is_ready": is_ready,
        "all_chosen": "all" in request.GET,
    }
    return render(request, "answering/month.html", page)


@require_POST
@member_required
@needs(Duty.PREPARE)
def whole(request: MemberRequest, month: str) -> HttpResponse:
    """The chosen people are finished: all went as planned, but for what was said otherwise."""
    require_no_reader(request.membership)
    service = posted_service(request, own_services(request.membership))
    chosen = dict(_chosen(text) for text in request.POST.getlist("answer")[:_MOST_AT_ONCE])
    rows = Answer.objects.select_related("owner__party", "changed_by").filter(owner=service, month=month, pk__in=chosen)
    found = list(rows)
    with write():
        subjects = [one.subject for one in found]
        looks.record(
            viewer_of(request), purpose="edit", rule=RULE, about=about_month(service.pk, month), subjects=subjects
        )
    done, behind = 0, 0
    for one in found:
        try:
            answers.change(one, chosen[one.pk], request.membership.staff_id, _all_done, is_finished=True)
            done += 1
        except Refused:
            behind += 1
    if done:
        messages.success(request, f"{done}人を「予定どおり」でできたことにしました。")
    if behind:
        messages.error(request, f"{behind}人は、ほかの人が先に変えたので、そのままにしました。")
    if not found:
        messages.error(request, "だれも選ばれていません。")
    return redirect(f"{reverse('answers-month', args=[month])}?service={service.service}")


@require_POST
@member_required
@needs(Duty.PREPARE)
def hand_in(request: MemberRequest, month: str) -> HttpResponse:
    """All that is finished for one care-management office goes into the outbox."""
    require_no_reader(request.membership)
    service = posted_service(request, own_services(request.membership))
    number = request.POST.get("number", "")[:10]
    if not Answer.objects.filter(owner=service, month=month, number=number).exists():
        raise Http404
    made = handing_in.hand_in(service, month, number, request.membership, viewer_of(request))
    words = f"{made.people}人の実績を、送るものに入れました。中身を確かめて、「完成にする」を押してから送ってください。"
    messages.success(request, words)
    if made.taken_back:
        messages.warning(
            request,
            f"前に送った実績がなくなった {made.taken_back}人の、実績の取り消しのファイルも入れました。いっしょに送ってください。",
        )
    if made.without:
        messages.warning(
            request,
            f"サービスを1回も行わなかった {made.without}人は、ファイルにのりません。相手には「実施なし」と出ます。",
        )
    if made.reports:
        messages.success(request, "書いた報告も、書類として送るものに入れました。")
    if made.why_not:
        messages.warning(request, f"報告は、送るものに入れられませんでした。{made.why_not}")
    return redirect("outbox-unit", made.unit.pk)


@require_http_methods(["GET", "POST"])
@member_required
@needs(Duty.PREPARE)
def one(request: MemberRequest, id_: uuid.UUID) -> HttpResponse:
    """One person's month, filled in mark by mark. A look at each opening; a script saves what is marked at once."""
    if ahead_of_click(request):
        return HttpResponse(status=503)
    answer = answers.own_answer(own_services(request.membership), id_)
    if answer is None:
        raise Http404
    if request.method == "POST":
        require_no_reader(request.membership)
        return _changed(request, answer)
    answers.prepare(answer.owner, answer.month)
    answer = answers.own_answer([answer.owner], id_)
    if answer is None:
        raise Http404
    return render(request, "answering/one.html", _page(answer, opened_answer(request, answer, "view")))


@require_GET
@member_required
@needs(Duty.PREPARE)
def report(request: MemberRequest, id_: uuid.UUID) -> HttpResponseBase:
    """The report as it goes, for who prints it. A look."""
    if ahead_of_click(request):
        return HttpResponse(status=503)
    answer = answers.own_answer(own_services(request.membership), id_)
    if answer is None or not answer.has_report:
        raise Http404
    address = (answer.number, answer.service)
    filled = opened_answer(request, answer, "print")
    planner = partners.routes(answer.owner, [address])[address].name
    drawn = HttpResponse(reports.drawn(answer.owner, planner, answer.month, filled), content_type="application/pdf")
    return downloads.as_paper(drawn, f"月次報告_{answer.month}.pdf")


@require_POST
@member_required
@needs(Duty.PREPARE)
def attach(request: MemberRequest, id_: uuid.UUID) -> HttpResponse:
    """Put a file beside the results of one person, as a draft in the outbox."""
    require_no_reader(request.membership)
    answer, file = answers.own_answer(own_services(request.membership), id_), request.FILES.get("file")
    if answer is None:
        raise Http404
    if file is None:
        messages.error(request, "ファイルが選ばれていません。もう一度選んでください。")
        return redirect("answer", answer.pk)
    photos.attach(answer, opened_answer(request, answer, "send"), file, request.membership)
    messages.success(request, "書類として、送るものに入れました。実績といっしょに、完成にして送ってください。")
    return redirect("answer", answer.pk)


def opened_answer(request: MemberRequest, answer: Answer, purpose: str) -> Filled:
    """What it says, once the look is on record. Raises Refused (410)."""
    with write():
        about = about_month(answer.owner_id, answer.month)
        looks.record(viewer_of(request), purpose=purpose, rule=RULE, about=about, subjects=[answer.subject])
        stored = answers.fetch([answer])
    if answer.body not in stored:
        raise Refused.known(410, "E-BODY-GONE")
    return answers.opened(stored[answer.body])


def _changed(request: MemberRequest, answer: Answer) -> HttpResponse:
    asked, deed = Asked(request.POST.dict(), request.POST.getlist("done")), request.POST.get("deed", "save")
    is_script = "application/json" in request.headers.get("Accept", "")
    text = request.POST.get("revision", "")
    revision = int(text) if text.isdecimal() and text.isascii() and len(text) < 10 else -1
    columns = {"is_finished": True} if deed == "finish" else {"is_finished": False} if deed == "reopen" else {}
    try:
        answers.change(
            answer,
            revision,
            request.membership.staff_id,
            lambda filled: deeds.done(filled, asked, deed),
            **columns,
        )
    except Impossible as impossible:
        if is_script:
            return JsonResponse({"words": str(impossible)}, status=422)
        # What was marked stays: it is saved without the deed that cannot be.
        answers.change(answer, revision, request.membership.staff_id, lambda filled: deeds.saved(filled, asked))
        messages.error(request, str(impossible))
        return redirect("answer", answer.pk)
    except Refused as refusal:
        if is_script:
            return JsonResponse({"words": refusal.words}, status=refusal.status)
        raise
    if is_script:
        return JsonResponse({"revision": answer.revision})
    messages.success(request, _SAID.get(deed, "保存しました。"))
    if deed == "finish":
        return redirect(f"{reverse('answers-month', args=[answer.month])}?service={answer.owner.service}")
    return redirect("answer", answer.pk)


_SAID = {
    "all": "まだ印のなかったところに、すべて「行った」の印をつけました。",
    "finish": "「できた」にしました。",
    "reopen": "直せるようにしました。直したら、もう一度「これで全部」を押してください。",
    "move": "変えました。",
    "put-back": "予定の時刻と回数に戻しました。",
    "remove": "消しました。",
    "add": "足しました。",
}


def _page(answer: Answer, filled: Filled) -> dict[str, Any]:
    table = service_names.table()
    codes = {visit.row["service_code"] for visit in filled.visits}
    names = {code: table.name(code, answer.month, filled.insurer) for code in codes}
    lines = sheet.lines_of(filled.visits, answer.month, names)
    return {
        "section": SECTION,
        "service": answer.owner,
        "answer": answer,
        "stage": listing.stage_of(answer),
        "filled": filled,
        "lines": lines,
        "weekdays": sheet.WEEKDAYS,
        "ticks": sorted((tick for line in lines for tick in line.ticks), key=lambda tick: tick.place),
        "route": partners.routes(answer.owner, [(answer.number, answer.service)])[answer.number, answer.service],
        "most_text": deeds.MOST_TEXT,
        "extra": [tick for line in lines for tick in line.ticks if tick.visit.planned is None],
        "moved": [tick for line in lines for tick in line.ticks if tick.visit.is_changed],
        "photos": list(photos.of_answer(answer)),
        "unmarked": sum(not visit.done for visit in filled.visits),
    }


def _all_done(filled: Filled) -> Filled:
    return replace(filled, visits=as_planned(filled.visits))


def _chosen(text: str) -> tuple[uuid.UUID, int]:
    """The id and the revision that a box of the list stands for. Raises Http404."""
    id_, _, revision = text.partition(":")
    try:
        return uuid.UUID(id_), int(revision)
    except ValueError:
        raise Http404 from None


def service_here(request: MemberRequest) -> tuple[OfficeService, list[tuple[OfficeService, str]]]:
    """The chosen service office, and the choice. Raises Http404 where the office has none: a planner gets its results."""
    found = [one for one in own_services(request.membership) if not desk_of(one).makes_plans]
    if not found:
        raise Http404
    return chosen_service(request, found), [(one, one.label) for one in found]
