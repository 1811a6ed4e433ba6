"""Putting units down: many in one short write, each taken on or refused on its own."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from operator import attrgetter

from django.db import connection

from renkei.attachments.index import KIND
from renkei.hub.core import counters, events, jobs, rows
from renkei.hub.core.bodies import services as bodies
from renkei.hub.core.bodies.services import Kept, Prepared
from renkei.hub.core.events import Happening, Signed
from renkei.hub.core.lookups import Lookup
from renkei.hub.core.problems import Refused, each
from renkei.hub.core.writing import write
from renkei.hub.exchange import clocks, earlier, quotas, replacing
from renkei.hub.exchange.addressing import require_active, require_sending
from renkei.hub.exchange.attachments import taking
from renkei.hub.exchange.earlier import Accepted, NaturalKey
from renkei.hub.exchange.envelopes import Arrival
from renkei.hub.exchange.models import Envelope, Subject, Transmission
from renkei.hub.exchange.parts import NewPart
from renkei.hub.exchange.replacing import Coming
from renkei.hub.exchange.rules import Side, State, Step
from renkei.hub.parties.echo import JOB as ECHO_JOB
from renkei.hub.parties.echo import is_echo
from renkei.hub.parties.keys import signers
from renkei.hub.parties.models import Certificate, OfficeService
from renkei.standard.findings import Finding

Outcome = Accepted | Refused
_certificates = Lookup(Certificate, "pk", "party", only=("revoked_at", "party__state", "party__closed_on"))
_services = Lookup(OfficeService, "pk", "party", only=("active", "party__state", "party__closed_on"))
_COLUMNS = tuple(field.attname for field in Transmission._meta.concrete_fields)
_DEFAULTS = {"change": "", "recall": "", "collected_at": None, "lease_by": "", "lease_until": None}


@dataclass(frozen=True)
class Author:
    """Whose key signed a unit, and who had it sign: `program:<certificate>` or `staff:<id>`."""

    certificate: Certificate
    actor: str


@dataclass(frozen=True)
class Ready:
    """A unit that has passed everything which is done outside the write, with all that the write needs.

    `subjects` are the keyed hashes of its people.
    """

    id: uuid.UUID
    at: datetime
    arrival: Arrival
    author: Author
    sender: OfficeService
    recipient: OfficeService
    key: NaturalKey
    tag: str
    body: Prepared
    subjects: frozenset[str]
    warnings: tuple[Finding, ...]
    receipt: Signed
    parts: tuple[NewPart, ...] = ()

    @cached_property
    def coming(self) -> Coming:
        manifest = self.arrival.manifest
        months = ",".join(manifest.months)
        # One report about a person does not take the place of another.
        subjects = frozenset() if manifest.kind == KIND else self.subjects
        return Coming(self.sender.pk, self.recipient.pk, manifest.kind, months, manifest.sequence, subjects)

    @property
    def prepared(self) -> list[Prepared]:
        """All bodies that were sealed for it."""
        return [self.body, *(part.prepared for part in self.parts if part.prepared)]

    @cached_property
    def counters(self) -> tuple[str, str, str]:
        return self.sender.feed, self.recipient.feed, self.recipient.mailbox


def store(units: Sequence[Ready]) -> list[Outcome]:
    """Take on as many of these as still may be, in their order, all in one write. What is refused leaves nothing.

    A failure of the database leaves nothing of any of them.
    """
    before = replacing.stored_before([unit.coming for unit in units])
    with write():
        # Before the natural keys are looked up: whoever takes on the same unit elsewhere waits for the same counters.
        counters.lock({name for unit in units for name in unit.counters})
        barred = _barred(units)
        there = earlier.find([unit.key for unit in units])
        firsts: dict[NaturalKey, Ready] = {}
        for unit in units:
            if unit.id not in barred and unit.key not in there:
                firsts.setdefault(unit.key, unit)
        barred |= taking.barred(list(firsts.values()))
        barred |= _over_quota([unit for unit in firsts.values() if unit.id not in barred])
        taken = [unit for unit in firsts.values() if unit.id not in barred]
        new = _insert(taken, replacing.replaced([(unit.id, unit.coming) for unit in taken], before))
    there |= {unit.key: Accepted(new[unit.id], unit.receipt, repeated=False) for unit in units if unit.id in new}
    outcomes = [_outcome(unit, barred, there, firsts) for unit in units]
    for unit in units:
        if unit.id not in new:
            for prepared in unit.prepared:
                bodies.discard(prepared)
    return outcomes


def _outcome(
    unit: Ready,
    barred: Mapping[uuid.UUID, Refused],
    there: Mapping[NaturalKey, Accepted],
    firsts: Mapping[NaturalKey, Ready],
) -> Outcome:
    if unit.id in barred:
        return barred[unit.id]
    first = firsts.get(unit.key)
    if first is not None and first.id in barred:
        return barred[first.id]  # named twice, and there was no room for the first
    accepted = there[unit.key]
    if first is unit:
        return Accepted(accepted.transmission, accepted.receipt, repeated=False, findings=unit.warnings)
    return each([accepted], lambda accepted: accepted.again(unit.tag))[0]


def _barred(units: Sequence[Ready]) -> dict[uuid.UUID, Refused]:
    """Asked again inside the write: a certificate or an office may have been stopped since the request came in."""
    authors = {one.pk: one for one in _certificates.of(unit.author.certificate.pk for unit in units)}
    recipients = {one.pk: one for one in _services.of(unit.recipient.pk for unit in units)}
    given = dict(zip(authors, each(authors.values(), _require_author), strict=True))
    given_to = dict(zip(recipients, each(recipients.values(), require_active), strict=True))
    reasons = {unit.id: given[unit.author.certificate.pk] or given_to[unit.recipient.pk] for unit in units}
    return {id_: refusal for id_, refusal in reasons.items() if refusal}


def _require_author(certificate: Certificate) -> None:
    signers.require_usable(certificate)
    require_sending(certificate.party)


def _over_quota(units: Sequence[Ready]) -> dict[uuid.UUID, Refused]:
    """Those for which their office has no room left today: the last ones."""
    by_party: dict[int, list[Ready]] = defaultdict(list)
    for unit in units:
        by_party[unit.sender.party_id].append(unit)
    over: dict[uuid.UUID, Refused] = {}
    # In one order everywhere: two hubs that count for the same offices never wait for each other.
    for _, own in sorted(by_party.items()):
        party = own[0].sender.party
        room = quotas.count(party, own[0].at, len(own))
        if room < len(own):
            over |= dict.fromkeys((unit.id for unit in own[room:]), quotas.used_up(party))
    return over


def _insert(units: Sequence[Ready], replaced: Mapping[uuid.UUID, uuid.UUID]) -> dict[uuid.UUID, Transmission]:
    if not units:
        return {}
    numbers = counters.advance(name for unit in units for name in unit.counters)
    new: dict[uuid.UUID, Transmission] = {}
    happened = []
    for unit in units:
        new[unit.id] = _row(unit, next(numbers[unit.recipient.mailbox]), replaced.get(unit.id))
        feeds = {feed: next(numbers[feed]) for feed in (unit.sender.feed, unit.recipient.feed)}
        happened.append(_event(unit, feeds))
    rows.insert(Transmission, _COLUMNS, map(attrgetter(*_COLUMNS), new.values()))
    rows.insert(
        Envelope,
        ("transmission_id", "manifest", "signature"),
        ((unit.id, unit.arrival.manifest_bytes, unit.arrival.signature) for unit in units),
    )
    bodies.store_many(
        [
            Kept(
                prepared,
                {unit.recipient.mailbox: None, unit.sender.sent_copy: clocks.copy_until(unit.sender, unit.at)},
            )
            for unit in units
            for prepared in unit.prepared
        ]
    )
    taking.insert(units)
    rows.insert(
        Subject,
        ("transmission_id", "subject"),
        ((unit.id, subject) for unit in units for subject in unit.subjects),
    )
    events.append(happened)
    for unit in units:
        if is_echo(unit.recipient.party):
            jobs.enqueue(ECHO_JOB, {"transmission": str(unit.id)})
    return new


def _row(unit: Ready, number: int, replaced: uuid.UUID | None) -> Transmission:
    manifest = unit.arrival.manifest
    values: dict[str, object] = {
        **_DEFAULTS,
        "id": unit.id,
        "sender_id": unit.sender.pk,
        "recipient_id": unit.recipient.pk,
        "kind": manifest.kind,
        "sequence": manifest.sequence,
        "months": ",".join(manifest.months),
        "content_tag": unit.tag,
        "state": State.ACCEPTED.value,
        "replaces_id": replaced,
        "mailbox_number": number,
        "sealed_by": manifest.sealed_by,
        "certificate_id": unit.author.certificate.pk,
        "body": unit.body.id,
        "part_count": len(unit.parts),
        "accepted_at": unit.at,
        "clock_at": clocks.next_clock(unit.at, unit.at),
    }
    return Transmission.from_db(connection.alias, _COLUMNS, [values[name] for name in _COLUMNS])


def _event(unit: Ready, feeds: Mapping[str, int]) -> Happening:
    signed = Signed(unit.arrival.manifest_bytes, unit.arrival.signature)
    return Happening(
        type=Step.ACCEPTED,
        about=unit.id,
        number=1,
        at=unit.at,
        side=Side.SENDER,
        actor=unit.author.actor,
        receipt=unit.receipt,
        feeds=feeds,
        prompted_by=signed,
    )
