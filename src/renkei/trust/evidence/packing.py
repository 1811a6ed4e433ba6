"""Writing an evidence file: a zip of the bytes as they were signed, an index, and a cover page for people."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

from .. import strictjson
from . import model
from .model import Evidence, Proof, Signed


def pack(evidence: Evidence, cover: bytes) -> bytes:
    """The file. The same evidence gives the same bytes."""
    members = {model.COVER: cover, **dict(_members(evidence))}
    index = _index(evidence, {name: hashlib.sha256(data).hexdigest() for name, data in members.items()})
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {model.COVER: cover, model.INDEX: index, **members}.items():
            entry = zipfile.ZipInfo(name)  # of 1980: a time of its own would make no two files alike
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return made.getvalue()


def _members(evidence: Evidence) -> Iterator[tuple[str, bytes]]:
    for one in evidence.transmissions:
        yield from _signed(model.manifest_name(one.id), one.manifest)
        for event in one.events:
            name = model.event_name(one.id, event.number, event.step)
            yield from _signed(name, event.receipt)
            if event.office:
                yield from _signed(f"{name}-office", event.office)
    for number, seal in sorted(evidence.seals.items()):
        yield from _signed(model.seal_name(number), seal.statement)
        if seal.token is not None:
            yield f"{model.seal_name(number)}.tst", seal.token
    yield model.CHAIN, b"".join(statement + b"\n" for _, statement in sorted(evidence.chain.items()))
    yield model.ROOTS, evidence.roots
    yield model.ISSUING, evidence.issuing
    yield model.STAMP_ROOTS, evidence.stamp_roots
    for position, crl in enumerate(evidence.crls):
        yield model.crl_name(position), crl


def _signed(name: str, signed: Signed) -> Iterator[tuple[str, bytes]]:
    yield f"{name}.json", signed.body
    yield f"{name}.p7s", signed.signature


def _index(evidence: Evidence, digests: dict[str, str]) -> bytes:
    subject = evidence.subject
    index = {
        "format": model.FORMAT,
        "hub": subject.hub,
        "hub_name": subject.hub_name,
        "office": {"office": subject.office, "service": subject.service, "name": subject.office_name},
        "from": subject.first.isoformat(),
        "to": subject.last.isoformat(),
        "partner": subject.partner,
        "exported_at": strictjson.time_text(subject.exported_at),
        "transmissions": [
            {
                "id": one.id,
                "events": [
                    {
                        "number": event.number,
                        "step": event.step,
                        "office": event.office is not None,
                        "proof": event.proof and _proof(event.proof),
                    }
                    for event in one.events
                ],
            }
            for one in evidence.transmissions
        ],
        "seals": [
            {"number": number, "time_stamp": seal.token is not None} for number, seal in sorted(evidence.seals.items())
        ],
        "revocation_lists": len(evidence.crls),
        "files": digests,
    }
    return json.dumps(index, ensure_ascii=False, indent=1).encode()


def _proof(proof: Proof) -> dict[str, Any]:
    return {"seal": proof.seal, "index": proof.index, "path": [step.hex() for step in proof.path]}
