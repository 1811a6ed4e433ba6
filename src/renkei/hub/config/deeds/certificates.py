"""Deeds about certificates, as plain functions of JSON values."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.utils import timezone

from renkei.hub.config.options import BadOption
from renkei.hub.core import deeds
from renkei.hub.core.files import replace_file
from renkei.hub.core.words import moment_words
from renkei.hub.core.writing import write
from renkei.hub.parties import services
from renkei.hub.parties.keys import enrolling, issuing, policed, registering
from renkei.hub.parties.models import CertificateRequest, RequestState
from renkei.trust.chain import fingerprint
from renkei.trust.keys import PublicKey, key_digest
from renkei.trust.policies import BadPolicies, Policy, read

Arguments = Mapping[str, Any]


def withdraw(given: Arguments) -> str:
    """A certificate that must not count here any more: its PEM, a reason of RFC 5280, words why."""
    certificate = certificate_of(given["certificate"])
    known = services.withdraw_certificate(fingerprint(certificate), given["reason"], given["actor"], given["why"])
    if not known:
        return "この証明書は登録されていないか、すでに使えません。"
    if issuing.is_on():
        return "この証明書を使えなくし、認証局の失効リストに載せました。"
    return "この証明書を使えなくしました。認証局でも失効させ (renkei authority revoke)、失効リストを登録してください。"


def code(given: Arguments) -> str:
    """A one-time code for a program of an office."""
    made = enrolling.offer(services.office(given["office"]), given["actor"])
    days = settings.RENKEI["ENROLMENT_CODE_DAYS"]
    return f"コード: {made}\n{days}日のあいだに、一度だけ使えます。ここでだけ表示します。申し込みとは別の道で渡してください。"


def requests(given: Arguments) -> str:
    """The requests that wait; written out, answered with certificates, or one refused."""
    if given["refuse"] is not None:
        return _refuse(given["refuse"], given["reason"], given["actor"])
    if given["certificates"] is not None:
        return _import(given["certificates"], given["actor"])
    rows = list(_waiting().order_by("pk"))
    if given["export"]:
        _export(rows, Path(given["export"]))
    lines = [f"発行を待っている申請書: {len(rows)}件", *map(_words, rows)]
    if given["export"] and rows:
        lines += [
            f"書き出しました: {given['export']}",
            "認証局で発行してから (renkei authority issue --request … --office 番号 --out …)、"
            "証明書のフォルダを --import で登録してください。",
        ]
    return "\n".join(lines)


def policies(given: Arguments) -> str:
    """The kinds of certificates that count; with `table` (text) the operator's own rows are put in force first."""
    if given["table"] is not None:
        try:
            rows = read(given["table"])
        except BadPolicies as error:
            raise BadOption(f"証明書の種類の表を使えません。{error} 何も変えていません。") from error
        folder: Path = settings.DATA / "trust"
        replace_file(folder / policed.FILE, given["table"].encode())
        with write():
            deeds.record(given["actor"], "certificate-policies", "hub", rows=len(rows))
    return "\n".join(["証明書の種類(上から順に見ます):", *map(_policy_words, policed.in_force().rows)])


def certificate_of(pem: str) -> x509.Certificate:
    """Raises BadOption."""
    try:
        return x509.load_pem_x509_certificate(pem.encode())
    except ValueError as error:
        raise BadOption("証明書を読めません。PEM 形式のファイルか確かめてください。") from error


def _waiting() -> Any:
    return CertificateRequest.objects.select_related("party", "issued").filter(state=RequestState.ASKED)


def _refuse(id_: int, reason: str, actor: str) -> str:
    row = _waiting().filter(pk=id_).first()
    if row is None:
        raise BadOption("この番号の申請書は待っていません。renkei hub requests で番号を確かめてください。")
    issuing.refuse(row, reason, actor)
    return f"発行しないことにしました: {row.pk} {row.party.number}"


def _export(rows: list[CertificateRequest], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for row in rows:
        pem = x509.load_der_x509_csr(bytes(row.der)).public_bytes(Encoding.PEM)
        replace_file(folder / f"{row.party.number}-{row.key[:8]}.csr.pem", pem)


def _import(files: Mapping[str, str], actor: str) -> str:
    """Each file holds a certificate (its issuers may follow) for one of the requests that wait."""
    lines = [_import_one(name, base64.b64decode(data), actor) for name, data in sorted(files.items())]
    return "\n".join(lines) or "証明書 (*.pem) がありません。"


def _import_one(name: str, pem: bytes, actor: str) -> str:
    try:
        certificate = x509.load_pem_x509_certificates(pem)[0]
        key = certificate.public_key()
    except (ValueError, IndexError):
        return f"{name}: 証明書として読めません。"
    row = _waiting().filter(key=key_digest(key)).first() if isinstance(key, PublicKey) else None
    if row is None:
        return f"{name}: この鍵の申請書は待っていません。"
    kind = registering.kind_of(certificate, row.party.number, timezone.now())
    issuing.settle(row, certificate, kind, actor)
    return f"{name}: 登録しました。{row.party.number} {row.party.name}"


def _words(row: CertificateRequest) -> str:
    what = "更新" if row.renews_id else "はじめて"
    return f"  {row.pk}  {row.party.number} {row.party.name}  {moment_words(row.asked_at)}  {what}"


def _policy_words(row: Policy) -> str:
    counts = "使える" if row.counts else "使えない"
    known = "" if row.is_complete else "(発行元が登録されていないので、見分けられません)"
    return f"  {row.name}  {counts}{known}"


DEEDS: dict[str, Callable[[Arguments], str]] = {
    "withdraw": withdraw,
    "code": code,
    "requests": requests,
    "policies": policies,
}
