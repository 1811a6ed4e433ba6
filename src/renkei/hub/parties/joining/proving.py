"""Who applied? The answer goes another way than the application: a code by post or fax to the address that the public list
has (never one that the applicant gave), or the word of somebody who asked the office.

`actor` is who decides, as records name them. Whether they may is asked by the page or the command that calls.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from renkei.hub.core import deeds
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.parties.directory import address_of
from renkei.hub.parties.joining import rules
from renkei.hub.parties.joining.applying import is_reissue
from renkei.hub.parties.models import Application, ApplicationState, KnownOffice, Party, PartyKind, PartyState, Proof
from renkei.hub.parties.staff import attempts, codes

DOOR = "join-code"
BY_CODE = frozenset((Proof.POST, Proof.FAX))


@dataclass(frozen=True)
class Letter:
    """What is printed and goes to the office, with the one-time code in it; no person's data. Shown once."""

    number: str
    name: str
    way: Proof
    address: str
    fax: str
    code: str
    expires_at: datetime


def agree(application_id: int, actor: str) -> Application:
    """The first of two people who let an office in again that has lost what it signs in with. Raises Refused."""
    with write():
        row = _open(application_id)
        if not row.reissue:
            raise _refused("新しい申し込みです。1人で決められます。")
        row.agreed_by = actor
        row.save(update_fields=["reissue", "agreed_by"])
        deeds.record(actor, "application-agreed", f"application:{row.pk}", number=row.number)
    return row


def send_code(application_id: int, way: Proof, actor: str) -> Letter:
    """A fresh code and the letter that carries it; an earlier one counts no more. Raises Refused."""
    if way not in BY_CODE:
        raise _refused("番号は、郵便かファクスで送ります。")
    code = codes.new_code()
    expires_at = timezone.now() + timedelta(days=settings.RENKEI["JOIN_CODE_DAYS"])
    with write():
        row = _decidable(application_id, actor)
        known = _known_address(row, way)
        row.state, row.proof, row.code_expires_at = ApplicationState.CODE_SENT, way, expires_at
        row.code = _keyed(row, code)
        row.decided_by = actor
        row.save(update_fields=["state", "proof", "code", "code_expires_at", "decided_by", "reissue"])
        second = row.agreed_by if row.reissue else ""
        deeds.record(actor, "application-code", f"application:{row.pk}", second=second, way=way.value)
    # A new code is a new lock: what was typed before it tells nothing of it.
    attempts.succeeded(DOOR, str(row.pk))
    return Letter(row.number, known.name, way, known.address, known.fax, code, expires_at)


def confirm(application_id: int, actor: str, way: Proof, reason: str = "") -> Application:
    """Somebody's word that they have asked the office itself, and how (`reason`). Raises Refused."""
    if way in BY_CODE:
        raise _refused("番号で確かめるときは、番号を送ってください。")
    with write():
        row = _decidable(application_id, actor)
        row.decided_by = actor
        second = row.agreed_by if row.reissue else ""
        _proved(row, way)
        deeds.record(
            actor, "application-confirmed", f"application:{row.pk}", reason=reason, second=second, way=way.value
        )
    return row


def refuse(application_id: int, actor: str, reason: str) -> Application:
    """Turn an application down; the applicant reads the reason. Raises Refused."""
    if not reason.strip():
        raise _refused("断るわけを書いてください。申し込んだ人が読みます。")
    with write():
        row = _open(application_id)
        row.state, row.reason, row.code = ApplicationState.REFUSED, reason, ""
        row.decided_at, row.decided_by = timezone.now(), actor
        row.save(update_fields=["state", "reason", "code", "decided_at", "decided_by"])
        deeds.record(actor, "application-refused", f"application:{row.pk}", reason=reason, number=row.number)
    return row


def prove(application: Application, typed: str, address: str) -> bool:
    """Whether the code that the applicant typed is the one that was sent; then the office is proved. Raises LockedOut."""
    who = str(application.pk)
    attempts.check(DOOR, who, address)
    with write():
        row = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
        is_due = bool(row.code) and row.code_expires_at is not None and timezone.now() < row.code_expires_at
        is_right = is_due and constant_time_compare(row.code, _keyed(row, typed))
        if is_right:
            _proved(row, Proof(row.proof))
            deeds.record("hub", "application-proved", f"application:{row.pk}", way=row.proof)
    if not is_right:
        attempts.failed(DOOR, who, address)
        return False
    attempts.succeeded(DOOR, who)
    return True


def _proved(row: Application, way: Proof) -> None:
    row.state, row.proof, row.code, row.decided_at = ApplicationState.PROVED, way, "", timezone.now()
    row.save(update_fields=["state", "proof", "code", "decided_at", "decided_by", "reissue"])


def _open(application_id: int) -> Application:
    """The row for this `write()`, when it still waits for a decision. Raises Refused."""
    row = Application.objects.select_for_update(of=("self",)).filter(pk=application_id).first()
    if row is None or row.state not in rules.OPEN:
        raise Refused(
            404,
            "E-APPLICATION",
            "この番号の申し込みはないか、もう決まっています。",
            "申し込みの一覧を確かめてください。",
        )
    # The number may have joined since the application came.
    row.reissue = is_reissue(row.number)
    return row


def _decidable(application_id: int, actor: str) -> Application:
    row = _open(application_id)
    party = Party.objects.filter(kind=PartyKind.OFFICE, number=row.number).first()
    if party is not None and party.state != PartyState.ACTIVE:
        raise _refused(f"この番号の事業所は「{party.get_state_display()}」です。")
    if words := rules.why_not_alone(row.reissue, row.agreed_by, actor):
        raise Refused(403, "E-AUTH-SECOND", "いまは決められません。", words)
    return row


def _known_address(row: Application, way: Proof) -> KnownOffice:
    known = address_of(row.number)
    if known is None or not (known.address if way is Proof.POST else known.fax):
        what = "住所" if way is Proof.POST else "ファクス番号"
        raise _refused(
            f"公表されている一覧に、この番号の{what}がありません。申し込みに書かれたあて先には送れません。"
            "ほかの道で事業所に確かめて、確かめたことを記録してください。"
        )
    return known


def _keyed(row: Application, code: str) -> str:
    return codes.keyed("application-code", f"{row.pk}{code}")


def _refused(words: str) -> Refused:
    return Refused(422, "E-APPLICATION", "いまはできません。", words)
