"""What service codes are called: the table that the operator imported (`renkei services import`), read again when it changes."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

import structlog
from django.conf import settings

from renkei.services.table import NotAServiceTable, ServiceTable, parse

_log = structlog.get_logger(__name__)


class _Kept:
    """The last table that could be read, and of which file it is."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._of: tuple[Path, int, int] | None = None
        self._table = ServiceTable()

    def table(self, path: Path) -> ServiceTable:
        with self._lock:
            try:
                told = path.stat()
                of = (path, told.st_mtime_ns, told.st_size)
                if of != self._of:
                    data = path.read_bytes()
                    self._of = of  # what is no table is not parsed again at each page
                    self._table = parse(data)
            except (OSError, NotAServiceTable):
                # It was sound when the hub started: papers go on with the names known so far, or with none.
                _log.warning("services.unreadable")
            return self._table


_kept = _Kept()


def table() -> ServiceTable:
    """The names; none where the setting SERVICES is empty."""
    path: Path | None = settings.RENKEI["SERVICES"]
    return _kept.table(path) if path else ServiceTable()
