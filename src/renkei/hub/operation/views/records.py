"""The records of deeds and of looks, and what two people decide."""

from __future__ import annotations

import re

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from renkei.hub.core import looks
from renkei.hub.core.deeds import words as deed_words
from renkei.hub.operation import overview, proposing, records, rules
from renkei.hub.operation.access import number_in, operator_required, reason_of
from renkei.hub.operation.views.desk import SECTION
from renkei.hub.parties.members import MemberRequest, viewer_of
from renkei.hub.parties.models import Proposal

_INSURER, _INSURED = re.compile(r"[0-9]{6}", re.ASCII), re.compile(r"[0-9H][0-9]{9}", re.ASCII)
MOST_PROPOSALS = 50


@require_GET
@operator_required
def deeds(request: MemberRequest) -> HttpResponse:
    """Who did what, when and why."""
    page = records.deeds_page(
        request.GET.get("about", ""), number_in(request.GET.get("party", "")), number_in(request.GET.get("before", ""))
    )
    names = records.names_of({row.actor for row in page.rows} | {row.second for row in page.rows})
    rows = [
        (row, deed_words(row.kind), names.get(row.actor, row.actor), names.get(row.second, "")) for row in page.rows
    ]
    return render(request, "operation/deeds.html", {"section": SECTION, "rows": rows, "older": page.older})


@require_GET
@operator_required
def looks_at(request: MemberRequest) -> HttpResponse:
    """Who looked at one transmission: without the names of those whom it is about."""
    id_ = request.GET.get("transmission", "").strip()
    rows = records.looks_at(f"transmission:{id_}") if id_ else []
    return render(request, "operation/looks.html", {"section": SECTION, "rows": rows, "asked": id_})


@require_http_methods(["GET", "POST"])
@operator_required
def proposals(request: MemberRequest) -> HttpResponse:
    """What waits for a second person; one of one's own about the looks at a person."""
    staff, now = request.membership.staff, timezone.now()
    if request.method == "POST":
        insurer, insured = request.POST.get("insurer", "").strip(), request.POST.get("insured", "").strip()
        if not (_INSURER.fullmatch(insurer) and _INSURED.fullmatch(insured)):
            messages.error(request, "保険者番号(6桁)と被保険者番号(10桁)を、半角で入れてください。")
            return redirect("operation-proposals")
        # The keyed hash alone is kept: the numbers are a person's.
        given = {"subject": looks.subject(insurer, insured)}
        proposing.propose(proposing.READ_LOOKS, given, reason_of(request), staff)
        messages.success(request, "提案しました。もう1人の管理者が決めると、1時間のあいだ2人が読めます。")
        return redirect("operation-proposals")
    newest = Proposal.objects.select_related("proposed_by", "decided_by").order_by("-pk")[:MOST_PROPOSALS]
    rows = [
        (one, proposing.KINDS[one.kind].label, rules.why_not(one, staff, now), rules.may_read(one, staff, now))
        for one in newest
        if one.kind in proposing.KINDS
    ]
    context = {"section": SECTION, "rows": rows, "open": overview.proposals(now).exists()}
    return render(request, "operation/proposals.html", context)


@require_POST
@operator_required
def decide(request: MemberRequest, id_: int) -> HttpResponse:
    """The second person's word."""
    proposal = get_object_or_404(Proposal, pk=id_, kind__in=proposing.KINDS)
    agrees = request.POST.get("word") == "agree"
    proposing.decide(proposal, request.membership.staff, agrees=agrees)
    messages.success(request, "賛成し、実行しました。" if agrees else "反対しました。何もしていません。")
    return redirect("operation-proposals")


@require_POST
@operator_required
def looks_at_person(request: MemberRequest, id_: int) -> HttpResponse:
    """What two people agreed to read."""
    proposal = get_object_or_404(Proposal, pk=id_, kind=proposing.READ_LOOKS)
    if not rules.may_read(proposal, request.membership.staff, timezone.now()):
        raise Http404
    rows = records.looks_at_person(proposal.given["subject"], viewer_of(request), proposal.pk)
    return render(request, "operation/looks.html", {"section": SECTION, "rows": rows, "proposal": proposal})
