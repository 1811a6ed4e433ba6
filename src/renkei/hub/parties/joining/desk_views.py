"""The desk of a municipality: applications from its area, and invitations; an operator invites here too."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from renkei.hub.core.problems import Refused
from renkei.hub.parties.joining import applying, identity, inviting, letters, proving, rules
from renkei.hub.parties.joining.area import applications_of
from renkei.hub.parties.joining.desk_forms import IdentityForm, InviteForm
from renkei.hub.parties.members import MemberRequest, actor_of, member_required
from renkei.hub.parties.models import Application, Duty, Invitation, PartyKind, Proof
from renkei.hub.parties.staff import attempts
from renkei.hub.parties.staff.attempts import LockedOut

P = ParamSpec("P")
_View = Callable[Concatenate[MemberRequest, P], HttpResponse]
FOUND = "invitation"  # in the session: whose code was typed
_WRONG = "登録されている内容と合いません。被保険者証を見て、もう一度入れてください。"


def desk_required(*kinds: PartyKind) -> Callable[[_View[P]], Callable[Concatenate[HttpRequest, P], HttpResponseBase]]:
    """For administrators of these kinds of parties; to all others the page does not exist."""

    def wrap(view: _View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @member_required
        @functools.wraps(view)
        def guarded(request: MemberRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.membership.party.kind not in kinds or not request.membership.may(Duty.ADMINISTER):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return wrap


@require_GET
@desk_required(PartyKind.MUNICIPALITY)
def applications(request: MemberRequest) -> HttpResponse:
    """Applications of offices in this municipality that wait for a decision."""
    page = {"section": "applications", "applications": applications_of(request.membership.party)}
    return render(request, "parties/joining/applications.html", page)


@require_GET
@desk_required(PartyKind.MUNICIPALITY)
def one(request: MemberRequest, id_: int) -> HttpResponse:
    """One application beside what the public list says."""
    return _one(request, id_)


@require_POST
@desk_required(PartyKind.MUNICIPALITY)
def confirm(request: MemberRequest, id_: int) -> HttpResponse:
    """The municipality's word; of an office that is here already, first one person agrees."""
    found, reason = _own(request, id_), request.POST.get("reason", "").strip()
    try:
        if request.POST.get("agree"):
            proving.agree(found.pk, actor_of(request))
            messages.success(request, "同意を記録しました。別の人が、続けて決めてください。")
            return redirect("area-application", id_)
        if not reason:
            return _one(request, id_, "どうやって事業所に確かめたかを書いてください。")
        proving.confirm(found.pk, actor_of(request), Proof.MUNICIPALITY, reason)
    except Refused as refusal:
        return _one(request, id_, refusal.words, refusal.status)
    messages.success(request, "確かめたことを記録しました。申し込んだ人は、続きをできます。")
    return redirect("area-applications")


@require_POST
@desk_required(PartyKind.MUNICIPALITY)
def letter(request: MemberRequest, id_: int) -> HttpResponse:
    """The letter with a fresh code, to print and send to the address of the public list."""
    found = _own(request, id_)
    way = Proof.FAX if request.POST.get("way") == Proof.FAX else Proof.POST
    try:
        return HttpResponse(
            letters.of_application(
                proving.send_code(found.pk, way, actor_of(request)), here=request.build_absolute_uri("/")[:-1]
            )
        )
    except Refused as refusal:
        return _one(request, id_, refusal.words, refusal.status)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@desk_required(PartyKind.MUNICIPALITY, PartyKind.OPERATOR)
def invitations(request: MemberRequest) -> HttpResponse:
    """Invite: the answer is the letter with the code."""
    party = request.membership.party
    form = InviteForm(request.POST or None, kinds=rules.invitable(PartyKind(party.kind)))
    page: dict[str, object] = {"section": "invitations", "form": form}
    if form.is_valid():
        try:
            invited = inviting.invite(party, actor_of(request), **form.wanted())
            return HttpResponse(letters.of_invitation(invited, here=request.build_absolute_uri("/")[:-1]))
        except Refused as refusal:
            page["wrong"] = refusal.words
    return render(request, "parties/joining/invitations.html", page)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def who_are_you(request: HttpRequest) -> HttpResponse:
    """After the code of an invitation for a person: birth date and insured number."""
    found = Invitation.objects.filter(pk=request.session.get(FOUND, 0)).exclude(identity="").first()
    if found is None:
        return redirect("invitation")
    form = IdentityForm(request.POST or None)
    page: dict[str, object] = {"form": form}
    status = 200
    if form.is_valid():
        given = form.cleaned_data
        try:
            if identity.matches(found, given["birth"], given["insured"], attempts.address_of(request)):
                request.session[identity.CHECKED] = found.pk
                return redirect("invitation-accept")
            page["wrong"] = _WRONG
        except LockedOut as locked:
            page["wrong"], status = locked.words, locked.status
    return render(request, "parties/joining/identity.html", page, status=status)


def _one(request: MemberRequest, id_: int, wrong: str = "", status: int = 200) -> HttpResponse:
    found = _own(request, id_)
    listed, is_reissue = applying.listed(found.number), applying.is_reissue(found.number)
    page = {
        "section": "applications",
        "application": found,
        "listed": listed,
        "has_fax": any(row.fax for row in listed),
        "is_reissue": is_reissue,
        "alone": rules.why_not_alone(is_reissue, found.agreed_by, actor_of(request)),
        "wrong": wrong,
    }
    return render(
        request, "parties/joining/area_application.html", page, status=422 if wrong and status == 200 else status
    )


def _own(request: MemberRequest, id_: int) -> Application:
    found = next((one for one in applications_of(request.membership.party) if one.pk == id_), None)
    if found is None:
        raise Http404
    return found
