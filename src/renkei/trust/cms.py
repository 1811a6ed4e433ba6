"""Detached signatures: CMS SignedData (RFC 5652) with the signed attributes of CAdES-BES (ETSI EN 319 122-1).

`cryptography` cannot verify CMS and cannot add signingCertificateV2, so the structure is built and read with
asn1crypto; keys and certificates stay with cryptography. One form only is written, and little more is read: what
plain `openssl cms -sign -binary -md sha256` makes.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

# asn1crypto.tsp is imported because it registers signing_certificate_v2 as an attribute of CMS.
from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from .errors import KeyFileError, SignatureError
from .keys import PrivateKey, PublicKey, usable

__all__ = ["SignatureError", "Signed", "sign", "verify"]

MAX_BYTES = 64 * 1024
MAX_CERTIFICATES = 10

_SHA256 = hashes.SHA256()
_EC_ALGORITHM = "sha256_ecdsa"
_RSA_ALGORITHMS = ("rsassa_pkcs1v15", "sha256_rsa")
# What asn1crypto lets through when bytes are not what their tags say.
_UNREADABLE = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError)


@dataclass(frozen=True)
class Signed:
    """Whose key signed, and when according to the signer (None when the signature does not say).

    The time is a statement of the signer, no evidence; whether the certificate counts is for `chain.TrustStore`.
    """

    certificate: x509.Certificate
    signing_time: datetime | None


@dataclass(frozen=True)
class _Parts:
    """The one signer of a SignedData, read to plain values."""

    certificate: bytes
    algorithm: str
    signature: bytes
    signed_bytes: bytes
    message_digest: bytes
    certificate_hash: bytes | None
    signing_time: datetime | None


def sign(data: bytes, key: PrivateKey, certificate: x509.Certificate, at: datetime | None = None) -> bytes:
    """A detached signature over `data`, DER, with the certificate inside; `at` is the stated time (now by default).

    Raises KeyFileError when the key is not the certificate's or not of a kind that we sign with.
    """
    public = key.public_key()
    if not usable(public) or certificate.public_key() != public:
        raise KeyFileError("E-CERT-KEY", "the key is not usable or not the certificate's")
    der = certificate.public_bytes(Encoding.DER)
    attributes = _attributes(hashlib.sha256(data).digest(), der, at or datetime.now(UTC))
    signer = {
        "version": "v1",
        "sid": {"issuer_and_serial_number": _identifier(der)},
        "digest_algorithm": {"algorithm": "sha256"},
        "signed_attrs": attributes,
        "signature_algorithm": _algorithm(key),
        "signature": _raw_signature(key, attributes.dump()),
    }
    signed_data = {
        "version": "v1",
        "digest_algorithms": [{"algorithm": "sha256"}],
        "encap_content_info": {"content_type": "data"},
        "certificates": [asn1_x509.Certificate.load(der)],
        "signer_infos": [signer],
    }
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed_data)}).dump())


def verify(data: bytes, signature: bytes) -> Signed:
    """Check a detached signature over `data`. Says nothing about whether the certificate is trusted.

    Raises SignatureError unless it is DER of at most 64 KiB without bytes behind it; SignedData version 1 without
    content and with exactly one signer, named by issuer and serial number, whose certificate is inside; SHA-256 with
    P-256 or RSA PKCS#1 v1.5 of 2048 bits or more; content type and message digest signed, each once, and right;
    signingCertificateV2, where present, that of this certificate; no unsigned attributes.
    """
    parts = _read(signature)
    if not hmac.compare_digest(parts.message_digest, hashlib.sha256(data).digest()):
        raise _refusal("the message digest is not that of the data")
    if parts.certificate_hash not in (None, hashlib.sha256(parts.certificate).digest()):
        raise _refusal("the signing certificate attribute names another certificate")
    certificate = _load_certificate(parts.certificate)
    try:
        _check_signature(certificate.public_key(), parts)
    except (InvalidSignature, ValueError, TypeError) as error:
        raise _refusal("the signature is not that of the certificate's key") from error
    return Signed(certificate, parts.signing_time)


def _attributes(digest: bytes, certificate: bytes, at: datetime) -> cms.CMSAttributes:
    """The signed attributes as a SET OF; asn1crypto sorts it on encoding, as DER and the signature need."""
    reference = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(certificate).digest()})
    time = at.astimezone(UTC).replace(microsecond=0)
    values: dict[str, Any] = {
        "content_type": "data",
        "signing_time": cms.Time({"utc_time" if time.year < 2050 else "general_time": time}),
        "message_digest": digest,
        "signing_certificate_v2": tsp.SigningCertificateV2({"certs": [reference]}),
    }
    return cms.CMSAttributes([cms.CMSAttribute({"type": name, "values": [value]}) for name, value in values.items()])


def _algorithm(key: PrivateKey) -> algos.SignedDigestAlgorithm:
    if isinstance(key, rsa.RSAPrivateKey):
        return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pkcs1v15", "parameters": core.Null()})
    return algos.SignedDigestAlgorithm({"algorithm": _EC_ALGORITHM})


def _raw_signature(key: PrivateKey, data: bytes) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), _SHA256)
    return key.sign(data, ec.ECDSA(_SHA256))


def _check_signature(key: object, parts: _Parts) -> None:
    """Raises InvalidSignature, or ValueError when key and algorithm do not belong together."""
    if not isinstance(key, PublicKey) or not usable(key):
        raise ValueError("the key is neither P-256 nor RSA of 2048 bits or more")
    if isinstance(key, rsa.RSAPublicKey) and parts.algorithm in _RSA_ALGORITHMS:
        key.verify(parts.signature, parts.signed_bytes, padding.PKCS1v15(), _SHA256)
    elif isinstance(key, ec.EllipticCurvePublicKey) and parts.algorithm == _EC_ALGORITHM:
        key.verify(parts.signature, parts.signed_bytes, ec.ECDSA(_SHA256))
    else:
        raise ValueError("the signature algorithm is not the key's")


def _read(signature: bytes) -> _Parts:
    """asn1crypto reads lazily: all that it may stumble over is touched here."""
    if len(signature) > MAX_BYTES:
        raise _refusal(f"longer than {MAX_BYTES} bytes")
    try:
        info = cms.ContentInfo.load(signature, strict=True)
        if info["content_type"].native != "signed_data":
            raise _refusal("not SignedData")
        return _parts(info["content"])
    except _UNREADABLE as error:
        raise _refusal("not a CMS signature in DER") from error


def _parts(signed_data: cms.SignedData) -> _Parts:
    signers = signed_data["signer_infos"]
    content = signed_data["encap_content_info"]
    _demand(signed_data["version"].native == "v1", "SignedData is not of version 1")
    _demand(len(signers) == 1, "there is not exactly one signer")
    _demand(content["content_type"].native == "data", "the content is not plain data")
    _demand(isinstance(content["content"], core.Void) or content["content"].native is None, "content is enclosed")
    signer = signers[0]
    _demand(signer["version"].native == "v1", "the signer is not of version 1")
    _demand(signer["digest_algorithm"]["algorithm"].native == "sha256", "the digest is not SHA-256")
    _demand(isinstance(signer["unsigned_attrs"], core.Void), "there are unsigned attributes")
    attributes = _signed_attributes(signer["signed_attrs"])
    _demand(attributes.get("content_type") == "data", "the signed content type is not data")
    return _Parts(
        certificate=_signers_certificate(signed_data["certificates"], signer["sid"]),
        algorithm=signer["signature_algorithm"]["algorithm"].native,
        signature=signer["signature"].native,
        signed_bytes=b"\x31" + signer["signed_attrs"].dump()[1:],  # signed as SET OF, carried as [0] IMPLICIT
        message_digest=attributes.get("message_digest", b""),
        certificate_hash=_certificate_hash(attributes.get("signing_certificate_v2")),
        signing_time=attributes.get("signing_time"),
    )


def _signed_attributes(attributes: cms.CMSAttributes) -> dict[str, Any]:
    """Type → native value. Each type once with one value: of two, nobody could say which was meant."""
    _demand(not isinstance(attributes, core.Void), "there are no signed attributes")
    found: dict[str, Any] = {}
    for attribute in attributes:
        name = attribute["type"].native
        _demand(name not in found and len(attribute["values"]) == 1, "a signed attribute is not there exactly once")
        found[name] = attribute["values"][0].native
    return found


def _signers_certificate(certificates: cms.CertificateSet, identifier: cms.SignerIdentifier) -> bytes:
    """DER of the enclosed certificate that the signer identifier names by issuer and serial number."""
    _demand(not isinstance(certificates, core.Void), "the certificate is not enclosed")
    _demand(len(certificates) <= MAX_CERTIFICATES, "too many certificates")
    _demand(identifier.name == "issuer_and_serial_number", "the signer is not named by issuer and serial number")
    wanted = identifier.chosen.dump()
    found = [
        choice.chosen.dump()
        for choice in certificates
        if choice.name == "certificate" and _identifier(choice.chosen.dump()).dump() == wanted
    ]
    _demand(len(found) == 1, "the signer's certificate is not enclosed exactly once")
    return bytes(found[0])


def _certificate_hash(attribute: Any) -> bytes | None:
    """The hash in signingCertificateV2 (RFC 5035), None without the attribute; the first entry is the signer's."""
    if attribute is None:
        return None
    first = attribute["certs"][0]
    _demand(first["hash_algorithm"]["algorithm"] == "sha256", "the signing certificate attribute is not SHA-256")
    return bytes(first["cert_hash"])


@lru_cache(maxsize=4096)
def _identifier(certificate: bytes) -> cms.IssuerAndSerialNumber:
    parsed = asn1_x509.Certificate.load(certificate)
    return cms.IssuerAndSerialNumber({"issuer": parsed.issuer, "serial_number": parsed.serial_number})


@lru_cache(maxsize=4096)
def _load_certificate(der: bytes) -> x509.Certificate:
    """The same offices sign all day; cryptography keeps what it parsed in the object."""
    try:
        return x509.load_der_x509_certificate(der)
    except ValueError as error:
        raise _refusal("the certificate cannot be read") from error


def _demand(condition: object, otherwise: str) -> None:
    if not condition:
        raise _refusal(otherwise)


def _refusal(reason: str) -> SignatureError:
    return SignatureError("E-AUTH-SIGNATURE", reason)
