"""Reading the ledger: one list, newest first, over three tables. Partners, kinds and months, no person, so it is no look.

Each table is searched by an index in the order of the list, as far as the page goes; what lies behind it is not touched.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from renkei.hub.exchange.models import Subject, Transmission
from renkei.hub.exchange.presenting import Direction
from renkei.hub.exchange.rules import Standing
from renkei.hub.parties import directory
from renkei.hub.parties.models import OfficeService, PartyKind
from renkei.hub.workspace.ledger.wanted import Wanted
from renkei.hub.workspace.models import (
    Channel,
    Incoming,
    IncomingSubject,
    Outgoing,
    OutgoingState,
    OutgoingSubject,
    Partner,
)
from renkei.hub.workspace.partners.services import Address

_Row = TypeVar("_Row", bound=Model)
_MOST_PARTNERS = 200


class Source(StrEnum):
    """In which table a unit stands."""

    HUB = "hub"
    OUT = "out"
    CAME = "came"


@dataclass(frozen=True)
class Unit:
    """One unit of the ledger, from whichever table. `at`: when it went or came. `standing` is None where the hub had no
    part in it; `people` is how many it is about."""

    id: uuid.UUID
    source: Source
    direction: Direction
    address: Address
    kind: str
    months: str
    sequence: str
    at: datetime
    channel: Channel
    people: int
    standing: Standing | None = None
    partner_name: str = ""

    @property
    def month_list(self) -> list[str]:
        return self.months.split(",") if self.months else []


def units(service: OfficeService, wanted: Wanted, limit: int) -> list[Unit]:
    """Up to `limit` units, newest first. Five queries at most, and three more for a partner by name."""
    numbers = numbers_of(service, wanted.partner) if wanted.partner else None
    mail = _mail(service, wanted, numbers, limit)
    out = _elsewhere(Outgoing.objects.filter(_gone(service)), "changed_at", wanted, numbers)
    came = _elsewhere(Incoming.objects.filter(owner=service), "brought_at", wanted, numbers)
    found = _of_mail(service, mail)
    if wanted.direction != Direction.RECEIVED:
        found += [_of_outgoing(row) for row in out[:limit]]
    if wanted.direction != Direction.SENT:
        found += [_of_incoming(row) for row in came[:limit]]
    return sorted(found, key=lambda unit: (unit.at, unit.id), reverse=True)[:limit]


def alike(service: OfficeService, shown: Iterable[Unit], kinds: Iterable[str], limit: int) -> list[Unit]:
    """All units of these kinds with the months and partners of those that are shown, whichever way they went. Four queries."""
    rows = list(shown)
    narrowed = {"months__in": {unit.months for unit in rows}, "kind__in": set(kinds)}
    numbers = {unit.address[0] for unit in rows}
    ends = _services_of(numbers)
    mail = Transmission.objects.select_related("sender__party", "recipient__party").filter(**narrowed)
    sent = mail.filter(sender=service, recipient__in=ends)[:limit]
    received = mail.filter(recipient=service, sender__in=ends)[:limit]
    out = Outgoing.objects.filter(_gone(service), number__in=numbers, **narrowed)[:limit]
    came = Incoming.objects.filter(owner=service, number__in=numbers, **narrowed)[:limit]
    found = {unit.id: unit for unit in _of_mail(service, [*sent, *received])}
    found |= {unit.id: unit for unit in (*map(_of_outgoing, out), *map(_of_incoming, came))}
    return list(found.values())


def subjects_of(shown: Iterable[Unit]) -> dict[uuid.UUID, set[str]]:
    """Whom these units are about, as keyed hashes; empty where the last copy has been erased. Three queries at most."""
    found: dict[uuid.UUID, set[str]] = {unit.id: set() for unit in shown}
    ids: dict[Source, list[uuid.UUID]] = {source: [] for source in Source}
    for unit in shown:
        ids[unit.source].append(unit.id)
    named: list[tuple[Any, str, list[uuid.UUID]]] = [
        (Subject, "transmission", ids[Source.HUB]),
        (OutgoingSubject, "outgoing", ids[Source.OUT]),
        (IncomingSubject, "incoming", ids[Source.CAME]),
    ]
    for model, field, wanted in named:
        for id_, subject in (
            model.objects.filter(**{f"{field}__in": wanted}).values_list(field, "subject") if wanted else ()
        ):
            found[id_].add(subject)
    return found


def is_known(service: OfficeService, subject: str) -> bool:
    """Whether anything of this service is about this person. Three queries."""
    ends = Q(transmission__sender=service) | Q(transmission__recipient=service)
    return (
        Subject.objects.filter(ends, subject=subject).exists()
        or OutgoingSubject.objects.filter(subject=subject, outgoing__owner=service).exists()
        or IncomingSubject.objects.filter(subject=subject, incoming__owner=service).exists()
    )


def numbers_of(service: OfficeService, text: str) -> set[str]:
    """The offices that somebody means: a number, a part of a name in one's own book, how a name begins in the directory."""
    book = Partner.objects.filter(owner=service).filter(Q(number=text) | Q(name__contains=text))
    found = set(book.values_list("number", flat=True)[:_MOST_PARTNERS])
    return found | {text} | {one.number for one in directory.find(text)}


