"""Sweeping up blobs that no row names: left by a crash, or by an erasure whose end nobody saw."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from renkei.hub.core.bodies.blobs import SHELVES, blob_store
from renkei.hub.core.bodies.services import rows_of
from renkei.hub.core.models import Body

# No request lasts this long: what is younger may be named by a row any moment.
LEAST_AGE = timedelta(days=1)
EVERY = timedelta(minutes=5)
_PORTION = 500


def shelf_of(now: datetime) -> str:
    """Whose turn it is: another shelf every five minutes, all of them within a day."""
    return SHELVES[int(now.timestamp() // EVERY.total_seconds()) % len(SHELVES)]


def sweep(shelf: str, now: datetime) -> int:
    """Delete what lies on a shelf for more than a day and belongs to no body; returns how many."""
    if not Body.objects.exists():
        # More likely another database than this folder's.
        return 0
    cleared = blob_store().clear(shelf, now - LEAST_AGE)
    old = [blob.name for blob in blob_store().shelf(shelf) if blob.written_at < now - LEAST_AGE]
    return cleared + sum(_sweep(old[start : start + _PORTION]) for start in range(0, len(old), _PORTION))


def _sweep(names: list[str]) -> int:
    ids = {name: id_ for name in names if (id_ := _id(name))}
    kept = set(rows_of(ids.values()).values_list("pk", flat=True))
    waste = [name for name in names if name.startswith(".") or (name in ids and ids[name] not in kept)]
    for name in waste:
        blob_store().delete(name)
    return len(waste)


def _id(name: str) -> uuid.UUID | None:
    try:
        id_ = uuid.UUID(hex=name)
    except ValueError:
        return None
    return id_ if id_.version == 7 else None  # none of ours
