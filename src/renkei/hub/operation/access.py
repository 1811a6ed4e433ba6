"""Who may sit at the operator's desk: its members look, its administrators decide."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from renkei.hub.core.deeds import MOST_REASON
from renkei.hub.core.problems import Refused
from renkei.hub.parties.members import MemberRequest, member_required
from renkei.hub.parties.models import Duty, PartyKind

P = ParamSpec("P")
_MOST_DIGITS = 18
_View = Callable[Concatenate[MemberRequest, P], HttpResponse]


def operator_required(view: _View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """For the operator's people alone; to all others the page does not exist. What changes something takes an
    administrator."""

    @member_required
    @functools.wraps(view)
    def guarded(request: MemberRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.membership.party.kind != PartyKind.OPERATOR:
            raise Http404
        if request.method == "POST" and not request.membership.may(Duty.ADMINISTER):
            raise Refused(403, "E-AUTH-DUTY", "この操作は、運営の管理者だけができます。", "管理者に頼んでください。")
        return view(request, *args, **kwargs)

    return guarded


def number_in(text: str) -> int | None:
    """A row's number as an address or a form has it; None for what is none that a database holds."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


def reason_of(request: MemberRequest) -> str:
    """Why, in the person's own words, as far as a record holds them. Raises Refused (422) when there are none."""
    reason = request.POST.get("reason", "").replace("\0", "").strip()[:MOST_REASON]
    if not reason:
        raise Refused(
            422, "E-REQUEST", "わけが書かれていません。", "前のページに戻り、わけを書いてください。記録に残ります。"
        )
    return reason
