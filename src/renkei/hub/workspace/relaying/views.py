"""委託: what waits to be passed on between a centre and service offices, and who waits for whom. No person is named."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from renkei.hub.exchange.views import chosen_service
from renkei.hub.parties.members import (
    MemberRequest,
    actor_of,
    member_required,
    needs,
    own_services,
    posted_service,
    viewer_of,
)
from renkei.hub.parties.models import Duty, OfficeService
from renkei.hub.parties.reading_on import require_no_reader
from renkei.hub.workspace.calendar import Moves
from renkei.hub.workspace.habits.services import habits_of
from renkei.hub.workspace.relaying import due as dues
from renkei.hub.workspace.relaying import services, showing
from renkei.hub.workspace.relaying.forms import DueForm
from renkei.hub.workspace.relaying.rules import Waiting, has_part
from renkei.hub.workspace.relaying.services import Board, Passed

SECTION = "months"


@require_GET
@member_required
def page(request: MemberRequest) -> HttpResponse:
    """What waits, in counts, and the chains of the last months."""
    own = _services(request)
    service = chosen_service(request, own)
    today = timezone.localdate()
    due, found = dues.due_of(service), services.board(service, today)
    shown = showing.show(service, found, due, habits_of(service), today)
    context = {
        "section": SECTION,
        "service": service,
        "services": [(one, one.label) for one in own],
        "role": found.role.value,
        "has_part": has_part(service.service),
        "shown": shown,
        "centres": services.centres(service) if shown.lost else {},
        "may": {duty.value: request.membership.may(duty) for duty in Duty},
    }
    return render(request, "relaying/relay.html", context)


@require_POST
@member_required
@needs(Duty.PREPARE)
def pass_on(request: MemberRequest) -> HttpResponse:
    """One unit, or all of one centre and month, go into the outbox for those who wait for them."""
    require_no_reader(request.membership)
    service = posted_service(request, _services(request))
    found = services.board(service, timezone.localdate())
    items = _told(request, service, found) if "lost" in request.POST else _chosen(request, found)
    if items:
        passed = services.pass_on(service, items, found, request.membership, viewer_of(request))
        _tell(request, passed)
    else:
        messages.warning(request, "回すものは、もうありませんでした。ほかの人が先に回したか、取り消されています。")
    return redirect(f"{reverse('relay')}?service={service.service}")


@require_http_methods(["GET", "POST"])
@member_required
@needs(Duty.ADMINISTER)
def due(request: MemberRequest) -> HttpResponse:
    """By when results go back to the centre; a POST changes it."""
    own = _services(request)
    if request.method != "POST":
        service = chosen_service(request, own)
        return _due_page(request, service, _form(service))
    require_no_reader(request.membership)
    service = posted_service(request, own)
    form = DueForm(request.POST)
    if not form.is_valid():
        return _due_page(request, service, form)
    told = form.cleaned_data
    try:
        dues.change(service, told["day"], Moves(told["moves"]), told["revision"], actor_of(request))
    except IntegrityError:
        messages.error(request, "ほかの人が先に変えました。下にあるのは、いまの期限です。")
        return _due_page(request, service, _form(service), status=409)
    messages.success(request, "センターへ返す期限を変えました。")
    return redirect(f"{reverse('relay')}?service={service.service}")


def _services(request: MemberRequest) -> list[OfficeService]:
    """The services of this member, those with a part in this first. Raises Http404 where there are none."""
    own = own_services(request.membership)
    if not own:
        raise Http404
    return sorted(own, key=lambda one: not has_part(one.service))


def _chosen(request: MemberRequest, found: Board) -> list[Waiting]:
    """The items that a button names: one by its id, or a whole group."""
    origin, group = request.POST.get("origin", ""), request.POST.get("group", "")[:30]
    if origin:
        wanted = _id(origin)
        found_here = [item for item in found.items if item.origin.id == wanted]
    else:
        found_here = [item for item in found.items if "-".join((*item.centre, item.origin.month or "0")) == group]
    return [item for item in found_here if item.is_ready]


def _told(request: MemberRequest, service: OfficeService, found: Board) -> list[Waiting]:
    """Results of people of whom no centre was known, for the one that was chosen now. Raises Http404 for none of the book."""
    number, _, type_ = request.POST.get("centre", "")[:20].partition("-")
    if (number, type_) not in services.centres(service):
        raise Http404
    wanted = _id(request.POST["lost"])
    lost = [item for item in found.items if item.origin.id == wanted and item.is_back and item.homeless]
    return [one for item in lost for one in services.told(found, item, (number, type_))]


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Http404 from None


def _tell(request: MemberRequest, passed: Passed) -> None:
    """What became of it, in counts: a message stays in the browser, so it names nobody."""
    if passed.units:
        words = f"{len(passed.people)}人分、{passed.units}件を、送るものに入れました。確かめて、「完成にする」を押してから送ってください。"
        messages.success(request, words)
    if passed.faulty:
        messages.error(
            request, f"{passed.faulty}件に、直すところがあります。「送るもの」の「直すもの」を開いてください。"
        )
    if passed.without_plan:
        words = "{}人は、提供票がここにないので、実績だけを回します。予定は、ほかのやり方で渡してください。"
        messages.warning(request, words.format(passed.without_plan))
    if passed.empty:
        messages.warning(request, f"{passed.empty}件には、回す先のあるサービスが書かれていません。そのままにしました。")
    if passed.gone:
        messages.warning(request, f"{passed.gone}件は、中身がもう読めません。送り主に、送り直してもらってください。")


def _form(service: OfficeService) -> DueForm:
    now = dues.due_of(service)
    return DueForm(initial={"revision": now.revision, "day": now.day, "moves": now.moves})


def _due_page(request: MemberRequest, service: OfficeService, form: DueForm, status: int = 200) -> HttpResponse:
    return render(request, "relaying/due.html", {"section": SECTION, "service": service, "form": form}, status=status)
