"""Steps after acceptance: what the offices say, signed by a program or sealed in the browser, and what the hub does itself.

Each is one event with a signed receipt. A step that comes once and is said again is answered as the first time.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from renkei.hub.core import counters, events
from renkei.hub.core.bodies import keeping
from renkei.hub.core.bodies import services as bodies
from renkei.hub.core.bodies.services import Prepared
from renkei.hub.core.events import Happening, Signed
from renkei.hub.core.models import Event
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.exchange import clocks, erasing, parts, signing
from renkei.hub.exchange.models import Transmission
from renkei.hub.exchange.queries import transmission_of, waiting_before
from renkei.hub.exchange.rules import (
    HAS_FINDINGS,
    REPEATABLE,
    SAID_BY_OFFICES,
    TAKEN_BY,
    IllegalStep,
    Recall,
    Side,
    Standing,
    State,
    Step,
    take,
)
from renkei.hub.exchange.words import checked, prepare
from renkei.hub.parties.keys import signers
from renkei.hub.parties.models import Certificate, OfficeService, Party
from renkei.trust import receipts
from renkei.trust.errors import TrustError
from renkei.trust.receipts import Receipt
from renkei.trust.words import Words


@dataclass(frozen=True)
class Recorded:
    """The answer to a step: the hub's receipt, and whether the step was on record before.

    `waiting_before`: numbers of the same mailbox that should have been collected before this one.
    """

    state: str
    receipt: Signed
    repeated: bool
    waiting_before: Sequence[int] = ()


@dataclass(frozen=True)
class _Taken:
    """One step about to be written. `said` is the office's own receipt, None for what the hub does itself."""

    step: Step
    side: Side
    actor: str
    at: datetime
    receipt: Signed
    said: Signed | None = None
    words: Prepared | None = None


def by_program(party: Party, transmission_id: uuid.UUID, said: Signed, words: Words | None) -> Recorded:
    """Take a step that an office's program signed. Raises Refused."""
    now = timezone.now()
    transmission = transmission_of(party, transmission_id)
    receipt, certificate = _verified(transmission, party, said, words, now)
    step, side, actor = Step(receipt.step), _side(transmission, receipt), f"program:{certificate.pk}"
    if side not in TAKEN_BY[step]:
        raise Refused(403, "E-AUTH-SIDE", "これを知らせるのは、相手の事業所です。", "送信の記録を確かめてください。")
    words = checked(step, words)
    findings = _findings_in(step, words)
    if receipt.findings != findings:
        raise _not_of_this()
    return _record(transmission, step, side, actor, now, said, words, findings)


def by_staff(
    transmission: Transmission, step: Step, service: OfficeService, actor: str, words: Words | None = None
) -> Recorded:
    """Take a step that a member of `service` chose in the browser; the hub seals the office's word. Raises Refused."""
    now = timezone.now()
    side = Side.SENDER if service.pk == transmission.sender_id else Side.RECIPIENT
    words = checked(step, words)
    findings = _findings_in(step, words)
    said = signing.office_receipt(transmission, step, service, now, words.commitment if words else None, findings)
    return _record(transmission, step, side, actor, now, said, words, findings)


def _findings_in(step: Step, words: Words | None) -> int:
    return len(json.loads(words.data)) if words and step in HAS_FINDINGS else 0


def by_hub(transmission: Transmission, step: Step, now: datetime) -> Recorded:
    """A reminder or an expiry. Raises Refused when the unit has moved on."""
    return _record(transmission, step, Side.HUB, "hub", now)


def opened(row: Transmission, actor: str, receipt: Signed) -> None:
    """Note that a person of the recipient has opened the contents, once. Call it inside `write()`, the row locked."""
    taken = _Taken(Step.OPENED, Side.RECIPIENT, actor, timezone.now(), receipt)
    if not _earlier(row, taken):
        _append(row, taken)


def _record(
    transmission: Transmission,
    step: Step,
    side: Side,
    actor: str,
    now: datetime,
    said: Signed | None = None,
    words: Words | None = None,
    findings: int = 0,
) -> Recorded:
    manifest = bytes(transmission.envelope.manifest)
    attached = words.commitment if words else None
    receipt = signing.hub_receipt(transmission.pk, step, manifest, now, transmission.sealed_by, findings, attached)
    prepared = prepare(words) if words else None
    try:
        recorded = _write(transmission.pk, _Taken(step, side, actor, now, receipt, said, prepared))
    except Refused:
        # After any other failure it may be stored all the same.
        _discard(prepared)
        raise
    if recorded.repeated:
        _discard(prepared)
    return recorded


def _write(id_: uuid.UUID, taken: _Taken) -> Recorded:
    with write():
        row = locked(id_)
        if earlier := _earlier(row, taken):
            return Recorded(row.state, Signed(bytes(earlier.receipt), bytes(earlier.signature)), repeated=True)
        _require_due(row, taken)
        _require_few(row, taken)
        _move(row, _next(row.standing, taken), taken)
        if taken.words:
            both = {row.recipient.received_copy: row.recipient, row.sender.sent_copy: row.sender}
            bodies.store(taken.words, {holder: clocks.copy_until(one, taken.at) for holder, one in both.items()})
        _append(row, taken)
    before = waiting_before(row) if taken.step is Step.COLLECTED else ()
    return Recorded(row.state, taken.receipt, repeated=False, waiting_before=before)


