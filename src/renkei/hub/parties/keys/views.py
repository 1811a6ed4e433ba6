"""証明書: the office's page of its certificates."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from renkei.hub.core.problems import Refused
from renkei.hub.parties.keys import board, enrolling, issuing, revoking, sealing
from renkei.hub.parties.keys.trusted import root_fingerprints
from renkei.hub.parties.members import MemberRequest, actor_of, member_required
from renkei.hub.parties.models import Certificate, OfficeService, Party


@require_GET
@member_required
def certificates(request: MemberRequest) -> HttpResponse:
    """What the office signs with."""
    party, now = request.membership.party, timezone.now()
    context = {
        "rows": board.rows(party, now),
        "waiting": board.waiting(party),
        "may_change": request.membership.runs_all,
        "kept": sealing.in_use(party),
        "can_seal": issuing.is_on(),
    }
    return render(request, "parties/keys/certificates.html", _page(context))


@require_http_methods(["GET", "POST"])
@member_required
def revoke(request: MemberRequest, id_: int) -> HttpResponse:
    """Ask for the reason, then do it."""
    party = _administered(request)
    certificate = Certificate.objects.filter(pk=id_, party=party, revoked_at=None).first()
    if certificate is None:
        raise Http404
    row = next((row for row in board.rows(party, timezone.now()) if row.id == id_), None)
    context = {"row": row, "reasons": revoking.REASONS, "error": "", "chosen": ""}
    if request.method == "POST":
        chosen, sure = request.POST.get("reason", ""), request.POST.get("sure", "")
        if chosen in revoking.REASONS and sure:
            revoking.revoke(certificate, chosen, actor_of(request), "事業所の画面で")
            return redirect("certificates")
        context |= {"error": "理由を選び、確かめの欄に印をつけてください。", "chosen": chosen}
    return render(request, "parties/keys/revoke.html", _page(context))


@require_POST
@member_required
def offer_code(request: MemberRequest) -> HttpResponse:
    """A one-time code, shown on this answer and nowhere else."""
    party = _administered(request)
    code = enrolling.offer(party, actor_of(request))
    context = {
        "code": code,
        "days": settings.RENKEI["ENROLMENT_CODE_DAYS"],
        "commands": [_command(request, service, code) for service in party.services.filter(active=True)],
    }
    return render(request, "parties/keys/code.html", _page(context))


@require_POST
@member_required
def set_browser_seal(request: MemberRequest) -> HttpResponse:
    """Allow or forbid that the hub signs for this office."""
    allowed = request.POST.get("allowed") == "yes"
    sealing.allow(_administered(request), allowed, actor_of(request))
    return redirect("certificates")


def _command(request: MemberRequest, service: OfficeService, code: str) -> str:
    """What the office runs on its computer, ready to be copied."""
    party = request.membership.party
    words = ["renkei", "office", "join", "--folder", f"{party.name}-{service.service}"]
    words += ["--hub", f"{request.scheme}://{request.get_host()}", "--office", party.number]
    words += ["--service", service.service, "--name", party.name, "--code", code]
    for root in root_fingerprints():
        words += ["--root-fingerprint", root]
    return shlex.join(words)


def _administered(request: MemberRequest) -> Party:
    if not request.membership.runs_all:
        raise Refused(
            403,
            "E-AUTH-DUTY",
            "証明書を変えられるのは、事業所全体の管理者だけです。",
            "事業所の管理者に頼んでください。",
        )
    return request.membership.party


def _page(context: Mapping[str, object]) -> dict[str, object]:
    return {"section": "settings", **context}
