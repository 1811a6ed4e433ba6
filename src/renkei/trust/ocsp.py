"""Answers to "is this certificate revoked?" (OCSP, RFC 6960), from the authority's ledger."""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp

from . import ledger
from .authority import Authority
from .keys import new_key

MAX_REQUEST = 2048
MAX_NONCE = 32  # RFC 8954
GOOD_FOR = timedelta(hours=1)
# The answering certificate is short: nobody asks whether it was revoked (ocsp-nocheck).
CERTIFICATE_DAYS = 30
_RENEW_BEFORE = timedelta(days=7)
# What the library raises, piece by piece, for a request that is none.
_UNREADABLE = (ValueError, TypeError, NotImplementedError, UnsupportedAlgorithm, x509.DuplicateExtension)
_HASHES = (hashes.SHA1, hashes.SHA256, hashes.SHA384, hashes.SHA512)


class Responder:
    """Answers for one authority, with a key of its own that lives in this process's memory and that the issuing key
    delegated. Safe to share between threads."""

    def __init__(self, authority: Authority) -> None:
        self._authority = authority
        self._key = new_key()
        self._certificate = authority.delegate_answers(self._key.public_key(), CERTIFICATE_DAYS)

    def is_fresh(self, now: datetime) -> bool:
        """Whether it may go on answering; another takes its place before its certificate ends."""
        return now < self._certificate.not_valid_after_utc - _RENEW_BEFORE

    def answer(self, request: bytes, now: datetime) -> bytes:
        """The answer as DER to a request in DER; to one that cannot be read, or asks about another authority's
        certificates, the standard's unsigned refusal."""
        if len(request) > MAX_REQUEST:
            return _refusal(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
        try:
            asked = ocsp.load_der_ocsp_request(request)
            nonce = _nonce(asked)
            ours = asked.serial_number >= 0 and self._is_ours(asked)
        except _UNREADABLE:
            # Several certificates at once are asked about by nobody, and not answered.
            return _refusal(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
        if not ours:
            return _refusal(ocsp.OCSPResponseStatus.UNAUTHORIZED)
        return self._signed(asked, nonce, now)

    def _is_ours(self, asked: ocsp.OCSPRequest) -> bool:
        algorithm = asked.hash_algorithm
        if not isinstance(algorithm, _HASHES):
            return False
        issuing = self._authority.issuing
        key = issuing.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        expected = (_hash(algorithm, issuing.subject.public_bytes()), _hash(algorithm, key))
        return (asked.issuer_name_hash, asked.issuer_key_hash) == expected

    def _signed(self, asked: ocsp.OCSPRequest, nonce: bytes | None, now: datetime) -> bytes:
        entry = self._authority.entry(asked.serial_number)
        builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
            asked.issuer_name_hash,
            asked.issuer_key_hash,
            asked.serial_number,
            asked.hash_algorithm,
            _status(entry),
            now,
            now + GOOD_FOR,
            datetime.fromisoformat(entry.revoked_at) if entry and entry.revoked_at else None,
            _reason(entry),
        )
        if nonce is not None:
            builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, self._certificate)
        signed = builder.certificates([self._certificate]).sign(self._key, hashes.SHA256())
        return signed.public_bytes(Encoding.DER)


def _status(entry: ledger.Issued | None) -> ocsp.OCSPCertStatus:
    if entry is None:
        return ocsp.OCSPCertStatus.UNKNOWN
    return ocsp.OCSPCertStatus.REVOKED if entry.revoked_at else ocsp.OCSPCertStatus.GOOD


def _reason(entry: ledger.Issued | None) -> x509.ReasonFlags | None:
    if entry is None or entry.revoked_at is None:
        return None
    reason = x509.ReasonFlags(entry.reason)
    return None if reason is x509.ReasonFlags.unspecified else reason


def _nonce(asked: ocsp.OCSPRequest) -> bytes | None:
    """Raises ValueError for one that is longer than RFC 8954 allows."""
    try:
        nonce = asked.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
    except x509.ExtensionNotFound:
        return None
    if not 1 <= len(nonce) <= MAX_NONCE:
        raise ValueError("the nonce is empty or too long")
    return nonce


def _hash(algorithm: hashes.HashAlgorithm, data: bytes) -> bytes:
    digest = hashes.Hash(algorithm)
    digest.update(data)
    return digest.finalize()


def _refusal(status: ocsp.OCSPResponseStatus) -> bytes:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)
