"""Detached signatures: CMS SignedData (RFC 5652) with the signed attributes of CAdES-BES (ETSI EN 319 122-1).

`cryptography` neither verifies CMS nor writes signingCertificateV2, so the structure is written and read here; keys
and certificates stay with cryptography. One form only is written, and little more is read: what plain
`openssl cms -sign -binary -md sha256` makes.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from . import der
from .der import CONTEXT_0, INTEGER, OCTET_STRING, SEQUENCE, SET, Element
from .errors import KeyFileError, SignatureError
from .keys import PrivateKey, PublicKey, usable

__all__ = ["SignatureError", "Signed", "Signer", "sign", "verify"]

MAX_BYTES = 64 * 1024
MAX_CERTIFICATES = 10
MAX_CACHED = 512  # certificates of up to MAX_BYTES each, which a stranger may choose

_ECDSA = ec.ECDSA(hashes.SHA256())

SIGNED_DATA = der.oid("1.2.840.113549.1.7.2")
_DATA = der.oid("1.2.840.113549.1.7.1")
CONTENT_TYPE = der.oid("1.2.840.113549.1.9.3")
MESSAGE_DIGEST = der.oid("1.2.840.113549.1.9.4")
_SIGNING_TIME = der.oid("1.2.840.113549.1.9.5")
SIGNING_CERTIFICATE_V2 = der.oid("1.2.840.113549.1.9.16.2.47")

_CONTENT_TYPE_DATA = der.encode(SEQUENCE, CONTENT_TYPE, der.encode(SET, _DATA))  # the attribute, the same for all
_VERSION_1 = der.encode(INTEGER, b"\x01")
_NULL = der.encode(der.NULL)
_SHA256 = der.encode(SEQUENCE, der.oid("2.16.840.1.101.3.4.2.1"))
_SHA256_FORMS = (_SHA256, der.encode(SEQUENCE, der.oid("2.16.840.1.101.3.4.2.1"), _NULL))
_ECDSA_SHA256 = der.encode(SEQUENCE, der.oid("1.2.840.10045.4.3.2"))
_RSA = der.encode(SEQUENCE, der.oid("1.2.840.113549.1.1.1"), _NULL)
_RSA_FORMS = (_RSA, der.encode(SEQUENCE, der.oid("1.2.840.113549.1.1.11"), _NULL))  # plain RSA, or with SHA-256 named


@dataclass(frozen=True)
class Signed:
    """Whose key signed (`encoded` is the certificate, DER), and when according to the signer (None when the signature does
    not say).

    The time is a statement of the signer, no evidence; whether the certificate counts is for `chain.TrustStore`.
    """

    encoded: bytes
    signing_time: datetime | None

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate itself."""
        return load_certificate(self.encoded)


class _Parts(NamedTuple):
    """What a SignedData with one signer says; certificate and algorithm are DER."""

    certificate: bytes
    algorithm: bytes
    signature: bytes
    signed_bytes: bytes
    message_digest: bytes
    certificate_hash: bytes | None
    signing_time: datetime | None


def sign(data: bytes, key: PrivateKey, certificate: x509.Certificate, at: datetime | None = None) -> bytes:
    """A detached signature over `data`, DER, with the certificate inside; `at` is the stated time (now by default).

    Raises KeyFileError when the key is not the certificate's or not of a kind that we sign with.
    """
    return Signer(key, certificate).sign(data, at)


class Signer:
    """A key and its certificate, held against each other once, for many signatures.

    Raises KeyFileError when the key is not the certificate's or not of a kind that we sign with.
    """

    def __init__(self, key: PrivateKey, certificate: x509.Certificate) -> None:
        self._key, self._frame = key, _frame(certificate)
        public = key.public_key()
        if not usable(public) or self._frame.public_key != public:
            raise KeyFileError("E-CERT-KEY", "the key is not usable or not the certificate's")
        self._algorithm = _RSA if isinstance(key, rsa.RSAPrivateKey) else _ECDSA_SHA256

    def sign(self, data: bytes, at: datetime | None = None) -> bytes:
        """As the function `sign`."""
        attributes = der.set_of(
            _CONTENT_TYPE_DATA,
            _attribute(MESSAGE_DIGEST, der.encode(OCTET_STRING, hashlib.sha256(data).digest())),
            _attribute(_SIGNING_TIME, der.time(at or datetime.now(UTC))),
            self._frame.reference,
        )
        signer = der.encode(
            SEQUENCE,
            self._frame.identified,
            der.encode(CONTEXT_0, attributes),
            self._algorithm,
            der.encode(OCTET_STRING, _raw_signature(self._key, der.encode(SET, attributes))),
        )
        content = der.encode(SEQUENCE, self._frame.enclosed, der.encode(SET, signer))
        return der.encode(SEQUENCE, SIGNED_DATA, der.encode(CONTEXT_0, content))


