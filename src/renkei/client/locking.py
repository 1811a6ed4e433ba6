"""One run at a time in one folder."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from .errors import BusyError


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the folder. Raises BusyError when another run has it.

    SQLite's file lock works the same on every system, and the system frees it when the program dies.
    """
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as db:
        try:
            db.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise BusyError from error
        yield
