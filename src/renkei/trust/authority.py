"""A certificate authority of two levels in a folder: a root that signs the issuing key, which signs everything else.

The root's key is needed only to create the authority and to sign the root's own revocation list: it may be kept
elsewhere (offline) and the folder still opens.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from . import ledger, profiles
from .chain import HUB_URN, OFFICE_NUMBER, OFFICE_URN, fingerprint
from .errors import AuthorityError, KeyFileError
from .keys import ORGANIZATION_CHARACTERS, PublicKey, load_key, new_key, save_key, usable
from .manifest import HUB_ID

# A certificate must be good at once, also by a clock that is a few minutes slow.
CLOCK_TOLERANCE = timedelta(minutes=5)
DAYS = 365
CRL_DAYS = 7
YEARS = 20


class Authority:
    """An opened authority. `root` and `issuing` are its certificates."""

    def __init__(
        self, folder: Path, root: x509.Certificate, issuing: x509.Certificate, key: ec.EllipticCurvePrivateKey
    ) -> None:
        self.folder = folder
        self.root = root
        self.issuing = issuing
        self._key = key
        self._index_file = folder / "index.json"

    @classmethod
    def create(
        cls, folder: str | os.PathLike[str], name: str, not_before: datetime | None = None, years: int = YEARS
    ) -> Authority:
        """Make keys and certificates in a new folder (mode 0700), good for `years` from now or from `not_before`.

        Raises AuthorityError E-CERT-FOLDER if the folder exists and is not empty.
        """
        path = Path(folder)
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise AuthorityError("E-CERT-FOLDER", "the folder exists and is not empty")
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.chmod(0o700)
        start = not_before or datetime.now(UTC) - CLOCK_TOLERANCE
        period = (start, start + timedelta(days=round(years * 365.25)))
        organization = name[:ORGANIZATION_CHARACTERS]
        root_key, issuing_key = new_key(), new_key()
        root_name = profiles.subject(organization, "Renkei Root CA")
        root = profiles.authority_certificate(root_name, root_key.public_key(), root_name, root_key, period, 1)
        issuing_name = profiles.subject(organization, "Renkei Issuing CA")
        issuing = profiles.authority_certificate(issuing_name, issuing_key.public_key(), root_name, root_key, period, 0)
        save_key(path / "root.key", root_key)
        save_key(path / "issuing.key", issuing_key)
        _write_certificate(path / "root.pem", root)
        _write_certificate(path / "issuing.pem", issuing)
        ledger.write(path / "index.json", ledger.Ledger(name))
        return cls(path, root, issuing, issuing_key)

    @classmethod
    def load(cls, folder: str | os.PathLike[str]) -> Authority:
        """Open a folder that `create` made. Raises AuthorityError E-CERT-FOLDER."""
        path = Path(folder)
        try:
            root = x509.load_pem_x509_certificate((path / "root.pem").read_bytes())
            issuing = x509.load_pem_x509_certificate((path / "issuing.pem").read_bytes())
            key = _ec_key(path / "issuing.key")
        except (FileNotFoundError, NotADirectoryError, ValueError, KeyFileError) as error:
            raise AuthorityError("E-CERT-FOLDER", "keys or certificates of the authority cannot be read") from error
        ledger.read(path / "index.json")
        return cls(path, root, issuing, key)

    @property
    def index(self) -> ledger.Ledger:
        """What was issued and revoked, as it stands on disk now."""
        return ledger.read(self._index_file)

    def issue(
        self,
        csr: x509.CertificateSigningRequest,
        office: str,
        days: int = DAYS,
        not_before: datetime | None = None,
        not_after: datetime | None = None,
    ) -> x509.Certificate:
        """A certificate for an office. Key and name come from the request, the number from who admits the office.

        Raises AuthorityError E-CERT-REQUEST for a bad office number, a request that its own key did not sign or that
        was made for another office, an unfit key, and dates that end before they begin or after the authority's own.
        """
        if not OFFICE_NUMBER.fullmatch(office):
            raise AuthorityError("E-CERT-REQUEST", "an office number is 10 characters 0-9 A-Z")
        asked = _text(csr, NameOID.COMMON_NAME)
        if asked and OFFICE_NUMBER.fullmatch(asked) and asked != office:
            raise AuthorityError("E-CERT-REQUEST", "the request was made for another office")
        return self._issue(csr, "office", office, OFFICE_URN, _period(days, not_before, not_after))

    def issue_hub(
        self,
        csr: x509.CertificateSigningRequest,
        hub_id: str,
        days: int = DAYS,
        not_before: datetime | None = None,
        not_after: datetime | None = None,
    ) -> x509.Certificate:
        """A certificate for a hub's receipts. Raises AuthorityError E-CERT-REQUEST as `issue` does."""
        if not HUB_ID.fullmatch(hub_id):
            raise AuthorityError("E-CERT-REQUEST", "a hub's id is 1 to 64 characters A-Z a-z 0-9 . _ -")
        return self._issue(csr, "hub", hub_id, HUB_URN, _period(days, not_before, not_after))

    def revoke(self, serial: int, reason: x509.ReasonFlags | str = x509.ReasonFlags.unspecified) -> None:
        """Put a certificate on the list. A second time changes nothing: the first date and reason stay.

        `reason` is a flag or its RFC 5280 name (keyCompromise, superseded …). Raises AuthorityError E-CERT-SERIAL.
        """
        flag = x509.ReasonFlags(reason)
        with ledger.change(self._index_file) as book:
            entry = book.find(serial)
            if entry.revoked_at is None:
                entry.revoked_at = ledger.text_of(datetime.now(UTC))
                entry.reason = str(flag.value)

    def crl(self, days: int = CRL_DAYS) -> bytes:
        """The issuing key's revocation list as DER, with the next number, to be replaced within `days`."""
        with ledger.change(self._index_file) as book:
            book.crl_number += 1
            revoked = list(_revoked(book.certificates))
            crl = profiles.revocation_list(self.issuing, self._key, book.crl_number, revoked, _from_now(days))
        return crl.public_bytes(serialization.Encoding.DER)

    def root_crl(self, days: int = CRL_DAYS) -> bytes:
        """The root's revocation list as DER; it needs the root's key. Raises AuthorityError E-CERT-FOLDER without."""
        try:
            key = _ec_key(self.folder / "root.key")
        except (FileNotFoundError, KeyFileError) as error:
            raise AuthorityError("E-CERT-FOLDER", "the root's key is not in the folder") from error
        with ledger.change(self._index_file) as book:
            book.root_crl_number += 1
            crl = profiles.revocation_list(self.root, key, book.root_crl_number, (), _from_now(days))
        return crl.public_bytes(serialization.Encoding.DER)

    def _issue(
        self,
        csr: x509.CertificateSigningRequest,
        kind: str,
        number: str,
        urn: str,
        period: tuple[datetime, datetime],
    ) -> x509.Certificate:
        key = _requested_key(csr)
        if not period[0] < period[1] <= self.issuing.not_valid_after_utc:
            raise AuthorityError("E-CERT-REQUEST", "the dates end before they begin, or after the authority's own")
        name = profiles.subject(_text(csr, NameOID.ORGANIZATION_NAME) or number, number)
        with ledger.change(self._index_file) as book:
            certificate = profiles.signer_certificate(name, urn + number, key, self.issuing, self._key, period)
            book.certificates.append(
                ledger.Issued(
                    serial=f"{certificate.serial_number:x}",
                    kind=kind,
                    subject=number,
                    fingerprint=fingerprint(certificate),
                    not_before=ledger.text_of(certificate.not_valid_before_utc),
                    not_after=ledger.text_of(certificate.not_valid_after_utc),
                )
            )
        return certificate


