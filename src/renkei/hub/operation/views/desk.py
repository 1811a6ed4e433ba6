"""The first page, and words to everybody."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from renkei.hub.core import notices
from renkei.hub.core.models import Notice
from renkei.hub.exchange.attachments import looking
from renkei.hub.operation import overview
from renkei.hub.operation.access import operator_required, reason_of
from renkei.hub.operation.forms import NoticeForm
from renkei.hub.parties.members import MemberRequest, actor_of

SECTION = "operation"


@require_GET
@operator_required
def desk(request: MemberRequest) -> HttpResponse:
    """What waits, and what is wrong."""
    now = timezone.now()
    context = {
        "section": SECTION,
        "waiting": overview.waiting(request.membership.staff, now),
        "warnings": overview.warnings(now),
        "scanning": looking.scanning_words(),
    }
    return render(request, "operation/desk.html", context)


@require_http_methods(["GET", "POST"])
@operator_required
def say(request: MemberRequest) -> HttpResponse:
    """The words that stand on every page, and new ones."""
    form = NoticeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        notices.say(actor_of(request), **form.cleaned_data)
        messages.success(request, "お知らせを載せました。すべての画面に出ます。")
        return redirect("operation-notices")
    shown = Notice.objects.filter(until__gt=timezone.now()).order_by("from_at", "pk")[: notices.MOST_SHOWN]
    status = 422 if form.is_bound else 200
    return render(
        request, "operation/notices.html", {"section": SECTION, "form": form, "notices": shown}, status=status
    )


@require_POST
@operator_required
def unsay(request: MemberRequest, id_: int) -> HttpResponse:
    """Take words down before their time."""
    notices.unsay(actor_of(request), get_object_or_404(Notice, pk=id_), reason_of(request))
    messages.success(request, "お知らせを下ろしました。")
    return redirect("operation-notices")
