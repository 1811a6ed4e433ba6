"""What the hub does by itself for bodies and keys."""

from __future__ import annotations

from datetime import datetime

from renkei.hub.core.bodies import sweeping
from renkei.hub.core.jobs import Payload, job


@job("sweep", every=sweeping.EVERY)
def sweep(now: datetime, _payload: Payload) -> None:
    """Sweep up one shelf of blobs."""
    sweeping.sweep(sweeping.shelf_of(now), now)
