"""The authorities that a verdict rests on: those the reader names, else those in the file, which is then said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import NameOID

from ..chain import TrustStore, fingerprint
from ..errors import CertificateError, TrustError
from ..paths import UNREADABLE
from ..revocation import printable
from .model import MAX_AUTHORITIES, Evidence
from .wrong import NotProvedError

Certificates = Sequence[x509.Certificate]


class Anchors:
    """`notes` say what the reader must know of them, `problems` what of the file cannot be used."""

    def __init__(self, evidence: Evidence, roots: Certificates | None, stamp_roots: Certificates | None) -> None:
        self.notes: list[str] = []
        self.problems: list[str] = []
        own, issuing = self._read(evidence.roots, "認証局の証明書"), self._read(evidence.issuing, "発行局の証明書")
        own_stamp = self._read(evidence.stamp_roots, "時刻認証局の証明書")
        self.roots: Certificates = own if roots is None else roots
        self.stamp_roots: Certificates = own_stamp if stamp_roots is None else stamp_roots
        crls = list(self._usable(evidence.crls, own, issuing))
        self.store = TrustStore(self.roots, issuing, crls)
        has_tokens = any(seal.token is not None for seal in evidence.seals.values())
        self._warn(roots is None, stamp_roots is None and bool(own_stamp), has_tokens, evidence.subject.exported_at)

    def _read(self, pem: bytes, what: str) -> Certificates:
        if pem.count(b"-----BEGIN") > MAX_AUTHORITIES:
            self.problems.append(f"ファイルの中の{what}が多すぎます({MAX_AUTHORITIES}まで)。")
            return ()
        try:
            found = tuple(x509.load_pem_x509_certificates(pem)) if pem.strip() else ()
            for one in found:
                # Each is read only when it is asked for; what cannot be read must be told here.
                named((one,)), one.issuer, one.extensions, one.public_key()
        except (*UNREADABLE, x509.InvalidVersion):
            self.problems.append(f"ファイルの中の{what}を読めません。")
            return ()
        return found

    def _usable(self, crls: Iterable[bytes], own: Certificates, issuing: Certificates) -> Iterable[bytes]:
        """The lists that our authorities signed. One of none of the file's authorities was bent."""
        for crl in crls:
            try:
                TrustStore(self.roots, issuing, [crl])
            except (CertificateError, *UNREADABLE):
                if not _is_of(crl, own, issuing):
                    self.problems.append("ファイルの中の失効リストを使えません。こわれているか、書きかえられています。")
            else:
                yield crl

    def _warn(self, roots: bool, stamp_roots: bool, has_tokens: bool, at: datetime) -> None:
        if roots:
            self.notes.append(
                "事業所とハブの認証局は、このファイルに入っていたものを使いました。本物かどうかは、下の指紋を運営者に確かめるか、"
                "運営者から受け取った証明書を --root で指定して確かめてください。"
            )
        if stamp_roots:
            self.notes.append(
                "時刻認証局も、このファイルに入っていたものです。本物かどうかは、時刻認証局が公開している指紋とくらべるか、"
                "--tsa-root で指定して確かめてください。"
            )
        if not self.stamp_roots and has_tokens:
            self.notes.append(
                "時刻の証明がついていますが、時刻認証局の証明書がないので、確かめていません。--tsa-root で指定してください。"
            )
        self.notes += self.store.crl_warnings(at)


def _is_of(crl: bytes, own: Certificates, issuing: Certificates) -> bool:
    try:
        TrustStore(own, issuing, [crl])
    except (CertificateError, *UNREADABLE):
        return False
    return True


def named(certificates: Certificates) -> tuple[tuple[str, str], ...]:
    """Name and fingerprint of each."""
    return tuple((_name(one), fingerprint(one)) for one in certificates)


def _name(certificate: x509.Certificate) -> str:
    kinds = (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME)
    found = [str(item.value) for kind in kinds for item in certificate.subject.get_attributes_for_oid(kind)]
    return printable(" ".join(found) or certificate.subject.rfc4514_string())


def check_at(store: TrustStore, certificate: x509.Certificate, at: datetime, whose: str) -> None:
    """Raises NotProvedError, which says whose certificate was not good at that time."""
    try:
        store.check(certificate, at)
    except TrustError as error:
        raise NotProvedError(f"{whose}の証明書: {error.message}({error.code})") from error
