"""A hub's evidence made by hand, with a clock that the test sets: two transmissions of three offices, sealed, stamped."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from renkei.trust import cms, keys, manifest, merkle, receipts, seals
from renkei.trust.authority import Authority
from renkei.trust.evidence import Event, Evidence, Proof, Report, Seal, Signed, Subject, Transmission, verify

from .stamping import Stamper, make_stamper

HUB = "vector-hub"
SENDER, RECIPIENT, OTHER = "1379100017", "1379300013", "1379300021"
IDS = ("0f6a2c1e-5d3b-4f0e-9a67-2b8c4d1e7f90", "1f6a2c1e-5d3b-4f0e-9a67-2b8c4d1e7f91")
START = datetime(2026, 11, 25, 0, 0, tzinfo=UTC)


@dataclass
class Party:
    """Someone who signs: a key and its certificate, which may be replaced."""

    key: Any
    certificate: x509.Certificate

    def sign(self, data: bytes, at: datetime) -> Signed:
        return Signed(data, cms.sign(data, self.key, self.certificate, at))


@dataclass
class Dossier:
    """Grows as a hub's record does; `evidence()` is what it would give out now."""

    folder: Path
    authority: Authority
    stamper: Stamper
    hub: Party
    sender: Party
    recipient: Party
    now: datetime = START
    transmissions: dict[str, Transmission] = field(default_factory=dict)
    seals: dict[int, Seal] = field(default_factory=dict)
    waiting: list[tuple[str, int, bytes]] = field(default_factory=list)

    def wait(self, **span: float) -> None:
        self.now += timedelta(**span)

    @property
    def kept(self) -> Party:
        """A key that the hub keeps for the sender."""
        key = keys.new_key()
        request = keys.request(key, SENDER, "架空事業所")
        return Party(key, self.authority.issue(request, SENDER, not_before=START, kept_by=HUB))

    def send(self, id_: str, recipient: str = RECIPIENT, sealed_by: str = "program", by: Party | None = None) -> None:
        """The sender's unit comes in."""
        body, _ = manifest.build(
            hub=HUB,
            sender=SENDER,
            sender_service="43",
            recipient=recipient,
            recipient_service="11",
            kind="use_table",
            months=["202612"],
            sequence="20261125090014" if id_ == IDS[0] else "20261125090015",
            files={"A.CSV": b"invented"},
            created_at=self.now,
            sealed_by=sealed_by,
        )
        signer = by or (self.kept if sealed_by == "hub" else self.sender)
        signed = signer.sign(body, self.now)
        self.transmissions[id_] = Transmission(id_, signed, ())
        self._append(id_, "accepted", None, sealed_by)

    def say(self, id_: str, step: str, sealed_by: str = "program") -> None:
        """The recipient says that something happened, with a receipt of its own."""
        body = self._receipt(id_, step, {"office": RECIPIENT, "service": "11"}, sealed_by)
        self._append(id_, step, (self.hub if sealed_by == "hub" else self.recipient).sign(body, self.now), "program")

    def note(self, id_: str, step: str) -> None:
        """The hub itself does something."""
        self._append(id_, step, None, "program")

    def seal(self) -> None:
        """What waits goes into a seal."""
        leaves = [leaf for _, _, leaf in self.waiting]
        number = len(self.seals) + 1
        previous = self.seals[number - 1].statement.body if number > 1 else None
        root = merkle.root(leaves)
        body = seals.statement(hub=HUB, number=number, previous=previous, root=root, size=len(leaves), at=self.now)
        self.seals[number] = Seal(self.hub.sign(body, self.now), None)
        for index, (id_, event, _) in enumerate(self.waiting):
            proof = Proof(number, index, tuple(merkle.path(leaves, index)))
            one = self.transmissions[id_]
            events = tuple(replace(e, proof=proof) if e.number == event else e for e in one.events)
            self.transmissions[id_] = replace(one, events=events)
        self.waiting.clear()

    def stamp(self) -> None:
        """The newest seal is stamped now."""
        newest = max(self.seals)
        token = self.stamper.stamp(self.seals[newest].statement.body, self.now)
        self.seals[newest] = replace(self.seals[newest], token=token)

    def evidence(self, **changes: Any) -> Evidence:
        used = {event.proof.seal for one in self.transmissions.values() for event in one.events if event.proof}
        whole = used | {number for number, seal in self.seals.items() if seal.token}
        subject = Subject(
            *(HUB, "試験のハブ", SENDER, "43", "すずらん"),
            *(START.date() - timedelta(days=30), START.date() + timedelta(days=30), "", self.now),
        )
        made = Evidence(
            subject=subject,
            transmissions=tuple(self.transmissions.values()),
            seals={number: seal for number, seal in self.seals.items() if number in whole},
            chain={n: seal.statement.body for n, seal in self.seals.items() if n not in whole},
            roots=pem(self.authority.root),
            issuing=pem(self.authority.issuing),
            stamp_roots=pem(self.stamper.root) if any(seal.token for seal in self.seals.values()) else b"",
            crls=(self.authority.crl(),),
        )
        return replace(made, **changes)

    def verify(self, evidence: Evidence | None = None) -> Report:
        """As a reader does who knows both authorities."""
        return verify(evidence or self.evidence(), roots=[self.authority.root], stamp_roots=[self.stamper.root])

    def certify(self, number: str, **dates: datetime) -> Party:
        key = keys.new_key()
        issue: Callable[..., x509.Certificate] = self.authority.issue_hub if number == HUB else self.authority.issue
        return Party(key, issue(keys.request(key, number, "架空"), number, **dates))

    def _append(self, id_: str, step: str, said: Signed | None, sealed_by: str) -> None:
        one = self.transmissions[id_]
        receipt = self.hub.sign(self._receipt(id_, step, {"hub": HUB}, sealed_by), self.now)
        number = len(one.events) + 1
        word = one.manifest if step == "accepted" else said or Signed(b"", b"")
        entry = seals.entry(receipt.body, receipt.signature, word.body, word.signature)
        self.waiting.append((id_, number, merkle.leaf(entry)))
        self.transmissions[id_] = replace(one, events=(*one.events, Event(number, step, receipt, said, None)))

    def _receipt(self, id_: str, step: str, by: dict[str, str], sealed_by: str) -> bytes:
        digest = hashlib.sha256(self.transmissions[id_].manifest.body).hexdigest()
        return receipts.build(
            hub=HUB, transmission=id_, step=step, manifest=digest, at=self.now, by=by, sealed_by=sealed_by
        )


def pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)


def new_dossier(folder: Path) -> Dossier:
    """A hub with two offices, all certified from a month before START for a year."""
    authority = Authority.create(folder / "ca", "架空認証局", not_before=START - timedelta(days=400))
    made = Dossier(folder, authority, make_stamper(folder / "tsa"), *[None] * 3)  # type: ignore[arg-type]
    dates = {"not_before": START - timedelta(days=30), "not_after": START + timedelta(days=335)}
    made.hub, made.sender, made.recipient = (made.certify(number, **dates) for number in (HUB, SENDER, RECIPIENT))
    return made


def usual_dossier(folder: Path) -> Dossier:
    """Two units: one imported, one only accepted; three seals with one that only links, stamped after the last."""
    made = new_dossier(folder)
    made.send(IDS[0])
    made.wait(seconds=3)
    made.seal()
    made.wait(hours=1)
    made.send(IDS[1], OTHER)
    other = (made.transmissions.pop(IDS[1]), list(made.waiting))
    made.waiting = [("", 0, leaf) for _, _, leaf in made.waiting]
    _seal_strangers(made)
    made.transmissions[IDS[1]] = other[0]
    made.waiting = other[1]
    made.say(IDS[0], "collected")
    made.wait(minutes=2)
    made.say(IDS[0], "imported")
    made.wait(seconds=3)
    made.seal()
    made.wait(minutes=9)
    made.stamp()
    return made


def _seal_strangers(made: Dossier) -> None:
    """A seal over what others did."""
    kept, made.transmissions = made.transmissions, {"": Transmission("", Signed(b"", b""), ())}
    made.seal()
    made.transmissions = kept
