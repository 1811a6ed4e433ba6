"""Making a backup of a hub, running or not, and one of its keys, apart. No Django here.

The database first, as it is at one moment, then the blobs: what is erased between the two is on the list of erasures,
which comes last. What is written between the two is in neither.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from renkei.hub.config import archives, identity
from renkei.hub.config.archives import BLOBS, KEYS, TRUST, Contents, Entry
from renkei.hub.config.options import BadOption
from renkei.hub.core.bodies.blobs import SHELVES, BlobStore
from renkei.hub.core.files import ERASURES, sync_folder


def back_up(
    data: Path, to: Path, database: str, dump: Callable[[Path], None], now: datetime, bucket: BlobStore | None = None
) -> Path:
    """Make a backup in a new folder below `to`, whole or not there; returns that folder.

    `database` is the name of the database's file, which `dump` writes. The blobs come from the `bucket` where the hub has
    one, else from its folder. Raises BadOption, OSError.
    """
    target = _new_folder(data, to, "backup", now)
    with _whole_or_not(target) as passing:
        dump(passing / database)
        files = [archives.entry_of(passing / database, database), *_copied(data, passing), *_fetched(bucket, passing)]
        made_at = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        hub, marks = identity.load(data).id, archives.key_marks(data / KEYS)
        archives.write_list(passing, Contents(hub, made_at, database, marks, tuple(files)))
    return target


def back_up_keys(data: Path, to: Path, now: datetime) -> Path:
    """Copy the keys into a new folder below `to`; returns that folder. Raises BadOption, OSError."""
    target = _new_folder(data, to, "keys", now)
    with _whole_or_not(target) as passing:
        for path in sorted((data / KEYS).iterdir()):
            if path.is_file() and not path.name.startswith("."):
                archives.copy(path, passing / path.name, path.name)
    return target


@contextmanager
def _whole_or_not(target: Path) -> Iterator[Path]:
    """A folder to fill beside `target`, which gets that name, durably, when the block has ended without an exception."""
    passing = target.with_name(f".{target.name}.part")
    passing.mkdir(mode=0o700)
    try:
        yield passing
        sync_folder(passing)
        passing.rename(target)
    except BaseException:
        shutil.rmtree(passing, ignore_errors=True)
        raise
    sync_folder(target.parent)


def _copied(data: Path, target: Path) -> list[Entry]:
    found: list[Entry] = []
    folders = [path for folder in (BLOBS, TRUST) for path in archives.files_below(data / folder)]
    for path in [*folders, data / identity.FILE, data / ERASURES]:
        name = path.relative_to(data).as_posix()
        if path.name.startswith("."):
            continue  # being written
        try:
            found.append(archives.copy(path, target / name, name))
        except FileNotFoundError:
            continue  # erased meanwhile, or nothing was ever erased
    return found


def _fetched(bucket: BlobStore | None, target: Path) -> Iterator[Entry]:
    """The blobs of a bucket, laid as a folder's are: a backup is whole by itself, and can be restored to either."""
    if bucket is None:
        return
    for shelf in SHELVES:
        for blob in bucket.shelf(shelf):
            name = f"{BLOBS}/{shelf}/{blob.name}"
            if blob.name.startswith("."):
                continue  # being written
            try:
                yield archives.keep(bucket.get(blob.name), target / name, name)
            except FileNotFoundError:
                (target / name).unlink(missing_ok=True)  # erased meanwhile


def _new_folder(data: Path, to: Path, what: str, now: datetime) -> Path:
    to = to.absolute()
    if to.resolve().is_relative_to(data.resolve()):
        raise BadOption("控えは、ハブのデータのフォルダの外に置いてください。")
    to.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = to / f"{identity.load(data).id}-{what}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    if target.exists():
        raise BadOption(f"{target} はもうあります。少し待ってから、もう一度実行してください。")
    return target
