"""The write-ahead log of SQLite: what was erased in the database still stands in it until it is emptied."""

from __future__ import annotations

from django.conf import settings
from django.db import connection

from renkei.hub.core.sqlite.base import WRITER

_PATIENCE_MS = 1000


def empty_log() -> bool:
    """Move the log into the database and cut it to nothing; False when a reader was in the way, for the next time.

    On PostgreSQL there is nothing to do: its log is recycled by the server.
    """
    if connection.vendor != "sqlite":
        return True
    WRITER.acquire(settings.RENKEI["WRITE_SECONDS"])
    try:
        with connection.cursor() as cursor:
            usual = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
            # All writers wait meanwhile.
            cursor.execute(f"PRAGMA busy_timeout={_PATIENCE_MS}")
            try:
                busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                cursor.execute(f"PRAGMA busy_timeout={usual}")
    finally:
        WRITER.release()
    return not busy
