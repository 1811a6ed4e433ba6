"""Files that are whole or not there, and secrets that only their owner reads."""

from __future__ import annotations

import os
from pathlib import Path

# The list of erasures in the hub's data; `core.bodies.erasures` describes it.
ERASURES = "erasures.jsonl"


def write_secret(path: Path, data: bytes) -> None:
    """Create `path` with mode 0600 and make it durable. Raises FileExistsError: a secret is never overwritten."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def replace_file(path: Path, data: bytes, way: Path | None = None) -> None:
    """Put `data` in place of what is there, durably: whoever reads meanwhile, or after a power cut, finds one of both.

    It is first written into the folder `way`, where everything in the file's own folder would be read.
    """
    passing = (way or path.parent) / f".{path.name}.new"
    with passing.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    passing.replace(path)
    sync_folder(path.parent)


def make_folder(folder: Path) -> None:
    """Create a folder for its owner alone, with those above it, durably. One that is there already is no error.

    Its name is synced then too: whoever made it may have been killed before that.
    """
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make a new name in `folder` durable (POSIX: a rename counts only after its folder is synced)."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
