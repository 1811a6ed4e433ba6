"""「この証明書は使えますか」: what a certificate is, whether it will work here, and if not why and what to do.

Nothing that is given is kept. Only public certificates are read: a file with a private key is refused unread.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import NameOID

from renkei.hub.core.problems import Refused
from renkei.hub.parties.keys import policed
from renkei.hub.parties.keys.board import issuer_name
from renkei.hub.parties.keys.trusted import trust_store
from renkei.hub.parties.models import Certificate
from renkei.trust import chain
from renkei.trust.errors import CertificateError, TrustError
from renkei.trust.paths import UNREADABLE
from renkei.trust.policies import HUB_KEPT, Policy
from renkei.trust.revocation import printable

MAX_BYTES = 64 * 1024
_PRIVATE = (b"PRIVATE KEY-----", b"BEGIN PKCS12", b"Bag Attributes")
# PKCS#12: SEQUENCE, INTEGER 3. A certificate's second element is a SEQUENCE again.
_PKCS12_VERSION = b"\x02\x01\x03"


@dataclass(frozen=True)
class Checked:
    """`works` and why in words; `is_guess`: the kind is only guessed from names."""

    works: bool
    title: str
    detail: str
    kind: str
    is_guess: bool
    basis: str
    issuer: str
    subject: str
    office: str
    begins: datetime
    ends: datetime
    revoked: str
    is_registered: bool


def read(data: bytes) -> x509.Certificate:
    """The first certificate in PEM or DER. Raises Refused (422), for a file that holds a private key unread."""
    if len(data) > MAX_BYTES:
        raise _unreadable("大きすぎます。証明書だけのファイルを選んでください。")
    if any(mark in data for mark in _PRIVATE) or (data[:1] == b"\x30" and _PKCS12_VERSION in data[2:9]):
        raise Refused(
            422,
            "E-CERT-PRIVATE",
            "秘密の鍵が入ったファイルは、送らないでください。",
            "このファイル (.p12、.pfx など) には秘密の鍵が入っています。読まずに捨てました。鍵はほかの人に渡さず、"
            "証明書だけ(.cer、.crt、.pem)を書き出して選んでください。",
        )
    try:
        if b"-----BEGIN" in data:
            return x509.load_pem_x509_certificates(data)[0]
        return x509.load_der_x509_certificate(data)
    except (*UNREADABLE, IndexError) as error:
        raise _unreadable("証明書 (PEM か DER) として読めません。") from error


def check(certificate: x509.Certificate, now: datetime) -> Checked:
    """Judge it as this hub judges a signer."""
    rows, store = policed.in_force(), trust_store()
    row, problem, office = None, None, ""
    try:
        path = store.path(certificate)
        row = rows.row_of(path)
        store.check(certificate, now)
        office = rows.judge(path).office
    except TrustError as error:
        problem = error
    guessed = row is None
    row = row or rows.guess(certificate)
    known = Certificate.objects.filter(fingerprint=chain.fingerprint(certificate)).first()
    if problem is None and known is not None and known.revoked_at is not None:
        problem = CertificateError("E-CERT-REVOKED", "withdrawn here")
    title, detail = _words(problem, row, guessed, is_registered=known is not None)
    return Checked(
        works=problem is None and row is not None and row.kind != HUB_KEPT,
        title=title,
        detail=detail,
        kind=row.name if row else "わかりません",
        is_guess=guessed and row is not None,
        basis=row.basis if row else "",
        issuer=issuer_name(certificate),
        subject=_subject(certificate),
        office=office,
        begins=certificate.not_valid_before_utc,
        ends=certificate.not_valid_after_utc,
        revoked=_revoked(problem, certificate),
        is_registered=known is not None,
    )


def _words(problem: TrustError | None, row: Policy | None, guessed: bool, *, is_registered: bool) -> tuple[str, str]:
    if row is not None and not row.counts:
        return (
            f"使えません: {row.name}" + ("のようです" if guessed else "です"),
            "この種類は、ケアプランのやりとりには使えません。介護保険証明書、請求委任事業所用ケアプラン証明書、"
            "介護DX証明書のどれかか、このハブの証明書を使ってください。",
        )
    if problem is None and row is not None and row.kind == HUB_KEPT:
        return (
            "プログラムからは使えません",
            "ハブが預かる鍵の証明書です。ブラウザから送るときにだけ、ハブの中で使われます。",
        )
    if problem is None:
        then = (
            "このハブに登録されています。"
            if is_registered
            else "まだ登録されていません。運営者に登録を頼んでください。"
        )
        return "使えます", then
    if problem.code == "E-CERT-AUTHORITY" and row is not None and guessed:
        return (
            "まだ使えません",
            f"名前からは「{row.name}」のように見えますが、このハブはその発行元を登録していません。"
            "運営者に、発行元の証明書と見分け方の登録を頼んでください。",
        )
    return f"使えません: {problem.message}", problem.remedy


def _revoked(problem: TrustError | None, certificate: x509.Certificate) -> str:
    if problem is not None and problem.code == "E-CERT-REVOKED":
        return "失効しています"
    if problem is not None and problem.code in ("E-CERT-AUTHORITY", "E-CERT-USE"):
        return "発行元がわからないので、調べられません"
    is_listed = trust_store().has_list_for(certificate)
    return "失効していません" if is_listed else "失効リストがないので、わかりません"


def _subject(certificate: x509.Certificate) -> str:
    try:
        oids = (NameOID.ORGANIZATION_NAME, NameOID.ORGANIZATIONAL_UNIT_NAME, NameOID.COMMON_NAME)
        found = [str(one.value) for oid in oids for one in certificate.subject.get_attributes_for_oid(oid)[:3]]
    except UNREADABLE:
        return "(読めません)"
    return printable(" ".join(found))[:200] or "(名前なし)"


def _unreadable(detail: str) -> Refused:
    return Refused(422, "E-CERT-FILE", "ファイルを読めません。", detail)
