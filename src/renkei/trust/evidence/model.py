"""What an evidence file holds, and under which names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

FORMAT = "renkei-evidence/1"
INDEX = "evidence.json"
COVER = "はじめに.html"
CHAIN = "seals/chain.txt"
ROOTS, ISSUING = "certificates/roots.pem", "certificates/issuing.pem"
STAMP_ROOTS = "certificates/time-stamp-roots.pem"
MAX_TRANSMISSIONS = 5_000
MAX_EVENTS = 1_000  # of one transmission
MAX_SEALS = 20_000
MAX_CHAIN = 200_000
MAX_PATH = 64
MAX_CRLS = 100
MAX_AUTHORITIES = 200  # of one sort: each may have to be looked at for each signature


class EvidenceError(Exception):
    """A file that is no evidence file, or one too large; `detail` is English and holds nothing of its content."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


@dataclass(frozen=True)
class Signed:
    """Bytes and the detached signature over them."""

    body: bytes
    signature: bytes


@dataclass(frozen=True)
class Proof:
    """The event is leaf `index` of seal `seal`; `path` leads to its root."""

    seal: int
    index: int
    path: tuple[bytes, ...]


@dataclass(frozen=True)
class Event:
    """One step: the hub's receipt, the office's own word where it gave one, and the proof once it is sealed."""

    number: int
    step: str
    receipt: Signed
    office: Signed | None
    proof: Proof | None


@dataclass(frozen=True)
class Transmission:
    """A unit's signed manifest and every step."""

    id: str
    manifest: Signed
    events: tuple[Event, ...]


@dataclass(frozen=True)
class Seal:
    """A statement with the hub's signature, and a time-stamp token over the statement where there is one."""

    statement: Signed
    token: bytes | None


@dataclass(frozen=True)
class Subject:
    """What the file was asked to be about; said by who made it and signed by nobody. Days are days in Japan."""

    hub: str
    hub_name: str
    office: str
    service: str
    office_name: str
    first: date
    last: date
    partner: str
    exported_at: datetime


@dataclass(frozen=True)
class Evidence:
    """Everything in one file. `seals` and `chain` (statements that only link others) are by seal number."""

    subject: Subject
    transmissions: tuple[Transmission, ...]
    seals: Mapping[int, Seal]
    chain: Mapping[int, bytes]
    roots: bytes
    issuing: bytes
    stamp_roots: bytes
    crls: tuple[bytes, ...]


def event_name(transmission: str, number: int, step: str) -> str:
    """The hub's receipt without its ending; what the office said has `-office` behind it."""
    return f"transmissions/{transmission}/{number:02}-{step}"


def manifest_name(transmission: str) -> str:
    return f"transmissions/{transmission}/manifest"


def seal_name(number: int) -> str:
    return f"seals/{number:09}"


def crl_name(position: int) -> str:
    return f"certificates/{position:02}.crl"
