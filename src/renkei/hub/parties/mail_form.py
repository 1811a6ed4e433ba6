"""設定 > 受け取る形: in which form the units of partners come to each service of an office."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from renkei.hub.core import deeds
from renkei.hub.core.writing import write
from renkei.hub.parties.members import MemberRequest, actor_of, member_required, own_services, runs_all_required
from renkei.hub.parties.models import MailForm, Membership, OfficeService, PartyKind


def shown_to(membership: Membership) -> bool:
    """Whether the card of this page is for this member."""
    return membership.party.kind == PartyKind.OFFICE and membership.runs_all


def set_form(service: OfficeService, form: MailForm, actor: str) -> None:
    """From the next unit that comes in on; units that are here stay as they are."""
    with write():
        changed = OfficeService.objects.filter(pk=service.pk).exclude(form=form).update(form=form)
        if changed:
            deeds.record(actor, "mail-form", f"service:{service.pk}", party=service.party_id, form=form)


@require_http_methods(["GET", "POST"])
@member_required
@runs_all_required
def page(request: MemberRequest) -> HttpResponse:
    """The services with their forms; a POST changes one."""
    own = own_services(request.membership)
    if request.method == "POST":
        service = next((one for one in own if one.service == request.POST.get("service")), None)
        if service is None or request.POST.get("form") not in MailForm.values:
            raise Http404
        set_form(service, MailForm(request.POST["form"]), actor_of(request))
        return redirect("mail-form")
    context = {"section": "settings", "services": own, "json": MailForm.JSON}
    return render(request, "parties/mail_form.html", context)
