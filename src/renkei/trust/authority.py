"""A certificate authority of two levels in a folder: a root that signs the issuing key, which signs everything else.

The root's key is needed only to create the authority and to sign the root's own revocation list: it may be kept
elsewhere (offline) and the folder still opens. The issuing key is in the folder, or in a PKCS#11 token that it names.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from . import ledger, profiles, tokens
from .chain import HUB_URN, KEPT_URN, OFFICE_NUMBER, OFFICE_URN, fingerprint
from .errors import AuthorityError, KeyFileError
from .keys import ORGANIZATION_CHARACTERS, PublicKey, key_digest, load_key, new_key, save_key, usable
from .manifest import HUB_ID
from .paths import UNREADABLE
from .profiles import Addresses
from .revocation import printable
from .tokens import Token

# A certificate must be good at once, also by a clock that is a few minutes slow.
CLOCK_TOLERANCE = timedelta(minutes=5)
DAYS = 365
CRL_DAYS = 7
YEARS = 20
_PLACE = "token.json"  # where the issuing key is, when not in the folder
KEPT_KEY = "ハブが預かる鍵"


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
        self._seen: tuple[int, dict[int, ledger.Issued]] = (0, {})

    @classmethod
    def create(
        cls,
        folder: str | os.PathLike[str],
        name: str,
        not_before: datetime | None = None,
        years: int = YEARS,
        url: str = "",
        token: tuple[str, str] | None = None,
        pin: str = "",
    ) -> Authority:
        """Make keys and certificates in a new folder (mode 0700), good for `years` from now or from `not_before`.

        `url`: where a hub will publish lists and answers; certificates name it. `token`: library and label of the
        PKCS#11 token in which the issuing key is made, and `pin` its PIN. Raises AuthorityError E-CERT-FOLDER if the
        folder exists and is not empty, E-CERT-TOKEN.
        """
        path = _empty_folder(Path(folder))
        start = not_before or datetime.now(UTC) - CLOCK_TOLERANCE
        period = (start, start + timedelta(days=round(years * 365.25)))
        organization = name[:ORGANIZATION_CHARACTERS]
        root_key, issuing_key = new_key(), _new_issuing_key(path, token, pin)
        root_name = profiles.subject(organization, "Renkei Root CA")
        root = profiles.authority_certificate(root_name, root_key.public_key(), root_name, root_key, period, 1)
        issuing_name = profiles.subject(organization, "Renkei Issuing CA")
        revoked = Addresses(f"{url}/crl/root.crl") if url else None
        public = issuing_key.public_key()
        issuing = profiles.authority_certificate(issuing_name, public, root_name, root_key, period, 0, revoked)
        save_key(path / "root.key", root_key)
        _write_certificate(path / "root.pem", root)
        _write_certificate(path / "issuing.pem", issuing)
        ledger.write(path / "index.json", ledger.Ledger(name, url=url))
        return cls(path, root, issuing, issuing_key)

    @classmethod
    def load(cls, folder: str | os.PathLike[str], pin: str = "") -> Authority:
        """Open a folder that `create` made. Raises AuthorityError E-CERT-FOLDER, E-CERT-TOKEN (`pin` is the token's)."""
        path = Path(folder)
        try:
            root = x509.load_pem_x509_certificate((path / "root.pem").read_bytes())
            issuing = x509.load_pem_x509_certificate((path / "issuing.pem").read_bytes())
            key = _issuing_key(path, pin)
        except (FileNotFoundError, NotADirectoryError, ValueError, KeyFileError) as error:
            raise AuthorityError("E-CERT-FOLDER", "keys or certificates of the authority cannot be read") from error
        ledger.read(path / "index.json")
        return cls(path, root, issuing, key)

    @property
    def index(self) -> ledger.Ledger:
        """What was issued and revoked, as it stands on disk now."""
        return ledger.read(self._index_file)

    def entry(self, serial: int) -> ledger.Issued | None:
        """What the ledger says now of one certificate; None for one that was not issued here. Cheap to ask often."""
        changed = self._index_file.stat().st_mtime_ns
        if self._seen[0] != changed:
            self._seen = changed, {int(entry.serial, 16): entry for entry in self.index.certificates}
        return self._seen[1].get(serial)

    def publish_at(self, url: str) -> None:
        """Certificates that are issued from now on name this address (empty: none)."""
        with ledger.change(self._index_file) as book:
            book.url = url

    def issue(
        self,
        csr: x509.CertificateSigningRequest,
        office: str,
        days: int = DAYS,
        not_before: datetime | None = None,
        not_after: datetime | None = None,
        kept_by: str = "",
    ) -> x509.Certificate:
        """A certificate for an office. Key and name come from the request, the number from who admits the office;
        `kept_by` is the id of the hub that keeps the key for it.

        Raises AuthorityError E-CERT-COMPROMISED for a key that was lost before, E-CERT-REQUEST for a bad office number, a
        request that its own key did not sign or that was made for another office, an unfit key, and dates that end
        before they begin or after the authority's own.
        """
        if not OFFICE_NUMBER.fullmatch(office):
            raise AuthorityError("E-CERT-REQUEST", "an office number is 10 characters 0-9 A-Z")
        asked = _text(csr, NameOID.COMMON_NAME)
        if asked and OFFICE_NUMBER.fullmatch(asked) and asked != office:
            raise AuthorityError("E-CERT-REQUEST", "the request was made for another office")
        urns = [OFFICE_URN + office, *([KEPT_URN + kept_by] if kept_by else [])]
        return self._issue(csr, "hub-kept" if kept_by else "office", office, urns, _period(days, not_before, not_after))

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
        return self._issue(csr, "hub", hub_id, [HUB_URN + hub_id], _period(days, not_before, not_after))

    def delegate_answers(self, key: PublicKey, days: int) -> x509.Certificate:
        """A certificate for a key that answers whether others are revoked (OCSP)."""
        with ledger.change(self._index_file) as book:
            certificate = profiles.answering_certificate(key, self.issuing, self._key, _period(days, None, None))
            book.certificates.append(_entry(certificate, "ocsp", "", key))
        return certificate

    def revoke(self, serial: int, reason: x509.ReasonFlags | str = x509.ReasonFlags.unspecified) -> None:
        """Put a certificate on the list. The first date and reason stay, except that a key may turn out to be lost later.

        With keyCompromise, every certificate of the same key goes with it, and the key gets no other.
        `reason` is a flag or its RFC 5280 name (keyCompromise, superseded …). Raises AuthorityError E-CERT-SERIAL.
        """
        flag = x509.ReasonFlags(reason)
        with ledger.change(self._index_file) as book:
            found = book.find(serial)
            lost = flag is x509.ReasonFlags.key_compromise and found.key
            for entry in [one for one in book.certificates if lost and one.key == found.key] or [found]:
                if entry.revoked_at is None:
                    entry.revoked_at, entry.reason = ledger.text_of(datetime.now(UTC)), str(flag.value)
                elif flag is x509.ReasonFlags.key_compromise:
                    entry.reason = ledger.KEY_LOST

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
        urns: list[str],
        period: tuple[datetime, datetime],
    ) -> x509.Certificate:
        key = _requested_key(csr)
        if not period[0] < period[1] <= self.issuing.not_valid_after_utc:
            raise AuthorityError("E-CERT-REQUEST", "the dates end before they begin, or after the authority's own")
        unit = KEPT_KEY if kind == "hub-kept" else ""
        asked = printable(_text(csr, NameOID.ORGANIZATION_NAME))[:ORGANIZATION_CHARACTERS]
        name = profiles.subject(asked or number, number, unit)
        with ledger.change(self._index_file) as book:
            if book.has_lost(key_digest(key)):
                raise AuthorityError("E-CERT-COMPROMISED", "a certificate of this key was revoked for keyCompromise")
            where = Addresses(f"{book.url}/crl/issuing.crl", f"{book.url}/ocsp") if book.url else None
            certificate = profiles.signer_certificate(name, urns, key, self.issuing, self._key, period, where)
            book.certificates.append(_entry(certificate, kind, number, key))
        return certificate


