"""Certificate revocation lists (RFC 5280 section 5): full ones, each signed by the authority that issued."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from .errors import CertificateError


class RevocationLists:
    """The newest list of each authority."""

    def __init__(
        self, authorities: Sequence[x509.Certificate], crls: Iterable[x509.CertificateRevocationList | bytes]
    ) -> None:
        self._authorities = authorities
        self._newest: dict[x509.Certificate, x509.CertificateRevocationList] = {}
        for item in crls:
            crl = _load(item) if isinstance(item, bytes) else item
            for issuer in _issuers(crl, authorities):
                known = self._newest.get(issuer)
                if known is None or _age(crl) > _age(known):
                    self._newest[issuer] = crl
        # A list is searched from its beginning each time, and national ones are long.
        self._revoked = {
            issuer: {entry.serial_number: entry.revocation_date_utc for entry in crl}
            for issuer, crl in self._newest.items()
        }

    def revoked(self, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime) -> bool:
        """Whether the certificate was revoked at or before `at`, as far as the lists at hand tell."""
        revoked_at = self._revoked.get(issuer, {}).get(certificate.serial_number)
        return revoked_at is not None and revoked_at <= at

    def has(self, issuer: x509.Certificate) -> bool:
        """Whether a list of this authority is at hand."""
        return issuer in self._newest

    def warnings(self, at: datetime) -> list[str]:
        texts = []
        for authority in self._authorities:
            crl = self._newest.get(authority)
            if crl is None:
                texts.append(
                    f"認証局「{_name(authority)}」の失効リストがありません。失効した証明書を見分けられません。"
                )
            elif crl.next_update_utc is None or crl.next_update_utc < at:
                texts.append(
                    f"認証局「{_name(authority)}」の失効リストが古くなっています({crl.last_update_utc:%Y-%m-%d}発行)。"
                    "新しいものに入れかえてください。"
                )
        return texts


def age_of(crl: bytes) -> tuple[int, datetime]:
    """The place of a list (DER) among those of its authority: number and date. Raises CertificateError E-CERT-CRL."""
    return _age(_load(crl))


def _load(data: bytes) -> x509.CertificateRevocationList:
    try:
        return x509.load_der_x509_crl(data)
    except ValueError as error:
        raise CertificateError("E-CERT-CRL", "not a revocation list in DER") from error


def _issuers(crl: x509.CertificateRevocationList, authorities: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    """The authority that signed the list: several certificates when it renewed its own and kept the key.

    Partial lists (delta, by reason, by kind) carry a critical extension and are refused.
    """
    try:
        if any(extension.critical for extension in crl.extensions):
            raise CertificateError("E-CERT-CRL", "the list is not a full one")
    except (ValueError, x509.DuplicateExtension) as error:
        raise CertificateError("E-CERT-CRL", "the list has extensions that cannot be read") from error
    found = [authority for authority in authorities if crl.issuer == authority.subject and _signed(crl, authority)]
    if not found:
        raise CertificateError("E-CERT-CRL", "the list is signed by none of the authorities")
    return found


def _signed(crl: x509.CertificateRevocationList, authority: x509.Certificate) -> bool:
    try:
        may_sign = authority.extensions.get_extension_for_class(x509.KeyUsage).value.crl_sign
        old = not isinstance(crl.signature_hash_algorithm, (hashes.SHA256, hashes.SHA384, hashes.SHA512))
        return may_sign and not old and crl.is_signature_valid(authority.public_key())  # type: ignore[arg-type]
    except (ValueError, TypeError, x509.ExtensionNotFound):
        return False


def _age(crl: x509.CertificateRevocationList) -> tuple[int, datetime]:
    """Lists of one authority in their order: by number, which two lists of one second differ in, then by date."""
    try:
        number = crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    except x509.ExtensionNotFound:
        number = -1
    return number, crl.last_update_utc


def _name(authority: x509.Certificate) -> str:
    names = authority.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return printable(str(names[0].value) if names else authority.subject.rfc4514_string())


def printable(text: str) -> str:
    """A stranger's text as a terminal may show it: nothing that moves the cursor or turns the direction of writing."""
    return "".join(one if one.isprintable() or one == "\u3000" else "\N{REPLACEMENT CHARACTER}" for one in text)
