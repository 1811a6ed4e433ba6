"""Reading an evidence file that anyone may have made: bounded, strict, and never writing anything."""

from __future__ import annotations

import hashlib
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from .. import seals, strictjson
from ..errors import SealError
from ..manifest import DIGEST, HUB_ID, OFFICE, SERVICE
from ..receipts import STEP, UUID
from . import model
from .model import Event, Evidence, EvidenceError, Proof, Seal, Signed, Subject, Transmission
from .wrong import is_plausible

MIB = 1024 * 1024
MAX_FILE = 256 * MIB
MAX_TOTAL = 512 * MIB
MAX_RATIO = 200
MAX_MEMBERS = 200_000
MAX_MEMBER = 128 * 1024  # the longest receipt
_LARGE = {model.INDEX: 32 * MIB, model.COVER: 32 * MIB, model.CHAIN: 64 * MIB}
_MAX_CERTIFICATES = 32 * MIB
_PARTNER = re.compile(f"(?:{OFFICE.pattern})?")
_TEXT = re.compile(r"[^\x00-\x1f\x7f]{0,200}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NAME = re.compile(r"[^\x00-\x1f\x7f\\]{1,300}")
UNREADABLE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    ValueError,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
)

_KEYS = (
    *("format", "hub", "hub_name", "office", "from", "to", "partner", "exported_at"),
    *("transmissions", "seals", "revocation_lists", "files"),
)


@dataclass(frozen=True)
class Read:
    """What was in a file; `damaged` names the members that are not as they were when the file was made."""

    evidence: Evidence
    cover: bytes
    damaged: tuple[str, ...]


def unpack(data: bytes) -> Read:
    """Read an evidence file. Raises EvidenceError for what is none, and for one that is too large to be one."""
    try:
        members = _members(data)
        index = strictjson.fields(strictjson.load(members.pop(model.INDEX), _LARGE[model.INDEX]), _KEYS, "the index")
        digests = _digests(index["files"])
        if members.keys() != digests.keys():
            raise EvidenceError("members and index do not agree")
        evidence = _evidence(index, members)
    except (*UNREADABLE, KeyError, SealError) as error:
        raise EvidenceError("not an evidence file") from error
    damaged = sorted(name for name, made in members.items() if hashlib.sha256(made).hexdigest() != digests[name])
    return Read(evidence, members[model.COVER], tuple(damaged))


def _members(data: bytes) -> dict[str, bytes]:
    if len(data) > MAX_FILE:
        raise EvidenceError(f"longer than {MAX_FILE} bytes")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        names = {entry.filename for entry in entries}
        if len(entries) > MAX_MEMBERS or len(names) != len(entries):
            raise EvidenceError("too many members, or one twice")
        total = sum(entry.file_size for entry in entries)
        if total > min(MAX_TOTAL, MAX_RATIO * len(data)) or any(entry.file_size > _limit(entry) for entry in entries):
            raise EvidenceError("a member is too large")
        return {entry.filename: _member(archive, entry) for entry in entries}


def _limit(entry: zipfile.ZipInfo) -> int:
    name = entry.filename
    return _MAX_CERTIFICATES if name.startswith("certificates/") else _LARGE.get(name, MAX_MEMBER)


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.flag_bits & 0x1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise EvidenceError("a member is encrypted, or compressed in a way that is not expected")
    with archive.open(entry) as member:
        data = member.read(entry.file_size + 1)
    if len(data) != entry.file_size:
        raise EvidenceError("a member is not as long as it says")
    return data


def _digests(value: object) -> dict[str, str]:
    if not isinstance(value, dict) or len(value) > MAX_MEMBERS:
        raise EvidenceError("no list of files")
    return {
        strictjson.text(name, _NAME, "a name"): strictjson.text(one, DIGEST, "a digest") for name, one in value.items()
    }


def _evidence(index: Mapping[str, Any], members: dict[str, bytes]) -> Evidence:
    """Takes from `members` what the index names; nothing may be left but the cover."""
    if index["format"] != model.FORMAT:
        raise EvidenceError(f"format is not {model.FORMAT}")
    taken = _Taken(members)
    evidence = Evidence(
        subject=_subject(index),
        transmissions=tuple(
            _transmission(item, taken)
            for item in strictjson.items(index["transmissions"], model.MAX_TRANSMISSIONS, "transmissions")
        ),
        seals=dict(_seal(item, taken) for item in strictjson.items(index["seals"], model.MAX_SEALS, "seals")),
        chain=_chain(taken(model.CHAIN)),
        roots=taken(model.ROOTS),
        issuing=taken(model.ISSUING),
        stamp_roots=taken(model.STAMP_ROOTS),
        crls=tuple(taken(model.crl_name(position)) for position in range(_crls(index["revocation_lists"]))),
    )
    taken(model.COVER)
    ids = {one.id for one in evidence.transmissions}
    overlap = evidence.seals.keys() & evidence.chain.keys()
    if taken.names != members.keys() or len(ids) != len(evidence.transmissions) or overlap:
        raise EvidenceError("a member that the index does not name, or something twice")
    return evidence


