"""Certificates that are asked for, those that end soon, and the authorities that count."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from renkei.hub.operation import overview, proposing
from renkei.hub.operation.access import operator_required, reason_of
from renkei.hub.operation.views.desk import SECTION
from renkei.hub.parties.keys import trusted
from renkei.hub.parties.keys.reminding import days_left
from renkei.hub.parties.members import MemberRequest
from renkei.trust.chain import fingerprint

MOST_SHOWN = 100


@require_GET
@operator_required
def certificates(request: MemberRequest) -> HttpResponse:
    """What waits for an authority, and what runs out."""
    now = timezone.now()
    context = {
        "section": SECTION,
        "requests": overview.certificate_requests()[:MOST_SHOWN],
        "ending": [(one, days_left(one, now)) for one in overview.certificates_ending(now)[:MOST_SHOWN]],
        "authorities": [(one, one.subject.rfc4514_string(), fingerprint(one)) for one in trusted.authorities()],
    }
    return render(request, "operation/certificates.html", context)


@require_POST
@operator_required
def distrust(request: MemberRequest, mark: str) -> HttpResponse:
    """Propose that an authority counts no more; it takes a second person."""
    name = next((one.subject.rfc4514_string() for one in trusted.authorities() if fingerprint(one) == mark), None)
    if name is None:
        raise Http404
    given = {"fingerprint": mark, "name": name}
    proposing.propose(proposing.REVOKE_AUTHORITY, given, reason_of(request), request.membership.staff)
    messages.success(request, "提案しました。もう1人の管理者が決めると、この認証局の証明書はすぐに使えなくなります。")
    return redirect("operation-proposals")