@dataclass(frozen=True)
class _Frame:
    """What all signatures of one certificate have in common, in DER: `enclosed` is SignedData up to its signers, `identified`
    a signer up to the attributes, `reference` the attribute that names the certificate.

    Never a private key in here: some are unlocked for one signature.
    """

    public_key: object
    enclosed: bytes
    identified: bytes
    reference: bytes


@lru_cache(maxsize=MAX_CACHED)
def _frame(certificate: x509.Certificate) -> _Frame:
    encoded = certificate.public_bytes(Encoding.DER)
    reference = der.encode(SEQUENCE, der.encode(OCTET_STRING, _digest(encoded)))
    return _Frame(
        public_key=certificate.public_key(),
        enclosed=b"".join(
            (_VERSION_1, der.encode(SET, _SHA256), der.encode(SEQUENCE, _DATA), der.encode(CONTEXT_0, encoded))
        ),
        identified=b"".join((_VERSION_1, _identifier(encoded), _SHA256)),
        reference=_attribute(SIGNING_CERTIFICATE_V2, der.encode(SEQUENCE, der.encode(SEQUENCE, reference))),
    )


def verify(data: bytes, signature: bytes) -> Signed:
    """Check a detached signature over `data`. Says nothing about whether the certificate is trusted.

    Raises SignatureError unless it is DER of at most 64 KiB without bytes behind it; SignedData version 1 without
    content and with exactly one signer, named by issuer and serial number, whose certificate is inside; SHA-256 with
    P-256 or RSA PKCS#1 v1.5 of 2048 bits or more; content type and message digest signed, each once, and right;
    signingCertificateV2, where present, that of this certificate; no unsigned attributes.
    """
    if len(signature) > MAX_BYTES:
        raise _refusal(f"longer than {MAX_BYTES} bytes")
    try:
        parts = _read(signature)
        certificate = load_certificate(parts.certificate)
    except (ValueError, IndexError, x509.InvalidVersion) as error:
        raise _refusal("not a detached CMS signature in DER") from error
    if not hmac.compare_digest(parts.message_digest, hashlib.sha256(data).digest()):
        raise _refusal("the message digest is not that of the data")
    if parts.certificate_hash not in (None, _digest(parts.certificate)):
        raise _refusal("the signing certificate attribute names another certificate")
    try:
        _check_signature(certificate.public_key(), parts)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError) as error:
        raise _refusal("the signature is not that of the certificate's key") from error
    return Signed(parts.certificate, parts.signing_time)


def _attribute(kind: bytes, value: bytes) -> bytes:
    return der.encode(SEQUENCE, kind, der.encode(SET, value))


def _raw_signature(key: PrivateKey, data: bytes) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    return key.sign(data, _ECDSA)


def _check_signature(key: object, parts: _Parts) -> None:
    """Raises InvalidSignature, or ValueError when key and algorithm do not belong together."""
    if not isinstance(key, PublicKey) or not usable(key):
        raise ValueError("the key is neither P-256 nor RSA of 2048 bits or more")
    if isinstance(key, rsa.RSAPublicKey) and parts.algorithm in _RSA_FORMS:
        key.verify(parts.signature, parts.signed_bytes, padding.PKCS1v15(), hashes.SHA256())
    elif isinstance(key, ec.EllipticCurvePublicKey) and parts.algorithm == _ECDSA_SHA256:
        key.verify(parts.signature, parts.signed_bytes, _ECDSA)
    else:
        raise ValueError("the signature algorithm is not the key's")


def _read(signature: bytes) -> _Parts:
    """Raises ValueError where it is not DER or not of this shape, SignatureError where it says something unfit."""
    [outer] = der.elements(signature)
    kind, wrapped = der.inside(outer, SEQUENCE)
    _demand(kind.raw == SIGNED_DATA, "not SignedData")
    [signed_data] = der.inside(wrapped, CONTEXT_0)
    # Five parts: without revocation lists, which nobody would check.
    version, digests, content, certificates, signers = der.inside(signed_data, SEQUENCE)
    _demand(version.raw == _VERSION_1, "SignedData is not of version 1")
    _demand(der.content(digests, SET) in _SHA256_FORMS, "the digest is not SHA-256 alone")
    _demand(der.content(content, SEQUENCE) == _DATA, "the content is enclosed, or not plain data")
    found = der.inside(signers, SET)
    _demand(len(found) == 1, "there is not exactly one signer")
    return _read_signer(found[0], der.inside(certificates, CONTEXT_0))


