"""What the SDK hands over for units that went out and came in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from renkei.attachments.index import FILE as INDEX
from renkei.standard.findings import Finding
from renkei.trust.manifest import Manifest

from .answers import SignedBytes
from .errors import Trouble
from .papers import Paper
from .protocol import Part
from .stating import Envelope, Key


class Known(Protocol):
    """A transmission of which a step can be said: something sent or arrived, or its record."""

    @property
    def transmission(self) -> str: ...

    @property
    def envelope(self) -> Envelope | None: ...


@dataclass(frozen=True)
class Parcel:
    """A unit of ours, signed: `papers` are its attached files, `uploads` their numbers at the hub."""

    key: Key
    contents: Mapping[str, bytes]
    envelope: Envelope
    papers: tuple[Paper, ...] = ()
    uploads: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """What people know the files by."""
        return tuple(name for name in self.contents if name != INDEX) + tuple(one.listed.title for one in self.papers)

    def body(self) -> dict[str, Any]:
        """As POST /v1/transmissions takes it."""
        return self.envelope.body(self.contents, self.uploads)


@dataclass(frozen=True)
class Sent:
    """One unit of what was to be sent, or files that make none.

    With the hub's `receipt` it is safely there under the number `transmission`; keep receipt and envelope, together they
    prove it. Else `trouble` says why not. `repeated`: it was there already. `findings` are what the checks said, warnings
    too; `removed`, by title, what was taken out of attached PDFs before they were signed (Japanese).
    """

    files: tuple[str, ...]
    recipient: tuple[str, str] = ("", "")
    transmission: str = ""
    receipt: SignedBytes | None = None
    envelope: Envelope | None = None
    repeated: bool = False
    trouble: Trouble | None = None
    findings: tuple[Finding, ...] = ()
    removed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Arrived:
    """One unit from the mailbox, held against its sender's signature and the hub's receipt.

    Where it must not be believed, or is not to be had, `trouble` says why, and `files` is empty. `parts` are attached
    files, to be fetched by `Hub.download`.
    """

    transmission: str
    receipt: SignedBytes | None = None
    manifest: Manifest | None = None
    envelope: Envelope | None = None
    files: dict[str, bytes] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    trouble: Trouble | None = None
