"""The hub's own tables as a source of evidence, for an operator who exports on behalf of an office."""

from __future__ import annotations

from collections.abc import Iterator

from renkei.hub.core import models, proofs
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
            for id_ in ids:
                yield _given(by_id[id_])
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


def _given(transmission: Transmission) -> Given:
    events: list[Event] = []
    stamped_by: dict[int, int | None] = {}
    more = True
    while more:
        shown, more = evidence.proved_events(transmission, events[-1].number if events else 0)
        events += [_event(*one) for one in shown]
        stamped_by |= {proof.seal: proof.stamped_by for _, proof in shown if proof}
    envelope = transmission.envelope
    manifest = Signed(bytes(envelope.manifest), bytes(envelope.signature))
    return Given(Told(str(transmission.pk), manifest, tuple(events)), stamped_by)


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
