"""What the hub does by itself for bodies and keys."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from renkei.hub.core import partitions
from renkei.hub.core.bodies import rewrapping, sweeping
from renkei.hub.core.jobs import Payload, job


@job("sweep", "使われないファイルを片づける", every=sweeping.EVERY)
def sweep(now: datetime, _payload: Payload) -> None:
    """Sweep up one shelf of blobs."""
    sweeping.sweep(sweeping.shelf_of(now), now)


@job("partitions", "月ごとの置き場を用意する", every=timedelta(hours=6))
def keep_partitions(now: datetime, _payload: Payload) -> None:
    """Make the coming months' partitions, drop those in which nothing is left."""
    partitions.ensure(timezone.localdate(now))
    partitions.drop_empty()


@job(rewrapping.KIND, "本文の鍵を包み直す")
def rewrap(_now: datetime, payload: Payload) -> Payload | None:
    """Follow a change of the wrapping key."""
    return rewrapping.go_on(payload)
