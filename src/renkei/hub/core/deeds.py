"""The record of deeds: who changed what in running the hub, and why."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from renkei.hub.core.models import Deed

MOST_REASON = 500


def record(
    actor: str,
    kind: str,
    about: str,
    *,
    party: int | None = None,
    reason: str = "",
    second: str = "",
    **details: Any,
) -> Deed:
    """Write one deed. Call it inside the `write()` that does it, so that neither is there without the other.

    `party` is on whose behalf it was done; `details` are words and ids, never a person's data.
    """
    return Deed.objects.create(
        at=timezone.now(),
        actor=actor,
        party=party,
        kind=kind,
        about=about,
        reason=reason[:MOST_REASON],
        details=details,
        second=second,
    )