def _services_of(numbers: Iterable[str]) -> list[int]:
    offices = OfficeService.objects.filter(party__kind=PartyKind.OFFICE, party__number__in=numbers)
    return list(offices.values_list("pk", flat=True))


def _gone(service: OfficeService) -> Q:
    """Handed over on another way than this hub."""
    return Q(owner=service, state=OutgoingState.HANDED_OVER, transmission=None)


def _mail(service: OfficeService, wanted: Wanted, numbers: set[str] | None, limit: int) -> list[Transmission]:
    if wanted.channel not in ("", Channel.HUB):
        return []
    rows = _narrowed(Transmission.objects.select_related("sender__party", "recipient__party"), "accepted_at", wanted)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    sent, received = rows.filter(sender=service), rows.filter(recipient=service)
    if numbers is not None:
        partner = _services_of(numbers)
        sent, received = sent.filter(recipient__in=partner), received.filter(sender__in=partner)
    asked = [
        query
        for query, way in ((sent, Direction.SENT), (received, Direction.RECEIVED))
        if wanted.direction in ("", way)
    ]
    return list({row.pk: row for query in asked for row in query[:limit]}.values())


def _elsewhere(rows: QuerySet[_Row], at: str, wanted: Wanted, numbers: set[str] | None) -> QuerySet[_Row]:
    if wanted.state or wanted.channel == Channel.HUB:
        return rows.none()
    if wanted.channel:
        rows = rows.filter(channel=wanted.channel)
    if numbers is not None:
        rows = rows.filter(number__in=numbers)
    return _narrowed(rows, at, wanted)


def _narrowed(rows: QuerySet[_Row], at: str, wanted: Wanted) -> QuerySet[_Row]:
    """What all three tables have in common, in the order of the list."""
    told = {
        "months": wanted.month,
        "kind": wanted.kind,
        f"{at}__gte": wanted.begin,
        f"{at}__lt": wanted.end,
        "subjects__subject": wanted.subject,
    }
    rows = rows.filter(**{name: value for name, value in told.items() if value})
    if wanted.before:
        moment, id_ = wanted.before
        # The first condition is for the index, the second for two units of one moment: the id decides between them.
        rows = rows.filter(Q(**{f"{at}__lt": moment}) | Q(pk__lt=id_), **{f"{at}__lte": moment})
    return rows.order_by(f"-{at}", "-pk")


def _of_mail(service: OfficeService, rows: Sequence[Transmission]) -> list[Unit]:
    about: Mapping[uuid.UUID, int] = Counter(
        Subject.objects.filter(transmission__in=rows).values_list("transmission", flat=True) if rows else ()
    )
    return [_of_transmission(service, row, about[row.pk]) for row in rows]


def _of_transmission(service: OfficeService, row: Transmission, people: int) -> Unit:
    direction = Direction.RECEIVED if row.recipient_id == service.pk else Direction.SENT
    partner = row.sender if direction is Direction.RECEIVED else row.recipient
    return Unit(
        id=row.pk,
        source=Source.HUB,
        direction=direction,
        address=(partner.party.number, partner.service),
        kind=row.kind,
        months=row.months,
        sequence=row.sequence,
        at=row.accepted_at,
        channel=Channel.HUB,
        people=people,
        standing=row.standing,
        partner_name=partner.party.name,
    )


def _of_outgoing(row: Outgoing) -> Unit:
    return _elsewhere_unit(row, Source.OUT, row.changed_at, row.channel)


def _of_incoming(row: Incoming) -> Unit:
    return _elsewhere_unit(row, Source.CAME, row.brought_at, row.channel)


def _elsewhere_unit(row: Outgoing | Incoming, source: Source, at: datetime, channel: str) -> Unit:
    return Unit(
        id=row.pk,
        source=source,
        direction=Direction.SENT if source is Source.OUT else Direction.RECEIVED,
        address=(row.number, row.service),
        kind=row.kind,
        months=row.months,
        sequence=row.sequence,
        at=at,
        channel=Channel(channel),
        people=row.people,
    )
