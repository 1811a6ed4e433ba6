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


def sync_folder(folder: Path) -> None:
    """Make a new name in `folder` durable (POSIX: a rename counts only after its folder is synced)."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
