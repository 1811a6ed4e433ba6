"""The form of a backup: a folder with the database, blobs, `trust/`, `hub.json`, and `backup.json`, which lists them.

Never a key: of those it only says by which marks the right ones are known. No Django here.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from renkei.hub.config import identity
from renkei.hub.config.options import BadOption
from renkei.hub.core.files import ERASURES

FORMAT = "renkei-backup/1"
LIST = "backup.json"
SQLITE, POSTGRESQL = "hub.sqlite3", "database.pgdump"
BLOBS, TRUST, KEYS = "blobs", "trust", "keys"
_PIECE_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Entry:
    """One file of a backup: its path inside, its size in bytes, the SHA-256 of its bytes in hex."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Contents:
    """What a backup says of itself. `keys` goes from the names of key files to their marks."""

    hub: str
    made_at: str
    database: str
    keys: dict[str, str]
    files: tuple[Entry, ...]


def write_list(folder: Path, contents: Contents) -> None:
    """Put the list into a backup, durably."""
    with (folder / LIST).open("x", encoding="utf-8") as file:
        json.dump({"format": FORMAT, "contents": asdict(contents)}, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())


def read_list(folder: Path) -> Contents:
    """The list of a backup. Raises BadOption for a folder that is none, and for a list that names what is in none."""
    try:
        said = json.loads((folder / LIST).read_text(encoding="utf-8"))
        contents = Contents(
            **said["contents"] | {"files": tuple(Entry(**entry) for entry in said["contents"]["files"])}
        )
        is_ours, is_sound = said["format"] == FORMAT, _is_sound(contents)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise _no_backup(folder) from error
    if not is_ours:
        raise BadOption(f"{folder} の控えは、この版では読めない形です。")
    if not is_sound:
        raise _no_backup(folder)
    return contents


def _no_backup(folder: Path) -> BadOption:
    return BadOption(f"{folder} は控えのフォルダではないか、{LIST} がこわれています。")


def _is_sound(contents: Contents) -> bool:
    """Whether a list can be ours. What it names is put into the new hub: a key above all must not come in that way."""
    names = [entry.name for entry in contents.files]
    datetime.fromisoformat(contents.made_at)
    return (
        contents.database in (SQLITE, POSTGRESQL)
        and all(isinstance(mark, str) for mark in contents.keys.values())
        and len(set(names)) == len(names)
        and all(map(_may_be_listed, names))
    )


def _may_be_listed(name: str) -> bool:
    place = PurePosixPath(name)
    if name in (SQLITE, POSTGRESQL, identity.FILE, ERASURES):
        return True
    is_plain = str(place) == name and ".." not in place.parts and "\0" not in name
    return is_plain and len(place.parts) > 1 and place.parts[0] in (BLOBS, TRUST)


def copy(source: Path, target: Path, name: str) -> Entry:
    """Copy one file, durably, for its owner alone; returns what it is. Raises OSError."""
    with source.open("rb") as file:
        return keep(iter(lambda: file.read(_PIECE_BYTES), b""), target, name)


def keep(pieces: Iterator[bytes], target: Path, name: str) -> Entry:
    """As `copy`, of bytes that come in pieces."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with os.fdopen(_new(target), "wb") as file:
        for piece in pieces:
            digest.update(piece)
            size += len(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return Entry(name, size, digest.hexdigest())


def entry_of(path: Path, name: str) -> Entry:
    """What a file is. Raises OSError."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    return Entry(name, path.stat().st_size, digest.hexdigest())


def damaged(folder: Path, contents: Contents) -> set[str]:
    """Names of the listed files that are not what the list says, or not there."""
    return {entry.name for entry in contents.files if not _is_whole(folder, entry)}


def key_marks(keys: Path) -> dict[str, str]:
    """By what the keys are known that open bodies and match tags: digests of what is random."""
    names = sorted([*keys.glob("wrapping-*.key"), *keys.glob("deployment.key")])
    return {path.name: entry_of(path, path.name).sha256[:16] for path in names}


def files_below(folder: Path) -> Iterator[Path]:
    """All files in a folder and below, in order; none of a folder that is not there."""
    for parent, folders, names in os.walk(folder):
        folders.sort()
        yield from (Path(parent) / name for name in sorted(names))


def _is_whole(folder: Path, entry: Entry) -> bool:
    path = folder / entry.name
    try:
        # A path that leads out of the folder is nothing that we wrote.
        return path.resolve().is_relative_to(folder.resolve()) and entry_of(path, entry.name) == entry
    except OSError:
        return False


def _new(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
