"""What the hub does by itself for offices' months."""

from __future__ import annotations

from datetime import datetime, timedelta

from renkei.hub.core.jobs import Payload, job
from renkei.hub.workspace.models import Sending
from renkei.hub.workspace.outbox import cleaning, sending

PORTION = 100


@job(sending.JOB, "「送るもの」を送る")
def send_portion(_now: datetime, payload: Payload) -> Payload | None:
    """Send a portion of what somebody had sent."""
    found = Sending.objects.filter(pk=payload["sending"]).first()
    return payload if found and sending.go_on(found) else None


@job("outbox", "「送るもの」を片づける", every=timedelta(hours=1))
def sweep_outbox(now: datetime, _payload: Payload) -> Payload | None:
    """Clean up what was dropped, and copies whose time is over."""
    return {} if cleaning.sweep(now, PORTION) else None
