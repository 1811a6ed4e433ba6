"""What the SDK hands over for units that went out and came in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from renkei.standard.findings import Finding
from renkei.trust.manifest import Manifest

from .answers import SignedBytes
from .errors import Trouble
from .stating import Envelope


class Known(Protocol):
    """A transmission of which a step can be said: something sent or arrived, or its record."""

    @property
    def transmission(self) -> str: ...

    @property
    def envelope(self) -> Envelope | None: ...


@dataclass(frozen=True)
class Sent:
    """One unit of what was to be sent, or files that make none.

    With the hub's `receipt` it is safely there under the number `transmission`; keep receipt and envelope, together they
    prove it. Else `trouble` says why not. `repeated`: it was there already. `findings` are what the checks said, warnings
    too.
    """

    files: tuple[str, ...]
    transmission: str = ""
    receipt: SignedBytes | None = None
    envelope: Envelope | None = None
    repeated: bool = False
    trouble: Trouble | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Arrived:
    """One unit from the mailbox, held against its sender's signature and the hub's receipt.

    Where it must not be believed, or is not to be had, `trouble` says why, and `files` is empty. `number` is its place in
    the feed: the cursor to go on from.
    """

    number: int
    transmission: str
    receipt: SignedBytes
    manifest: Manifest | None = None
    envelope: Envelope | None = None
    files: dict[str, bytes] = field(default_factory=dict)
    trouble: Trouble | None = None
