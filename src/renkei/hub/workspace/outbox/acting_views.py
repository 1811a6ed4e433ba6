"""Doing something with what is in hand, and how far a sending has come."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from renkei.hub.core.problems import Refused
from renkei.hub.core.views import path_here
from renkei.hub.parties.members import MemberRequest, member_required, own_services, posted_service
from renkei.hub.parties.models import Duty, OfficeService
from renkei.hub.parties.reading_on import require_no_reader
from renkei.hub.parties.staff import signing_in
from renkei.hub.workspace.habits.services import habits_of
from renkei.hub.workspace.models import Approval, Channel, Outgoing, Sending
from renkei.hub.workspace.outbox import acting, listing
from renkei.hub.workspace.outbox import sending as going
from renkei.hub.workspace.outbox.acting import Acted, Seen
from renkei.hub.workspace.outbox.handing_views import address_of
from renkei.hub.workspace.outbox.listing import Group
from renkei.hub.workspace.outbox.rules import MOVES, Deed
from renkei.hub.workspace.outbox.views import SECTION, shown_at

_MOST_WORDS = 5


@require_POST
@member_required
def act(request: MemberRequest) -> HttpResponse:
    """One deed for the chosen units, or for all of a group."""
    require_no_reader(request.membership)
    owner = posted_service(request, own_services(request.membership))
    deed, seen = _deed(request), _seen(request, owner)
    back = path_here(request, request.POST.get("back", "")) or reverse("outbox")
    if not seen:
        none_chosen = "1つも選ばれていません。左の四角に印をつけてから、押してください。"
        changed = "ページを開いたあとに変わりました。いまの様子を見てから、もう一度押してください。"
        messages.error(request, changed if "all" in request.POST else none_chosen)
        return redirect(back)
    if deed is Deed.SEND:
        return _send(request, owner, seen, back)
    acted = acting.act(deed, request.membership, owner, seen)
    _tell(request, f"{len(acted.done)}件を{MOVES[deed].step.label}。" if acted.done else "", acted)
    return redirect(back)


@require_http_methods(["GET", "POST"])
@member_required
def sending(request: MemberRequest, number: int) -> HttpResponse:
    """How far a sending has come. POST stops what has not gone yet."""
    found = Sending.objects.filter(pk=number, owner__in=own_services(request.membership)).first()
    if found is None:
        raise Http404
    if request.method == "POST":
        require_no_reader(request.membership)
        if not request.membership.may(Duty.SEND):
            raise PermissionDenied
        going.stop(found, request.membership.staff_id)
        return redirect("outbox-sending", number)
    left = found.units.count()
    page = {
        "section": SECTION,
        "service": found.owner,
        "sending": found,
        "left": left,
        "done": found.total - left,
        "went": found.total - left - found.refused - found.stopped,
    }
    name = "outbox/progress.html" if request.headers.get("HX-Request") else "outbox/sending.html"
    return render(request, name, page)


def _send(request: MemberRequest, owner: OfficeService, seen: Seen, back: str) -> HttpResponse:
    made, acted = going.order(request.membership, owner, seen, is_confirmed=signing_in.has_second_factor(request))
    _tell(request, "", acted)
    if made is None:
        return redirect(back)
    going.go_on(made)
    return redirect("outbox-sending", made.pk)


def _deed(request: MemberRequest) -> Deed:
    try:
        return Deed(request.POST.get("deed", ""))
    except ValueError:
        raise Refused.known(400, "E-REQUEST") from None


def _seen(request: MemberRequest, owner: OfficeService) -> Seen:
    """The chosen units with the revisions on the page."""
    if group := request.POST.get("all", ""):
        return _all(request, owner, group)
    seen = {}
    for text in request.POST.getlist("unit")[: settings.RENKEI["LIMIT_ACT_UNITS"]]:
        id_, _, revision = text.partition(":")
        try:
            seen[uuid.UUID(id_)] = int(revision)
        except ValueError:
            raise Refused.known(400, "E-REQUEST") from None
    return seen


def _all(request: MemberRequest, owner: OfficeService, group: str) -> Seen:
    """Of a whole group what was there when the page was made, and has not been touched since."""
    if group not in Group.__members__.values():
        raise Refused.known(400, "E-REQUEST")
    channel, to = request.POST.get("channel", ""), address_of(request.POST.get("to", ""))
    rows = listing.units_of(owner, Group(group), Approval(habits_of(owner).approval))
    rows = rows.filter(changed_at__lte=shown_at(request.POST.get("shown", "")))
    if channel in Channel.values:
        rows = rows.filter(listing.going_by(owner, Channel(channel)))
    if to:
        rows = rows.filter(number=to[0], service=to[1])
    return dict(rows.values_list("pk", "revision")[: settings.RENKEI["LIMIT_ACT_UNITS"]])


def _tell(request: MemberRequest, words: str, acted: Acted) -> None:
    if words:
        messages.success(request, words)
    reasons: dict[str, list[Outgoing]] = {}
    for unit, why in acted.refused:
        reasons.setdefault(why, []).append(unit)
    for why, units in list(reasons.items())[:_MOST_WORDS]:
        messages.error(request, f"{len(units)}件は、そのままにしました。{why}")
