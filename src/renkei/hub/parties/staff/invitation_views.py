"""招待: the code that an administrator handed over becomes a place, for a new person or one who signs in already."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from renkei.hub.core.problems import Refused
from renkei.hub.parties.joining import identity
from renkei.hub.parties.members import CHOSEN, PersonRequest, person_required
from renkei.hub.parties.models import Invitation
from renkei.hub.parties.staff import attempts, inviting, signing_in
from renkei.hub.parties.staff.attempts import LockedOut
from renkei.hub.parties.staff.forms import InvitationForm, NewAccountForm

_FOUND = "invitation"
_WRONG = "番号がちがうか、期限が過ぎているか、もう使われています。管理者に確かめてください。"


@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest) -> HttpResponse:
    """Type the code."""
    form = InvitationForm(request.POST or None)
    if not form.is_valid():
        return render(request, "parties/staff/invitation.html", {"form": form})
    try:
        found = inviting.find(form.cleaned_data["code"], attempts.address_of(request))
    except LockedOut as locked:
        page = {"form": form, "wrong": locked.words}
        return render(request, "parties/staff/invitation.html", page, status=locked.status)
    if found is None:
        return render(request, "parties/staff/invitation.html", {"form": form, "wrong": _WRONG})
    request.session[_FOUND] = found.pk
    return redirect("invitation-accept")


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest) -> HttpResponse:
    """Choose name and password; or, signed in, add the place."""
    found = Invitation.objects.filter(pk=request.session.get(_FOUND, 0)).first()
    if found is None:
        return redirect("invitation")
    if _must_be_known(request, found):
        return redirect("invitation-identity")
    form = NewAccountForm(request.POST or None)
    page = {"form": form, "invitation": found, "parties": inviting.parties_of(found)}
    if request.user.is_authenticated or not form.is_valid():
        return render(request, "parties/staff/accept.html", page)
    person = form.person()
    try:
        inviting.accept(found.pk, person)
    except Refused as refusal:
        return render(request, "parties/staff/accept.html", page | {"wrong": refusal.words})
    del request.session[_FOUND]
    signing_in.enter(request, person, "password")
    messages.success(request, "登録しました。続けて、二つ目の確認を登録してください。")
    return redirect("factors")


@require_POST
@person_required
def add(request: PersonRequest) -> HttpResponse:
    """Add the place to one's own account."""
    found = Invitation.objects.filter(pk=request.session.get(_FOUND, 0)).first()
    if found is None:
        return redirect("invitation")
    if _must_be_known(request, found):
        return redirect("invitation-identity")
    del request.session[_FOUND]
    try:
        places = inviting.accept(found.pk, request.person)
    except Refused as refusal:
        messages.warning(request, refusal.words)
        return redirect("invitation")
    request.session[CHOSEN] = places[0].pk
    messages.success(request, "事業所を足しました。上の「事業所を変える」で、いつでも行き来できます。")
    return redirect("home")


def _must_be_known(request: HttpRequest, found: Invitation) -> bool:
    """Whether the person has still to say who they are."""
    return bool(found.identity) and request.session.get(identity.CHECKED) != found.pk
