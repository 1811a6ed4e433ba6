"""送る: choose files, see what they are, send. Between the two the page itself carries the files: closing it sends nothing."""

from __future__ import annotations

import base64
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from renkei.hub.core.problems import Refused
from renkei.hub.exchange import sending
from renkei.hub.parties.members import MemberRequest, member_required, needs
from renkei.hub.parties.models import Duty
from renkei.hub.parties.reading_on import require_no_reader
from renkei.hub.parties.staff import signing_in

SECTION = "send"
MOST_FILES = 100
_CARRIED = "file:"


@require_http_methods(["GET", "POST"])
@member_required
@needs(Duty.SEND)
def send(request: MemberRequest) -> HttpResponse:
    """Three pages in one place: choosing, what was found, what became of it."""
    require_no_reader(request.membership)
    confirmed = signing_in.has_second_factor(request)
    page: dict[str, Any] = {
        "section": SECTION,
        "is_allowed": request.membership.party.browser_seal,
        "is_confirmed": confirmed,
        "most": settings.RENKEI["LIMIT_PAGE_BYTES"],
    }
    if request.method == "GET":
        return render(request, "exchange/send.html", page)
    files = _carried(request) if "send" in request.POST else _chosen(request)
    if not files:
        messages.error(request, "ファイルが選ばれていません。もう一度選んでください。")
        return redirect("send")
    seen = sending.look_through(request.membership, files)
    if "send" in request.POST:
        sent = sending.send(request.membership, files, seen, is_confirmed=confirmed)
        return render(request, "exchange/send_done.html", page | {"sent": sent, "left": len(seen.units) - len(sent)})
    ready = {name for one in seen.ready for name in one.names}
    carried = [(f"{_CARRIED}{name}", base64.b64encode(files[name]).decode()) for name in files if name in ready]
    return render(request, "exchange/send_seen.html", page | {"seen": seen, "carried": carried})


def _chosen(request: MemberRequest) -> dict[str, bytes]:
    given = request.FILES.getlist("files")
    most = int(settings.RENKEI["LIMIT_PAGE_BYTES"])
    if len(given) > MOST_FILES or sum(one.size or 0 for one in given) > most:
        raise Refused(
            413,
            "E-LIMIT",
            "一度に送るには多すぎます。",
            f"{MOST_FILES} ファイル、{most:,} バイトまでです。何回かに分けて送ってください。",
        )
    return {one.name or "": one.read() for one in given}


def _carried(request: MemberRequest) -> dict[str, bytes]:
    try:
        return {
            name.removeprefix(_CARRIED): base64.b64decode(str(text), validate=True)
            for name, text in request.POST.items()
            if name.startswith(_CARRIED)
        }
    except ValueError as error:  # no base64, or not even ASCII
        raise Refused(400, "E-REQUEST", "ファイルが途中で切れました。", "ファイルを選び直してください。") from error
