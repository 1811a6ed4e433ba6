"""Arriving, and choosing on whose behalf."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from renkei.hub.parties import cards
from renkei.hub.parties.members import CHOSEN, MemberRequest, active_memberships, member_required
from renkei.hub.parties.models import PartyKind

_NOT_YET = (
    "登録は終わっています。提供票や実績を見るページは、この版にはまだありません。いま使えるのは、次のページです。"
)
_WORDS = {
    PartyKind.MUNICIPALITY: "事業所の申し込みを確かめること、医療機関や本人・家族を招待することができます。",
    PartyKind.PREFECTURE: _NOT_YET,
    PartyKind.CLINIC: _NOT_YET,
    PartyKind.PERSON: _NOT_YET,
    PartyKind.VENDOR: "登録は終わっています。プログラムの試し方は、このハブの運営者に聞いてください。いま使えるのは、次のページです。",
}


@require_GET
@member_required
def home(request: MemberRequest) -> HttpResponse:
    """Where one arrives: the month of an office, the operator's desk, or what another kind of party can do here by now."""
    kind = PartyKind(request.membership.party.kind)
    if kind in (PartyKind.OFFICE, PartyKind.OPERATOR):
        return redirect("overview" if kind == PartyKind.OFFICE else "operation")
    context = {"section": "home", "words": _WORDS[kind], "cards": cards.shown_to(request.membership)}
    return render(request, "parties/arrived.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def switch(request: HttpRequest) -> HttpResponse:
    """Choose one of one's own places; a place of others is a page that does not exist."""
    memberships = active_memberships(request)
    if request.method == "GET":
        return render(request, "parties/switch.html", {"memberships": memberships})
    asked = request.POST.get("membership", "")
    for membership in memberships:
        if str(membership.pk) == asked:
            request.session[CHOSEN] = membership.pk
            return redirect("home")
    raise Http404
