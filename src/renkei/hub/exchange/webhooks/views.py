"""設定 > Webhook: the addresses that the hub calls, one for each service, with what became of the last call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from renkei.hub.core.problems import Refused
from renkei.hub.exchange.webhooks import services
from renkei.hub.exchange.webhooks.addresses import MOST_CHARACTERS
from renkei.hub.parties.members import (
    MemberRequest,
    actor_of,
    member_required,
    own_services,
    posted_service,
    runs_all_required,
)
from renkei.hub.parties.models import OfficeService, Webhook

_WORDS = {
    "": "まだ呼んでいません",
    "name": "アドレスの名前が見つかりません",
    "forbidden": "ハブから呼べないアドレスです(閉じた網など)",
    "connection": "つながりません",
    "certificate": "相手の TLS の証明書を確かめられません",
    "timeout": "時間のうちに答えがありません",
    "answer": "答えの形が正しくありません",
}
_OTHERS: Mapping[str, Callable[[OfficeService, str], Any]] = {
    "resume": services.resume,
    "remove": services.remove,
    "test": lambda service, _actor: services.test(service),
}
_SAID = {
    "set": "アドレスを変えました。合言葉は、前のままです。",
    "resume": "また動かしました。",
    "remove": "Webhook をやめました。もう呼びません。",
    "test": "ためしに呼びます。少し待ってからこの画面を開き直すと、「最後の呼び出し」に結果が出ます。",
}


@dataclass(frozen=True)
class Row:
    """One service as the page shows it; `secret` right after it was made, `wrong` right after a refusal."""

    service: OfficeService
    webhook: Webhook | None
    result: str
    secret: str | None = None
    wrong: str = ""
    typed: str = ""


@dataclass(frozen=True)
class Deed:
    """What a form asked for, and what came of it; `said` where that is all there is to show."""

    service: OfficeService
    secret: str | None = None
    said: str = ""
    wrong: str = ""
    typed: str = ""


@require_http_methods(["GET", "POST"])
@member_required
@runs_all_required
def webhooks(request: MemberRequest) -> HttpResponse:
    """The webhooks; a POST changes one, and a new secret is on this answer and nowhere else."""
    own = own_services(request.membership)
    done = _do(request, own) if request.method == "POST" else None
    if done and done.said:
        messages.success(request, done.said)
        return redirect("webhooks")
    known = {row.service_id: row for row in Webhook.objects.filter(service__in=own)}
    context = {
        "section": "settings",
        "rows": [_row(service, known.get(service.pk), done) for service in own],
        "most": MOST_CHARACTERS,
        "both_sign": services.BOTH_SIGN // timedelta(hours=1),
    }
    return render(request, "exchange/webhooks.html", context)


def _do(request: MemberRequest, own: list[OfficeService]) -> Deed:
    service, deed = posted_service(request, own), request.POST.get("deed", "")
    actor, url = actor_of(request), request.POST.get("url", "").strip()
    try:
        if deed == "set":
            made = services.put(service, url, actor)
            return Deed(service, made.secret, said="" if made.secret else _SAID[deed])
        if deed == "rotate":
            return Deed(service, services.rotate(service, actor).secret)
        if deed not in _OTHERS:
            raise Http404
        _OTHERS[deed](service, actor)
    except Refused as refusal:
        return Deed(service, wrong=refusal.words, typed=url)
    return Deed(service, said=_SAID[deed])


def _row(service: OfficeService, webhook: Webhook | None, done: Deed | None) -> Row:
    result = webhook.result if webhook else ""
    words = _WORDS.get(result, f"答え {result}")
    if done is None or done.service.pk != service.pk:
        return Row(service, webhook, words)
    return Row(service, webhook, words, done.secret, done.wrong, done.typed)
