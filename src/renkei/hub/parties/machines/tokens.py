"""A program signs a challenge with its office's key and gets a token for an hour."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from django.conf import settings
from django.utils import timezone

from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.parties.keys import signers
from renkei.hub.parties.models import AccessToken, Certificate, Challenge, Party
from renkei.trust import challenges

MAX_TOKEN_CHARACTERS = 200


@dataclass(frozen=True)
class Issued:
    """A text for its holder alone, and until when it counts."""

    text: str
    expires_at: datetime


def challenge(office: str) -> Issued:
    """A question for `office`, the same for one that is not known: nobody learns here who has joined."""
    expires_at = timezone.now() + timedelta(seconds=settings.RENKEI["CHALLENGE_SECONDS"])
    text = challenges.build(settings.HUB_ID, office, expires_at)
    with write():
        Challenge.objects.create(digest=_digest(text), expires_at=expires_at)
    return Issued(text, expires_at)


def answer(text: str, signature: bytes) -> tuple[Issued, Party]:
    """A token for the office that signed its challenge. Each challenge is answered once. Raises Refused (401)."""
    now = timezone.now()
    try:
        certificate = signers.verified_signer(text.encode(), signature, now)
    except Refused as refusal:
        raise Refused(401, refusal.code, refusal.title, refusal.detail) from refusal
    if not challenges.is_for(text, settings.HUB_ID, certificate.party.number):
        raise _refused()
    token = secrets.token_urlsafe(32)
    expires_at = min(now + timedelta(minutes=settings.RENKEI["TOKEN_MINUTES"]), certificate.not_after)
    with write():
        used, _ = Challenge.objects.filter(digest=_digest(text), expires_at__gte=now).delete()
        if not used:
            raise _refused()
        AccessToken.objects.create(digest=_digest(token), certificate=certificate, expires_at=expires_at)
    return Issued(token, expires_at), certificate.party


def certificate_of(token: str) -> Certificate | None:
    """The certificate behind a token that still counts, with its party; None when there is none."""
    if len(token) > MAX_TOKEN_CHARACTERS:
        return None
    found = (
        AccessToken.objects.select_related("certificate__party")
        .filter(digest=_digest(token), expires_at__gt=timezone.now())
        .first()
    )
    if found is None:
        return None
    try:
        signers.require_usable(found.certificate)
        signers.check_chain(x509.load_der_x509_certificate(bytes(found.certificate.der)), timezone.now())
    except Refused:
        return None
    return found.certificate


def _refused() -> Refused:
    return Refused(
        401,
        "E-AUTH-CHALLENGE",
        "サインインできませんでした。",
        "新しい問いかけを受け取り、事業所の鍵で署名して、時間内に一度だけ返してください。",
    )


def _digest(text: str) -> str:
    # Both texts carry 256 random bits: a plain digest tells nothing about them.
    return hashlib.sha256(text.encode()).hexdigest()
