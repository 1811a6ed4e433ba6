"""設定 > 受け取る形: in which form the units of partners come to each service of an office."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from renkei.hub.core import deeds
from renkei.hub.core.writing import write
from renkei.hub.parties.members import (
    MemberRequest,
    actor_of,
    member_required,
    own_services,
    posted_service,
    runs_all_required,
)
from renkei.hub.parties.models import MailForm, OfficeService


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
        service = posted_service(request, own)
        if request.POST.get("form") not in MailForm.values:
            raise Http404
        form = MailForm(request.POST["form"])
        set_form(service, form, actor_of(request))
        messages.success(
            request, f"これから {service.label}({service.service})に届くものは、{form.label} で受け取ります。"
        )
        return redirect("mail-form")
    context = {"section": "settings", "services": own, "json": MailForm.JSON}
    return render(request, "parties/mail_form.html", context)