def _read_signer(signer: Element, certificates: list[Element]) -> _Parts:
    # Six parts: without unsigned attributes, which anyone could add.
    version, identifier, digest, signed, algorithm, signature = der.inside(signer, SEQUENCE)
    _demand(version.raw == _VERSION_1, "the signer is not of version 1")
    _demand(digest.raw in _SHA256_FORMS, "the digest is not SHA-256")
    attributes = signed_attributes(signed)
    content_type = attributes.get(CONTENT_TYPE)
    digest_value = attributes.get(MESSAGE_DIGEST)
    if content_type is None or content_type.raw != _DATA or digest_value is None:
        raise _refusal("the signed attributes lack content type or message digest")
    stated = attributes.get(_SIGNING_TIME)
    return _Parts(
        certificate=signers_certificate(certificates, identifier),
        algorithm=algorithm.raw,
        signature=der.content(signature, OCTET_STRING),
        signed_bytes=der.encode(SET, signed.content),  # signed as SET OF, carried as [0]
        message_digest=der.content(digest_value, OCTET_STRING),
        certificate_hash=certificate_hash(attributes.get(SIGNING_CERTIFICATE_V2)),
        signing_time=der.time_of(stated) if stated else None,
    )


def signed_attributes(signed: Element) -> dict[bytes, Element]:
    """Type → value. Each type once with one value: of two, nobody could say which was meant."""
    found: dict[bytes, Element] = {}
    for attribute in der.inside(signed, CONTEXT_0):
        kind, values = der.inside(attribute, SEQUENCE)
        [value] = der.inside(values, SET)
        _demand(kind.raw not in found, "a signed attribute is there twice")
        found[kind.raw] = value
    return found


def signers_certificate(certificates: list[Element], identifier: Element) -> bytes:
    """DER of the enclosed certificate that has this issuer and serial number."""
    _demand(len(certificates) <= MAX_CERTIFICATES, "too many certificates")
    found = [item.raw for item in certificates if item.tag == SEQUENCE and _identifier(item.raw) == identifier.raw]
    _demand(len(found) == 1, "the signer's certificate is not enclosed exactly once")
    return found[0]


def certificate_hash(attribute: Element | None) -> bytes | None:
    """The hash in signingCertificateV2 (RFC 5035), None without the attribute; the first entry is the signer's."""
    if attribute is None:
        return None
    first = der.inside(der.inside(attribute, SEQUENCE)[0], SEQUENCE)[0]
    parts = der.inside(first, SEQUENCE)
    if parts[0].tag == SEQUENCE:  # a hash algorithm is named; SHA-256 is meant where none is
        _demand(parts.pop(0).raw in _SHA256_FORMS, "the signing certificate attribute is not SHA-256")
    return der.content(parts[0], OCTET_STRING)


@lru_cache(maxsize=MAX_CACHED)
def _identifier(certificate: bytes) -> bytes:
    """Issuer and serial number of a certificate, as in a signer identifier (DER)."""
    [outer] = der.elements(certificate)
    fields = der.inside(der.inside(outer, SEQUENCE)[0], SEQUENCE)
    if fields[0].tag == CONTEXT_0:  # the version, absent in version 1
        fields.pop(0)
    serial, _, issuer = fields[:3]
    return der.encode(SEQUENCE, issuer.raw, serial.raw)


@lru_cache(maxsize=MAX_CACHED)
def _digest(certificate: bytes) -> bytes:
    return hashlib.sha256(certificate).digest()


@lru_cache(maxsize=MAX_CACHED)
def load_certificate(encoded: bytes) -> x509.Certificate:
    """The same offices sign all day, and cryptography keeps what it has parsed in the object."""
    return x509.load_der_x509_certificate(encoded)


def _demand(condition: bool, otherwise: str) -> None:
    if not condition:
        raise _refusal(otherwise)


def _refusal(reason: str) -> SignatureError:
    return SignatureError("E-AUTH-SIGNATURE", reason)
