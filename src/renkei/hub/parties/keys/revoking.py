"""Ending a certificate before its time: here at once, then in the authority's ledger, its list and its answers."""

from __future__ import annotations

import structlog
from django.utils import timezone

from renkei.hub.core import deeds, jobs
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.parties.keys import issuing
from renkei.hub.parties.models import (
    AccessToken,
    Certificate,
    CertificateRequest,
    RefreshToken,
    RequestState,
    SealingKey,
)
from renkei.trust.errors import TrustError
from renkei.trust.ledger import KEY_LOST

KIND = "revocations"
# RFC 5280 words, and what an office reads.
REASONS = {
    KEY_LOST: "鍵がもれた、なくした(パソコンの紛失や盗難を含む)",
    "superseded": "新しい証明書に替えた",
    "affiliationChanged": "名前や所属が変わった",
    "cessationOfOperation": "使うのをやめた",
    "unspecified": "そのほか",
}
_log = structlog.get_logger(__name__)


def revoke(certificate: Certificate, reason: str, actor: str, why: str) -> bool:
    """Stop a certificate from counting, now and for good; whether it counted until now.

    `reason` is a key of REASONS. With keyCompromise every certificate of the same key goes, and the key gets no other.
    What was signed in with it is over. Raises Refused (422) for another word.
    """
    if reason not in REASONS:
        raise Refused(422, "E-REQUEST", "失効の理由が正しくありません。", "理由を選び直してください。")
    all_of_key = _same_key(certificate) if reason == KEY_LOST else [certificate.pk]
    with write():
        rows = Certificate.objects.filter(pk__in=all_of_key)
        ended = rows.filter(revoked_at=None).update(revoked_at=timezone.now(), revoked_reason=reason)
        if reason == KEY_LOST:
            # It may have been replaced first and found lost later.
            rows.update(revoked_reason=reason)
            # Whoever has the key may have asked with it.
            waiting = CertificateRequest.objects.filter(renews__in=all_of_key, state=RequestState.ASKED)
            waiting.update(state=RequestState.REFUSED, reason="もとの証明書の鍵が失われました。")
        for model in (AccessToken, RefreshToken):
            model._default_manager.filter(certificate__in=all_of_key).delete()
        SealingKey.objects.filter(certificate__in=all_of_key, retired_at=None).update(retired_at=timezone.now())
        about = f"certificate:{certificate.pk}"
        deeds.record(actor, "certificate-revoked", about, party=certificate.party_id, reason=why, because=reason)
        jobs.enqueue(KIND, key="all")
    tell_the_world()
    return bool(ended)


def tell_the_world() -> bool:
    """Bring ledger, list and answers up to date; whether that could be done. The job of the same name tries again."""
    try:
        issuing.keep_lists(timezone.now())
    except (TrustError, OSError) as error:
        _log.error("the revocation is not in the authority's list yet", why=type(error).__name__)
        issuing.forget()
        return False
    return True


def _same_key(certificate: Certificate) -> list[int]:
    """This certificate and all others of its key, whoever's they are."""
    key = issuing.digest_of(bytes(certificate.der))
    rows = Certificate.objects.filter(party=certificate.party_id).values_list("pk", "der")
    return [row for row, der in rows if issuing.digest_of(bytes(der)) == key]
