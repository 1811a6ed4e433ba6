"""Licences that end, and the price list in force."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from renkei.hub.core.problems import Refused
from renkei.hub.membership import price_list, prices, rules
from renkei.hub.membership.models import Licence
from renkei.hub.operation.access import operator_required, reason_of
from renkei.hub.operation.views.desk import SECTION
from renkei.hub.parties.members import MemberRequest, actor_of

MOST_SHOWN = 100
ENDING_SOON = timedelta(days=30)
COVERED = timedelta(days=365)
MOST_BYTES = 200_000


@require_http_methods(["GET", "POST"])
@operator_required
def licences(request: MemberRequest) -> HttpResponse:
    """What ends within a month, and the rows; a new list takes the place of the one in force."""
    if request.method == "POST":
        _replace(request)
        messages.success(request, "料金表を替えました。いまの利用は、前の料金のまま続きます。")
        return redirect("operation-licences")
    today, rows = timezone.localdate(), price_list.rows()
    ending = Licence.objects.select_related("party").filter(
        renewed=False, until__gte=today, until__lt=today + ENDING_SOON
    )
    context = {
        "section": SECTION,
        "ending": ending.order_by("until")[:MOST_SHOWN],
        "rows": rows,
        "is_own": price_list.is_own(),
        "gaps": list(rules.gaps(rows, today, today + COVERED)),
        "headings": prices.HEADINGS,
        "text": prices.write(rows),
    }
    return render(request, "operation/licences.html", context)


def _replace(request: MemberRequest) -> None:
    text, reason = request.POST.get("text", ""), reason_of(request)
    if len(text.encode()) > MOST_BYTES:
        raise Refused(413, "E-LIMIT", "大きすぎるため受け取れません。", f"{MOST_BYTES:,} バイトまでです。")
    try:
        rows = prices.parse(text) if text.strip() else []
    except prices.BadPrices as error:
        raise Refused(422, "E-LICENCE-PRICES", "料金表を替えていません。", str(error)) from error
    price_list.replace(rows, actor_of(request), reason)
