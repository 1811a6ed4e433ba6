"""The office's certificates in words: what each is, from when, until when, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.db.models import Exists, OuterRef

from renkei.hub.parties.keys import policed
from renkei.hub.parties.keys.reminding import days_left
from renkei.hub.parties.keys.revoking import REASONS
from renkei.hub.parties.models import Certificate, CertificateRequest, Party, RequestState
from renkei.trust.paths import UNREADABLE
from renkei.trust.policies import HUB_KEPT
from renkei.trust.revocation import printable

MOST_OVER = 20


@dataclass(frozen=True)
class Row:
    """One line of the board. `state` is a word for the style: good, soon, over or revoked."""

    id: int
    kind: str
    issuer: str
    serial: str
    begins: datetime
    ends: datetime
    state: str
    words: str
    note: str
    is_alive: bool


def rows(party: Party, now: datetime) -> list[Row]:
    """The certificates that count, the first to end first, then the last that are over."""
    found = Certificate.objects.filter(party=party).annotate(
        is_renewed=Exists(Certificate.objects.filter(replaces=OuterRef("pk"), revoked_at=None))
    )
    alive = found.filter(revoked_at=None, not_after__gt=now).order_by("not_after", "pk")
    over = found.exclude(revoked_at=None, not_after__gt=now).order_by("-not_after", "-pk")[:MOST_OVER]
    names = {row.kind: row.name for row in reversed(policed.in_force().rows)}
    return [_row(row, names, now) for row in [*alive, *over]]


def waiting(party: Party) -> list[CertificateRequest]:
    """The requests that wait for their certificate."""
    return list(CertificateRequest.objects.filter(party=party, state=RequestState.ASKED).order_by("pk"))


def _row(row: Certificate, names: dict[str, str], now: datetime) -> Row:
    read = x509.load_der_x509_certificate(bytes(row.der))
    state, words = _state(row, now)
    return Row(
        id=row.pk,
        kind=names.get(row.kind, row.kind),
        issuer=issuer_name(read),
        serial=f"{read.serial_number:x}"[-8:],
        begins=read.not_valid_before_utc,
        ends=row.not_after,
        state=state,
        words=words,
        note=_note(row),
        is_alive=row.revoked_at is None and row.not_after > now,
    )


def _state(row: Certificate, now: datetime) -> tuple[str, str]:
    left = days_left(row, now)
    if row.revoked_at is not None:
        return "revoked", "失効しています"
    if row.not_after <= now:
        return "over", "期限が切れました"
    words = f"あと{left}日" if left else "今日まで"
    soon = left <= max(settings.RENKEI["CERTIFICATE_REMIND_DAYS"], default=0)
    return ("soon" if soon and not getattr(row, "is_renewed", False) else "good"), words


def _note(row: Certificate) -> str:
    if row.revoked_at is not None:
        return REASONS.get(row.revoked_reason, "")
    if getattr(row, "is_renewed", False):
        return "新しい証明書があります。期限まで、どちらも使えます。"
    return "ハブが、期限の前に自分で新しくします。" if row.kind == HUB_KEPT else ""


def issuer_name(certificate: x509.Certificate) -> str:
    """What people call the authority: organization and name, safe to show."""
    try:
        oids = (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME)
        found = [str(one.value) for oid in oids for one in certificate.issuer.get_attributes_for_oid(oid)[:1]]
    except UNREADABLE:
        return "(読めません)"
    return printable(" ".join(found))[:200] or "(名前なし)"
