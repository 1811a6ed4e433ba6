"""What an office states with its own signature: units on their way, and steps of transmissions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from renkei.standard.findings import Finding
from renkei.standard.units import Unit
from renkei.trust import manifest as manifests
from renkei.trust import receipts
from renkei.trust.words import Words

from .answers import SignedBytes, b64
from .identity import Identity

MOST_FINDINGS = 100  # of one failed import


@dataclass(frozen=True)
class Envelope:
    """The manifest of one unit, the signature over it, and the salts of its files by name."""

    manifest: bytes
    signature: bytes
    salts: Mapping[str, bytes]

    def body(self, files: Mapping[str, bytes]) -> dict[str, Any]:
        """As POST /v1/transmissions takes it."""
        return {
            "manifest": b64(self.manifest),
            "signature": b64(self.signature),
            "salts": {name: salt.hex() for name, salt in self.salts.items()},
            "files": {name: b64(data) for name, data in files.items()},
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


def manifest_of(unit: Unit, files: Mapping[str, bytes], hub: str) -> tuple[bytes, dict[str, bytes]]:
    """The unit's manifest to be signed, and new salts by file name."""
    return manifests.build(
        hub=hub,
        sender=unit.sender,
        sender_service=unit.sender_service,
        recipient=unit.recipient,
        recipient_service=unit.recipient_service,
        kind=unit.kind.value,
        months=unit.months,
        sequence=unit.sequence,
        files=files,
    )


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
