"""One process writes to a SQLite data folder, and no other."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO


class HubRunning(RuntimeError):
    """Another process writes to this data folder."""


def hold(data: Path) -> IO[str]:
    """Be the one process that writes to this SQLite data folder, until the file is closed. Raises HubRunning."""
    file = (data / "hub.lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise HubRunning from error
    return file
