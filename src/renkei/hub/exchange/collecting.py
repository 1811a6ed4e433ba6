"""Handing out a unit: the look is on record before it leaves, and the recipient's first opening is an event."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.conf import settings
from django.utils import timezone

from renkei.attachments import index
from renkei.attachments.index import Attached
from renkei.hub.core import events, looks, rows
from renkei.hub.core.bodies import services as bodies
from renkei.hub.core.bodies.sealing import BodyDamaged
from renkei.hub.core.bodies.services import Fetched
from renkei.hub.core.events import Signed
from renkei.hub.core.looks import Viewer
from renkei.hub.core.lookups import Columns
from renkei.hub.core.problems import Refused, each, passed, together
from renkei.hub.core.writing import write
from renkei.hub.exchange import json_form, signing, step_writing
from renkei.hub.exchange.attachments import handing
from renkei.hub.exchange.attachments.handing import HandedPart
from renkei.hub.exchange.envelopes import split_body
from renkei.hub.exchange.models import Envelope, Part, Subject, Transmission
from renkei.hub.exchange.parts import for_recipient, names_apart, read_all
from renkei.hub.exchange.queries import lock
from renkei.hub.exchange.rules import Recall, State, Step
from renkei.hub.parties.models import OfficeService

_ASK = "相手に確かめてください。"
_ENDS = {
    State.WITHDRAWN: ("E-STATE-WITHDRAWN", "送り手が、この送信を取り消しました。", _ASK),
    State.EXPIRED: ("E-STATE-EXPIRED", "受け取りの期限が過ぎたため、この送信の中身は消されました。", _ASK),
}
# Looks by a person; a program that collects says so itself, once its copy is safe.
_BY_PERSON = {"view", "print", "download"}
_RECALLED = ("E-STATE-RECALLED", "この送信は回収されました。中身は消されています。", _ASK)
_subjects = Columns(Subject, "transmission", "subject")
_log = structlog.get_logger(__name__)


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


@dataclass(frozen=True)
class _Found:
    """The stored bodies of a unit that may be handed out."""

    unit: Transmission
    bodies: Mapping[uuid.UUID, Fetched]


def hand_out(transmission: Transmission, viewer: Viewer, purpose: str, program: str = "") -> HandedOut:
    """The files of a unit, once the look is on record. Raises Refused (404, 409, 410), and what opening a body raises.

    `program` is the recipient's program that collects: for a while no other one gets the unit.
    """
    [outcome] = _hand_out([transmission], viewer, purpose, program, _opened)
    if isinstance(outcome, Refused):
        raise outcome
    return outcome


def hand_out_many(
    transmissions: Sequence[Transmission], viewer: Viewer, purpose: str, program: str = ""
) -> list[HandedOut | Refused]:
    """As `hand_out` for several different units, each handed out or refused on its own. One write for all looks.

    One that cannot be opened keeps no other back (500, 503).
    """
    return _hand_out(transmissions, viewer, purpose, program, _opened_or_refused)


def _hand_out(
    transmissions: Sequence[Transmission],
    viewer: Viewer,
    purpose: str,
    program: str,
    opened: Callable[[_Found, Viewer], HandedOut],
) -> list[HandedOut | Refused]:
    """Opened before the write, which waits for nothing slow: what cannot be opened is no look, and no lease."""
    read_all(transmissions)
    wanted = {one.pk: [one.body, *(part.body for part in parts_for(one, viewer))] for one in transmissions}
    found = _read(transmissions, viewer, program, wanted)
    ready = each(found, lambda one: (one, opened(one, viewer)))
    looked = together(ready, lambda ones: _looked_at([one for one, _ in ones], viewer, purpose, program))
    handed = {one.unit.pk: unit for one, unit in passed(ready)}
    return each(looked, lambda one: handed[one.unit.pk])


def hand_out_part(
    transmission: Transmission, viewer: Viewer, purpose: str, name: str, program: str = ""
) -> tuple[Part, Fetched]:
    """One part of a unit, to be streamed once the look at it is on record. Raises Refused (404, 409, 410)."""
    part = _part_for(transmission, viewer, name)
    found = _look_at_one(transmission, viewer, purpose, program, [part.body])
    return part, found.bodies[part.body]


def hand_out_titled(
    transmission: Transmission, viewer: Viewer, purpose: str, name: str
) -> tuple[Part, Fetched, Attached | None]:
    """The same for a person, with what the sender's index says of it: it becomes the file's name."""
    part = _part_for(transmission, viewer, name)
    found = _look_at_one(transmission, viewer, purpose, "", [part.body, transmission.body])
    about = None
    if transmission.body in found.bodies:
        _, files = _small_files(found)
        about = handing.listed(files).get(part.of or part.name)
    return part, found.bodies[part.body], about


def _part_for(transmission: Transmission, viewer: Viewer, name: str) -> Part:
    part = next((part for part in parts_for(transmission, viewer) if part.name == name), None)
    if part is None:
        raise Refused.known(404, "E-NOT-FOUND")
    return part


def _look_at_one(
    transmission: Transmission, viewer: Viewer, purpose: str, program: str, wanted: Sequence[uuid.UUID]
) -> _Found:
    read = _read([transmission], viewer, program, {transmission.pk: wanted})
    [found] = together(read, lambda ones: _looked_at(ones, viewer, purpose, program))
    if isinstance(found, Refused):
        raise found
    return found


def parts_for(transmission: Transmission, viewer: Viewer) -> list[Part]:
    """The parts that a viewer may be handed: of what is held back the recipient has the copy alone."""
    if is_at(transmission.sender, viewer.party, viewer.service):
        return transmission.apart
    return for_recipient(transmission.apart)


def _read(
    transmissions: Sequence[Transmission], viewer: Viewer, program: str, wanted: Mapping[uuid.UUID, Sequence[uuid.UUID]]
) -> list[_Found | Refused]:
    """The bodies that are wanted of each, as they are stored, where the viewer may see them by now."""
    fetched = bodies.fetch_many(_holders_of_each(transmissions, viewer, wanted))

    def there(one: Transmission) -> _Found:
        _require_allowed(one, viewer, program)
        first, *_ = wanted[one.pk]
        if first not in fetched:
            raise _gone()
        return _Found(one, {body: fetched[body] for body in wanted[one.pk] if body in fetched})

    return each(transmissions, there)


def _looked_at(found: Sequence[_Found], viewer: Viewer, purpose: str, program: str) -> list[_Found | Refused]:
    """Once the look is on record: those that may be handed out still. One write, none for none."""
    if not found:
        return []
    receipts = {one.unit.pk: receipt for one in found if (receipt := _opening(one.unit, viewer, purpose))}
    with write():
        lock([one.unit for one in found])
        there = bodies.still_there([body for one in found for body in one.bodies.values()])

        def still(one: _Found) -> _Found:
            _require_allowed(one.unit, viewer, program)
            if not there.issuperset(one.bodies):
                raise _gone()
            return one

        allowed = each(found, still)
        units = [one.unit for one in passed(allowed)]
        _lease([unit for unit in units if _is_collected(unit, viewer, program)], program)
        _note_looks(units, viewer, purpose)
        for unit in units:
            if unit.pk in receipts:
                step_writing.opened(unit, viewer.actor, timezone.now(), receipts[unit.pk])
    return allowed


def _holders_of_each(
    transmissions: Sequence[Transmission], viewer: Viewer, wanted: Mapping[uuid.UUID, Sequence[uuid.UUID]]
) -> dict[uuid.UUID, tuple[str, ...]]:
    """Whose copy of each body will do. One upload may have come to two services of the same office."""
    found: dict[uuid.UUID, tuple[str, ...]] = {}
    for one in transmissions:
        for body in wanted[one.pk]:
            found[body] = (*found.get(body, ()), *holders(one, viewer.party, viewer.service))
    return found


def _require_allowed(row: Transmission, viewer: Viewer, program: str) -> None:
    """Raises Refused (409, 410)."""
    if is_at(row.recipient, viewer.party, viewer.service):
        require_readable(row)
    if _is_collected(row, viewer, program):
        _require_no_other(row, program)


def _gone() -> Refused:
    return Refused(
        410,
        "E-BODY-GONE",
        "この送信の中身は、保存の期限が過ぎて消されています。",
        "自分の事業所に写しがないか、探してください。",
    )


def _opened(found: _Found, viewer: Viewer) -> HandedOut:
    unit, fetched = found.unit, found.bodies
    envelope: Envelope = unit.envelope
    salts, files = _small_files(found)
    there = [(part, fetched[part.body]) for part in parts_for(unit, viewer) if part.body in fetched]
    parts = handing.parts(there, files)
    return HandedOut(bytes(envelope.manifest), bytes(envelope.signature), salts, files, parts)


def _small_files(found: _Found) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The salts and the files of a unit's main body."""
    unit = found.unit
    body = b"".join(bodies.open_body(found.bodies[unit.body]))
    return split_body(unit.envelope.files, body, names_apart(unit))


def _opened_or_refused(found: _Found, viewer: Viewer) -> HandedOut:
    """Raises Refused (500, 503), which says what the API says of such an error."""
    try:
        return _opened(found, viewer)
    except (BodyDamaged, OSError) as error:
        _log.exception("a unit cannot be opened", transmission=str(found.unit.pk))
        is_storage = isinstance(error, OSError)
        raise Refused.known(*((503, "E-HUB-STORAGE") if is_storage else (500, "E-HUB-FAULT"))) from error


def _note_looks(units: Sequence[Transmission], viewer: Viewer, purpose: str) -> None:
    subjects: dict[uuid.UUID, list[str]] = {unit.pk: [] for unit in units}
    for id_, subject in _subjects.of(subjects):
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


def _lease(units: Sequence[Transmission], program: str) -> None:
    until = timezone.now() + _lease_time()
    rows.change(Transmission, ("lease_by", "lease_until"), ((program, until, unit.pk) for unit in units))


def _lease_time() -> timedelta:
    return timedelta(seconds=settings.RENKEI["LEASE_SECONDS"])
