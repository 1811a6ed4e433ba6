"""What an authority issued and revoked: one JSON file, written whole and atomically."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .errors import AuthorityError

FORMAT = "renkei-authority/1"
KEY_LOST = "keyCompromise"


@dataclass
class Issued:
    """One certificate: serial number in hexadecimal, times as ISO 8601 in UTC, `key` the digest of its public key.

    `kind` is office, hub, hub-kept (an office's key that a hub keeps) or ocsp (answers whether others are revoked).
    """

    serial: str
    kind: str
    subject: str
    fingerprint: str
    not_before: str
    not_after: str
    revoked_at: str | None = None
    reason: str | None = None
    key: str = ""  # empty in ledgers of version 0.1.0


@dataclass
class Ledger:
    """`crl_number` and `root_crl_number` are the numbers of the last lists that were signed; `url` is where the world
    finds lists and answers, empty where nowhere."""

    name: str
    crl_number: int = 0
    root_crl_number: int = 0
    url: str = ""
    certificates: list[Issued] = field(default_factory=list)

    def find(self, serial: int) -> Issued:
        for entry in self.certificates:
            if entry.serial == f"{serial:x}":
                return entry
        raise AuthorityError("E-CERT-SERIAL", f"serial {serial:x} was not issued here")

    def has_lost(self, key: str) -> bool:
        """Whether a certificate of this key was revoked because the key was lost or stolen."""
        return any(entry.key == key and entry.reason == KEY_LOST for entry in self.certificates)


def read(path: Path) -> Ledger:
    """Raises AuthorityError E-CERT-FOLDER when the file is absent or not ours."""
    try:
        content: dict[str, Any] = json.loads(path.read_bytes())
        found = content.pop("format")
        entries = [Issued(**entry) for entry in content.pop("certificates")]
        ledger = Ledger(**content, certificates=entries)
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise AuthorityError("E-CERT-FOLDER", f"{path.name} cannot be read") from error
    if found != FORMAT:
        raise AuthorityError("E-CERT-FOLDER", f"{path.name} is not of the form {FORMAT}")
    return ledger


def write(path: Path, ledger: Ledger) -> None:
    """Write beside the file and rename, so that a power cut leaves the old ledger or the new one."""
    text = json.dumps({"format": FORMAT, **asdict(ledger)}, ensure_ascii=False, indent=1)
    beside = path.with_suffix(".new")
    with beside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


@contextmanager
def change(path: Path) -> Iterator[Ledger]:
    """The ledger to be changed; written at the end unless an error leaves the block. One process at a time."""
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ledger = read(path)
        yield ledger
        write(path, ledger)


def text_of(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
