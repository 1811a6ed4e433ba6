"""Handing out a unit, and taking the recipient's word for what became of it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from renkei.hub.core import counters, events, looks
from renkei.hub.core.bodies import services as bodies
from renkei.hub.core.bodies.services import Prepared
from renkei.hub.core.events import Signed
from renkei.hub.core.looks import Viewer
from renkei.hub.core.models import Event
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.exchange import signing
from renkei.hub.exchange.envelopes import split_body
from renkei.hub.exchange.models import Envelope, Transmission
from renkei.hub.exchange.rules import RECIPIENT_STEPS, IllegalStep, State, step
from renkei.hub.parties import signers
from renkei.hub.parties.models import Certificate, OfficeService, Party
from renkei.trust import manifest as manifests
from renkei.trust import receipts
from renkei.trust.errors import TrustError


@dataclass(frozen=True)
class HandedOut:
    """A unit as its sender signed it."""

    manifest: bytes
    signature: bytes
    salts: dict[str, bytes]
    files: dict[str, bytes]


@dataclass(frozen=True)
class Recorded:
    """The answer to a receipt: the hub's own, and whether this step was on record before."""

    state: str
    receipt: Signed
    repeated: bool


def transmission_of(party: Party, id_: uuid.UUID) -> Transmission:
    """A transmission that `party` sent or received. Raises Refused (404), the same for one of others."""
    found = Transmission.objects.select_related("sender__party", "recipient__party", "envelope").filter(pk=id_).first()
    if found is None or party.pk not in (found.sender.party_id, found.recipient.party_id):
        raise Refused(404, "E-NOT-FOUND", "この送信は見つかりません。", "番号を確かめてください。")
    return found


def hand_out(transmission: Transmission, viewer: Viewer, purpose: str) -> HandedOut:
    """The files of a unit; the look is on record before anything is read. Raises Refused (404, 410)."""
    try:
        with write():
            looks.record(
                viewer,
                purpose=purpose,
                rule="party-of-transmission",
                about=f"transmission:{transmission.pk}",
                subjects=transmission.subjects.values_list("subject", flat=True),
            )
            fetched = bodies.fetch(transmission.body, holder_of(transmission, viewer.party))
    except bodies.BodyGone as error:
        raise Refused(
            410,
            "E-BODY-GONE",
            "この送信の中身は、保存の期限が過ぎて消されています。",
            "控えを自分の事業所で探してください。",
        ) from error
    envelope: Envelope = transmission.envelope
    manifest = bytes(envelope.manifest)
    salts, files = split_body(manifests.parse(manifest), b"".join(bodies.open_body(fetched)))
    return HandedOut(manifest, bytes(envelope.signature), salts, files)


def holder_of(transmission: Transmission, party: int) -> str:
    """Which copy of the body a party reads."""
    if transmission.recipient.party_id == party:
        return transmission.recipient.mailbox
    return transmission.sender.sent_copy


def record_receipt(party: Party, transmission_id: uuid.UUID, given: Signed, findings: Sequence[Any]) -> Recorded:
    """Take a recipient's signed receipt. The same step twice returns the first answer. Raises Refused."""
    now = timezone.now()
    transmission = transmission_of(party, transmission_id)
    to = _verified_step(transmission, party, given, len(findings), now)
    manifest = bytes(transmission.envelope.manifest)
    receipt = signing.hub_receipt(
        transmission.pk, to, manifest, now, sealed_by=transmission.sealed_by, findings=len(findings)
    )
    prepared = bodies.prepare([json.dumps(findings, ensure_ascii=False).encode()]) if findings else None
    try:
        recorded = _write_step(transmission, to, now, receipt, given, prepared)
    except Refused:
        # After any other failure it may be stored all the same.
        _discard(prepared)
        raise
    if recorded.repeated:
        _discard(prepared)
    return recorded


def _write_step(
    transmission: Transmission, to: State, now: datetime, receipt: Signed, given: Signed, findings: Prepared | None
) -> Recorded:
    with write():
        row = Transmission.objects.select_for_update().get(pk=transmission.pk)
        if earlier := Event.objects.filter(about=row.pk, type=to.value).first():
            return Recorded(row.state, Signed(bytes(earlier.receipt), bytes(earlier.signature)), repeated=True)
        _advance(row, to, now)
        if findings:
            bodies.store(findings, [transmission.recipient.mailbox, transmission.sender.sent_copy])
        numbers = counters.advance([transmission.sender.feed, transmission.recipient.feed])
        found = findings.id if findings else None
        events.append(to, row.pk, now, receipt, numbers, counter_receipt=given, findings=found)
    return Recorded(row.state, receipt, repeated=False)


def _discard(prepared: Prepared | None) -> None:
    if prepared:
        bodies.discard(prepared)


def _advance(row: Transmission, to: State, now: datetime) -> None:
    row.state = _next(State(row.state), to)
    if to is State.COLLECTED:
        row.collected_at = now
    else:
        row.finished_at = now
    row.save(update_fields=["state", "collected_at", "finished_at"])


def _verified_step(transmission: Transmission, party: Party, given: Signed, findings: int, now: datetime) -> State:
    if transmission.recipient.party_id != party.pk:
        raise Refused(403, "E-AUTH-RECIPIENT", "受け取り手だけが知らせることができます。", "事業所を確かめてください。")
    certificate: Certificate = signers.verified_signer(given.body, given.signature, now)
    try:
        receipt = receipts.parse(given.body)
    except TrustError as error:
        raise Refused.because(400, error) from error
    recipient: OfficeService = transmission.recipient
    digest = signing.manifest_digest(bytes(transmission.envelope.manifest))
    expected = (settings.HUB_ID, str(transmission.pk), digest, recipient.address, "program", findings)
    said = (receipt.hub, receipt.transmission, receipt.manifest, receipt.by, receipt.sealed_by, receipt.findings)
    if certificate.party_id != party.pk or said != expected:
        raise Refused(
            422,
            "E-AUTH-RECEIPT",
            "受領の知らせが、この送信のものではありません。",
            "受け取り直してから知らせてください。",
        )
    if receipt.step not in {state.value for state in RECIPIENT_STEPS}:
        raise Refused(
            422, "E-STATE", "受け取り手が知らせる段階ではありません。", "受け取り・読み込みの結果を知らせてください。"
        )
    return State(receipt.step)


def _next(state: State, to: State) -> State:
    try:
        return step(state, to)
    except IllegalStep as error:
        raise Refused(
            409,
            "E-STATE",
            f"「{state.label}」から「{to.label}」へは進めません。",
            "受け取ったことを先に知らせてください。",
        ) from error
