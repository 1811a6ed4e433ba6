"""People whom nobody else can let in again."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from renkei.hub.operation.access import number_in, operator_required, reason_of
from renkei.hub.operation.views.desk import SECTION
from renkei.hub.parties.members import MemberRequest
from renkei.hub.parties.staff import recovering
from renkei.hub.parties.staff.lock_views import proof_required

MOST_SHOWN = 50


@require_http_methods(["GET", "POST"])
@operator_required
@proof_required
def recoveries(request: MemberRequest) -> HttpResponse:
    """The only administrators of their parties who cannot sign in; a code for one of them, or a refusal."""
    if request.method == "GET":
        rows = recovering.waiting_for_operator()[:MOST_SHOWN]
        return render(request, "operation/recoveries.html", {"section": SECTION, "rows": rows})
    id_, reason = number_in(request.POST.get("recovery", "")), reason_of(request)
    if id_ is None:
        raise Http404
    if request.POST.get("word") != "approve":
        recovering.refuse(id_, request.membership, reason)
        messages.success(request, "承認しませんでした。")
        return redirect("operation-recoveries")
    second_factor = "second_factor" in request.POST
    code = recovering.approve(id_, request.membership, reason, second_factor=second_factor)
    return render(request, "operation/recovery_code.html", {"section": SECTION, "code": code})
