"""はじめての準備, and the way round that shows how it is used."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from renkei.hub.parties.members import MemberRequest, member_required
from renkei.hub.workspace import welcome
from renkei.hub.workspace.tour import STOPS


@require_GET
@member_required
def show(request: MemberRequest) -> HttpResponse:
    """The steps of this office, each with its mark."""
    steps = welcome.steps(request.membership)
    page = {"section": "welcome", "steps": steps, "done": sum(step.is_done for step in steps)}
    return render(request, "workspace/welcome.html", page)


@require_GET
@member_required
def tour(request: MemberRequest, number: int = 1) -> HttpResponse:
    """One stop of the way round; the pictures are of an invented office."""
    if not 1 <= number <= len(STOPS):
        raise Http404
    stop = STOPS[number - 1]
    page = {
        "section": "tour",
        "stop": stop,
        "number": number,
        "count": len(STOPS),
        "picture": f"tour/{stop.picture}.png",
    }
    page |= {"following": number + 1, "before": number - 1}
    return render(request, "workspace/tour.html", page)
