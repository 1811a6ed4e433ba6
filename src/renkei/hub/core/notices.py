"""Words of the operator on every page."""

from __future__ import annotations

import threading
import time
from datetime import datetime

from django.utils import timezone

from renkei.hub.core import deeds
from renkei.hub.core.models import Notice
from renkei.hub.core.writing import write

MOST_SHOWN = 10
# Read again this often, not at every page.
SECONDS = 15

_lock = threading.Lock()
_read: tuple[float, tuple[Notice, ...]] = (0.0, ())


def current(now: datetime | None = None) -> tuple[Notice, ...]:
    """What stands on the pages now; as it was up to SECONDS ago."""
    global _read
    moment = now or timezone.now()
    with _lock:
        read_at, known = _read
        if not read_at or time.monotonic() - read_at >= SECONDS:
            known = tuple(Notice.objects.filter(until__gt=moment).order_by("from_at", "pk")[:MOST_SHOWN])
            _read = (time.monotonic(), known)
    return tuple(notice for notice in known if notice.from_at <= moment < notice.until)


def say(actor: str, title: str, text: str, from_at: datetime, until: datetime) -> Notice:
    """Put words on every page."""
    with write():
        notice = Notice.objects.create(title=title, text=text, from_at=from_at, until=until)
        deeds.record(actor, "notice", f"notice:{notice.pk}")
    _forget()
    return notice


def unsay(actor: str, notice: Notice, reason: str) -> None:
    """Take them down now; the row stays, as long as it would have been shown."""
    with write():
        Notice.objects.filter(pk=notice.pk).update(until=timezone.now())
        deeds.record(actor, "end-notice", f"notice:{notice.pk}", reason=reason)
    _forget()


def _forget() -> None:
    global _read
    with _lock:
        _read = (0.0, ())
