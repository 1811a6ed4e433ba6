"""設定 > Webhook: the addresses that the hub calls, one for each service, with what became of the last call."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from renkei.hub.core.problems import Refused
from renkei.hub.exchange.webhooks import services
from renkei.hub.parties.members import MemberRequest, actor_of, member_required, own_services, runs_all_required
from renkei.hub.parties.models import Membership, OfficeService, PartyKind, Webhook

_WORDS = {
    "": "まだ呼んでいません",
    "name": "アドレスの名前が見つかりません",
    "forbidden": "ハブから呼べないアドレスです(閉じた網など)",
    "connection": "つながりません",
    "certificate": "相手の TLS の証明書を確かめられません",
    "timeout": "時間のうちに答えがありません",
    "answer": "答えの形が正しくありません",
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
    """What a form asked for, and what came of it."""

    service: OfficeService
    secret: str | None = None
    wrong: str = ""
    typed: str = ""


def shown_to(membership: Membership) -> bool:
    """Whether the card of this page is for this member."""
    return membership.party.kind == PartyKind.OFFICE and membership.runs_all


@require_http_methods(["GET", "POST"])
@member_required
@runs_all_required
def webhooks(request: MemberRequest) -> HttpResponse:
    """The webhooks; a POST changes one, and a new secret is on this answer and nowhere else."""
    own = own_services(request.membership)
    done = _do(request, own) if request.method == "POST" else None
    known = {row.service_id: row for row in Webhook.objects.filter(service__in=own)}
    rows = [_row(service, known.get(service.pk), done) for service in own]
    return render(request, "exchange/webhooks.html", {"section": "settings", "rows": rows})


def _do(request: MemberRequest, own: list[OfficeService]) -> Deed:
    service = next((one for one in own if one.service == request.POST.get("service")), None)
    if service is None:
        raise Http404
    deed, actor, url = request.POST.get("deed"), actor_of(request), request.POST.get("url", "").strip()
    try:
        if deed == "set":
            return Deed(service, services.put(service, url, actor)[1])
        if deed == "rotate":
            return Deed(service, services.rotate(service, actor).secret)
        if deed == "resume":
            services.resume(service, actor)
        elif deed == "remove":
            services.remove(service, actor)
        elif deed == "test":
            services.test(service)
    except Refused as refusal:
        return Deed(service, wrong=refusal.words, typed=url)
    return Deed(service)


def _row(service: OfficeService, webhook: Webhook | None, done: Deed | None) -> Row:
    result = webhook.result if webhook else ""
    words = _WORDS.get(result, f"答え {result}")
    if done is None or done.service.pk != service.pk:
        return Row(service, webhook, words)
    return Row(service, webhook, words, done.secret, done.wrong, done.typed)
