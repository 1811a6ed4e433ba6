"""Writing a collected unit so that it is in the inbox whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from renkei.trust.errors import ManifestError
from renkei.trust.manifest import Manifest

from . import pieces
from .folder import Folder, make_durably, month_name, sync_folder, write_synced
from .pieces import Piece

_PASSING, _FETCHING = ".receiving", ".fetching"
_MOST_NAMES = 20


def put(
    folder: Folder,
    manifest: Manifest,
    unit: Sequence[Piece],
    files: Mapping[str, bytes],
    salts: Mapping[str, bytes],
    fetched: Path | None = None,
) -> Path:
    """The folder, below the office's, that now holds these files; the same one when they were there already.

    Small ones are given, the others lie in the folder `fetched`.

    Every part of its path was held against the manifest's patterns. Raises OSError.
    """
    parent = folder.inbox / month_name(manifest.months) / f"{manifest.sender}_{manifest.sender_service}"
    make_durably(parent)
    for name in _names(manifest):
        target = parent / name
        if not target.exists():
            _write(folder, unit, files, fetched).rename(target)
        elif not _holds(target, unit, salts):
            continue
        # Also of what was there: the run that put it there may have been cut off before this.
        sync_folder(parent)
        return target.relative_to(folder.root)
    raise FileExistsError(str(parent))


def fetching(folder: Folder, transmission: str) -> Path:
    """Where large files of a transmission lie until all of them are here."""
    path = folder.inbox / _FETCHING / transmission
    make_durably(path)
    return path


def sweep(folder: Folder) -> None:
    """Nothing is on its way any more."""
    shutil.rmtree(folder.inbox / _FETCHING, ignore_errors=True)


def check(place: Path, unit: Iterable[Piece], salts: Mapping[str, bytes]) -> None:
    """Whether the unit's files lie there as they came. Raises ManifestError, OSError when one is gone, KeyError."""
    for piece in unit:
        pieces.check_file(piece, place / piece.place, salts[piece.name])


def _names(manifest: Manifest) -> Iterator[str]:
    """Two kinds of unit may share a sequence number, and a person may have changed what lies there."""
    yield manifest.sequence
    yield f"{manifest.sequence}_{manifest.kind}"
    for number in range(2, _MOST_NAMES):
        yield f"{manifest.sequence}_{manifest.kind}_{number}"


def _write(folder: Folder, unit: Iterable[Piece], files: Mapping[str, bytes], fetched: Path | None) -> Path:
    """A hidden folder with the files, all on the disk; what a run that was cut off left there goes first."""
    passing = folder.inbox / _PASSING
    if passing.exists():
        shutil.rmtree(passing)
    make_durably(passing)
    for piece in unit:
        if piece.name in files:
            write_synced(passing / piece.place, files[piece.name])
        elif fetched:
            (fetched / piece.name).rename(passing / piece.place)
    sync_folder(passing)
    return passing


def _holds(target: Path, unit: Sequence[Piece], salts: Mapping[str, bytes]) -> bool:
    """Whether exactly these files are there, from a run that was cut off before it could note it."""
    try:
        if {path.name for path in target.iterdir()} != {piece.place for piece in unit}:
            return False
        check(target, unit, salts)
    except (OSError, ManifestError):
        return False
    return True
