"""The manifest: who sends which files to whom. One signature over its bytes covers all of them.

Files are named by a commitment, SHA-256(salt ‖ bytes) with 32 random bytes of salt each: the manifest may be kept for
years and still does not let anyone test a guess about a client after salts and files are erased.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from . import strictjson
from .errors import ManifestError

__all__ = ["SEALED_BY", "FileEntry", "Manifest", "ManifestError", "build", "check_files", "commitment", "parse"]

FORMAT = "renkei-manifest/1"
MAX_BYTES = 64 * 1024
MAX_FILES = 200
MAX_MONTHS = 24
SALT_BYTES = 32
_PIECE = 1024 * 1024
SEALED_BY = ("program", "hub")

OFFICE = re.compile(r"[0-9A-Z]{10}")
SERVICE = re.compile(r"[0-9A-Z]{2}")
HUB_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
KIND = re.compile(r"[a-z][a-z_]{0,39}")
MONTH = re.compile(r"[0-9]{4}(?:0[1-9]|1[0-2])")
SEQUENCE = re.compile(r"[0-9]{14}")
SEALER = re.compile("|".join(SEALED_BY))
DIGEST = re.compile(r"[0-9a-f]{64}")
# Safe as a file name everywhere: no separators, no leading or trailing dot, none of the devices of Windows.
FILE_NAME = re.compile(
    r"(?!(?i:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|\Z))(?=.{1,128}\Z)[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*"
)

_KEYS = ("format", "hub", "sender", "recipient", "kind", "months", "sequence", "created_at", "sealed_by", "files")


@dataclass(frozen=True)
class FileEntry:
    """One file: its name, its size in bytes, its commitment as 64 hexadecimal digits."""

    name: str
    size: int
    commitment: str


@dataclass(frozen=True)
class Manifest:
    """What a sender signed.

    `months` are YYYYMM, ascending, none for kinds without a month; `created_at` is UTC; `sealed_by` tells whether the
    office's own program signed, or the hub with a key that it keeps for the office.
    """

    hub: str
    sender: str
    sender_service: str
    recipient: str
    recipient_service: str
    kind: str
    months: tuple[str, ...]
    sequence: str
    created_at: datetime
    sealed_by: str
    files: tuple[FileEntry, ...]


def commitment(salt: bytes, data: bytes) -> str:
    """SHA-256(salt ‖ data) as 64 lower-case hexadecimal digits."""
    digest = hashlib.sha256(salt)
    digest.update(data)
    return digest.hexdigest()


def committed(salt: bytes, stream: BinaryIO) -> tuple[int, str]:
    """Size and commitment of what a stream holds from where it stands, a piece at a time."""
    digest, size = hashlib.sha256(salt), 0
    while piece := stream.read(_PIECE):
        digest.update(piece)
        size += len(piece)
    return size, digest.hexdigest()


def build(
    *,
    hub: str,
    sender: str,
    sender_service: str,
    recipient: str,
    recipient_service: str,
    kind: str,
    months: Iterable[str],
    sequence: str,
    files: Mapping[str, bytes],
    created_at: datetime | None = None,
    sealed_by: str = "program",
    salts: Mapping[str, bytes] | None = None,
    attached: Iterable[FileEntry] = (),
) -> tuple[bytes, dict[str, bytes]]:
    """The manifest's bytes, and the salt of each of `files` by name; `attached` are files that were committed to before.

    Salts are random; they are given only to make a manifest again (test vectors). Raises ManifestError where `parse`
    would.
    """
    made = {name: salts[name] if salts else secrets.token_bytes(SALT_BYTES) for name in files}
    entries = [FileEntry(name, len(data), commitment(made[name], data)) for name, data in files.items()] + list(
        attached
    )
    data = strictjson.dump(
        {
            "format": FORMAT,
            "hub": hub,
            "sender": {"office": sender, "service": sender_service},
            "recipient": {"office": recipient, "service": recipient_service},
            "kind": kind,
            "months": sorted(set(months)),
            "sequence": sequence,
            "created_at": strictjson.time_text(created_at or datetime.now(UTC)),
            "sealed_by": sealed_by,
            "files": [asdict(entry) for entry in sorted(entries, key=lambda entry: entry.name)],
        }
    )
    parse(data)
    return data, made


def parse(data: bytes) -> Manifest:
    """Read a manifest strictly. Raises ManifestError E-AUTH-MANIFEST for anything that the format does not say."""
    try:
        return _read(strictjson.load(data, MAX_BYTES))
    except ValueError as error:
        raise ManifestError("E-AUTH-MANIFEST", str(error)) from error


def check_files(manifest: Manifest, files: Mapping[str, bytes], salts: Mapping[str, bytes]) -> None:
    """Whether these are the files that were signed: same names, sizes and commitments, each with its salt.

    Raises ManifestError E-AUTH-COMMITMENT, which names the file.
    """
    named = {entry.name for entry in manifest.files}
    for what, given in (("file", files.keys()), ("salt", salts.keys())):
        if given != named:
            raise ManifestError("E-AUTH-COMMITMENT", f"{what} missing or not in the manifest: {min(given ^ named)}")
    for entry in manifest.files:
        data, salt = files[entry.name], salts[entry.name]
        if len(salt) != SALT_BYTES:
            raise ManifestError("E-AUTH-COMMITMENT", f"the salt is not {SALT_BYTES} bytes: {entry.name}")
        if len(data) != entry.size or not hmac.compare_digest(commitment(salt, data), entry.commitment):
            raise ManifestError("E-AUTH-COMMITMENT", f"the content is not what was signed: {entry.name}")


def _read(value: object) -> Manifest:
    top = strictjson.fields(value, _KEYS, "the manifest")
    if top["format"] != FORMAT:
        raise ValueError(f"format is not {FORMAT}")
    sender, sender_service = _address(top["sender"], "sender")
    recipient, recipient_service = _address(top["recipient"], "recipient")
    return Manifest(
        hub=strictjson.text(top["hub"], HUB_ID, "hub"),
        sender=sender,
        sender_service=sender_service,
        recipient=recipient,
        recipient_service=recipient_service,
        kind=strictjson.text(top["kind"], KIND, "kind"),
        months=_months(top["months"]),
        sequence=strictjson.text(top["sequence"], SEQUENCE, "sequence"),
        created_at=strictjson.time(top["created_at"], "created_at"),
        sealed_by=strictjson.text(top["sealed_by"], SEALER, "sealed_by"),
        files=_files(top["files"]),
    )


def _address(value: object, where: str) -> tuple[str, str]:
    address = strictjson.fields(value, ("office", "service"), where)
    office = strictjson.text(address["office"], OFFICE, f"{where}.office")
    return office, strictjson.text(address["service"], SERVICE, f"{where}.service")


def _months(value: object) -> tuple[str, ...]:
    months = tuple(strictjson.text(item, MONTH, "a month") for item in strictjson.items(value, MAX_MONTHS, "months"))
    if list(months) != sorted(set(months)):
        raise ValueError("months are not ascending")
    return months


def _files(value: object) -> tuple[FileEntry, ...]:
    entries = tuple(_file(item) for item in strictjson.items(value, MAX_FILES, "files"))
    # Two names that differ only in case would be one file on Windows.
    if not entries or len({entry.name.casefold() for entry in entries}) != len(entries):
        raise ValueError("files is empty or names a file twice")
    return entries


def _file(value: object) -> FileEntry:
    item = strictjson.fields(value, ("name", "size", "commitment"), "a file")
    return FileEntry(
        name=strictjson.text(item["name"], FILE_NAME, "a file's name"),
        size=strictjson.count(item["size"], "a file's size"),
        commitment=strictjson.text(item["commitment"], DIGEST, "a commitment"),
    )
