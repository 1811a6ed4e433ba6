"""The office folder's revocation lists, from the hub, once a day."""

from __future__ import annotations

import time
from contextlib import suppress

from ._sync import revocation
from ._sync.connection import Connection
from .anchors import Anchors
from .errors import HubError
from .folder import Folder, write_durably

EVERY = 24 * 60 * 60  # seconds


def refresh(connection: Connection, folder: Folder) -> tuple[int, list[str]]:
    """Take what is newer; how many lists were taken, and what is still missing or out of date (Japanese).

    Raises HubError.
    """
    anchors = Anchors.load(folder.trust)
    known = {path.name: path.read_bytes() for path in sorted(folder.trust.glob("*.crl"))}
    taken = revocation.newer(connection, anchors, known)
    for name, data in taken.items():
        write_durably(folder.trust / name, data)
    write_durably(folder.refreshed, b"")
    return len(taken), anchors.warnings({**known, **taken}.values())


def refresh_if_due(connection: Connection, folder: Folder) -> None:
    """Once a day; a hub that does not answer, or has no lists, stops nothing: the lists at hand go on counting."""
    try:
        age = time.time() - folder.refreshed.stat().st_mtime
    except FileNotFoundError:
        age = EVERY
    if 0 <= age < EVERY:
        return
    write_durably(folder.refreshed, b"")
    with suppress(HubError):
        refresh(connection, folder)
