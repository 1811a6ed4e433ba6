"""Time-stamps (RFC 3161): a third party's signed word that some bytes existed at a time.

Read as strictly as `cms` reads signatures, from the same DER. Decision 0013 says why not by a library.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from . import cms, der
from .chain import Purpose, TrustStore
from .der import CONTEXT_0, INTEGER, OCTET_STRING, SEQUENCE, SET, Element
from .errors import SignatureError, TimeStampError

__all__ = ["TimeStamp", "TimeStampError", "request", "token_in", "verify"]

MAX_BYTES = 64 * 1024
NONCE_BITS = 64
_BOOLEAN, _CONTEXT_1 = 0x01, 0xA1
_GRANTED = (b"\x00", b"\x01")  # with modifications too: what counts is checked below

_NULL = der.encode(der.NULL)
_TST_INFO = der.oid("1.2.840.113549.1.9.16.1.4")
_SIGNING_CERTIFICATE = der.oid("1.2.840.113549.1.9.16.2.12")  # with SHA-1: older, still what many authorities write
_SHA2: dict[str, hashes.SHA256 | hashes.SHA384 | hashes.SHA512] = {
    "2.1": hashes.SHA256(),
    "2.2": hashes.SHA384(),
    "2.3": hashes.SHA512(),
}
_DIGESTS = {
    form: made
    for arc, made in _SHA2.items()
    for oid in [der.oid(f"2.16.840.1.101.3.4.{arc}")]
    for form in (der.encode(SEQUENCE, oid), der.encode(SEQUENCE, oid, _NULL))
}
_SHA256 = der.encode(SEQUENCE, der.oid("2.16.840.1.101.3.4.2.1"), _NULL)
_RSA_OIDS = ("1.2.840.113549.1.1.1", *(f"1.2.840.113549.1.1.{n}" for n in (11, 12, 13)))
_RSA_DIGESTS = dict(zip(_RSA_OIDS, (None, *_SHA2.values()), strict=True))  # of plain RSA that of the signer info
_RSA = {der.encode(SEQUENCE, der.oid(oid), _NULL): made for oid, made in _RSA_DIGESTS.items()}
_ECDSA = {
    der.encode(SEQUENCE, der.oid(f"1.2.840.10045.4.3.{n}")): made
    for n, made in zip((2, 3, 4), _SHA2.values(), strict=True)
}
_TIME = re.compile(rb"\d{14}(?:\.\d{0,6}[1-9])?Z")


@dataclass(frozen=True)
class TimeStamp:
    """What a token says: the bytes existed at `at` (UTC), says the owner of `certificate`."""

    at: datetime
    certificate: x509.Certificate


@dataclass(frozen=True)
class _Token:
    info: bytes
    certificates: list[Element]
    signer: Element


def request(data: bytes, nonce: int) -> bytes:
    """The request for a token over the SHA-256 of `data`, to be posted as `application/timestamp-query`.

    `nonce` is a random number of NONCE_BITS bits; the signer's certificate is asked for.
    """
    imprint = der.encode(SEQUENCE, _SHA256, der.encode(OCTET_STRING, hashlib.sha256(data).digest()))
    return der.encode(SEQUENCE, der.encode(INTEGER, b"\x01"), imprint, _integer(nonce), der.encode(_BOOLEAN, b"\xff"))


def token_in(response: bytes) -> bytes:
    """The token in an authority's answer. Raises TimeStampError E-STAMP-REFUSED, or E-STAMP-TOKEN for no answer."""
    if len(response) > MAX_BYTES:
        raise _unreadable(f"longer than {MAX_BYTES} bytes")
    try:
        [outer] = der.elements(response)
        status, *token = der.inside(outer, SEQUENCE)
        granted = der.content(der.inside(status, SEQUENCE)[0], INTEGER) in _GRANTED
    except (ValueError, IndexError) as error:
        raise _unreadable("not an answer of a time-stamp authority") from error
    if not granted or len(token) != 1:
        raise TimeStampError("E-STAMP-REFUSED", "the authority granted no token")
    return token[0].raw


