"""A program signs in as at the national service: client certificate, ID and password, then tokens that need the same
certificate at each use.

An access token counts for an hour. A refresh token is changed for a new pair, once; all that came from one sign-in are a
family, which ends eight hours after it. A refresh token that comes a second time has been copied: its family ends at once.
"""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from cryptography import x509
from django.conf import settings
from django.utils import timezone

from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.parties.keys import signers
from renkei.hub.parties.machines import passwords, tokens
from renkei.hub.parties.machines.tokens import Issued
from renkei.hub.parties.models import AccessToken, Account, Certificate, Party, RefreshToken
from renkei.hub.parties.staff import attempts
from renkei.trust.paths import UNREADABLE

DOOR = "program"
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Family:
    """All that comes from one sign-in, until it `ends`."""

    id: uuid.UUID
    certificate: Certificate
    account: Account
    ends: datetime


@dataclass(frozen=True)
class Granted:
    """What a program goes on with."""

    access: Issued
    refresh: Issued
    party: Party


def login(name: str, password: str, shown: bytes | None, address: str) -> Granted:
    """A sign-in with the ID `name`, over a connection from `address` that showed the certificate `shown`.

    Raises Refused: 401 with its own words for a certificate that does not count here, 401 with the same words for a wrong
    ID, a wrong password and another office's ID, 429 after too many of these, 503 when too many come at a time.
    """
    certificate = _counting(shown)
    # Counted by certificate holder too: nobody can lock out an office whose certificate they do not have.
    who = f"{certificate.party_id}\n{name}"
    attempts.check(DOOR, who, address)
    account = Account.objects.filter(login=name, party=certificate.party_id, closed_at=None).first()
    if not passwords.is_right(password, account.password if account else None) or account is None:
        attempts.failed(DOOR, who, address)
        _log.warning("sign-in of a program failed", certificate=certificate.pk)
        raise _wrong()
    attempts.succeeded(DOOR, who)
    now = timezone.now()
    ends = min(now + timedelta(hours=settings.RENKEI["REFRESH_HOURS"]), certificate.not_after)
    family = _Family(uuid.uuid4(), certificate, account, ends)
    granted = _fresh(family, now)
    with write():
        _store(family, granted, now)
    _log.info("program signed in", certificate=certificate.pk, account=account.pk)
    return granted


def refresh(token: str, shown: bytes | None) -> Granted:
    """New tokens for a refresh token, which counts no more. Raises Refused (401)."""
    now = timezone.now()
    found = _refresh_token(token, now)
    tokens.require_same(found.certificate, shown)
    family = _Family(found.family, _counting(shown), found.account, found.expires_at)
    granted = _fresh(family, now)
    with write():
        # Used up and replaced in one: no token of the family may appear after a copy of the old one has ended it.
        is_first = RefreshToken.objects.filter(pk=found.pk, used_at=None).update(used_at=now)
        if is_first:
            _store(family, granted, now)
        else:
            _end(found.family)
    if not is_first:
        _log.warning("a refresh token came twice", certificate=found.certificate_id)
        raise _over()
    return granted


def logout(token: str) -> None:
    """End the sign-in that an access token came from: all of its family, or one that a signed challenge gave alone."""
    found = tokens.find(token)
    if found is None:
        return
    with write():
        if found.family is None:
            found.delete()
        else:
            _end(found.family)


def end_all(account: Account) -> None:
    """End every sign-in of an account. Call it inside `write()`."""
    for model in (AccessToken, RefreshToken):
        model._default_manager.filter(account=account).delete()


def _fresh(family: _Family, now: datetime) -> Granted:
    access = tokens.fresh(family.certificate, now)
    access = Issued(access.text, min(access.expires_at, family.ends))
    return Granted(access, Issued(secrets.token_urlsafe(32), family.ends), family.certificate.party)


def _store(family: _Family, granted: Granted, now: datetime) -> None:
    """Inside `write()`, where all is asked again: certificate, office or account may have been stopped meanwhile."""
    signers.require_usable(Certificate.objects.select_related("party").get(pk=family.certificate.pk))
    if not Account.objects.filter(pk=family.account.pk, closed_at=None).update(last_used_at=now):
        raise _wrong()
    tokens.store(granted.access, family.certificate, family.account, family.id)
    RefreshToken.objects.create(
        digest=tokens.digest(granted.refresh.text),
        family=family.id,
        certificate=family.certificate,
        account=family.account,
        expires_at=family.ends,
    )


def _counting(shown: bytes | None) -> Certificate:
    """The registered certificate that the connection showed. Raises Refused (401), 403 for an office that is stopped."""
    if shown is None:
        raise Refused(
            401,
            "E-CERT-MISSING",
            "クライアント証明書が見せられていません。",
            "事業所の証明書と鍵を使って接続してください。",
        )
    try:
        return signers.registered(x509.load_der_x509_certificate(shown), timezone.now())
    except UNREADABLE as error:
        raise Refused(401, "E-CERT-FILE", "証明書を読めません。", "事業所の証明書を使って接続してください。") from error
    except Refused as refusal:
        status = 403 if refusal.code == "E-AUTH-PARTY" else 401 if refusal.status == 422 else refusal.status
        raise refusal.at(status) from refusal


def _refresh_token(token: str, now: datetime) -> RefreshToken:
    rows = RefreshToken.objects.select_related("certificate__party", "account")
    found = rows.filter(digest=tokens.digest(token), expires_at__gt=now, account__closed_at=None).first()
    if found is None:
        raise _over()
    return found


def _end(family: uuid.UUID) -> None:
    for model in (AccessToken, RefreshToken):
        model._default_manager.filter(family=family).delete()


def _wrong() -> Refused:
    return Refused(
        401,
        "E-AUTH-LOGIN",
        "サインインできませんでした。",
        "ID、パスワード、クライアント証明書の組み合わせを確かめてください。",
    )


def _over() -> Refused:
    return Refused(
        401,
        "E-AUTH-REFRESH",
        "このリフレッシュトークンは使えません。",
        "ID とパスワードで、もう一度サインインしてください (POST /v1/login)。",
    )
