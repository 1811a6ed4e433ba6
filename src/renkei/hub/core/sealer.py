"""Sealing: events are appended freely; every few seconds those without a seal become a Merkle tree.

The root is signed in a statement that names the statement before it, so that no event can later be taken out or put in
without breaking the chain. No deed ever waits for the head of the chain.
"""

from __future__ import annotations

import structlog
from django.conf import settings
from django.db import close_old_connections, connection
from django.utils import timezone

from renkei.hub.core.keyring import keyring
from renkei.hub.core.models import Seal, SealedEvent, UnsealedEvent
from renkei.hub.core.repeating import Repeating
from renkei.hub.core.writing import write
from renkei.trust import merkle, seals

MAX_EVENTS = 10_000
_log = structlog.get_logger(__name__)


def seal_once() -> Seal | None:
    """Seal the events that wait, 10,000 at most; returns the seal, or None when none waits."""
    if not UnsealedEvent.objects.exists():
        return None
    with write():
        _one_sealer_at_a_time()
        waiting = list(UnsealedEvent.objects.order_by("id")[:MAX_EVENTS])
        if not waiting:
            return None
        leaves = [bytes(row.leaf) for row in waiting]
        seal = _new_seal(leaves)
        SealedEvent.objects.bulk_create(
            SealedEvent(event=row.event, seal=seal, position=position, leaf=leaf)
            for position, (row, leaf) in enumerate(zip(waiting, leaves, strict=True))
        )
        UnsealedEvent.objects.filter(id__in=[row.id for row in waiting]).delete()
    return seal


def _new_seal(leaves: list[bytes]) -> Seal:
    ring, previous, at = keyring(), Seal.objects.order_by("-number").first(), timezone.now()
    number = previous.number + 1 if previous else 1
    root = merkle.root(leaves)
    statement = seals.statement(
        hub=settings.HUB_ID,
        number=number,
        previous=bytes(previous.statement) if previous else None,
        root=root,
        size=len(leaves),
        at=at,
    )
    signature = ring.receipt_signer.sign(statement, at)
    return Seal.objects.create(
        number=number, size=len(leaves), root=root, statement=statement, signature=signature, at=at
    )


def _one_sealer_at_a_time() -> None:
    """Two hubs on one PostgreSQL must not both take the next number; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('renkei-sealer'))")


class Sealer(Repeating):
    """Seals every few seconds until it is told to stop; what waits then is sealed at the next start."""

    def __init__(self, seconds: float) -> None:
        super().__init__("sealer", seconds)

    def once(self) -> None:
        """Seal all that waits."""
        try:
            while seal_once():
                pass
        except Exception:
            _log.exception("sealing failed; trying again")
            close_old_connections()
