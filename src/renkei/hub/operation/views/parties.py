"""Finding a party, seeing what the hub knows of it, and its mail with the persons masked."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from renkei.hub.core import deeds
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.exchange import mailbox, quotas
from renkei.hub.exchange.presenting import Direction
from renkei.hub.membership import services as licences
from renkei.hub.operation import overview, records
from renkei.hub.operation.access import operator_required, reason_of
from renkei.hub.operation.forms import ChangeForm
from renkei.hub.operation.views.desk import SECTION
from renkei.hub.parties import changes
from renkei.hub.parties.members import MemberRequest, actor_of
from renkei.hub.parties.models import Level, OfficeService, Party, PartyChangeKind

PAGE_ROWS = 50
_LATEST_DEEDS = 10


@require_GET
@operator_required
def found(request: MemberRequest) -> HttpResponse:
    """Parties by the beginning of their number or name."""
    text = request.GET.get("q", "").strip()[:80]
    after = request.GET.get("after", "")
    rows = list(
        overview.parties(text, int(after) if after.isascii() and after.isdigit() and len(after) < 19 else 0)[
            : PAGE_ROWS + 1
        ]
    )
    context = {
        "section": SECTION,
        "text": text,
        "rows": rows[:PAGE_ROWS],
        "next": rows[PAGE_ROWS - 1].pk if len(rows) > PAGE_ROWS else None,
    }
    return render(request, "operation/parties.html", context)


@require_GET
@operator_required
def party(request: MemberRequest, id_: int) -> HttpResponse:
    """One party: services, certificates, people in charge, what is to come, what was done."""
    one = get_object_or_404(Party, pk=id_)
    now = timezone.now()
    page = records.deeds_page("", one.pk, None)
    context = {
        "section": SECTION,
        "one": one,
        "services": [(service, service.label) for service in one.services.order_by("service")],
        "certificates": [
            (certificate, certificate.revoked_at is None and certificate.not_after > now)
            for certificate in one.certificates.order_by("-not_after")[:PAGE_ROWS]
        ],
        "administrators": one.memberships.select_related("staff").filter(active=True).exclude(level=Level.MEMBER),
        "changes": one.changes.select_related("successor").order_by("-day")[:PAGE_ROWS],
        "licences": licences.history(one)[::-1],
        "change_kinds": PartyChangeKind.choices,
        "quota": quotas.of(one),
        "most": settings.RENKEI["LIMIT_UNITS_A_DAY"],
        "deeds": [(row, deeds.words(row.kind)) for row in page.rows[:_LATEST_DEEDS]],
    }
    return render(request, "operation/party.html", context)


@require_POST
@operator_required
def change(request: MemberRequest, id_: int) -> HttpResponse:
    """What becomes of a party, from a day on."""
    one, form = get_object_or_404(Party, pk=id_), ChangeForm(request.POST)
    if not form.is_valid():
        raise Refused(422, "E-REQUEST", "変更を入れていません。", form.words)
    given = form.cleaned_data
    changes.plan(
        one,
        PartyChangeKind(given["kind"]),
        given["day"],
        actor_of(request),
        reason_of(request),
        value=given["value"],
        successor=form.successor(one),
    )
    messages.success(request, "変更を入れました。その日になると行われます。")
    return redirect("operation-party", one.pk)


@require_POST
@operator_required
def cancel_change(request: MemberRequest, id_: int) -> HttpResponse:
    """Take a change back before its day."""
    cancelled = changes.cancel(id_, actor_of(request), reason_of(request))
    messages.success(request, "変更を取り消しました。")
    return redirect("operation-party", cancelled.party_id)


@require_POST
@operator_required
def quota(request: MemberRequest, id_: int) -> HttpResponse:
    """An office's own bound of units a day; nothing typed: the hub's."""
    one, text = get_object_or_404(Party, pk=id_), request.POST.get("units", "").strip()
    if text and not (text.isascii() and text.isdigit() and 0 < int(text[:9]) == int(text)):
        raise Refused(422, "E-REQUEST", "件数が読めません。", "1 から 999,999,999 までの数を、半角で入れてください。")
    quotas.set_bound(one, int(text) if text else None, actor_of(request), reason_of(request))
    messages.success(request, "1日に送れる件数を変えました。")
    return redirect("operation-party", one.pk)


@require_POST
@operator_required
def help_with(request: MemberRequest, id_: int) -> HttpResponse:
    """An office's mail as its staff sees it, the persons masked: partners, kinds, months and states alone.

    Why it is opened is on record before it is shown.
    """
    service = get_object_or_404(OfficeService.objects.select_related("party"), pk=id_)
    direction = Direction.SENT if request.POST.get("direction") == "sent" else Direction.RECEIVED
    reason = reason_of(request)
    with write():
        deeds.record(actor_of(request), "help", f"service:{service.pk}", party=service.party_id, reason=reason)
    wanted = mailbox.Wanted(before=_uuid(request.POST.get("before", "")))
    context = {
        "section": SECTION,
        "service": service,
        "label": service.label,
        "direction": direction,
        "reason": reason,
        "page": mailbox.page(service, direction, wanted),
    }
    return render(request, "operation/help.html", context)


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