def _entry(certificate: x509.Certificate, kind: str, subject: str, key: PublicKey) -> ledger.Issued:
    return ledger.Issued(
        serial=f"{certificate.serial_number:x}",
        kind=kind,
        subject=subject,
        fingerprint=fingerprint(certificate),
        not_before=ledger.text_of(certificate.not_valid_before_utc),
        not_after=ledger.text_of(certificate.not_valid_after_utc),
        key=key_digest(key),
    )


def _empty_folder(path: Path) -> Path:
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise AuthorityError("E-CERT-FOLDER", "the folder exists and is not empty")
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)
    return path


def _new_issuing_key(folder: Path, token: tuple[str, str] | None, pin: str) -> ec.EllipticCurvePrivateKey:
    if token is None:
        key = new_key()
        save_key(folder / "issuing.key", key)
        return key
    # A token may hold the keys of several authorities.
    place = Token(*token, key=f"renkei-issuing-{secrets.token_hex(4)}")
    made = tokens.make_key(place, pin)
    (folder / _PLACE).write_text(json.dumps(vars(place), ensure_ascii=False), encoding="utf-8")
    return made


def _issuing_key(folder: Path, pin: str) -> ec.EllipticCurvePrivateKey:
    """Raises OSError, ValueError, KeyFileError, AuthorityError."""
    if not (folder / _PLACE).exists():
        return _ec_key(folder / "issuing.key")
    try:
        place = Token(**json.loads((folder / _PLACE).read_text(encoding="utf-8")))
    except TypeError as error:
        raise ValueError(_PLACE) from error
    return tokens.open_key(place, pin)


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
    except UNREADABLE as error:
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
