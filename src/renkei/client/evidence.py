"""Asking the hub for what proves the transmissions of a period, to be put into one file for a third party."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime

from renkei.trust.evidence import Event, Proof, Report, Seal, Signed, Subject, Transmission, cover, gather, pack, verify
from renkei.trust.evidence.gathering import Authorities, Given
from renkei.trust.evidence.model import MAX_EVENTS, MAX_PATH
from renkei.trust.manifest import DIGEST

from .answers import Answer, SignedBytes
from .errors import HubAnswerError
from .member import Member
from .protocol import STEP, ListPage
from .settings import check_partner

Params = Mapping[str, str | int]
_SEALS = 500
_MIB = 1024 * 1024
_BASE64 = re.compile(r"[A-Za-z0-9+/=]+")
_PEM = 4 * _MIB


class HubSource:
    """A hub's public API as a source of evidence. Raises ClientError for what the hub does not give or cannot mean."""

    def __init__(self, listing: Callable[..., ListPage], read: Callable[[str, Params, int], Answer]) -> None:
        """`listing` and `read` of the hub's calls."""
        self._listing, self._read = listing, read

    def transmissions(self, subject: Subject) -> Iterator[Given]:
        """In the order in which the hub took them on."""
        cursor = ""
        while True:
            page = self._listing(subject.service, subject.first, subject.last, subject.partner, cursor)
            for line in page.transmissions:
                yield self._given(line.transmission.id)
            cursor = page.next
            if not cursor:
                return

    def seals(self, first: int, last: int) -> Iterator[tuple[int, Seal]]:
        """From `first` to `last`, none left out."""
        number = first
        while number <= last:
            limit = min(_SEALS, last - number + 1)
            answer = self._read("/v1/seals", {"after": number - 1, "limit": limit}, limit * 100 * 1024)
            found = answer.parts("seals", limit)
            if [one.number("number") for one in found] != list(range(number, number + limit)):
                raise HubAnswerError("a seal is left out")
            for one in found:
                statement = Signed(one.data("statement"), one.data("signature"))
                yield number, Seal(statement, one.data("time_stamp") if one.has("time_stamp") else None)
                number += 1

    def authorities(self) -> Authorities:
        """As the hub trusts them; the reader decides whether he does."""
        answer = self._read("/v1/authorities", {}, 64 * _MIB)
        pems = (answer.text(name, most=_PEM).encode() for name in ("roots", "issuing", "time_stamp_roots"))
        chain = answer.text("hub_certificates", most=_PEM).encode()
        roots, issuing, stamp_roots = pems
        return Authorities(roots, issuing + chain, stamp_roots, tuple(_lists(answer)))

    def _given(self, id_: str) -> Given:
        events: list[Event] = []
        stamped_by: dict[int, int | None] = {}
        while True:
            params = {"after": events[-1].number if events else 0}
            answer = self._read(f"/v1/transmissions/{id_}/evidence", params, 16 * _MIB)
            found = answer.parts("events", MAX_EVENTS)
            for one in found:
                events.append(_event(one))
                if one.has("proof"):
                    proof = one.part("proof")
                    stamped_by[proof.number("seal")] = proof.number("stamped_by") if proof.has("stamped_by") else None
            if not answer.flag("more"):
                manifest = Signed(answer.data("manifest"), answer.data("signature"))
                return Given(Transmission(id_, manifest, tuple(events)), stamped_by)
            if not found or len(events) > MAX_EVENTS:
                raise HubAnswerError("a record without an end")


def export(member: Member, source: HubSource, first: date, last: date, partner: str = "") -> tuple[bytes, Report]:
    """One file that proves to a third party what was sent and received on these days (in Japan), with a partner's
    number with that one only; and what verifying it found, with the member's own authorities.

    Raises ClientError, NothingToProve for a period without anything, EvidenceError for too much for one file.
    """
    check_partner(partner)
    at, own = datetime.now(UTC).replace(microsecond=0), member.settings
    subject = Subject(own.hub_id, own.hub_name, own.office, own.service, own.name, first, last, partner, at)
    evidence = gather(source, subject)
    judged = verify(evidence, roots=member.anchors.roots)
    return pack(evidence, cover(evidence, verify(evidence))), judged


def _event(answer: Answer) -> Event:
    return Event(
        number=answer.number("number", least=1),
        step=answer.text("type", STEP),
        receipt=_signed(answer.signed("receipt")),
        office=_signed(answer.signed("counter_receipt")) if answer.has("counter_receipt") else None,
        proof=_proof(answer.part("proof")) if answer.has("proof") else None,
    )


def _proof(answer: Answer) -> Proof:
    path = tuple(bytes.fromhex(step) for step in answer.texts("path", DIGEST, MAX_PATH))
    return Proof(answer.number("seal"), answer.number("index"), path)


def _signed(given: SignedBytes) -> Signed:
    return Signed(given.body, given.signature)


def _lists(answer: Answer) -> Iterable[bytes]:
    try:
        return [base64.b64decode(text, validate=True) for text in answer.texts("revocation_lists", _BASE64, 100)]
    except binascii.Error as error:
        raise HubAnswerError("a revocation list is wrong") from error
