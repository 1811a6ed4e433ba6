"""The office's folder: what lies where, and writing that survives a power cut.

renkei-office.toml   settings
keys/                private key (owner only), certificate, request for it, next.key while a renewal waits
trust/               roots.pem, intermediates.pem, hub.pem (receipt certificates), *.crl, policies.tsv (external kinds)
outbox/              what the care software wrote, to be sent; 添付/<number>_<service>/ files to be attached
attaching/           attached files on their way, by sequence number
approved/            for a moment: what was approved on the hub's pages, while it is signed
sent/                what the hub has accepted, by month and recipient
inbox/               what was collected, by month and sender
ledger.sqlite3       what was sent and collected, with every receipt
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

NO_MONTH = "計画"
DROPPED = "添付"


@dataclass(frozen=True)
class Folder:
    """Paths below the office's folder."""

    root: Path

    @property
    def settings(self) -> Path:
        return self.root / "renkei-office.toml"

    @property
    def key(self) -> Path:
        return self.root / "keys" / "private.key"

    @property
    def request(self) -> Path:
        return self.root / "keys" / "request.csr.pem"

    @property
    def certificate(self) -> Path:
        return self.root / "keys" / "certificate.pem"

    @property
    def next_key(self) -> Path:
        """The key of a certificate that was asked for, and is not here yet."""
        return self.root / "keys" / "next.key"

    @property
    def next_certificate(self) -> Path:
        """There for the moment in which it takes the place of the one before."""
        return self.root / "keys" / "next.pem"

    @property
    def refreshed(self) -> Path:
        """Its time is when the revocation lists were last asked for."""
        return self.root / "trust" / ".refreshed"

    @property
    def trust(self) -> Path:
        return self.root / "trust"

    @property
    def outbox(self) -> Path:
        return self.root / "outbox"

    @property
    def dropped(self) -> Path:
        """Where people put files to be attached, in a folder for each recipient."""
        return self.outbox / DROPPED

    @property
    def attaching(self) -> Path:
        """Attached files on their way."""
        return self.root / "attaching"

    @property
    def approved(self) -> Path:
        """Units that were approved on the hub's pages, while they are signed."""
        return self.root / "approved"

    @property
    def sent(self) -> Path:
        return self.root / "sent"

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    @property
    def ledger(self) -> Path:
        return self.root / "ledger.sqlite3"

    @property
    def lock(self) -> Path:
        return self.root / ".lock.sqlite3"

    def make(self) -> None:
        """Create the folder and its parts; what is there already stays."""
        self.root.mkdir(parents=True, exist_ok=True)
        self.key.parent.mkdir(mode=0o700, exist_ok=True)
        for path in (self.trust, self.outbox, self.sent, self.inbox):
            path.mkdir(exist_ok=True)


def month_name(months: tuple[str, ...]) -> str:
    """The name of the sub-folder for these months; care plans belong to none."""
    return "-".join(months) or NO_MONTH


def write_durably(path: Path, data: bytes) -> None:
    """The file is there whole, on the disk, or not at all; an older one is replaced."""
    passing = path.with_name(f".{path.name}.new")
    write_synced(passing, data)
    passing.replace(path)
    sync_folder(path.parent)


def write_secretly(path: Path, data: bytes) -> None:
    """As `write_durably`, readable by its owner alone from the first byte."""
    passing = path.with_name(f".{path.name}.new")
    passing.unlink(missing_ok=True)
    with os.fdopen(os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    passing.replace(path)
    sync_folder(path.parent)


def write_synced(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def make_durably(folder: Path) -> None:
    """Create a folder with its parents so that a power cut cannot lose the names of what is put into it.

    The name of one that is there already is synced too: a run that made it may have been cut off before that.
    """
    if not folder.exists():
        make_durably(folder.parent)
        folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Put a folder's names on the disk. Windows cannot and need not: it journals them."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
