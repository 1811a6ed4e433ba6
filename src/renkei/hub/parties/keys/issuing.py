"""The authority that this hub issues with, when it holds one: certificates, lists, answers."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from cryptography import x509
from django.conf import settings

from renkei.hub.core import deeds
from renkei.hub.core.files import replace_file
from renkei.hub.core.writing import write
from renkei.hub.parties.keys import registering, trusted
from renkei.hub.parties.models import Certificate, CertificateRequest, RequestState
from renkei.trust.authority import CRL_DAYS, Authority
from renkei.trust.errors import AuthorityError, TrustError
from renkei.trust.keys import PublicKey, key_digest
from renkei.trust.ledger import KEY_LOST
from renkei.trust.ocsp import Responder
from renkei.trust.policies import RENKEI

LIST = "issuing.crl"
# A list is replaced when half of its time is over: an authority that is away for three days does no harm.
_RENEW_AFTER = timedelta(days=CRL_DAYS) / 2
_log = structlog.get_logger(__name__)

_lock = threading.Lock()
_answering: dict[str, Responder] = {}
_opened: dict[str, Authority] = {}


def is_on() -> bool:
    """Whether this hub issues by itself."""
    return bool(settings.RENKEI["AUTHORITY"])


def authority() -> Authority | None:
    """The authority of the setting, opened once; None where there is none. Raises AuthorityError."""
    folder = settings.RENKEI["AUTHORITY"]
    if not folder:
        return None
    with _lock:
        if folder not in _opened:
            _opened[folder] = Authority.load(folder, settings.RENKEI["AUTHORITY_PIN"])
        return _opened[folder]


def forget() -> None:
    """Open it anew at the next use: a token may have been pulled out and put in again."""
    with _lock:
        _opened.clear()
        _answering.clear()


def responder(now: datetime) -> Responder | None:
    """Who answers OCSP requests; None where this hub holds no authority. Raises AuthorityError."""
    held = authority()
    if held is None:
        return None
    folder = str(held.folder)
    with _lock:
        if folder not in _answering or not _answering[folder].is_fresh(now):
            _answering[folder] = Responder(held)
        return _answering[folder]


def answer(row: CertificateRequest) -> CertificateRequest:
    """Issue what was asked for, if this hub can; else the request waits. A lost key's is refused for good."""
    if row.state != RequestState.ASKED:
        return row
    try:
        held = authority()
        if held is None:
            return row
        request = x509.load_der_x509_csr(bytes(row.der))
        certificate = held.issue(request, row.party.number, settings.RENKEI["CERTIFICATE_DAYS"])
    except AuthorityError as error:
        if error.code in ("E-CERT-COMPROMISED", "E-CERT-REQUEST"):
            return refuse(row, error.message, actor="hub")
        _log.error("the authority does not issue", code=error.code, request=row.pk)
        forget()
        return row
    return settle(row, certificate, RENKEI, actor="hub")


def settle(row: CertificateRequest, certificate: x509.Certificate, kind: str, actor: str) -> CertificateRequest:
    """Register the certificate that answers a request; it counts at once, beside the one that it renews."""
    with write():
        waiting = CertificateRequest.objects.select_for_update().get(pk=row.pk)
        if waiting.state == RequestState.ASKED:
            waiting.issued = registering.register(certificate, row.party, kind, _renewed(waiting))
            waiting.state = RequestState.ISSUED
            waiting.save(update_fields=["issued", "state"])
            about = f"certificate:{waiting.issued.pk}"
            deeds.record(actor, "certificate-issued", about, party=row.party_id, counts_as=kind, request=row.pk)
    return CertificateRequest.objects.select_related("party", "issued").get(pk=row.pk)


def refuse(row: CertificateRequest, reason: str, actor: str) -> CertificateRequest:
    """Say no to a request that waits."""
    with write():
        waits = CertificateRequest.objects.filter(pk=row.pk, state=RequestState.ASKED)
        if waits.update(state=RequestState.REFUSED, reason=reason[:200]):
            deeds.record(actor, "certificate-refused", f"request:{row.pk}", party=row.party_id, reason=reason)
    return CertificateRequest.objects.select_related("party", "issued").get(pk=row.pk)


