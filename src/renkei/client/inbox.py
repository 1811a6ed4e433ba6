"""Writing a collected unit so that it is in the inbox whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from renkei.trust import manifest as manifests
from renkei.trust.errors import ManifestError
from renkei.trust.manifest import Manifest

from .folder import Folder, make_durably, month_name, sync_folder, write_synced

_PASSING = ".receiving"
_MOST_NAMES = 20


def put(folder: Folder, manifest: Manifest, files: Mapping[str, bytes], salts: Mapping[str, bytes]) -> Path:
    """The folder, below the office's, that now holds these files; the same one when they were there already.

    Every part of its path was held against the manifest's patterns. Raises OSError.
    """
    parent = folder.inbox / month_name(manifest.months) / f"{manifest.sender}_{manifest.sender_service}"
    make_durably(parent)
    for name in _names(manifest):
        target = parent / name
        if not target.exists():
            _write(folder, files).rename(target)
        elif not _holds(target, manifest, salts):
            continue
        # Also of what was there: the run that put it there may have been cut off before this.
        sync_folder(parent)
        return target.relative_to(folder.root)
    raise FileExistsError(str(parent))


def read(place: Path, manifest: Manifest) -> dict[str, bytes]:
    """The unit's files as they lie there now. Raises OSError when one is gone."""
    return {item.name: (place / item.name).read_bytes() for item in manifest.files}


def _names(manifest: Manifest) -> Iterator[str]:
    """Two kinds of unit may share a sequence number, and a person may have changed what lies there."""
    yield manifest.sequence
    yield f"{manifest.sequence}_{manifest.kind}"
    for number in range(2, _MOST_NAMES):
        yield f"{manifest.sequence}_{manifest.kind}_{number}"


def _write(folder: Folder, files: Mapping[str, bytes]) -> Path:
    """A hidden folder with the files, all on the disk; what a run that was cut off left there goes first."""
    passing = folder.inbox / _PASSING
    if passing.exists():
        shutil.rmtree(passing)
    make_durably(passing)
    for name, data in files.items():
        write_synced(passing / name, data)
    sync_folder(passing)
    return passing


def _holds(target: Path, manifest: Manifest, salts: Mapping[str, bytes]) -> bool:
    """Whether exactly these files are there, from a run that was cut off before it could note it."""
    try:
        if {path.name for path in target.iterdir()} != {item.name for item in manifest.files}:
            return False
        manifests.check_files(manifest, read(target, manifest), salts)
    except (OSError, ManifestError):
        return False
    return True
