"""A copy of the SQLite database while the hub writes on."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from django.db import connection

from renkei.hub.core.files import sync_folder


def take_snapshot(path: Path) -> None:
    """Write the database as it is at one moment into a new file, durably. Raises FileExistsError.

    In one step: a copy in several would begin again whenever somebody writes. Writers go on meanwhile; what they write
    waits in the log.
    """
    path.touch(mode=0o600, exist_ok=False)
    name = quote(str(connection.settings_dict["NAME"]))
    with (
        closing(sqlite3.connect(f"file:{name}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(path)) as target,
    ):
        source.backup(target)
    with path.open("rb") as file:
        os.fsync(file.fileno())
    sync_folder(path.parent)
