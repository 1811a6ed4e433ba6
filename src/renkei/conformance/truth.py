"""What is true of an invented month, so that a test can ask whether it came out."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from renkei.standard.comparing import DifferenceKind
from renkei.standard.units import UnitKind

from .model import Client
from .visits import Change


@dataclass(frozen=True)
class SentUnit:
    """One unit as it was sent: office numbers, kind, sequence number, file names, insured numbers."""

    sender: str
    recipient: str
    kind: UnitKind
    sequence: str
    files: tuple[str, ...]
    people: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The shape of `units` in truth.json."""
        return {
            "sender": self.sender,
            "recipient": self.recipient,
            "kind": str(self.kind),
            "sequence": self.sequence,
            "files": list(self.files),
            "people": list(self.people),
        }


@dataclass(frozen=True)
class TrueDifference:
    """One row of a person's plan or actual that has no equal on the other side."""

    kind: DifferenceKind
    office: str
    insurer: str
    insured: str
    date: str
    service_code: str

    @classmethod
    def of(cls, client: Client, change: Change) -> TrueDifference:
        """The difference that one change of a client's month makes."""
        visit = change.visit
        return cls(change.kind, visit.office.number, client.insurer, client.insured, visit.date, visit.code)


@dataclass(frozen=True)
class Truth:
    """All units in the order of their senders, and all differences between plan and actual."""

    units: tuple[SentUnit, ...]
    differences: tuple[TrueDifference, ...]

    def as_dict(self) -> dict[str, Any]:
        """What truth.json says besides month and offices."""
        gone = [d for d in self.differences if d.kind is DifferenceKind.MISSING]
        return {
            "units": [unit.as_dict() for unit in self.units],
            "visits_that_did_not_take_place": [
                {"office": d.office, "insured": d.insured, "date": d.date, "service_code": d.service_code} for d in gone
            ],
            "differences": [asdict(difference) for difference in self.differences],
        }
