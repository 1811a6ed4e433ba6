"""設定 > プログラム: the accounts with which an office's programs sign in."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from renkei.hub.parties.machines import accounts
from renkei.hub.parties.members import MemberRequest, member_required, runs_all_required, viewer_of


@require_http_methods(["GET", "POST"])
@member_required
@runs_all_required
def programs(request: MemberRequest) -> HttpResponse:
    """The accounts; a POST makes one more, whose password is on this answer and nowhere else."""
    is_new = request.method == "POST"
    made = accounts.make(request.membership.party, viewer_of(request).actor) if is_new else None
    listed = accounts.of(request.membership.party)
    context = {"section": "settings", "accounts": listed, "made": made, "most": accounts.MOST_OPEN}
    return render(request, "parties/programs.html", context)


@require_POST
@member_required
@runs_all_required
def close(request: MemberRequest) -> HttpResponse:
    """Close one account of one's own office."""
    accounts.close(request.membership.party, request.POST.get("login", ""), viewer_of(request).actor)
    return redirect("programs")
