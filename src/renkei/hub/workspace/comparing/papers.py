"""The papers of a month at a service, on whichever way they went or came: listed, fetched under a look, opened."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from renkei.hub.core.bodies.services import Fetched
from renkei.hub.exchange.models import Subject, Transmission
from renkei.hub.exchange.reading import fetch_units, open_unit
from renkei.hub.exchange.rules import Recall, State
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.comparing.rules import ACTUAL_KINDS, PLAN_KINDS, Desk, Paper
from renkei.hub.workspace.models import Incoming, IncomingSubject, Outgoing, OutgoingState, OutgoingSubject
from renkei.hub.workspace.outbox import bodies
from renkei.standard.units import UnitKind


@dataclass(frozen=True)
class Papers:
    """The units of a month: through the hub, and those that went (`out`) or came (`came`) on another way."""

    service: OfficeService
    units: Sequence[Transmission]
    out: Sequence[Outgoing]
    came: Sequence[Incoming]

    def __len__(self) -> int:
        return len(self.units) + len(self.out) + len(self.came)


@dataclass(frozen=True)
class Stored:
    """The same, as read in a transaction: enough to open them later. `gone` counts those whose bodies are erased."""

    papers: Papers
    units: Sequence[tuple[Transmission, Fetched]]
    others: bodies.FetchedBodies

    @property
    def gone(self) -> int:
        return len(self.papers) - len(self.units) - len(self.others)


# Another number where what is kept of a comparison changes its shape: all months are compared anew then.
_FORM = "4"


@dataclass(frozen=True)
class Mark:
    """Which papers a month has that can be read, told by `digest`: that one was collected or imported makes no other."""

    digest: str
    count: int


def mark_of(service: OfficeService, month: str) -> Mark:
    """Without reading more of them than that. Three queries."""
    units = through_hub(service, months=month).only("pk", "sender", "state", "change", "recall")
    lines = [f"{unit.pk} {unit.sender_id == service.pk or unit.standing.can_be_read}" for unit in units]
    for rows in _elsewhere(service, month):
        lines += [" ".join(map(str, row)) for row in rows.values_list("pk", "tag", "body")]
    told = [_FORM, *sorted(lines)]
    return Mark(hashlib.sha256("\n".join(told).encode()).hexdigest(), len(lines))


def subjects_in(service: OfficeService, month: str) -> set[str]:
    """Everybody in the papers of a month, as keyed hashes. Three queries."""
    out, came = _elsewhere(service, month)
    rows = (
        Subject.objects.filter(transmission__in=through_hub(service, months=month).values("pk")),
        OutgoingSubject.objects.filter(outgoing__in=out.values("pk")),
        IncomingSubject.objects.filter(incoming__in=came.values("pk")),
    )
    return {subject for found in rows for subject in found.values_list("subject", flat=True)}


def of_month(service: OfficeService, month: str) -> Papers:
    """The papers of month YYYYMM. Three queries."""
    return _read(service, through_hub(service, months=month), *_elsewhere(service, month))


def of_person(service: OfficeService, month: str, subject: str) -> Papers:
    """Those of them that one person is in, however many there are. Three queries."""
    units = Subject.objects.filter(subject=subject).values("transmission")
    out, came = _elsewhere(service, month)
    return _read(
        service,
        through_hub(service, months=month, pk__in=units),
        out.filter(subjects__subject=subject),
        came.filter(subjects__subject=subject),
    )


def _read(
    service: OfficeService, units: QuerySet[Transmission], out: QuerySet[Outgoing], came: QuerySet[Incoming]
) -> Papers:
    units = units.select_related("sender__party", "recipient__party", "envelope").order_by("sequence")
    return Papers(service, list(units), list(out), list(came))


def _elsewhere(service: OfficeService, month: str) -> tuple[QuerySet[Outgoing], QuerySet[Incoming]]:
    """What went and what came on another way."""
    ours, theirs = _kinds(service)
    out = Outgoing.objects.filter(owner=service, months=month, kind__in=ours, state=OutgoingState.HANDED_OVER)
    return (
        out.filter(transmission=None, body__isnull=False),
        Incoming.objects.filter(owner=service, months=month, kind__in=theirs),
    )


def through_hub(service: OfficeService, **narrowed: Any) -> QuerySet[Transmission]:
    """Plans that this service sent and actuals that it received, or the other way round for a service office.

    Without what was withdrawn or recalled: that holds for nobody, and a plan before it is in force again. `narrowed` stands
    on both sides of the "or", where the indexes are.
    """
    ours, theirs = _kinds(service)
    found = Transmission.objects.filter(
        Q(sender=service, kind__in=ours, **narrowed) | Q(recipient=service, kind__in=theirs, **narrowed)
    )
    return found.exclude(state=State.WITHDRAWN).exclude(recall=Recall.CONFIRMED)


def fetch(papers: Papers) -> Stored:
    """Their stored form. Call it inside `write()`, after the look."""
    others = bodies.fetch([*papers.out, *papers.came]) if papers.out or papers.came else {}
    return Stored(papers, fetch_units(papers.units, papers.service), others)


def opened(stored: Stored) -> list[Paper]:
    """Their files. Call it after the write has ended: decrypting is slow."""
    own = stored.papers.service.party.number
    found = [
        _paper(unit.sequence, (unit.sender.party.number, unit.recipient.party.number), unit.kind, open_unit(unit, one))
        for unit, one in stored.units
    ]
    for out in stored.papers.out:
        if out.body in stored.others:
            files = bodies.open_files(stored.others[out.body])
            found.append(_paper(out.sequence, (own, out.number), out.kind, files))
    for came in stored.papers.came:
        if came.body in stored.others:
            files = bodies.open_files(stored.others[came.body])
            found.append(_paper(came.sequence, (came.number, own), came.kind, files))
    return found


def desk_of(service: OfficeService) -> Desk:
    """Whose view a service's page is."""
    others = service.party.services.exclude(pk=service.pk).values_list("service", flat=True)
    return Desk(service.party.number, service.service, frozenset(others))


def _kinds(service: OfficeService) -> tuple[tuple[UnitKind, ...], tuple[UnitKind, ...]]:
    """What this service sends, and what it receives."""
    makes_plans = Desk(service.party.number, service.service).makes_plans
    return (PLAN_KINDS, ACTUAL_KINDS) if makes_plans else (ACTUAL_KINDS, PLAN_KINDS)


def _paper(sequence: str, ends: tuple[str, str], kind: str, files: Mapping[str, bytes]) -> Paper:
    return Paper(sequence=sequence, sender=ends[0], recipient=ends[1], kind=UnitKind(kind), files=files)
