"""書類を送る: choose files, name them and those who get them, send. What was chosen waits on the hub, encrypted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from renkei.attachments import index
from renkei.hub.core.problems import Refused
from renkei.hub.exchange.attachments import looking, papers
from renkei.hub.exchange.attachments.forms import PaperForm, RecipientsForm, upload_ids
from renkei.hub.exchange.attachments.papers import Paper
from renkei.hub.exchange.models import Upload
from renkei.hub.parties.members import MemberRequest, member_required, needs, own_services
from renkei.hub.parties.models import Duty
from renkei.hub.parties.reading_on import require_no_reader
from renkei.hub.parties.staff import signing_in

SECTION = "outbox"


@require_http_methods(["GET", "POST"])
@member_required
@needs(Duty.SEND)
def send(request: MemberRequest) -> HttpResponse:
    """Three pages in one place: choosing, naming, what became of it."""
    require_no_reader(request.membership)
    page: dict[str, Any] = {
        "section": SECTION,
        "is_allowed": request.membership.party.browser_seal,
        "is_confirmed": signing_in.has_second_factor(request),
        "most": settings.RENKEI["LIMIT_PAGE_BYTES"],
        "most_files": settings.RENKEI["LIMIT_ATTACHMENTS"],
        "is_scanning": looking.is_scanning(),
        "accepted": ",".join(looking.media()),
    }
    if request.method == "GET":
        return render(request, "exchange/papers.html", page)
    chosen = _chosen(request)
    waiting = papers.ready(request.membership.party, upload_ids(request.POST.getlist("upload")))
    if not chosen and not waiting:
        messages.error(request, "ファイルが選ばれていません。もう一度選んでください。")
        return redirect("send-papers")
    if "send" in request.POST and not chosen:
        return _sent(request, waiting, page)
    named = [PaperForm(initial=_typed(request, upload), upload=upload) for upload in waiting]
    named += [PaperForm(initial=_first_words(one.name), upload=one.upload) for one in chosen if one.upload]
    to = RecipientsForm(services=_services(request), initial=_typed_recipients(request))
    wrong = [one for one in chosen if one.upload is None]
    return _naming(request, page | {"wrong_files": wrong}, named, to)


def _sent(request: MemberRequest, waiting: Sequence[Upload], page: dict[str, Any]) -> HttpResponse:
    named = [PaperForm(request.POST, upload=upload) for upload in waiting]
    to = RecipientsForm(request.POST, services=_services(request))
    if not all([*(form.is_valid() for form in named), to.is_valid()]):
        return _naming(request, page, named, to, status=422)
    sent = papers.send(
        to.sender,
        request.membership,
        to.recipients,
        [form.wished for form in named],
        is_confirmed=page["is_confirmed"],
    )
    return render(request, "exchange/papers_done.html", page | {"sent": sent, "count": len(named)})


def _naming(
    request: MemberRequest, page: dict[str, Any], named: Sequence[PaperForm], to: RecipientsForm, status: int = 200
) -> HttpResponse:
    may_send = bool(named) and page["is_allowed"] and page["is_confirmed"]
    context = page | {"named": named, "form": to, "may_send": may_send}
    return render(request, "exchange/papers_named.html", context, status=status)


def _chosen(request: MemberRequest) -> list[Paper]:
    given = request.FILES.getlist("files")
    most, most_files = settings.RENKEI["LIMIT_PAGE_BYTES"], settings.RENKEI["LIMIT_ATTACHMENTS"]
    if len(given) > most_files or sum(one.size or 0 for one in given) > most:
        raise Refused(
            413,
            "E-LIMIT",
            "一度に送るには多すぎます。",
            f"{most_files} ファイル、{most:,} バイトまでです。何回かに分けて足してください。",
        )
    return [papers.bring_in(request.membership.party, one) for one in given]


def _services(request: MemberRequest) -> list[Any]:
    return [one for one in own_services(request.membership) if one.active]


def _first_words(name: str) -> dict[str, str]:
    return {"title": name if index.is_title(name) else "", "type": index.Type.OTHER.value}


def _typed(request: MemberRequest, upload: Upload) -> dict[str, str]:
    """What was typed for a file before others were added."""
    return {field: request.POST.get(f"{upload.pk}-{field}", "") for field in PaperForm.base_fields}


def _typed_recipients(request: MemberRequest) -> dict[str, Any]:
    others, service = request.POST.get("others", ""), request.POST.get("service")
    return {"to": request.POST.getlist("to"), "others": others} | ({"service": service} if service else {})
