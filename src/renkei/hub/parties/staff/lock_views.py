"""A screen that is locked, and showing once more who one is before something that matters."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from renkei.hub.parties.members import PersonRequest, person_required
from renkei.hub.parties.staff import factors, signing_in
from renkei.hub.parties.staff.attempts import LockedOut
from renkei.hub.parties.staff.forms import WRONG_SIGN_IN, PasswordForm
from renkei.hub.parties.staff.sign_in_views import PASSKEY_WRONG

P = ParamSpec("P")
R = TypeVar("R", bound=HttpRequest)
PROOF_SECONDS = 10 * 60


def proof_required(
    view: Callable[Concatenate[R, P], HttpResponse],
) -> Callable[Concatenate[R, P], HttpResponse]:
    """Under `person_required` or `member_required`, for what a stranger at an open screen must not do: the person has shown in the last minutes
    who they are."""

    @functools.wraps(view)
    def guarded(request: R, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if 0 <= time.time() - request.session.get(signing_in.PROVED, 0) <= PROOF_SECONDS:
            return view(request, *args, **kwargs)
        if request.method == "POST":
            return render(request, "parties/staff/not_done.html", {"route": "unlock"}, status=403)
        return redirect(f"{reverse('unlock')}?{urlencode({'next': request.get_full_path()})}")

    return guarded


@sensitive_post_parameters("password")
@person_required
@require_http_methods(["GET", "POST"])
def unlock(request: PersonRequest) -> HttpResponse:
    """The password of the same person again, then on from where they were."""
    staff, next_ = request.person, request.POST.get("next", request.GET.get("next", ""))
    form = PasswordForm(request.POST or None)
    if not form.is_valid():
        return _page(request, form, next_)
    try:
        found = signing_in.by_password(request, staff.login, form.cleaned_data["password"])
    except LockedOut as locked:
        return _page(request, form, next_, wrong=locked.words, status=locked.status)
    if found != staff:
        return _page(request, form, next_, wrong=WRONG_SIGN_IN)
    signing_in.proved(request)
    return redirect(signing_in.safe(request, next_))


@person_required
@require_http_methods(["GET", "POST"])
def unlock_passkey(request: PersonRequest) -> HttpResponse:
    """The same with a passkey."""
    staff, next_ = request.person, request.POST.get("next", "")
    if request.method == "GET":
        return JsonResponse(factors.passkey_to_show(staff))
    if factors.use_passkey(request.POST.get("credential", ""), staff) is None:
        return _page(request, PasswordForm(), next_, wrong=PASSKEY_WRONG)
    signing_in.proved(request)
    return redirect(signing_in.safe(request, next_))


@person_required
@require_POST
def lock(request: PersonRequest) -> HttpResponse:
    """Lock this screen now: one leaves the desk."""
    request.session[signing_in.LOCKED] = True
    return redirect(f"{reverse('unlock')}?{urlencode({'next': request.POST.get('next', '')})}")


def _page(
    request: PersonRequest, form: PasswordForm, next_: str, *, wrong: str = "", status: int = 200
) -> HttpResponse:
    if request.session.get(signing_in.LOCKED):
        request.membership = None  # nor do the ways to other pages stand there
    page = {
        "form": form,
        "next": next_,
        "wrong": wrong,
        "locked": bool(request.session.get(signing_in.LOCKED)),
        "has_passkey": bool(factors.of(request.person).passkeys),
    }
    return render(request, "parties/staff/unlock.html", page, status=status)
