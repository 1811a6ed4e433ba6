"""The list of erasures as a file, `erasures.jsonl` in the hub's data: which copy was erased, and when.

The table `Erasure` is as old as the backup that it comes back with; this file is kept beside the backups, and a restored
hub erases by it what was erased after the backup was made. One JSON object a line: `body`, `holder`, `at`; with `void`
where the erasure came to nothing. It names no person.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from renkei.hub.core.files import ERASURES, sync_folder
from renkei.hub.core.writing import on_rollback


@dataclass(frozen=True)
class Erased:
    """A holder's copy of a body was erased at this time."""

    body: uuid.UUID
    holder: str
    at: datetime


def note(erased: Collection[Erased]) -> None:
    """Put erasures on the list, durably, before the commit that they belong to. Call it inside `write()`."""
    if not erased:
        return
    path: Path = settings.DATA / ERASURES
    append(path, erased)
    on_rollback(lambda: append(path, erased, void=True))


def append(path: Path, erased: Iterable[Erased], *, void: bool = False) -> None:
    """Add lines to a list, durably."""
    more = {"void": True} if void else {}
    lines = "".join(json.dumps(_as_dict(one) | more) + "\n" for one in erased)
    file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        size = os.fstat(file).st_size
        # A line that a crash cut off stays a line of its own.
        torn = size > 0 and os.pread(file, 1, size - 1) != b"\n"
        data = b"\n" * torn + lines.encode()
        while data:
            data = data[os.write(file, data) :]
        os.fsync(file)
    finally:
        os.close(file)
    # Every time: whoever made the file may have been killed before its name was durable.
    sync_folder(path.parent)


def read(path: Path, *, last_bytes: int | None = None) -> tuple[list[Erased], int]:
    """What a list says was erased, in its order, and how many lines of it cannot be read. Raises OSError.

    `last_bytes`: only what stands in so much of its end; a line that begins before counts as one that cannot be read.
    """
    found: dict[Erased, None] = {}
    unreadable = 0
    with path.open("rb") as lines:
        if last_bytes is not None:
            lines.seek(max(0, path.stat().st_size - last_bytes))
        for line in filter(bytes.strip, lines):
            try:
                said = json.loads(line)
                one = Erased(uuid.UUID(said["body"]), str(said["holder"]), datetime.fromisoformat(said["at"]))
            except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
                unreadable += 1
                continue
            if said.get("void"):
                found.pop(one, None)
            else:
                found[one] = None
    return list(found), unreadable


def _as_dict(one: Erased) -> dict[str, str]:
    return {"body": one.body.hex, "holder": one.holder, "at": one.at.isoformat()}