class _Taken:
    """Hands out members by name and notes which; one may be handed out once."""

    def __init__(self, members: Mapping[str, bytes]) -> None:
        self._members = members
        self.names: set[str] = set()

    def __call__(self, name: str) -> bytes:
        if name in self.names:
            raise EvidenceError("a member is named twice")
        self.names.add(name)
        return self._members[name]

    def signed(self, name: str) -> Signed:
        return Signed(self(f"{name}.json"), self(f"{name}.p7s"))


def _subject(index: Mapping[str, Any]) -> Subject:
    office = strictjson.fields(index["office"], ("office", "service", "name"), "office")
    days = [date.fromisoformat(strictjson.text(index[name], _DAY, name)) for name in ("from", "to")]
    exported_at = strictjson.time(index["exported_at"], "exported_at")
    if not all(map(is_plausible, (*days, exported_at))):
        raise EvidenceError("a day that cannot be")
    return Subject(
        hub=strictjson.text(index["hub"], HUB_ID, "hub"),
        hub_name=strictjson.text(index["hub_name"], _TEXT, "hub_name"),
        office=strictjson.text(office["office"], OFFICE, "office"),
        service=strictjson.text(office["service"], SERVICE, "service"),
        office_name=strictjson.text(office["name"], _TEXT, "name"),
        first=days[0],
        last=days[1],
        partner=strictjson.text(index["partner"], _PARTNER, "partner"),
        exported_at=exported_at,
    )


def _transmission(value: object, taken: _Taken) -> Transmission:
    item = strictjson.fields(value, ("id", "events"), "a transmission")
    id_ = strictjson.text(item["id"], UUID, "id")
    events = strictjson.items(item["events"], model.MAX_EVENTS, "events")
    return Transmission(
        id_, taken.signed(model.manifest_name(id_)), tuple(_event(id_, event, taken) for event in events)
    )


def _event(transmission: str, value: object, taken: _Taken) -> Event:
    item = strictjson.fields(value, ("number", "step", "office", "proof"), "an event")
    number, step = strictjson.count(item["number"], "number"), strictjson.text(item["step"], STEP, "step")
    name = model.event_name(transmission, number, step)
    if not isinstance(item["office"], bool):
        raise EvidenceError("office is not true or false")
    office = taken.signed(f"{name}-office") if item["office"] else None
    proof = None if item["proof"] is None else _proof(item["proof"])
    return Event(number, step, taken.signed(name), office, proof)


def _proof(value: object) -> Proof:
    item = strictjson.fields(value, ("seal", "index", "path"), "a proof")
    path = [strictjson.text(step, DIGEST, "a step") for step in strictjson.items(item["path"], model.MAX_PATH, "path")]
    seal, index = strictjson.count(item["seal"], "seal"), strictjson.count(item["index"], "index")
    return Proof(seal, index, tuple(bytes.fromhex(step) for step in path))


def _seal(value: object, taken: _Taken) -> tuple[int, Seal]:
    item = strictjson.fields(value, ("number", "time_stamp"), "a seal")
    number = strictjson.count(item["number"], "number")
    if not isinstance(item["time_stamp"], bool):
        raise EvidenceError("time_stamp is not true or false")
    name = model.seal_name(number)
    return number, Seal(taken.signed(name), taken(f"{name}.tst") if item["time_stamp"] else None)


def _chain(data: bytes) -> dict[int, bytes]:
    lines = data.split(b"\n")
    if lines.pop() or len(lines) > model.MAX_CHAIN:
        raise EvidenceError("the chain does not end with a line, or is too long")
    found = {seals.parse(line).number: line for line in lines}
    if len(found) != len(lines):
        raise EvidenceError("a seal stands in the chain twice")
    return found


def _crls(value: object) -> int:
    number = strictjson.count(value, "revocation_lists")
    if number > model.MAX_CRLS:
        raise EvidenceError("too many revocation lists")
    return number
