"""Offices that ask to join: beside what the public list says, and how they are asked back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from renkei.hub.operation import overview
from renkei.hub.operation.access import operator_required, reason_of
from renkei.hub.operation.views.desk import SECTION
from renkei.hub.parties.joining import applying, letters, proving, rules
from renkei.hub.parties.members import MemberRequest, actor_of
from renkei.hub.parties.models import Application, Proof

MOST_SHOWN = 100


@require_GET
@operator_required
def applications(request: MemberRequest) -> HttpResponse:
    """Those that are not decided yet, the oldest first."""
    rows = overview.applications()[:MOST_SHOWN]
    return render(request, "operation/applications.html", {"section": SECTION, "rows": rows})


@require_GET
@operator_required
def application(request: MemberRequest, id_: int) -> HttpResponse:
    """One of them, and what can be done."""
    one = get_object_or_404(Application, pk=id_)
    is_reissue = applying.is_reissue(one.number)
    listed = applying.listed(one.number)
    context = {
        "section": SECTION,
        "one": one,
        "is_open": one.state in rules.OPEN,
        "listed": listed,
        "has_fax": any(row.fax for row in listed),
        "is_reissue": is_reissue,
        "alone": rules.why_not_alone(is_reissue, one.agreed_by, actor_of(request)),
    }
    return render(request, "operation/application.html", context)


@require_POST
@operator_required
def letter(request: MemberRequest, id_: int) -> HttpResponse:
    """A fresh code in a letter to print, to the address of the public list."""
    way = Proof.FAX if request.POST.get("way") == Proof.FAX else Proof.POST
    made = proving.send_code(id_, way, actor_of(request))
    return HttpResponse(letters.of_application(made, here=request.build_absolute_uri("/")[:-1]))


@require_POST
@operator_required
def decide(request: MemberRequest, id_: int) -> HttpResponse:
    """The operator's own word, the first of two people's, or no."""
    word = request.POST.get("word")
    if word == "agree":
        proving.agree(id_, actor_of(request))
        messages.success(request, "同意を記録しました。別の管理者が、続けて決めてください。")
    elif word == "confirm":
        proving.confirm(id_, actor_of(request), Proof.OPERATOR, reason_of(request))
        messages.success(request, "確かめたことを記録しました。申し込んだ人は、続きをできます。")
    else:
        proving.refuse(id_, actor_of(request), reason_of(request))
        messages.success(request, "断りました。申し込んだ人は、わけを読めます。")
    return redirect("operation-application", id_)
