"""What the hub does by itself, in portions: reminders and expiry, erasing what is over, clocks after a change of years."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from renkei.hub.core.jobs import Payload, job
from renkei.hub.core.problems import Refused
from renkei.hub.core.sqlite.log import empty_log
from renkei.hub.core.writing import write
from renkei.hub.exchange import clocks, echoing, erasing, retiming, stepping
from renkei.hub.exchange.attachments import uploads
from renkei.hub.exchange.models import Transmission
from renkei.hub.parties import echo

PORTION = 100
_LATER = timedelta(hours=1)
_log = structlog.get_logger(__name__)


@job("clocks", "催促と期限切れ", every=timedelta(minutes=10))
def look_at_clocks(now: datetime, _payload: Payload) -> Payload | None:
    """Remind senders, and end what nobody collects."""
    rows = Transmission.objects.filter(clock_at__lte=now).select_related("sender", "recipient", "envelope")
    due = list(rows.order_by("clock_at")[:PORTION])
    for transmission in due:
        try:
            stepping.by_hub(transmission, clocks.hub_step(transmission.accepted_at, now), now)
        except Refused:
            # It moved on meanwhile: collected, withdrawn, or another worker was first.
            _look_later(transmission, now)
        except Exception as error:
            # One that cannot be stepped must not keep the others from it.
            _log.error("no step at its time", transmission=str(transmission.pk), exc_info=error)
            _look_later(transmission, now)
    return {} if len(due) == PORTION else None


def _look_later(transmission: Transmission, now: datetime) -> None:
    with write():
        same = Transmission.objects.filter(pk=transmission.pk, clock_at=transmission.clock_at)
        same.update(clock_at=now + _LATER)


@job("erase", "期限の来た写しを消す", every=timedelta(minutes=10))
def erase_what_is_over(now: datetime, _payload: Payload) -> Payload | None:
    """Erase copies whose time is over."""
    with write():
        erased = erasing.erase_due(now, PORTION)
    if erased == PORTION:
        return {}
    empty_log()
    return None


@job("uploads", "送られなかった添付ファイルを片づける", every=timedelta(minutes=10))
def sweep_uploads(now: datetime, _payload: Payload) -> Payload | None:
    """Forget what was brought in and whose time is over."""
    return {} if uploads.sweep(now, PORTION) == PORTION else None


@job(retiming.KIND, "写しの期限を決め直す")
def set_clocks_again(_now: datetime, payload: Payload) -> Payload | None:
    """Follow a change of the years that an office keeps its copies."""
    return retiming.go_on(payload)


@job(echo.JOB, "練習用の事業所が、届いたものに答える")
def answer_practice(now: datetime, payload: Payload) -> None:
    """Check what was sent for practice, and say how it went."""
    echoing.answer(payload["transmission"], now)
