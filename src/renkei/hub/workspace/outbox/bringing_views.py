"""Dropping files, and the files that make no unit yet."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from renkei.hub.core.problems import Refused
from renkei.hub.exchange.views import ahead_of_click
from renkei.hub.parties.members import MemberRequest, member_required, needs, viewer_of
from renkei.hub.parties.models import Duty
from renkei.hub.parties.reading_on import require_no_reader
from renkei.hub.workspace.outbox import bringing, leftovers, papers, showing
from renkei.hub.workspace.outbox.bringing import Brought
from renkei.hub.workspace.outbox.paper_form import PapersForm, divided
from renkei.hub.workspace.outbox.pile import Named
from renkei.hub.workspace.outbox.views import SECTION


@require_POST
@member_required
@needs(Duty.PREPARE)
def bring(request: MemberRequest) -> HttpResponse:
    """Take in what was dropped. A script that shows how far it is asks for JSON, and is told which page comes next."""
    require_no_reader(request.membership)
    files = _chosen(request)
    if not files:
        messages.error(request, "ファイルが選ばれていません。もう一度選んでください。")
        return redirect("outbox")
    _tell(request, bringing.bring(request.membership, files))
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"next": reverse("outbox")})
    return redirect("outbox")


@require_http_methods(["GET", "POST"])
@member_required
@needs(Duty.PREPARE)
def left(request: MemberRequest, id_: uuid.UUID) -> HttpResponse:
    """Files that make no unit: why, what can be mended safely, and bringing them in once more. A look at them each time."""
    if ahead_of_click(request):
        return HttpResponse(status=503)
    found = showing.own_leftover(request.membership, id_)
    if request.method == "POST":
        require_no_reader(request.membership)
    if request.method == "POST" and "forget" in request.POST:
        leftovers.forget(found)
        messages.success(
            request, "入れられなかったファイルを片づけました。もとのファイルは、あなたのパソコンにあります。"
        )
        return redirect("outbox")
    files = showing.open_leftover(found, viewer_of(request))
    mended = showing.mend(files)
    sheets, rest = divided(files)
    form = PapersForm(request.POST if "papers" in request.POST else None, owner=found.owner) if sheets else None
    if form and form.is_valid():
        papers.put(found.owner, request.membership, form.address, form.papers(sheets))
        messages.success(request, f"書類 {len(sheets)}個を、1件の下書きとして送るものに入れました。")
        if rest:
            _tell(request, bringing.bring(request.membership, rest))
        leftovers.forget(found)
        return redirect("outbox")
    if request.method == "POST" and "papers" not in request.POST:
        brought = bringing.bring(request.membership, mended.files)
        leftovers.forget(found)
        _tell(request, brought)
        return redirect("outbox")
    page = {
        "section": SECTION,
        "left": found,
        "reasons": leftovers.reasons(files, request.membership),
        "mended": mended,
        "form": form,
        "papers": len(sheets),
    }
    return render(request, "outbox/left.html", page)


def _chosen(request: MemberRequest) -> list[Named]:
    given = request.FILES.getlist("files")
    most = int(settings.RENKEI["LIMIT_PAGE_BYTES"])
    if sum(one.size or 0 for one in given) > most:
        words = f"合わせて {most:,} バイトまでです。ZIP にまとめるか、何回かに分けてください。"
        raise Refused(413, "E-LIMIT", "一度に入れるには多すぎます。", words)
    return [(one.name or "", one.read()) for one in given]


def _tell(request: MemberRequest, brought: Brought) -> None:
    """What became of the files, in counts: a message stays in the browser, so it names nothing."""
    plan = brought.plan
    for many, words in (
        (len(plan.new), "{}件を入れました。"),
        (len(plan.changed), "{}件のファイルを差し替えました。承認は取り直してください。"),
        (
            len(brought.came),
            "ほかのやり方で届いた {}件を、記録に入れました。Renkei を通していないので、署名の証明はありません。",
        ),
        (len(plan.same), "{}件は、もう入っています。"),
        (len(plan.gone), "{}件は、前に送ったものと同じです。"),
        (
            len(plan.superseded),
            "新しいものに替わったので、前の下書き {}件をやめました。「送るのをやめたもの」から戻せます。",
        ),
    ):
        if many:
            messages.success(request, words.format(many))
    if brought.faulty:
        messages.error(request, f"{brought.faulty}件に、直すところがあります。「直すもの」を開いてください。")
    if brought.left:
        messages.error(
            request,
            f"{brought.left.files}個のファイルは、送るものにできませんでした。下の「入れられなかったファイル」を開いてください。",
        )
