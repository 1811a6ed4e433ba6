"""Middleware: a screen that nobody has touched for a while asks who sits there, and every one after a day's work; who must
have a second factor gets one."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from renkei.hub.parties.staff.signing_in import BEGAN, LOCKED, MUST_ADD, SEEN

# Not one write a click; each also renews the session's age.
_NOTED_SECONDS = 60
# Where one who is locked out of their own screen, or has no second factor yet, can go all the same.
_OPEN_WHILE_LOCKED = {"unlock", "unlock-passkey", "sign-out", "sign-in", "people", "text-size"}
_OPEN_WITHOUT_FACTOR = _OPEN_WHILE_LOCKED | {"factors", "factor-app", "factor-passkey", "factor-mail", "recovery-codes"}


class Guard:
    """Behind the authentication. A request that changes something is not carried out, and told so."""

    def __init__(self, handler: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._handler = handler

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._handler(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        """Before any page: is this person's screen still theirs?"""
        route = request.resolver_match.url_name if request.resolver_match else None
        if request.path.startswith("/v1/") or not request.user.is_authenticated:
            return None
        if _is_over(request):
            auth.logout(request)
            return _instead(request, "sign-in")
        if _is_locked(request):
            return None if route in _OPEN_WHILE_LOCKED else _instead(request, "unlock")
        _note(request)
        if request.session.get(MUST_ADD) and route not in _OPEN_WITHOUT_FACTOR:
            return _instead(request, "factors")
        return None


def _is_over(request: HttpRequest) -> bool:
    """However busy: a session ends for good some hours after its sign-in."""
    return bool(time.time() - request.session.get(BEGAN, time.time()) >= settings.RENKEI["SESSION_HOURS"] * 3600)


def _is_locked(request: HttpRequest) -> bool:
    if request.session.get(LOCKED):
        return True
    idle = time.time() - request.session.get(SEEN, time.time())
    if idle < settings.RENKEI["LOCK_MINUTES"] * 60:
        return False
    request.session[LOCKED] = True
    return True


def _note(request: HttpRequest) -> None:
    """Somebody is here. What a page asks for by itself tells nothing of that."""
    now = int(time.time())
    if now - request.session.get(SEEN, 0) < _NOTED_SECONDS or request.headers.get("HX-Request"):
        return
    request.session[SEEN] = now


def _instead(request: HttpRequest, route: str) -> HttpResponse:
    if request.method in {"GET", "HEAD"}:
        return redirect(f"{reverse(route)}?{urlencode({'next': request.get_full_path()})}")
    return render(request, "parties/staff/not_done.html", {"route": route}, status=403)
