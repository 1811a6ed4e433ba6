"""人を替える: who has signed in on this browser and wishes to be offered there, kept in a signed cookie.

A place on that list is the second factor of a person on this browser: it is given only after a full sign-in, holds for
thirty days, and is lost with the password, with a sign-out everywhere, or by being taken off the list.
"""

from __future__ import annotations

import time

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

from renkei.hub.core.keyring import keyring
from renkei.hub.parties.models import Staff

COOKIE = "renkei_people"
MOST_PEOPLE = 8
_DAYS = 30
_SALT = "renkei.known-browser"


def people(request: HttpRequest) -> list[Staff]:
    """Who may change to whom on this browser: the people on its list who still count, the last one first."""
    listed = _listed(request)
    found = Staff.objects.filter(pk__in=listed, is_active=True).in_bulk()
    return [
        found[id_]
        for id_, (mark, _since) in listed.items()
        if id_ in found and constant_time_compare(mark, _mark(found[id_]))
    ]


def add(request: HttpRequest, response: HttpResponse, staff: Staff) -> None:
    """Put a person on top of the list, after a full sign-in."""
    others = {id_: given for id_, given in _listed(request).items() if id_ != staff.pk}
    _write(response, {staff.pk: (_mark(staff), int(time.time())), **others})


def remove(request: HttpRequest, response: HttpResponse, staff: str) -> None:
    """Take a person off the list, by the id as a form has it."""
    _write(response, {id_: given for id_, given in _listed(request).items() if str(id_) != staff})


def _name() -> str:
    return f"{settings.COOKIE_PREFIX}{COOKIE}"


def _write(response: HttpResponse, listed: dict[int, tuple[str, int]]) -> None:
    if not listed:
        response.delete_cookie(_name(), samesite="Lax")
        return
    kept = [(id_, mark, since) for id_, (mark, since) in listed.items()][:MOST_PEOPLE]
    response.set_cookie(
        _name(),
        signing.dumps(kept, salt=_SALT),
        max_age=_DAYS * 24 * 60 * 60,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _listed(request: HttpRequest) -> dict[int, tuple[str, int]]:
    """By id the mark of each person, and since when: the list is signed anew whenever somebody comes or goes, which makes
    nobody's place on it younger."""
    try:
        listed = signing.loads(request.COOKIES.get(_name(), ""), salt=_SALT, max_age=_DAYS * 24 * 60 * 60)
    except signing.BadSignature:
        return {}
    oldest = time.time() - _DAYS * 24 * 60 * 60
    return {int(row[0]): (str(row[1]), int(row[2])) for row in listed if len(row) == 3 and row[2] > oldest}


def _mark(staff: Staff) -> str:
    """Equal as long as neither password nor `sessions_from` has changed."""
    return keyring().keyed("known-browser", f"{staff.pk}\n{staff.get_session_auth_hash()}".encode())[:32]
