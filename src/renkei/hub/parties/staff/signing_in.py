"""The way in: name and password, then a second factor, then a session. Between the two it waits in the session.

Nothing here says whether a name is known: a wrong name, a wrong password and a closed account take the same way.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass

import structlog
from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from renkei.hub.core import mail
from renkei.hub.core.views import path_here
from renkei.hub.parties.models import Staff
from renkei.hub.parties.staff import attempts, codes, factors, sessions

PENDING, WAY, BEGAN, PROVED, SEEN = "pending", "way", "began", "proved", "seen"
LOCKED, MUST_ADD = "locked", "must-add-factor"
PENDING_SECONDS = 10 * 60
MAIL_SECONDS = 10 * 60
_log = structlog.get_logger(__name__)
_BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass
class Pending:
    """A sign-in whose password was right: for whom, until when it waits, where it leads, and the code that was mailed."""

    staff: int
    mark: str
    at: int
    next: str = ""
    remember: bool = False
    mail_code: str = ""
    mail_at: int = 0


def by_password(request: HttpRequest, login: str, password: str) -> Staff | None:
    """Who it is, None for whatever is wrong. Raises LockedOut."""
    address = attempts.address_of(request)
    attempts.check(attempts.SIGN_IN, login, address)
    # Takes as long for a name that nobody has.
    found = auth.authenticate(request, username=login, password=password)
    if not isinstance(found, Staff):
        attempts.failed(attempts.SIGN_IN, login, address)
        _log.warning("sign-in failed")
        return None
    attempts.succeeded(attempts.SIGN_IN, login)
    return found


def wait_for_second(request: HttpRequest, staff: Staff, next_: str, *, remember: bool) -> None:
    """Keep a right password until the second factor comes. Whoever was signed in here is not any more."""
    auth.logout(request)
    _keep(request, Pending(staff.pk, staff.get_session_auth_hash(), int(time.time()), next_, remember))


def pending(request: HttpRequest) -> tuple[Pending, Staff] | None:
    """The sign-in that waits here for its second factor; None when there is none any more."""
    kept = request.session.get(PENDING)
    if kept is None:
        return None
    waiting = Pending(**kept)
    staff = Staff.objects.filter(pk=waiting.staff, is_active=True).first()
    is_late = not 0 <= time.time() - waiting.at <= PENDING_SECONDS
    if staff is None or is_late or not constant_time_compare(waiting.mark, staff.get_session_auth_hash()):
        del request.session[PENDING]
        return None
    return waiting, staff


def mail_code(request: HttpRequest, waiting: Pending, staff: Staff) -> bool:
    """Send a code to the person's address; False when it could not be sent, or too many were."""
    if not staff.email:
        return False
    code = codes.new_digits()
    waiting.mail_code, waiting.mail_at = codes.keyed("mail-code", f"{staff.pk}{code}"), int(time.time())
    _keep(request, waiting)
    return send_code(staff, staff.email, code)


def send_code(staff: Staff, address: str, code: str) -> bool:
    """Mail a code; whether it went out. Five go to one person in a while: whoever has a password must not flood a letterbox."""
    try:
        attempts.check("mailed-code", str(staff.pk))
    except attempts.LockedOut:
        return False
    attempts.failed("mailed-code", str(staff.pk))
    text = f"{staff.name} さん\n\n確認の番号は {code} です。10分のあいだ、1度だけ使えます。\n"
    warning = "心当たりがないときは、だれかがあなたのパスワードを知っています。すぐにパスワードを変えてください。"
    return mail.send(address, "確認の番号", text + warning)


def by_code(request: HttpRequest, waiting: Pending, staff: Staff, typed: str) -> str | None:
    """The way in which a typed code was right, None when it was not. Raises LockedOut."""
    address, who = attempts.address_of(request), str(staff.pk)
    attempts.check(attempts.SECOND_FACTOR, who, address)
    code = typed_digits(typed)
    way = _by_mailed(request, waiting, staff, code) or factors.use_code(staff, code)
    if way is None:
        attempts.failed(attempts.SECOND_FACTOR, who, address)
        _log.warning("second factor failed", staff=staff.pk)
        return None
    attempts.succeeded(attempts.SECOND_FACTOR, who)
    return way


def typed_digits(typed: str) -> str:
    """A code as people type it, in full width or with gaps, as its digits."""
    return "".join(str(int(letter)) for letter in typed if letter.isdecimal())


def _by_mailed(request: HttpRequest, waiting: Pending, staff: Staff, code: str) -> str | None:
    if not waiting.mail_code or not 0 <= time.time() - waiting.mail_at <= MAIL_SECONDS:
        return None
    if not constant_time_compare(waiting.mail_code, codes.keyed("mail-code", f"{staff.pk}{code}")):
        return None
    waiting.mail_code = ""
    _keep(request, waiting)
    return factors.MAIL


def enter(request: HttpRequest, staff: Staff, way: str) -> None:
    """Begin the session, under a key that nobody has seen before."""
    request.session.pop(PENDING, None)
    auth.login(request, staff, backend=_BACKEND)
    now = int(time.time())
    request.session.update({WAY: way, BEGAN: now, PROVED: now, SEEN: now})
    if settings.SECOND_FACTOR_REQUIRED and not factors.of(staff):
        request.session[MUST_ADD] = True
    request.session.save()
    sessions.begun(request, staff, way)
    _log.info("signed in", staff=staff.pk, way=way)


def has_second_factor(request: HttpRequest) -> bool:
    """Whether this session began with more than a password."""
    return bool(request.session.get(WAY, "password") != "password")


def showed_second(request: HttpRequest, staff: Staff, way: str) -> None:
    """A person's first second factor was added here, and shown to work: they need not sign in again to have come with it."""
    request.session.pop(MUST_ADD, None)
    if not has_second_factor(request) and factors.of(staff).count == 1:
        request.session[WAY] = way
        proved(request)
        sessions.lifted(request, way)


def proved(request: HttpRequest) -> None:
    """The person has shown once more who they are: the session goes on under a new key."""
    before = sessions.here(request)
    request.session.cycle_key()
    sessions.renamed(before, sessions.here(request))
    request.session.pop(LOCKED, None)
    request.session.update({PROVED: int(time.time()), SEEN: int(time.time())})


def safe(request: HttpRequest, asked: str) -> str:
    """Where somebody wished to go, when it is here and no page of the way in; else the first page."""
    path = path_here(request, asked)
    if not path or path.split("?")[0] in {reverse(name) for name in ("sign-in", "unlock", "second")}:
        return resolve_url(settings.LOGIN_REDIRECT_URL)
    return path


def _keep(request: HttpRequest, waiting: Pending) -> None:
    request.session[PENDING] = asdict(waiting)
