"""What an office states with its own signature: units on their way, and steps of transmissions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from renkei.standard.findings import Finding
from renkei.standard.units import Unit
from renkei.trust import manifest as manifests
from renkei.trust import receipts
from renkei.trust.words import Words

from .answers import SignedBytes, b64
from .identity import Identity
from .papers import Paper

# Office number and service type of sender and recipient, kind, sequence number.
Key = tuple[str, str, str, str, str, str]
MOST_FINDINGS = 100  # of one failed import


@dataclass(frozen=True)
class Envelope:
    """The manifest of one unit, the signature over it, and the salts of its files by name."""

    manifest: bytes
    signature: bytes
    salts: Mapping[str, bytes]

    def body(self, files: Mapping[str, bytes], uploads: Mapping[str, str] | None = None) -> dict[str, Any]:
        """As POST /v1/transmissions takes it; `uploads` are the numbers of attached files by name."""
        return {
            "manifest": b64(self.manifest),
            "signature": b64(self.signature),
            "salts": {name: self.salts[name].hex() for name in files},
            "files": {name: b64(data) for name, data in files.items()},
            "uploads": dict(uploads or {}),
        }


@dataclass(frozen=True)
class Statement:
    """A step that an office takes with one transmission, and the words that go with it."""

    transmission: str
    signed: SignedBytes
    words: Words | None = None

    def body(self) -> dict[str, Any]:
        """As POST /v1/receipts takes it."""
        return {
            "transmission": self.transmission,
            "body": b64(self.signed.body),
            "signature": b64(self.signed.signature),
            "words": {"salt": self.words.salt.hex(), "data": b64(self.words.data)} if self.words else None,
        }


def key_of_unit(unit: Unit) -> Key:
    """The natural key of files of the standard."""
    ends = (unit.sender, unit.sender_service, unit.recipient, unit.recipient_service)
    return (*ends, unit.kind.value, unit.sequence)


def sequence_now() -> str:
    """A sequence number of our own, from the time in Japan as care software takes it."""
    return (datetime.now(UTC) + timedelta(hours=9)).strftime("%Y%m%d%H%M%S")


def manifest_of(
    key: Key, months: Iterable[str], files: Mapping[str, bytes], hub: str, papers: Sequence[Paper] = ()
) -> tuple[bytes, dict[str, bytes]]:
    """A unit's manifest to be signed, and the salts by file name: new ones of `files`, and those of the papers."""
    sender, sender_service, recipient, recipient_service, kind, sequence = key
    data, salts = manifests.build(
        hub=hub,
        sender=sender,
        sender_service=sender_service,
        recipient=recipient,
        recipient_service=recipient_service,
        kind=kind,
        months=months,
        sequence=sequence,
        files=files,
        attached=[paper.entry for paper in papers],
    )
    return data, salts | {paper.listed.name: paper.salt for paper in papers}


def words_of(findings: Sequence[Finding] = (), text: str = "") -> Words | None:
    """The findings, of whose paths only the names go out, or the text, as they are signed; none of none."""
    found = [finding.as_dict() | {"file": Path(finding.file).name} for finding in findings]
    said = json.dumps(found, ensure_ascii=False) if found else text
    return Words.of(said) if said else None


def receipt(
    identity: Identity,
    hub: str,
    by: tuple[str, str],
    transmission: str,
    digest: str,
    step: str,
    findings: int = 0,
    words: Words | None = None,
) -> SignedBytes:
    """Our signed word that this office service (`by`) takes a step, as of now; `digest` is that of the manifest."""
    body = receipts.build(
        hub=hub,
        transmission=transmission,
        step=step,
        manifest=digest,
        at=datetime.now(UTC),
        by=dict(zip(("office", "service"), by, strict=True)),
        sealed_by="program",
        findings=findings,
        attached=words.commitment if words else None,
    )
    return SignedBytes(body, identity.sign(body))
