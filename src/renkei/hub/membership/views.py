"""設定 > 利用料, and the page where anyone verifies a certificate of use."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from renkei.hub.membership import certificate, price_list, rules, services, timeline
from renkei.hub.membership.models import Licence
from renkei.hub.parties.members import MemberRequest, member_required, runs_all_required, viewer_of
from renkei.hub.parties.models import Membership, PartyKind


def shown_to(membership: Membership) -> bool:
    """Whether the card of this page is for this member."""
    return membership.party.kind == PartyKind.OFFICE and settings.RENKEI["LICENCES"] != "off"


@require_GET
@member_required
def licence(request: MemberRequest) -> HttpResponse:
    """What the office has, until when, why, and what comes next."""
    _require_shown(request)
    today, rows = timezone.localdate(), price_list.rows()
    held = services.history(request.membership.party)
    last = held[-1] if held else None
    following = services.what_is_next(last, rows) if last and last.until >= today else None
    offer, reason = _offer(last, rows, today)
    to_come = following.offer.term if following and following.offer and last and last.renews_itself else None
    context = {
        "section": "settings",
        "current": next((one for one in held if one.from_on <= today <= one.until), None),
        "last": last,
        "next": following,
        "offer": offer,
        "reason": reason,
        "opens": rules.opens_on(last.term) if last else None,
        "held": held[::-1],
        "line": timeline.draw([one.term for one in held], to_come, today),
        "to_come": to_come,
        "administers": request.membership.runs_all,
        "required": settings.RENKEI["LICENCES"] == "required",
        "grace": settings.RENKEI["LICENCE_GRACE_DAYS"],
    }
    return render(request, "membership/licence.html", context)


@require_POST
@member_required
@runs_all_required
def apply(request: MemberRequest) -> HttpResponse:
    """Apply, renew by hand, or come back."""
    _require_shown(request)
    services.apply(request.membership.party, viewer_of(request).actor)
    return redirect("licence")


@require_POST
@member_required
@runs_all_required
def automatic(request: MemberRequest) -> HttpResponse:
    """Stop the automatic renewal, or let it go on."""
    _require_shown(request)
    services.set_automatic(request.membership.party, request.POST.get("wanted") == "yes", viewer_of(request).actor)
    return redirect("licence")


@require_GET
@member_required
def paper(request: MemberRequest, id_: int) -> HttpResponse:
    """The certificate of use of one of the office's own licences, as PDF."""
    _require_shown(request)
    found = get_object_or_404(Licence.objects.select_related("party"), pk=id_, party=request.membership.party_id)
    address = request.build_absolute_uri(reverse("verify-number", args=[found.written_number]))
    pdf = certificate.draw(found, address, timezone.localdate())
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="certificate-{found.party.number}.pdf"'
    return answer


@require_GET
def verify(request: HttpRequest, number: str = "") -> HttpResponse:
    """For anyone: office and days of the certificate with this number, and nothing else of it."""
    asked = number or request.GET.get("number", "")[:40]
    found = services.verified(asked) if asked else None
    context = {"asked": asked, "found": found, "today": timezone.localdate()}
    return render(request, "membership/verify.html", context, status=404 if asked and found is None else 200)


def _offer(last: Licence | None, rows: list[rules.PriceRow], today: date) -> tuple[rules.Offer | None, str]:
    """What an application made today would get, or why it would get nothing."""
    try:
        return rules.offer(rows, today, last.term if last else None), ""
    except rules.NoOffer as error:
        return None, str(error)


def _require_shown(request: MemberRequest) -> None:
    if not shown_to(request.membership):
        raise Http404
