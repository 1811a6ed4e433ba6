"""「この証明書は使えますか」: for everyone, signed in or not. Nothing is kept."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from renkei.hub.core.problems import Refused
from renkei.hub.parties.keys import checking, policed
from renkei.trust.policies import HUB_KEPT


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """A file in, words out."""
    try:
        context: dict[str, object] = {"kinds": _kinds()}
    except Refused as refusal:
        words = {"title": refusal.title, "detail": refusal.detail}
        return render(request, "core/problem.html", words, status=refusal.status)
    status = 200
    if request.method == "POST":
        try:
            context["checked"] = checking.check(checking.read(_given(request)), timezone.now())
        except Refused as refusal:
            context["refusal"], status = refusal, refusal.status
    return render(request, "parties/keys/check.html", context, status=status)


def _given(request: HttpRequest) -> bytes:
    file = request.FILES.get("certificate")
    if file is None:
        raise Refused(422, "E-CERT-FILE", "ファイルが選ばれていません。", "証明書のファイルを選んでください。")
    data: bytes = file.read(checking.MAX_BYTES + 1)
    return data


def _kinds() -> list[dict[str, object]]:
    """The table for people: each kind once, and whether this hub can recognise it already."""
    rows = policed.in_force().rows
    known = {row.kind for row in rows if row.is_complete}
    first = {row.kind: row for row in reversed(rows)}
    return [
        {"name": row.name, "counts": row.counts, "is_known": row.kind in known, "basis": row.basis}
        for row in first.values()
        if row.kind != HUB_KEPT
    ]
