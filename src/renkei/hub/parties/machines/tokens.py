"""A program signs a challenge with its office's key and gets a token for an hour; what any token is worth."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone

from renkei.hub.core.lookups import Lookup
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.parties.keys import signers
from renkei.hub.parties.machines import questions
from renkei.hub.parties.models import AccessToken, Account, Certificate, Challenge, Party
from renkei.trust import challenges, cms

MAX_TOKEN_CHARACTERS = 200
_log = structlog.get_logger(__name__)
_by_digest = Lookup(AccessToken, "digest", "certificate__party", "account")


@dataclass(frozen=True)
class Issued:
    """A text for its holder alone, and until when it counts."""

    text: str
    expires_at: datetime


def challenge(office: str) -> Issued:
    """A question for `office`, the same for one that is not known: nobody learns here who has joined."""
    expires_at = timezone.now() + timedelta(seconds=settings.RENKEI["CHALLENGE_SECONDS"])
    return Issued(questions.ask(office, expires_at), expires_at)


def answer(text: str, signature: bytes) -> tuple[Issued, Party]:
    """A token for the office that signed its challenge. Each challenge is answered once. Raises Refused (401)."""
    now = timezone.now()
    try:
        certificate = signers.verified_signer(text.encode(), signature, now)
    except Refused as refusal:
        raise refusal.at(401 if refusal.status == 422 else refusal.status) from refusal
    if not questions.is_ours(text, certificate.party.number, now):
        raise _refused()
    token = fresh(certificate, now)
    try:
        with write():
            Challenge.objects.create(digest=digest(text), expires_at=challenges.end_of(text))
            store(token, certificate)
    except IntegrityError as error:
        raise _refused() from error
    _log.info("program signed in", certificate=certificate.pk)
    return token, certificate.party


def fresh(certificate: Certificate, now: datetime) -> Issued:
    """A new access token, not yet stored: for an hour, and never longer than its certificate."""
    ends = now + timedelta(minutes=settings.RENKEI["TOKEN_MINUTES"])
    return Issued(secrets.token_urlsafe(32), min(ends, certificate.not_after))


def store(
    token: Issued, certificate: Certificate, account: Account | None = None, family: uuid.UUID | None = None
) -> None:
    """Make an access token count. Call it inside `write()`."""
    AccessToken.objects.create(
        digest=digest(token.text),
        certificate=certificate,
        account=account,
        family=family,
        expires_at=token.expires_at,
    )


def certificate_of(token: str, shown: bytes | None) -> Certificate | None:
    """The certificate behind a token that still counts, with its party; None when there is none.

    `shown` is the client certificate of the connection, in DER. Raises Refused (401) where the token came from a sign-in
    with ID and password, which needs the same certificate at each use (after RFC 8705).
    """
    found = find(token)
    if found is None:
        return None
    if found.account is not None:
        if found.account.closed_at is not None:
            return None
        require_same(found.certificate, shown)
    try:
        signers.require_usable(found.certificate)
        signers.check_chain(cms.load_certificate(bytes(found.certificate.der)), timezone.now())
    except Refused:
        return None
    return found.certificate


def find(token: str) -> AccessToken | None:
    """The row of an access token that is not over."""
    if len(token) > MAX_TOKEN_CHARACTERS:
        return None
    found = _by_digest.one(digest(token))
    return found if found is not None and found.expires_at > timezone.now() else None


def require_same(certificate: Certificate, shown: bytes | None) -> None:
    """Raises Refused (401) unless the connection shows the certificate that the program signed in with."""
    if shown is None or hashlib.sha256(shown).hexdigest() != certificate.fingerprint:
        raise Refused(
            401,
            "E-AUTH-BOUND",
            "サインインしたときの証明書が見せられていません。",
            "サインインしたときと同じクライアント証明書で接続してください。",
        )


def digest(text: str) -> str:
    """How tokens and challenges are stored: they carry 128 random bits or more, so a plain digest tells nothing."""
    return hashlib.sha256(text.encode()).hexdigest()


def _refused() -> Refused:
    return Refused(
        401,
        "E-AUTH-CHALLENGE",
        "サインインできませんでした。",
        "新しい問いかけを受け取り、事業所の鍵で署名して、時間内に一度だけ返してください。",
    )
