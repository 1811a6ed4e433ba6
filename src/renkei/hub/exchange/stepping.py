"""Steps after acceptance: what the offices say, signed by a program or sealed in the browser, and what the hub does itself.

Each is one event with a signed receipt. A step that comes once and is said again is answered as the first time.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone

from renkei.hub.core.events import Signed
from renkei.hub.core.problems import Refused, beside, each, together
from renkei.hub.exchange import signing, step_writing
from renkei.hub.exchange.models import Transmission
from renkei.hub.exchange.queries import not_found, transmissions_of, waiting_before
from renkei.hub.exchange.rules import HAS_FINDINGS, SAID_BY_OFFICES, TAKEN_BY, Side, Step
from renkei.hub.exchange.step_writing import Recorded, Taken
from renkei.hub.exchange.words import checked, prepare
from renkei.hub.parties.keys import signers
from renkei.hub.parties.keys.verifying import SignedBytes
from renkei.hub.parties.models import Certificate, OfficeService, Party
from renkei.trust import receipts
from renkei.trust.errors import TrustError
from renkei.trust.receipts import Receipt
from renkei.trust.words import Words


class Said(NamedTuple):
    """What a program hands over: its signed receipt of one step, and the words that go with it."""

    transmission: uuid.UUID
    receipt: Signed
    words: Words | None


@dataclass(frozen=True)
class _Asked:
    """A step that somebody may ask for, before it is receipted and written."""

    transmission: Transmission
    step: Step
    side: Side
    actor: str
    at: datetime
    said: Signed | None = None
    words: Words | None = None
    findings: int = 0


def by_program(party: Party, given: Sequence[Said]) -> list[Recorded | Refused]:
    """Take steps that an office's program signed, in their order, each taken or refused on its own.

    The number of queries does not depend on how many they are, but where words go with one or one ends a unit.
    """
    now = timezone.now()
    rows = transmissions_of(party, [one.transmission for one in given])
    found = each(given, lambda one: (one, _row(one, rows)))
    verified = together(found, lambda ones: beside(ones, signers.all_verified(_signed_by(ones), now)))
    return _record(each(verified, lambda one: _asked(*one[0], one[1], party, now)))


def _signed_by(given: Iterable[tuple[Said, Transmission]]) -> list[SignedBytes]:
    return [SignedBytes(one.receipt.body, one.receipt.signature) for one, _ in given]


def by_staff(
    transmission: Transmission, step: Step, service: OfficeService, actor: str, words: Words | None = None
) -> Recorded:
    """Take a step that a member of `service` chose in the browser; the hub seals the office's word. Raises Refused."""
    now = timezone.now()
    side = Side.SENDER if service.pk == transmission.sender_id else Side.RECIPIENT
    words = checked(step, words)
    findings = _findings_in(step, words)
    said = signing.office_receipt(transmission, step, service, now, words.commitment if words else None, findings)
    return _record_one(_Asked(transmission, step, side, actor, now, said, words, findings))


def by_hub(transmission: Transmission, step: Step, now: datetime) -> Recorded:
    """A reminder or an expiry. Raises Refused when the unit has moved on."""
    return _record_one(_Asked(transmission, step, Side.HUB, "hub", now))


def _record_one(asked: _Asked) -> Recorded:
    [outcome] = _record([asked])
    if isinstance(outcome, Refused):
        raise outcome
    return outcome


def _record(asked: Sequence[_Asked | Refused]) -> list[Recorded | Refused]:
    """Receipt and write them: signing is slow, and comes before the write."""
    return together(asked, _written)


def _written(asked: Sequence[_Asked]) -> Sequence[Recorded | Refused]:
    if not asked:
        return []
    ready = [_taken(one) for one in asked]
    return _with_waiting(ready, step_writing.record(ready))


def _taken(asked: _Asked) -> Taken:
    row = asked.transmission
    attached = asked.words.commitment if asked.words else None
    manifest = bytes(row.envelope.manifest)
    receipt = signing.hub_receipt(row.pk, asked.step, manifest, asked.at, row.sealed_by, asked.findings, attached)
    words = prepare(asked.words) if asked.words else None
    return Taken(row, asked.step, asked.side, asked.actor, asked.at, receipt, asked.said, words)


def _with_waiting(taken: Sequence[Taken], written: Sequence[Recorded | Refused]) -> list[Recorded | Refused]:
    """With each that was collected now, what still waits before it in the same mailbox."""
    collected = [
        one.unit
        for one, outcome in zip(taken, written, strict=True)
        if one.step is Step.COLLECTED and isinstance(outcome, Recorded) and not outcome.repeated
    ]
    waiting = waiting_before(collected)
    return [
        replace(outcome, waiting_before=waiting[one.unit.pk])
        if one.unit.pk in waiting and one.step is Step.COLLECTED and isinstance(outcome, Recorded)
        else outcome
        for one, outcome in zip(taken, written, strict=True)
    ]


def _row(said: Said, rows: Mapping[uuid.UUID, Transmission]) -> Transmission:
    row = rows.get(said.transmission)
    if row is None:
        raise not_found()
    return row


def _asked(said: Said, row: Transmission, certificate: Certificate, party: Party, now: datetime) -> _Asked:
    """The step that was said, where this party may say it."""
    receipt = _receipt(said, row, party, certificate)
    step, side = Step(receipt.step), _side(row, receipt)
    if side not in TAKEN_BY[step]:
        raise Refused(403, "E-AUTH-SIDE", "これを知らせるのは、相手の事業所です。", "送信の記録を確かめてください。")
    words = checked(step, said.words)
    findings = _findings_in(step, words)
    if receipt.findings != findings:
        raise _not_of_this()
    return _Asked(row, step, side, certificate.actor, now, said.receipt, words, findings)


def _findings_in(step: Step, words: Words | None) -> int:
    return len(json.loads(words.data)) if words and step in HAS_FINDINGS else 0


def _receipt(said: Said, transmission: Transmission, party: Party, certificate: Certificate) -> Receipt:
    """What the office says, held against the transmission that it says it of."""
    words = said.words
    try:
        receipt = receipts.parse(said.receipt.body)
    except TrustError as error:
        raise Refused.because(400, error) from error
    digest = signing.manifest_digest(bytes(transmission.envelope.manifest))
    expected = (settings.HUB_ID, str(transmission.pk), digest, "program", words and words.commitment)
    stated = (receipt.hub, receipt.transmission, receipt.manifest, receipt.sealed_by, receipt.attached)
    own = [service.address for service in (transmission.sender, transmission.recipient) if service.party_id == party.pk]
    if certificate.party_id != party.pk or stated != expected or receipt.by not in own:
        raise _not_of_this()
    if receipt.step not in {step.value for step in SAID_BY_OFFICES}:
        raise Refused(
            422, "E-STATE", "事業所が知らせる段階ではありません。", "受け取り・読み込みの結果などを知らせてください。"
        )
    return receipt


def _not_of_this() -> Refused:
    return Refused(
        422,
        "E-AUTH-RECEIPT",
        "受領の知らせが、この送信のものではありません。",
        "受け取り直してから知らせてください。",
    )


def _side(transmission: Transmission, receipt: Receipt) -> Side:
    return Side.SENDER if receipt.by == transmission.sender.address else Side.RECIPIENT
