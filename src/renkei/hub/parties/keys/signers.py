"""Whose signature is it: from bytes to a registered certificate of an active party."""

from __future__ import annotations

from datetime import datetime

from cryptography import x509

from renkei.hub.core.problems import Refused
from renkei.hub.parties.keys import policed
from renkei.hub.parties.keys.trusted import trust_store
from renkei.hub.parties.models import Certificate
from renkei.hub.parties.standing import Standing, standing
from renkei.trust import chain, cms
from renkei.trust.errors import CertificateError, TrustError
from renkei.trust.policies import HUB_KEPT, Verdict


def verified_signer(data: bytes, signature: bytes, at: datetime) -> Certificate:
    """The registered certificate whose key signed `data`, valid at `at`. Raises Refused (422)."""
    try:
        signed = cms.verify(data, signature)
    except TrustError as error:
        raise Refused.because(422, error) from error
    return registered(signed.certificate, at)


def registered(certificate: x509.Certificate, at: datetime) -> Certificate:
    """The row of a certificate that is valid at `at` and counts here. Raises Refused (422)."""
    if is_kept(certificate, check_chain(certificate, at)):
        raise kept_key()
    return _registered(chain.fingerprint(certificate))


def check_chain(certificate: x509.Certificate, at: datetime) -> Verdict:
    """What it counts as: valid, not revoked, from an authority and of a kind that counts here. Raises Refused (422)."""
    rows, store = policed.in_force(), trust_store()
    try:
        store.check(certificate, at)
        return rows.judge(store.path(certificate))
    except TrustError as error:
        raise Refused.because(422, error) from error


def is_kept(certificate: x509.Certificate, verdict: Verdict) -> bool:
    """Whether a hub keeps the key: by the table, and by what the certificate says, whichever row an operator put before."""
    return verdict.policy.kind == HUB_KEPT or chain.kept_by(certificate) is not None


def kept_key() -> Refused:
    """A key that a hub keeps signs inside that hub and nowhere else."""
    return Refused(
        422,
        "E-CERT-KEPT",
        "ハブが預かる鍵の証明書は、プログラムからは使えません。",
        "事業所の鍵で署名してください。",
    )


def require_usable(certificate: Certificate) -> None:
    """Registered, not withdrawn, of a party that may still act here, if only to collect what waits for it: asked again
    inside the write. Raises Refused (422)."""
    if certificate.revoked_at is not None:
        raise Refused.because(422, CertificateError("E-CERT-REVOKED", "withdrawn from this hub"))
    if standing(certificate.party) is Standing.NOTHING:
        raise Refused(422, "E-AUTH-PARTY", "この事業所は今、利用が止まっています。", "運営者に問い合わせてください。")


def _registered(fingerprint: str) -> Certificate:
    found = Certificate.objects.select_related("party").filter(fingerprint=fingerprint).first()
    if found is None:
        raise Refused(
            422,
            "E-CERT-UNKNOWN",
            "この証明書はハブに登録されていません。",
            "新しい証明書を登録してから、もう一度送ってください。",
        )
    require_usable(found)
    return found
