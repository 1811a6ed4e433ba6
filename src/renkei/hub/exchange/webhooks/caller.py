"""The thread that calls offices' servers: apart from the worker, which must not wait for them."""

from __future__ import annotations

import structlog
from django.db import close_old_connections
from django.utils import timezone

from renkei.hub.core import jobs
from renkei.hub.core.repeating import Repeating
from renkei.hub.exchange.webhooks import delivering

_log = structlog.get_logger(__name__)


class Caller(Repeating):
    """Looks what is new, and makes the calls that are due, until it is told to stop."""

    def __init__(self, seconds: float) -> None:
        super().__init__("caller", seconds)

    def once(self) -> None:
        """Once around."""
        try:
            delivering.queue_what_is_new()
            while not self._stop_asked.is_set() and jobs.run_due(timezone.now(), outside=True):
                pass
        except Exception:
            # The table itself cannot be read or written: it will be again.
            _log.exception("calling failed; trying again")
            close_old_connections()
