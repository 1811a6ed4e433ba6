"""Handing out a unit: the look is on record first, and the recipient's first opening is an event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from renkei.hub.core import events, looks
from renkei.hub.core.bodies import services as bodies
from renkei.hub.core.events import Signed
from renkei.hub.core.looks import Viewer
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.exchange import signing, step_writing
from renkei.hub.exchange.envelopes import split_body
from renkei.hub.exchange.models import Envelope, Transmission
from renkei.hub.exchange.parts import names_apart
from renkei.hub.exchange.rules import Recall, State, Step
from renkei.hub.parties.models import OfficeService
from renkei.trust import manifest as manifests

_ASK = "相手に確かめてください。"
_ENDS = {
    State.WITHDRAWN: ("E-STATE-WITHDRAWN", "送り手が、この送信を取り消しました。", _ASK),
    State.EXPIRED: ("E-STATE-EXPIRED", "受け取りの期限が過ぎたため、この送信の中身は消されました。", _ASK),
}
# Looks by a person; a program that collects says so itself, once its copy is safe.
_BY_PERSON = {"view", "download"}
_RECALLED = ("E-STATE-RECALLED", "この送信は回収されました。中身は消されています。", _ASK)


@dataclass(frozen=True)
class HandedOut:
    """A unit as its sender signed it."""

    manifest: bytes
    signature: bytes
    salts: dict[str, bytes]
    files: dict[str, bytes]


def hand_out(transmission: Transmission, viewer: Viewer, purpose: str, program: str = "") -> HandedOut:
    """The files of a unit; the look is on record before anything is read. Raises Refused (404, 409, 410).

    `program` is the recipient's program that collects: for a while no other one gets the unit.
    """
    receipt = _opening(transmission, viewer, purpose)
    try:
        with write():
            row = step_writing.locked(transmission.pk)
            if is_at(transmission.recipient, viewer.party, viewer.service):
                require_readable(row)
                _lease(row, program)
            looks.record(
                viewer,
                purpose=purpose,
                rule="party-of-transmission",
                about=f"transmission:{row.pk}",
                subjects=row.subjects.values_list("subject", flat=True),
            )
            if receipt:
                step_writing.opened(row, viewer.actor, timezone.now(), receipt)
            fetched = bodies.fetch(row.body, holders(transmission, viewer.party, viewer.service))
    except bodies.BodyGone as error:
        raise Refused(
            410,
            "E-BODY-GONE",
            "この送信の中身は、保存の期限が過ぎて消されています。",
            "自分の事業所に写しがないか、探してください。",
        ) from error
    envelope: Envelope = transmission.envelope
    manifest = bytes(envelope.manifest)
    salts, files = split_body(manifests.parse(manifest), b"".join(bodies.open_body(fetched)), names_apart(transmission))
    return HandedOut(manifest, bytes(envelope.signature), salts, files)


def holders(transmission: Transmission, party: int, service: int | None = None) -> Sequence[str]:
    """Whose copies of a body a party may read, or one service of it, the first that is left."""
    sender, recipient = transmission.sender, transmission.recipient
    received = (recipient.mailbox, recipient.received_copy) if is_at(recipient, party, service) else ()
    sent = (sender.sent_copy,) if is_at(sender, party, service) else ()
    return (*received, *sent)


def is_at(end: OfficeService, party: int, service: int | None) -> bool:
    """Whether this end of a transmission is the party's, and the service's where only one is meant."""
    return end.party_id == party and service in (None, end.pk)


def _opening(transmission: Transmission, viewer: Viewer, purpose: str) -> Signed | None:
    """The receipt of the first opening by a person of the recipient; signed here, since signing is slow."""
    is_opening = is_at(transmission.recipient, viewer.party, viewer.service) and purpose in _BY_PERSON
    if not is_opening or events.of(transmission.pk).filter(type=Step.OPENED.value).exists():
        return None
    manifest = bytes(transmission.envelope.manifest)
    return signing.hub_receipt(transmission.pk, Step.OPENED, manifest, timezone.now(), transmission.sealed_by)


def require_readable(row: Transmission) -> None:
    """Raises Refused (409, 410) unless the recipient may be shown the contents now. Hold the lock of the row."""
    standing = row.standing
    if standing.can_be_read:
        return
    if standing.recall is Recall.REQUESTED and not standing.is_over:
        raise Refused(
            409,
            "E-STATE-RECALL",
            "送り手が、この送信の回収を求めています。",
            "受け取った写しがあれば消して、消したことを知らせてください。まちがいなら、わけを書いて断れます。",
        )
    raise Refused(410, *_ENDS.get(standing.state or State.ACCEPTED, _RECALLED))


def _lease(row: Transmission, program: str) -> None:
    """One program of an office at a time: another waits until the first has had its time."""
    if row.state != State.ACCEPTED or not program:
        return
    now = timezone.now()
    until = now + timedelta(seconds=settings.RENKEI["LEASE_SECONDS"])
    # One that ends later than any lease can was given before the clock was set back.
    if row.lease_until and now < row.lease_until <= until and row.lease_by != program:
        raise Refused(
            409,
            "E-STATE-LEASED",
            "ほかのパソコンが、いま受け取っています。",
            "少し待ってから、もう一度受け取ってください。",
        )
    row.lease_by, row.lease_until = program, until
    row.save(update_fields=["lease_by", "lease_until"])
