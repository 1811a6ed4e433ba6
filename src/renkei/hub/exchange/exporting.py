"""The hub's own tables as a source of evidence, for an operator who exports on behalf of an office."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from renkei.hub.core import models, proofs
from renkei.hub.core.ids import month_of
from renkei.hub.exchange import evidence, listing
from renkei.hub.exchange.models import Transmission
from renkei.hub.parties.keys import trusted
from renkei.hub.parties.models import OfficeService
from renkei.trust.evidence import Event, Proof, Seal, Signed, Subject
from renkei.trust.evidence import Transmission as Told
from renkei.trust.evidence.gathering import Authorities, Given

_PAGE = 200


class TableSource:
    """What `service` may know, read without writing anything."""

    def __init__(self, service: OfficeService) -> None:
        self._service = service

    def transmissions(self, subject: Subject) -> Iterator[Given]:
        """In the order in which the hub took them on."""
        wanted = listing.Wanted(subject.first, subject.last, subject.partner)
        while True:
            page = listing.page(self._service, wanted, _PAGE)
            ids = [item["id"] for item in page["transmissions"]]
            found = Transmission.objects.select_related("envelope").in_bulk(ids)
            by_id = {str(key): row for key, row in found.items()}
            yield from given_of([by_id[id_] for id_ in ids])
            if not page["next"]:
                return
            wanted = listing.Wanted(subject.first, subject.last, subject.partner, page["next"])

    def seals(self, first: int, last: int) -> Iterator[tuple[int, Seal]]:
        """From `first` to `last`."""
        while first <= last:
            found = proofs.seals_after(first - 1, min(evidence.MAX_SEALS, last - first + 1))
            for seal in found:
                statement = Signed(bytes(seal.statement), bytes(seal.signature))
                yield seal.number, Seal(statement, bytes(seal.stamp.token) if hasattr(seal, "stamp") else None)
            if not found:
                return
            first = found[-1].number + 1

    def authorities(self) -> Authorities:
        """As the hub trusts them."""
        pem = {name: text.encode() for name, text in evidence.certificates().items()}
        issuing = pem["issuing"] + pem["hub_certificates"]
        return Authorities(pem["roots"], issuing, pem["time_stamp_roots"], tuple(trusted.files()["crls"]))


class Chosen:
    """Some transmissions of a service, of each of which an evidence file of its own is made: what they share is read once."""

    def __init__(self, service: OfficeService, transmissions: Sequence[Transmission]) -> None:
        self._tables = TableSource(service)
        self._given = {one.transmission.id: one for one in given_of(transmissions)}
        self._authorities = self._tables.authorities()
        self._seals: dict[int, Seal] = {}

    def alone(self, transmission: uuid.UUID) -> One:
        """One of them, as a source."""
        return One(self._given[str(transmission)], self.seals, self._authorities)

    def seals(self, first: int, last: int) -> Iterator[tuple[int, Seal]]:
        """From `first` to `last`; each is read once."""
        if any(number not in self._seals for number in range(first, last + 1)):
            self._seals |= self._tables.seals(first, last)
        return ((number, self._seals[number]) for number in range(first, last + 1) if number in self._seals)


@dataclass(frozen=True)
class One:
    """One transmission alone as a source of evidence."""

    given: Given
    seals: Callable[[int, int], Iterator[tuple[int, Seal]]]
    trusted: Authorities

    def transmissions(self, subject: Subject) -> Iterator[Given]:
        """It, whatever is asked for."""
        return iter([self.given])

    def authorities(self) -> Authorities:
        return self.trusted


def given_of(transmissions: Sequence[Transmission]) -> list[Given]:
    """These transmissions with all their events, each with its proof. As many queries as there are seals, not events."""
    found: dict[uuid.UUID, list[models.Event]] = {one.pk: [] for one in transmissions}
    if not found:
        return []
    rows = models.Event.objects.filter(about__in=found, month__gte=month_of(min(found)))
    for event in rows.order_by("number"):
        found[event.about].append(event)
    proved = proofs.proofs_of([event.id for events in found.values() for event in events])
    return [_given(one, found[one.pk], proved) for one in transmissions]


def _given(
    transmission: Transmission, events: Sequence[models.Event], proved: Mapping[uuid.UUID, proofs.Proof]
) -> Given:
    own = [proved[event.id] for event in events if event.id in proved]
    envelope = transmission.envelope
    manifest = Signed(bytes(envelope.manifest), bytes(envelope.signature))
    told = Told(str(transmission.pk), manifest, tuple(_event(event, proved.get(event.id)) for event in events))
    return Given(told, {proof.seal: proof.stamped_by for proof in own})


def _event(event: models.Event, proof: proofs.Proof | None) -> Event:
    office = None
    if event.counter_receipt is not None and event.counter_signature is not None:
        office = Signed(bytes(event.counter_receipt), bytes(event.counter_signature))
    return Event(
        number=event.number,
        step=event.type,
        receipt=Signed(bytes(event.receipt), bytes(event.signature)),
        office=office,
        proof=Proof(proof.seal, proof.index, tuple(proof.path)) if proof else None,
    )
