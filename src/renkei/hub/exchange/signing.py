"""Receipts in the hub's own name."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime

from django.conf import settings

from renkei.hub.core.events import Signed
from renkei.hub.core.keyring import keyring
from renkei.hub.exchange.rules import State
from renkei.trust import cms, receipts


def manifest_digest(manifest: bytes) -> str:
    """What receipts name a unit by. A manifest holds salted commitments, so its digest reveals no content."""
    return hashlib.sha256(manifest).hexdigest()


def hub_receipt(
    transmission: uuid.UUID, step: State, manifest: bytes, at: datetime, sealed_by: str, findings: int = 0
) -> Signed:
    """The hub's signed word that `step` happened at `at`."""
    ring = keyring()
    body = receipts.build(
        hub=settings.HUB_ID,
        transmission=str(transmission),
        step=step.value,
        manifest=manifest_digest(manifest),
        at=at,
        by={"hub": settings.HUB_ID},
        sealed_by=sealed_by,
        findings=findings,
    )
    return Signed(body, cms.sign(body, ring.receipt_key, ring.receipt_chain[0], at))
