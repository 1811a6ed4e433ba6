"""Fetching the revocation lists from the hub: who lost a key is known here within a day.

A list counts only with the signature of one of our authorities, so the hub can withhold one but not forge one; an older
one never takes the place of a newer.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime

from renkei.trust.errors import TrustError

from ._sync.connection import Connection
from .anchors import Anchors
from .errors import HubError
from .folder import Folder, write_durably

EVERY = 24 * 60 * 60  # seconds
MOST_LISTS = 50
MOST_BYTES = 16 * 1024 * 1024
NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,74}\.crl")


def refresh(connection: Connection, folder: Folder) -> tuple[int, list[str]]:
    """Take what is newer; how many lists were taken, and what is still missing or out of date (Japanese).

    Raises HubError.
    """
    anchors = Anchors.load(folder.trust)
    names = connection.call("GET", "/v1/trust").texts("revocation_lists", NAME, MOST_LISTS)
    taken = sum(_take(folder, anchors, name, connection.fetch(f"/crl/{name}", MOST_BYTES)) for name in names)
    write_durably(folder.refreshed, b"")
    return taken, warnings(anchors, [path.read_bytes() for path in sorted(folder.trust.glob("*.crl"))])


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


def is_better(anchors: Anchors, data: bytes, known: bytes | None) -> bool:
    """Whether a list is newer than the one at hand, and one of our authorities signed it."""
    if data == known:
        return False
    try:
        if known is not None and not anchors.is_newer(data, known):
            return False
        anchors.store([data])
    except TrustError:
        return False
    return True


def warnings(anchors: Anchors, lists: Iterable[bytes]) -> list[str]:
    """What is missing or out of date, for people."""
    return anchors.store(lists).crl_warnings(datetime.now(UTC))


def _take(folder: Folder, anchors: Anchors, name: str, data: bytes) -> bool:
    path = folder.trust / name
    if not is_better(anchors, data, path.read_bytes() if path.exists() else None):
        return False
    write_durably(path, data)
    return True
