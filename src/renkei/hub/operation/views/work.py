"""Later work that stands still."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from renkei.hub.core import deeds, jobs
from renkei.hub.core.writing import write
from renkei.hub.operation.access import number_in, operator_required, reason_of
from renkei.hub.operation.views.desk import SECTION
from renkei.hub.parties.members import MemberRequest, actor_of

MOST_SHOWN = 100


@require_http_methods(["GET", "POST"])
@operator_required
def work(request: MemberRequest) -> HttpResponse:
    """The jobs that were given up and the next ones; one of the former is done again, or dropped."""
    if request.method == "POST":
        return _decided(request)
    context = {
        "section": SECTION,
        "failed": [(job, jobs.label(job.kind)) for job in jobs.failed(MOST_SHOWN)],
        "waiting": [(job, jobs.label(job.kind)) for job in jobs.waiting(MOST_SHOWN)],
    }
    return render(request, "operation/jobs.html", context)


def _decided(request: MemberRequest) -> HttpResponse:
    id_, deed = number_in(request.POST.get("job", "")), request.POST.get("deed", "")
    if id_ is None or deed not in {"retry", "drop"}:
        raise Http404
    reason = reason_of(request)
    is_there = jobs.retry(id_, timezone.now()) if deed == "retry" else jobs.drop(id_)
    if not is_there:
        raise Http404
    with write():
        deeds.record(actor_of(request), "retry-job" if deed == "retry" else "drop-job", f"job:{id_}", reason=reason)
    messages.success(request, "もう一度します。" if deed == "retry" else "この仕事をやめました。")
    return redirect("operation-jobs")
