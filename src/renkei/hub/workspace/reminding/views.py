"""お知らせ, and how a person wants to have them."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from renkei.hub.core import mail
from renkei.hub.exchange.views import chosen_service
from renkei.hub.parties.members import MemberRequest, member_required, own_services
from renkei.hub.parties.models import PartyKind
from renkei.hub.workspace.reminding import services
from renkei.hub.workspace.reminding.forms import WishesForm


@require_GET
@member_required
def reminders(request: MemberRequest) -> HttpResponse:
    """What this person should know of. It names no client, so it is no look."""
    own = own_services(request.membership)
    if not own:
        raise Http404
    service = chosen_service(request, own)
    context = {
        "section": "overview",
        "service": service,
        "services": own,
        "reminders": services.shown_to(request.membership, service),
    }
    return render(request, "reminding/reminders.html", context)


@require_http_methods(["GET", "POST"])
@member_required
def wishes(request: MemberRequest) -> HttpResponse:
    """One's own choice at this office; a POST changes it."""
    member = request.membership
    if member.party.kind != PartyKind.OFFICE:
        raise Http404
    ways = services.wishes_of(member)
    shown = {matter.value: way.value for matter, way in ways.items()} | {"hour": services.hour_of(member)}
    form = WishesForm(request.POST or None, initial=shown, offered=services.offered_to(member))
    if form.is_valid():
        services.choose(member, form.ways, form.cleaned_data["hour"], request.build_absolute_uri(reverse("reminders")))
        messages.success(request, "お知らせの受け取りかたを変えました。")
        return redirect("reminder-wishes")
    context = {"section": "settings", "form": form, "mails": mail.is_on(), "address": member.staff.email}
    return render(request, "reminding/wishes.html", context)