def _period(days: int, not_before: datetime | None, not_after: datetime | None) -> tuple[datetime, datetime]:
    start = not_before or datetime.now(UTC) - CLOCK_TOLERANCE
    return start, not_after or start + timedelta(days=days)


def _from_now(days: int) -> tuple[datetime, datetime]:
    now = datetime.now(UTC)
    return now, now + timedelta(days=days)


def _requested_key(csr: x509.CertificateSigningRequest) -> PublicKey:
    try:
        key = csr.public_key()
        signed = csr.is_signature_valid
    except (ValueError, TypeError) as error:
        raise AuthorityError("E-CERT-REQUEST", "the request cannot be read") from error
    if not signed:
        raise AuthorityError("E-CERT-REQUEST", "the request is not signed by its own key")
    if not isinstance(key, PublicKey) or not usable(key):
        raise AuthorityError("E-CERT-REQUEST", "the key is neither P-256 nor RSA of 2048 bits or more")
    return key


def _text(csr: x509.CertificateSigningRequest, oid: x509.ObjectIdentifier) -> str:
    found = csr.subject.get_attributes_for_oid(oid)
    return str(found[0].value) if found else ""


def _revoked(entries: Iterable[ledger.Issued]) -> Iterable[profiles.Revoked]:
    for entry in entries:
        if entry.revoked_at is not None:
            reason = x509.ReasonFlags(entry.reason)
            yield int(entry.serial, 16), datetime.fromisoformat(entry.revoked_at), reason


def _ec_key(path: Path) -> ec.EllipticCurvePrivateKey:
    key = load_key(path)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise KeyFileError("E-CERT-KEY", "the authority's keys are P-256")
    return key


def _write_certificate(path: Path, certificate: x509.Certificate) -> None:
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