def verify(
    token: bytes,
    data: bytes,
    roots: Sequence[x509.Certificate],
    *,
    intermediates: Iterable[x509.Certificate] = (),
    crls: Iterable[bytes] = (),
    nonce: int | None = None,
) -> TimeStamp:
    """Check a token over `data`, signed by an authority below `roots` whose certificate was good at the token's time.

    Issuing certificates may come in the token. Raises TimeStampError: E-STAMP-TOKEN for what is malformed or wrongly
    signed, E-STAMP-OTHER for one over other bytes or of another request; CertificateError as `TrustStore.check` does.
    """
    if len(token) > MAX_BYTES:
        raise _unreadable(f"longer than {MAX_BYTES} bytes")
    try:
        parts = _read(token)
        certificate = cms.load_certificate(_check_signer(parts))
        at = _check_info(parts.info, data, nonce)
        issuers = [cms.load_certificate(item.raw) for item in parts.certificates if item.tag == SEQUENCE]
    except (ValueError, IndexError, x509.InvalidVersion, SignatureError) as error:
        raise _unreadable("not a time-stamp token in DER") from error
    except (InvalidSignature, UnsupportedAlgorithm, TypeError) as error:
        raise _unreadable("the signature is not that of the certificate's key") from error
    # Offices' roots do not count here: their authority must not vouch for its own time.
    TrustStore(roots, (*intermediates, *issuers), crls, Purpose.TIME_STAMPS).check(certificate, at)
    return TimeStamp(at, certificate)


def _read(token: bytes) -> _Token:
    [outer] = der.elements(token)
    kind, wrapped = der.inside(outer, SEQUENCE)
    [signed_data] = der.inside(wrapped, CONTEXT_0)
    version, digests, content, *more, signers = der.inside(signed_data, SEQUENCE)
    named = [item.raw for item in der.inside(digests, SET)]
    _demand(kind.raw == cms.SIGNED_DATA and version.raw == der.encode(INTEGER, b"\x03"), "not SignedData of version 3")
    _demand(bool(named) and all(item in _DIGESTS for item in named), "a digest that is not SHA-2")
    content_type, enclosed = der.inside(content, SEQUENCE)
    _demand(content_type.raw == _TST_INFO, "the content is no time-stamp")
    [info] = der.inside(enclosed, CONTEXT_0)
    # Certificates, and perhaps the authority's own revocation lists, which are passed over: nobody asked for them.
    _demand(
        [item.tag for item in more] in ([CONTEXT_0], [CONTEXT_0, _CONTEXT_1]), "the signer's certificate is missing"
    )
    [signer] = der.inside(signers, SET)
    return _Token(der.content(info, OCTET_STRING), der.inside(more[0], CONTEXT_0), signer)


def _check_signer(token: _Token) -> bytes:
    """DER of the certificate whose key signed the token's content."""
    version, identifier, digest, signed, algorithm, signature = der.inside(token.signer, SEQUENCE)
    _demand(version.raw == der.encode(INTEGER, b"\x01"), "the signer is not of version 1")
    made = _DIGESTS.get(digest.raw)
    _demand(made is not None, "the digest is not SHA-2")
    attributes = cms.signed_attributes(signed)
    content_type, message_digest = attributes.get(cms.CONTENT_TYPE), attributes.get(cms.MESSAGE_DIGEST)
    _demand(content_type is not None and content_type.raw == _TST_INFO, "the signed content type is no time-stamp's")
    if made is None or message_digest is None:
        raise _unreadable("the message digest is missing")
    stated = der.content(message_digest, OCTET_STRING)
    _demand(hmac.compare_digest(stated, _hash(made, token.info)), "the message digest is not that of the content")
    certificate = cms.signers_certificate(token.certificates, identifier)
    _check_named(certificate, attributes)
    _check_signature(
        certificate, der.encode(SET, signed.content), made, algorithm.raw, der.content(signature, OCTET_STRING)
    )
    return certificate


