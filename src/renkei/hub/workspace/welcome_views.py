"""はじめての準備"""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from renkei.hub.parties.members import MemberRequest, member_required
from renkei.hub.workspace import welcome


@require_GET
@member_required
def show(request: MemberRequest) -> HttpResponse:
    """The steps of this office, each with its mark."""
    steps = welcome.steps(request.membership)
    page = {"section": "welcome", "steps": steps, "done": sum(step.is_done for step in steps)}
    return render(request, "workspace/welcome.html", page)
