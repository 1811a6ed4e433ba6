"""Whether a certificate may sign here: its path to a trusted root, its dates, its revocation, its use."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from itertools import pairwise

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from .errors import CertificateError
from .paths import MAX_CACHED, UNREADABLE, Path, Purpose, build_path, may_issue
from .revocation import RevocationLists

__all__ = ["CertificateError", "Purpose", "TrustStore", "fingerprint", "hub_id", "kept_by", "office_number"]

MAX_FINGERPRINTS = 512  # each keeps its certificate, which a stranger may choose
OFFICE_URN = "urn:renkei:office:"
HUB_URN = "urn:renkei:hub:"
KEPT_URN = "urn:renkei:kept-by:"
OFFICE_NUMBER = re.compile(r"[0-9A-Z]{10}", re.ASCII)


class TrustStore:
    """The authorities that count here, with their revocation lists. Safe to share between threads.

    `roots` are trusted as they are; `intermediates` only when a root issued them; `crls` are objects or DER bytes;
    `purpose` is what the certificates that are asked about must be for.
    Raises CertificateError E-CERT-CRL for a list that none of these authorities signed.
    """

    def __init__(
        self,
        roots: Iterable[x509.Certificate],
        intermediates: Iterable[x509.Certificate] = (),
        crls: Iterable[x509.CertificateRevocationList | bytes] = (),
        purpose: Purpose = Purpose.SIGNING,
    ) -> None:
        self._roots = tuple(roots)
        # A hub's or an office's own certificate comes along with its issuers; it vouches for nobody and has no list.
        self._intermediates = tuple(one for one in intermediates if may_issue(one, below=0))
        self._lists = RevocationLists((*self._roots, *self._intermediates), crls)
        self._purpose = purpose
        self._paths: dict[x509.Certificate, Path] = {}

    def check(self, certificate: x509.Certificate, at: datetime) -> None:
        """Refuse a certificate that may not sign at `at`; nothing is returned.

        `at` must come from a clock that we trust, never from the signature itself. Raises CertificateError:
        E-CERT-AUTHORITY, E-CERT-USE, E-CERT-NOT-YET, E-CERT-EXPIRED, E-CERT-REVOKED.
        """
        path = self.path(certificate)
        _check_dates(path, at)
        for issued, issuer in pairwise(path):
            if self._lists.revoked(issued, issuer, at):
                raise CertificateError("E-CERT-REVOKED", f"serial {issued.serial_number:x} is revoked")

    def crl_warnings(self, at: datetime) -> list[str]:
        """Japanese sentences about authorities whose revocation list is absent or out of date; empty if all is well."""
        return self._lists.warnings(at)

    def has_list_for(self, certificate: x509.Certificate) -> bool:
        """Whether a revocation list of the certificate's issuer is at hand. Raises CertificateError as `path` does."""
        return self._lists.has(self.path(certificate)[1])

    def path(self, certificate: x509.Certificate) -> Path:
        """Certificate, issuers, root, whatever the dates; signatures never change, so a good path is looked for once.

        Raises CertificateError E-CERT-AUTHORITY, E-CERT-USE.
        """
        path = self._paths.get(certificate)
        if path is None:
            path = build_path(certificate, self._roots, self._intermediates, self._purpose)
            if len(self._paths) >= MAX_CACHED:
                self._paths.clear()
            self._paths[certificate] = path
        return path


def _check_dates(path: Path, at: datetime) -> None:
    leaf, *issuers = path
    if at < leaf.not_valid_before_utc:
        raise CertificateError("E-CERT-NOT-YET", f"valid from {leaf.not_valid_before_utc:%Y-%m-%d}")
    if at > leaf.not_valid_after_utc:
        raise CertificateError("E-CERT-EXPIRED", f"valid until {leaf.not_valid_after_utc:%Y-%m-%d}")
    for issuer in issuers:
        if not issuer.not_valid_before_utc <= at <= issuer.not_valid_after_utc:
            raise CertificateError("E-CERT-AUTHORITY", "an issuing certificate is outside its dates")


@lru_cache(maxsize=MAX_FINGERPRINTS)
def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate's DER, 64 lower-case hexadecimal digits."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def office_number(certificate: x509.Certificate) -> str | None:
    """The office number in the certificate's alternative name `urn:renkei:office:…`; None if not exactly one.

    It says whose certificate this is only after `TrustStore.check` has passed.
    """
    number = _urn(certificate, OFFICE_URN)
    return number if number and OFFICE_NUMBER.fullmatch(number) else None


def hub_id(certificate: x509.Certificate) -> str | None:
    """The hub's id in the certificate's alternative name `urn:renkei:hub:…`; None if not exactly one."""
    return _urn(certificate, HUB_URN)


def kept_by(certificate: x509.Certificate) -> str | None:
    """The id of the hub that keeps this certificate's key for an office and seals with it; None for all others."""
    # One of several is enough: doubt must not make a kept key into an office's own.
    return next(iter(_urns(certificate, KEPT_URN)), None)


def _urn(certificate: x509.Certificate, prefix: str) -> str | None:
    found = _urns(certificate, prefix)
    return found[0] if len(found) == 1 and found[0] else None


def _urns(certificate: x509.Certificate, prefix: str) -> list[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except UNREADABLE:
        return []
    uris = names.get_values_for_type(x509.UniformResourceIdentifier)
    return [uri.removeprefix(prefix) for uri in uris if uri.startswith(prefix)]