def _check_named(certificate: bytes, attributes: dict[bytes, Element]) -> None:
    """The signed attributes name the signer's certificate (RFC 3161 section 2.4.1, RFC 5816)."""
    newer, older = attributes.get(cms.SIGNING_CERTIFICATE_V2), attributes.get(_SIGNING_CERTIFICATE)
    if newer is not None:
        first = der.inside(der.inside(der.inside(newer, SEQUENCE)[0], SEQUENCE)[0], SEQUENCE)
        made = _DIGESTS.get(first.pop(0).raw) if first[0].tag == SEQUENCE else hashes.SHA256()
        _demand(made is not None, "the certificate is named by a digest that is not SHA-2")
        named, expected = first[0], _hash(made or hashes.SHA256(), certificate)
    elif older is not None:
        named = der.inside(der.inside(der.inside(older, SEQUENCE)[0], SEQUENCE)[0], SEQUENCE)[0]
        expected = hashlib.sha1(certificate, usedforsecurity=False).digest()
    else:
        raise _unreadable("the signer's certificate is not named")
    _demand(der.content(named, OCTET_STRING) == expected, "another certificate is named")


def _check_signature(
    certificate: bytes, signed: bytes, digest: hashes.HashAlgorithm, algorithm: bytes, signature: bytes
) -> None:
    key = cms.load_certificate(certificate).public_key()
    if isinstance(key, rsa.RSAPublicKey) and algorithm in _RSA:
        key.verify(signature, signed, padding.PKCS1v15(), _RSA[algorithm] or digest)
    elif isinstance(key, ec.EllipticCurvePublicKey) and algorithm in _ECDSA:
        key.verify(signature, signed, ec.ECDSA(_ECDSA[algorithm]))
    else:
        raise _unreadable("the signature algorithm is not the key's")


def _check_info(info: bytes, data: bytes, nonce: int | None) -> datetime:
    """The time that a TSTInfo states, once it is one over `data` and of the request with `nonce`."""
    [outer] = der.elements(info)
    version, _policy, imprint, serial, time, *optional = der.inside(outer, SEQUENCE)
    _demand(version.raw == der.encode(INTEGER, b"\x01") and serial.tag == INTEGER, "TSTInfo is not of version 1")
    digest, stated = der.inside(imprint, SEQUENCE)
    is_ours = digest.raw in _DIGESTS and isinstance(_DIGESTS[digest.raw], hashes.SHA256)
    if not is_ours or der.content(stated, OCTET_STRING) != hashlib.sha256(data).digest():
        raise TimeStampError("E-STAMP-OTHER", "the token is over other bytes")
    if nonce is not None and [item.raw for item in optional if item.tag == INTEGER] != [_integer(nonce)]:
        raise TimeStampError("E-STAMP-OTHER", "the token answers another request")
    extensions = [item for item in optional if item.tag == _CONTEXT_1]
    rules = [
        part.tag for group in extensions for one in der.elements(group.content) for part in der.inside(one, SEQUENCE)
    ]
    _demand(_BOOLEAN not in rules, "a critical extension that is not understood")
    return _moment(der.content(time, der.GENERALIZED_TIME))


def _moment(text: bytes) -> datetime:
    """GeneralizedTime with or without a fraction of a second."""
    _demand(_TIME.fullmatch(text) is not None, "not a time")
    whole, _, fraction = text[:-1].decode("ascii").partition(".")
    moment = datetime.strptime(whole, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return moment.replace(microsecond=int(fraction[:6].ljust(6, "0")) if fraction else 0)


def _integer(number: int) -> bytes:
    return der.encode(INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _hash(made: hashes.HashAlgorithm, data: bytes) -> bytes:
    return hashlib.new(made.name, data).digest()


def _demand(condition: bool, otherwise: str) -> None:
    if not condition:
        raise _unreadable(otherwise)


def _unreadable(detail: str) -> TimeStampError:
    return TimeStampError("E-STAMP-TOKEN", detail)