def is_lost(key: PublicKey) -> bool:
    """Whether a certificate of this key was revoked here because the key was lost or stolen."""
    digest = key_digest(key)
    lost = Certificate.objects.filter(revoked_reason=KEY_LOST).values_list("der", flat=True)
    return any(digest_of(bytes(der)) == digest for der in lost.iterator())


def digest_of(der: bytes) -> str:
    """What tells the key of a certificate."""
    return key_digest(x509.load_der_x509_certificate(der).public_key())  # type: ignore[arg-type]  # P-256 or RSA


def keep_lists(now: datetime) -> None:
    """Bring the authority's ledger up to what was revoked here, and have a fresh list in force. Raises AuthorityError."""
    held = authority()
    if held is None:
        return
    alive = Certificate.objects.filter(not_after__gt=now).exclude(revoked_at=None)
    for der, reason in alive.values_list("der", "revoked_reason"):
        serial = x509.load_der_x509_certificate(bytes(der)).serial_number
        entry = held.entry(serial)
        if entry is not None and (entry.revoked_at is None or KEY_LOST in {reason} - {entry.reason}):
            held.revoke(serial, reason or "unspecified")
    if _is_due(held, now):
        publish(held)


def publish(held: Authority) -> None:
    """Sign the next list and put it in force here."""
    folder: Path = settings.DATA / "trust"
    if not _is_trusted(held):
        # A list that no trusted authority signed would stop all traffic.
        _log.error("the hub's own authority is not trusted here; its list is not put in force")
        return
    replace_file(folder / "crls" / LIST, held.crl(), way=folder)


def warnings(now: datetime) -> list[str]:
    """What an operator should see to."""
    try:
        held = authority()
    except (TrustError, OSError):
        return ["証明書を発行する認証局 (RENKEI_AUTHORITY) を開けません。フォルダ、機器、PIN を確かめてください。"]
    waiting = CertificateRequest.objects.filter(state=RequestState.ASKED).count()
    found = [f"証明書の申請書が {waiting} 件、発行を待っています(renkei hub requests)。"] if waiting else []
    if held is None:
        return found
    if not _is_trusted(held):
        found.append("このハブの認証局が、信頼する認証局に入っていません(renkei hub trust)。")
    if (held.folder / "root.key").exists():
        found.append("認証局のフォルダに root.key があります。外から触れない別の場所に移してください。")
    return found


def _is_due(held: Authority, now: datetime) -> bool:
    """Whether the list in force is half over, or does not say what the ledger says."""
    try:
        listed = x509.load_der_x509_crl((settings.DATA / "trust" / "crls" / LIST).read_bytes())
    except (FileNotFoundError, ValueError):
        return True
    revoked = {entry.serial for entry in held.index.certificates if entry.revoked_at is not None}
    said = {f"{entry.serial_number:x}" for entry in listed}
    return listed.issuer != held.issuing.subject or now > listed.last_update_utc + _RENEW_AFTER or revoked != said


def _is_trusted(held: Authority) -> bool:
    return held.issuing in trusted.authorities()


def _renewed(row: CertificateRequest) -> Certificate | None:
    """The certificate that this one takes the place of; one that another has taken already has only that one."""
    earlier = row.renews
    if earlier is None or Certificate.objects.filter(replaces=earlier).exists():
        return None
    return earlier


def issue_waiting(now: datetime) -> None:
    """Issue what waits: asked for while the authority was away, or when the hub stopped half-way."""
    if not is_on():
        return
    waits = CertificateRequest.objects.filter(state=RequestState.ASKED, asked_at__lt=now - timedelta(seconds=30))
    for row in waits.select_related("party").order_by("pk")[:100]:
        answer(row)
