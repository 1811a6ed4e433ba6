"""Arriving, and choosing on whose behalf."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from renkei.hub.parties.members import CHOSEN, MemberRequest, active_memberships, member_required
from renkei.hub.parties.models import PartyKind


@require_GET
@member_required
def home(request: MemberRequest) -> HttpResponse:
    """Where one arrives: what has come in, or the operator's desk."""
    return redirect("operation" if request.membership.party.kind == PartyKind.OPERATOR else "received")


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
