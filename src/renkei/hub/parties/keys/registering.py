"""Putting a certificate on a party's account, so that what it signs counts."""

from __future__ import annotations

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.utils import timezone

from renkei.hub.core.problems import Refused
from renkei.hub.parties.keys import signers
from renkei.hub.parties.keys.trusted import trust_store
from renkei.hub.parties.models import Certificate, Party
from renkei.trust import chain


def kind_of(certificate: x509.Certificate, number: str, at: datetime | None = None) -> str:
    """The kind that a certificate of this office counts as. Raises Refused (422).

    One whose key a hub keeps is refused: only the hub itself puts that in.
    """
    verdict = signers.check_chain(certificate, at or timezone.now())
    if verdict.office != number:
        raise Refused(
            422, "E-CERT-OFFICE", "ほかの事業所の証明書です。", "この事業所番号で発行された証明書を使ってください。"
        )
    if signers.is_kept(certificate, verdict):
        raise signers.kept_key()
    return verdict.policy.kind


def register(
    certificate: x509.Certificate, party: Party, kind: str, replaces: Certificate | None = None
) -> Certificate:
    """The certificate's row. Call it inside `write()`. Raises Refused for one that is another party's."""
    found, _ = Certificate.objects.get_or_create(
        fingerprint=chain.fingerprint(certificate),
        defaults={
            "party": party,
            "der": certificate.public_bytes(Encoding.DER),
            "not_after": certificate.not_valid_after_utc,
            "kind": kind,
            "replaces": replaces,
        },
    )
    if found.party_id != party.pk:
        raise Refused(422, "E-CERT-OFFICE", "ほかの事業所の証明書です。", "事業所番号を確かめてください。")
    return found


def chain_pem(certificate: Certificate) -> str:
    """The certificate and its issuers without the root, as PEM; alone where its authority is trusted no more."""
    leaf = x509.load_der_x509_certificate(bytes(certificate.der))
    try:
        path = trust_store().path(leaf)[:-1]
    except chain.CertificateError:
        path = (leaf,)
    return "".join(one.public_bytes(Encoding.PEM).decode() for one in path)
