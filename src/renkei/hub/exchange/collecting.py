"""Handing out a unit: the look is on record first, and the recipient's first opening is an event."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from renkei.attachments import index
from renkei.attachments.index import Attached
from renkei.hub.core import events, looks
from renkei.hub.core.bodies import services as bodies
from renkei.hub.core.bodies.services import Fetched
from renkei.hub.core.events import Signed
from renkei.hub.core.looks import Viewer
from renkei.hub.core.problems import Refused, each, passed
from renkei.hub.core.writing import write
from renkei.hub.exchange import json_form, signing, step_writing
from renkei.hub.exchange.attachments import handing
from renkei.hub.exchange.attachments.handing import HandedPart
from renkei.hub.exchange.envelopes import split_body
from renkei.hub.exchange.models import Envelope, Part, Subject, Transmission
from renkei.hub.exchange.parts import for_recipient, names_apart, read_all
from renkei.hub.exchange.rules import Recall, State, Step
from renkei.hub.parties.models import OfficeService

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
    """A unit as its sender signed it: its small files, and what there is beside them (`parts`)."""

    manifest: bytes
    signature: bytes
    salts: dict[str, bytes]
    files: dict[str, bytes]
    parts: tuple[HandedPart, ...] = ()

    @property
    def standard_files(self) -> dict[str, bytes]:
        """The files of the standard alone, as CSV: of JSON what the sender signed, read anew."""
        return dict(json_form.read(self.files).files)

    @property
    def importable(self) -> dict[str, bytes]:
        """The files that care software imports: those that were signed, and the copies in the other form."""
        signed = {name: data for name, data in self.files.items() if name != index.FILE}
        return signed | {one.part.name: one.data for one in self.parts if one.data is not None}


def hand_out(transmission: Transmission, viewer: Viewer, purpose: str, program: str = "") -> HandedOut:
    """The files of a unit; the look is on record before anything is read. Raises Refused (404, 409, 410).

    `program` is the recipient's program that collects: for a while no other one gets the unit.
    """
    [outcome] = hand_out_many([transmission], viewer, purpose, program)
    if isinstance(outcome, Refused):
        raise outcome
    return outcome


def hand_out_many(
    transmissions: Sequence[Transmission], viewer: Viewer, purpose: str, program: str = ""
) -> list[HandedOut | Refused]:
    """As `hand_out` for several different units, each handed out or refused on its own. One write for all looks."""
    read_all(transmissions)
    wanted = {one.pk: [one.body, *(part.body for part in parts_for(one, viewer))] for one in transmissions}
    found = _looked_at(transmissions, viewer, purpose, program, wanted)
    own = {one.pk: one for one in transmissions}
    return each(found, lambda one: _opened(own[one.about], viewer, one.bodies))


def hand_out_part(
    transmission: Transmission, viewer: Viewer, purpose: str, name: str, program: str = ""
) -> tuple[Part, Fetched]:
    """One part of a unit, to be streamed once the look at it is on record. Raises Refused (404, 409, 410)."""
    part = _part_for(transmission, viewer, name)
    found = _look_at_one(transmission, viewer, purpose, program, [part.body])
    return part, found[part.body]


def hand_out_titled(
    transmission: Transmission, viewer: Viewer, purpose: str, name: str
) -> tuple[Part, Fetched, Attached | None]:
    """The same for a person, with what the sender's index says of it: it becomes the file's name."""
    part = _part_for(transmission, viewer, name)
    found = _look_at_one(transmission, viewer, purpose, "", [part.body, transmission.body])
    about = None
    if transmission.body in found:
        about = next(one.about for one in _opened(transmission, viewer, found).parts if one.part.name == name)
    return part, found[part.body], about


def _part_for(transmission: Transmission, viewer: Viewer, name: str) -> Part:
    part = next((part for part in parts_for(transmission, viewer) if part.name == name), None)
    if part is None:
        raise Refused.known(404, "E-NOT-FOUND")
    return part


def _look_at_one(
    transmission: Transmission, viewer: Viewer, purpose: str, program: str, wanted: Sequence[uuid.UUID]
) -> Mapping[uuid.UUID, Fetched]:
    [found] = _looked_at([transmission], viewer, purpose, program, {transmission.pk: wanted})
    if isinstance(found, Refused):
        raise found
    return found.bodies


def parts_for(transmission: Transmission, viewer: Viewer) -> list[Part]:
    """The parts that a viewer may be handed: of what is held back the recipient has the copy alone."""
    if is_at(transmission.sender, viewer.party, viewer.service):
        return transmission.apart
    return for_recipient(transmission.apart)


def _looked_at(
    transmissions: Sequence[Transmission],
    viewer: Viewer,
    purpose: str,
    program: str,
    wanted: Mapping[uuid.UUID, Sequence[uuid.UUID]],
) -> list[_Found | Refused]:
    """Read the bodies that are wanted of each, once the look is on record. One write."""
    receipts = {one.pk: receipt for one in transmissions if (receipt := _opening(one, viewer, purpose))}
    with write():
        rows = step_writing.locked_many([one.pk for one in transmissions])
        fetched = bodies.fetch_many(_holders_of_each(transmissions, viewer, wanted))
        found = each(transmissions, lambda one: _allowed(rows[one.pk], viewer, program, wanted[one.pk], fetched))
        allowed = [rows[one.about] for one in passed(found)]
        _lease([row for row in allowed if _is_collected(row, viewer, program)], program)
        _note_looks(allowed, viewer, purpose)
        for row in allowed:
            if row.pk in receipts:
                step_writing.opened(row, viewer.actor, timezone.now(), receipts[row.pk])
    return found


def _holders_of_each(
    transmissions: Sequence[Transmission], viewer: Viewer, wanted: Mapping[uuid.UUID, Sequence[uuid.UUID]]
) -> dict[uuid.UUID, tuple[str, ...]]:
    """Whose copy of each body will do. One upload may have come to two services of the same office."""
    found: dict[uuid.UUID, tuple[str, ...]] = {}
    for one in transmissions:
        for body in wanted[one.pk]:
            found[body] = (*found.get(body, ()), *holders(one, viewer.party, viewer.service))
    return found


@dataclass(frozen=True)
class _Found:
    """The stored bodies of a unit that may be handed out."""

    about: uuid.UUID
    bodies: Mapping[uuid.UUID, Fetched]


def _allowed(
    row: Transmission,
    viewer: Viewer,
    program: str,
    wanted: Sequence[uuid.UUID],
    fetched: Mapping[uuid.UUID, Fetched],
) -> _Found:
    if is_at(row.recipient, viewer.party, viewer.service):
        require_readable(row)
    if _is_collected(row, viewer, program):
        _require_no_other(row, program)
    if wanted[0] not in fetched:
        raise Refused(
            410,
            "E-BODY-GONE",
            "この送信の中身は、保存の期限が過ぎて消されています。",
            "自分の事業所に写しがないか、探してください。",
        )
    return _Found(row.pk, {body: fetched[body] for body in wanted if body in fetched})


def _opened(transmission: Transmission, viewer: Viewer, fetched: Mapping[uuid.UUID, Fetched]) -> HandedOut:
    envelope: Envelope = transmission.envelope
    manifest = bytes(envelope.manifest)
    body = b"".join(bodies.open_body(fetched[transmission.body]))
    salts, files = split_body(envelope.signed, body, names_apart(transmission))
    there = [(part, fetched[part.body]) for part in parts_for(transmission, viewer) if part.body in fetched]
    return HandedOut(manifest, bytes(envelope.signature), salts, files, handing.parts(there, files))


def _note_looks(rows: Sequence[Transmission], viewer: Viewer, purpose: str) -> None:
    subjects: dict[uuid.UUID, list[str]] = {row.pk: [] for row in rows}
    for id_, subject in Subject.objects.filter(transmission__in=subjects).values_list("transmission", "subject"):
        subjects[id_].append(subject)
    about = {f"transmission:{id_}": own for id_, own in subjects.items()}
    looks.record_many(viewer, purpose=purpose, rule="party-of-transmission", about=about)


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


def _is_collected(row: Transmission, viewer: Viewer, program: str) -> bool:
    """Whether this is one of the recipient's programs fetching what nobody has acknowledged yet."""
    is_recipient = is_at(row.recipient, viewer.party, viewer.service)
    return is_recipient and bool(program) and row.state == State.ACCEPTED


def _require_no_other(row: Transmission, program: str) -> None:
    """One program of an office at a time: another waits until the first has had its time. Raises Refused (409)."""
    now = timezone.now()
    # One that ends later than any lease can was given before the clock was set back.
    if row.lease_until and now < row.lease_until <= now + _lease_time() and row.lease_by != program:
        raise Refused(
            409,
            "E-STATE-LEASED",
            "ほかのパソコンが、いま受け取っています。",
            "少し待ってから、もう一度受け取ってください。",
            retry_after=int((row.lease_until - now).total_seconds()) + 1,
        )


def _lease(rows: Sequence[Transmission], program: str) -> None:
    if rows:
        own = Transmission.objects.filter(pk__in=[row.pk for row in rows])
        own.update(lease_by=program, lease_until=timezone.now() + _lease_time())


def _lease_time() -> timedelta:
    return timedelta(seconds=settings.RENKEI["LEASE_SECONDS"])
