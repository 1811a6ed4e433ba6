"""Where large bodies lie: a folder of this machine, or a bucket (`objects`) behind the same protocol."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Protocol

import structlog
from django.conf import settings

from renkei.hub.core.bodies import bucket
from renkei.hub.core.files import make_folder, sync_folder

_PIECE_BYTES = 1024 * 1024
SHELVES = tuple(f"{number:02x}" for number in range(256))
_log = structlog.get_logger(__name__)


class StoreGone(OSError):
    """The store does not answer, or not as it should: for now nothing large can be written or read."""


@dataclass(frozen=True)
class Blob:
    """What lies in the store; with a dot before its name, what was never finished."""

    name: str
    written_at: datetime


class BlobStore(Protocol):
    """Named bytes that are written once and never changed. A name is the hex of a body's id.

    Beside what is said below, all raise OSError when the store is full or gone (StoreGone).
    """

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write a new blob, durably, whole or not at all. Raises FileExistsError, and what `pieces` raises."""
        ...

    def get(self, name: str, start: int = 0) -> Iterator[bytes]:
        """Read a blob in pieces, from byte `start` on. Raises FileNotFoundError."""
        ...

    def has(self, name: str) -> bool:
        """Whether there is such a blob."""
        ...

    def delete(self, name: str) -> None:
        """Remove a blob; a missing one is no error."""
        ...

    def shelf(self, shelf: str) -> Iterator[Blob]:
        """What lies on one of the `SHELVES`, in no order."""
        ...

    def clear(self, shelf: str, before: datetime) -> int:
        """Take away what `shelf` does not show of writers that ended before; returns how many."""
        ...

    def check(self) -> None:
        """Whether it answers, told within seconds. Raises OSError."""
        ...


class FolderStore:
    """A BlobStore in a folder: `<shelf>/<name>`, whole and synced or not there.

    The shelf is the name's last two digits: the first ones are the time, and would put everything on one shelf.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: set[Path] = set()

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        path = self._path(name)
        self._make_shelf(path.parent)
        passing = path.with_name(f".{name}.{secrets.token_hex(4)}")
        try:
            with passing.open("xb") as file:
                file.writelines(pieces)
                file.flush()
                os.fsync(file.fileno())
            # A link fails where a rename would overwrite.
            path.hardlink_to(passing)
        finally:
            passing.unlink(missing_ok=True)
        sync_folder(path.parent)

    def get(self, name: str, start: int = 0) -> Iterator[bytes]:
        with self._path(name).open("rb") as file:
            file.seek(start)
            while piece := file.read(_PIECE_BYTES):
                yield piece

    def has(self, name: str) -> bool:
        return self._path(name).is_file()

    def delete(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)

    def shelf(self, shelf: str) -> Iterator[Blob]:
        try:
            entries = list(os.scandir(self._folder / shelf))
        except FileNotFoundError:
            return
        for entry in entries:
            try:
                changed = entry.stat().st_mtime
            except FileNotFoundError:
                continue  # erased meanwhile
            yield Blob(entry.name, datetime.fromtimestamp(changed, UTC))

    def clear(self, shelf: str, before: datetime) -> int:
        return 0  # a folder shows everything

    def check(self) -> None:
        return  # that there is room is asked of all folders at once (`core.space`)

    def _make_shelf(self, shelf: Path) -> None:
        """Each once in a process: one that is there may have been made by a hub that was killed before it was durable."""
        if shelf not in self._made or not shelf.is_dir():
            make_folder(shelf)
            self._made.add(shelf)

    def _path(self, name: str) -> Path:
        # What was never finished is called `.<name>.<some digits>`.
        return self._folder / name.lstrip(".").partition(".")[0][-2:] / name


@cache
def blob_store() -> BlobStore:
    """The store of this deployment."""
    chosen = bucket.chosen(settings.RENKEI)
    if chosen is None:
        return FolderStore(settings.DATA / "blobs")
    from renkei.hub.core.bodies.objects import BucketStore  # a library that a folder does without

    return BucketStore(chosen)


def forget(names: Iterable[str]) -> None:
    """Delete blobs that no row names any more. What cannot be deleted now is left to `sweeping`."""
    for name in names:
        try:
            blob_store().delete(name)
        except OSError as error:
            _log.warning("a large body is left to be swept up", reason=type(error).__name__)


def warnings() -> list[str]:
    """What an operator should see to when the store does not answer, in Japanese."""
    try:
        blob_store().check()
    except OSError:
        return [
            "大きな本文の置き場につながりません。大きな送信と添付ファイルを、受け付けることも渡すこともできません。"
        ]
    return []
