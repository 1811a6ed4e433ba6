"""設定 > やり方: how each service of an office works."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from renkei.hub.exchange.views import chosen_service
from renkei.hub.parties.members import (
    MemberRequest,
    actor_of,
    member_required,
    needs,
    own_services,
    posted_service,
)
from renkei.hub.parties.models import Duty, OfficeService
from renkei.hub.parties.reading_on import require_no_reader
from renkei.hub.workspace.calendar import Moves
from renkei.hub.workspace.habits import services
from renkei.hub.workspace.habits.forms import HabitsForm, shown


@require_http_methods(["GET", "POST"])
@member_required
@needs(Duty.ADMINISTER)
def page(request: MemberRequest) -> HttpResponse:
    """The habits of the chosen service; a POST changes them."""
    own = own_services(request.membership)
    if not own:
        raise Http404
    usual = Moves(settings.RENKEI["CLAIM_MOVES"])
    if request.method != "POST":
        service = chosen_service(request, own)
        return _page(request, service, HabitsForm(initial=shown(services.habits_of(service)), usual=usual))
    require_no_reader(request.membership)
    service = posted_service(request, own)
    form = HabitsForm(request.POST, usual=usual)
    if not form.is_valid():
        return _page(request, service, form)
    try:
        services.change(service, form.values, form.cleaned_data["revision"], actor_of(request))
    except services.ChangedMeanwhile as changed:
        return _page(request, service, HabitsForm(initial=shown(changed.now), usual=usual), meanwhile=True)
    messages.success(request, f"{service.label}のやり方を変えました。")
    return redirect(f"{reverse('habits')}?service={service.service}")


def _page(request: MemberRequest, service: OfficeService, form: HabitsForm, *, meanwhile: bool = False) -> HttpResponse:
    context = {
        "section": "settings",
        "service": service,
        "services": own_services(request.membership),
        "form": form,
        "meanwhile": meanwhile,
    }
    return render(request, "habits/habits.html", context, status=409 if meanwhile else 200)
