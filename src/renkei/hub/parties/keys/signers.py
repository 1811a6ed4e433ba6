"""Whose signature is it: from bytes to a registered certificate of an active party."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from datetime import datetime

from cryptography import x509

from renkei.hub.core import apart
from renkei.hub.core.lookups import Lookup
from renkei.hub.core.problems import Refused, passed
from renkei.hub.parties.keys import policed
from renkei.hub.parties.keys.trusted import trust_store
from renkei.hub.parties.keys.verifying import SignedBytes, certificate_of
from renkei.hub.parties.models import Certificate
from renkei.hub.parties.standing import Standing, standing
from renkei.trust import chain, cms
from renkei.trust.chain import TrustStore
from renkei.trust.errors import CertificateError, TrustError
from renkei.trust.paths import MAX_CACHED
from renkei.trust.policies import HUB_KEPT, Policies, Verdict

_by_fingerprint = Lookup(Certificate, "fingerprint", "party")


def verified_signer(data: bytes, signature: bytes, at: datetime) -> Certificate:
    """The registered certificate whose key signed `data`, valid at `at`. Raises Refused (422)."""
    [found] = all_verified([SignedBytes(data, signature)], at)
    if isinstance(found, Refused):
        raise found
    return found


def all_verified(given: Sequence[SignedBytes], at: datetime) -> list[Certificate | Refused]:
    """As `verified_signer` for many, each verified or refused on its own. One query."""
    found = all_signers(given)
    known = all_registered(passed(found), at)
    return [one if isinstance(one, Refused) else known[chain.fingerprint(one)] for one in found]


def all_signers(given: Sequence[SignedBytes]) -> list[x509.Certificate | Refused]:
    """Of each the certificate whose key signed it; whether it counts is still to be asked."""
    found = apart.all_of(certificate_of, given)
    return [Refused.because(422, one) if isinstance(one, TrustError) else cms.load_certificate(one) for one in found]


def registered(certificate: x509.Certificate, at: datetime) -> Certificate:
    """The row of a certificate that is valid at `at` and counts here. Raises Refused (422)."""
    found = all_registered([certificate], at)[chain.fingerprint(certificate)]
    if isinstance(found, Refused):
        raise found
    return found


def all_registered(certificates: Iterable[x509.Certificate], at: datetime) -> dict[str, Certificate | Refused]:
    """As `registered`, by fingerprint: each certificate is judged once, however many signatures it made. One query."""
    distinct = {chain.fingerprint(one): one for one in certificates}
    rows = {row.fingerprint: row for row in _by_fingerprint.of(distinct)}
    return {key: _judged(one, rows.get(key), at) for key, one in distinct.items()}


def _judged(certificate: x509.Certificate, row: Certificate | None, at: datetime) -> Certificate | Refused:
    try:
        if is_kept(certificate, check_chain(certificate, at)):
            raise kept_key()
        return _usable(row)
    except Refused as refusal:
        return refusal


def check_chain(certificate: x509.Certificate, at: datetime) -> Verdict:
    """What it counts as: valid, not revoked, from an authority and of a kind that counts here. Raises Refused (422)."""
    rows, store = policed.in_force(), trust_store()
    try:
        store.check(certificate, at)
        return _verdict(rows, store, certificate)
    except TrustError as error:
        raise Refused.because(422, error) from error


@functools.lru_cache(maxsize=MAX_CACHED)
def _verdict(rows: Policies, store: TrustStore, certificate: x509.Certificate) -> Verdict:
    """The same for as long as neither table nor authorities change: there are others then."""
    return rows.judge(store.path(certificate))


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


def _usable(row: Certificate | None) -> Certificate:
    if row is None:
        raise Refused(
            422,
            "E-CERT-UNKNOWN",
            "この証明書はハブに登録されていません。",
            "新しい証明書を登録してから、もう一度送ってください。",
        )
    require_usable(row)
    return row