def locked(id_: uuid.UUID) -> Transmission:
    """The row of a transmission, for this `write()` alone, with its two services.

    A unit that replaces it may come in meanwhile (`no_key`): it holds the counters that a step asks for next.
    """
    rows = Transmission.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("sender", "recipient").get(pk=id_)


def _append(row: Transmission, taken: _Taken) -> None:
    numbers = counters.advance([row.sender.feed, row.recipient.feed])
    happening = Happening(
        type=taken.step,
        about=row.pk,
        number=events.of(row.pk).count() + 1,
        at=taken.at,
        side=taken.side,
        actor=taken.actor,
        receipt=taken.receipt,
        feeds={feed: next(own) for feed, own in numbers.items()},
        counter_receipt=taken.said,
        words=taken.words.id if taken.words else None,
    )
    events.append([happening])


def _earlier(row: Transmission, taken: _Taken) -> Event | None:
    """The event of this very step: of one that comes once, any; of others, the one with the same signed words."""
    found = events.of(row.pk).filter(type=taken.step.value).order_by("-number")
    if taken.step not in REPEATABLE:
        return found.first()
    if taken.said is None:
        return None
    # Not the last one alone: a word that comes again late must not count for a request that was made since.
    return next((event for event in found if bytes(event.counter_receipt or b"") == taken.said.body), None)


def _require_few(row: Transmission, taken: _Taken) -> None:
    """Requests may be made again and again, but not without end: each is an event with receipts, for both and for good."""
    if taken.step not in {Step.CHANGE_REQUESTED, Step.RECALL_REQUESTED}:
        return
    limit = settings.RENKEI["LIMIT_REQUESTS"]
    if events.of(row.pk).filter(type=taken.step.value, side=taken.side.value).count() >= limit:
        raise Refused(
            409,
            "E-LIMIT",
            f"この送信について「{taken.step.label}」は、それぞれの側から {limit} 回までです。",
            "相手に電話などで確かめてください。",
        )


def _move(row: Transmission, standing: Standing, taken: _Taken) -> None:
    row.state, row.change, row.recall = standing.state or "", standing.change, standing.recall
    if taken.step is Step.REMINDED:
        row.clock_at = clocks.next_clock(row.accepted_at, taken.at)
    elif standing.state is not State.ACCEPTED or standing.is_over:
        row.clock_at = None
    if taken.step is Step.COLLECTED:
        row.collected_at = taken.at
        _give_copy(row)
    if standing.is_over:
        erasing.erase_of_recipient(row, taken.at)
    row.save(update_fields=["state", "change", "recall", "clock_at", "collected_at"])


def _give_copy(row: Transmission) -> None:
    """The recipient's own copy, and the clock of the mailbox's."""
    mailbox, own = row.recipient.mailbox, row.recipient.received_copy
    since = clocks.counted_from(row)
    # One that is not there was collected and erased before: a hub that came back from a backup has only the list of it.
    handed = parts.bodies_for_recipient(row)
    keeping.share(handed, mailbox, own, clocks.copy_until(row.recipient, since))
    keeping.set_clock(handed, mailbox, clocks.mailbox_until(since))


def _require_due(row: Transmission, taken: _Taken) -> None:
    """The hub reminds and ends when its clock says so, and once: another worker may have been first."""
    if taken.side is Side.HUB and (row.clock_at is None or row.clock_at > taken.at):
        raise Refused(409, "E-STATE", f"「{taken.step.label}」には、まだ早いです。", "期限を確かめてください。")


def _next(standing: Standing, taken: _Taken) -> Standing:
    try:
        return take(standing, taken.step, taken.side)
    except IllegalStep as error:
        state = standing.state.label if standing.state else ""
        recall = "(回収を求められています)" if standing.recall is Recall.REQUESTED else ""
        raise Refused(
            409,
            "E-STATE",
            f"「{taken.step.label}」とは、いまは知らせられません。",
            f"いまの段階は「{state}」{recall}です。送信の記録を読み直してください。",
        ) from error


def _verified(
    transmission: Transmission, party: Party, said: Signed, words: Words | None, now: datetime
) -> tuple[Receipt, Certificate]:
    certificate = signers.verified_signer(said.body, said.signature, now)
    try:
        receipt = receipts.parse(said.body)
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
    return receipt, certificate


def _not_of_this() -> Refused:
    return Refused(
        422,
        "E-AUTH-RECEIPT",
        "受領の知らせが、この送信のものではありません。",
        "受け取り直してから知らせてください。",
    )


def _side(transmission: Transmission, receipt: Receipt) -> Side:
    return Side.SENDER if receipt.by == transmission.sender.address else Side.RECIPIENT


def _discard(prepared: Prepared | None) -> None:
    if prepared:
        bodies.discard(prepared)
