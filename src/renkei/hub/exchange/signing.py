"""Receipts in the hub's own name, and those that it seals for an office whose staff works in the browser."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.conf import settings

from renkei.hub.core.events import Signed
from renkei.hub.core.keyring import keyring
from renkei.hub.exchange.models import Transmission
from renkei.hub.exchange.rules import Step
from renkei.hub.parties.models import OfficeService
from renkei.trust import receipts
from renkei.trust.receipts import Copy


def manifest_digest(manifest: bytes) -> str:
    """What receipts name a unit by. A manifest holds salted commitments, so its digest reveals no content."""
    return hashlib.sha256(manifest).hexdigest()


def hub_receipt(
    transmission: uuid.UUID,
    step: Step,
    manifest: bytes,
    at: datetime,
    sealed_by: str,
    findings: int = 0,
    attached: str | None = None,
    copies: Iterable[Copy] = (),
) -> Signed:
    """The hub's signed word that `step` happened at `at`."""
    return _signed(transmission, step, manifest, at, {"hub": settings.HUB_ID}, sealed_by, findings, attached, copies)


def office_receipt(
    transmission: Transmission, step: Step, by: OfficeService, at: datetime, attached: str | None, findings: int = 0
) -> Signed:
    """What an office says through its browser, sealed by the hub."""
    manifest = bytes(transmission.envelope.manifest)
    return _signed(transmission.pk, step, manifest, at, by.address, "hub", findings, attached)


def _signed(
    transmission: uuid.UUID,
    step: Step,
    manifest: bytes,
    at: datetime,
    by: Mapping[str, str],
    sealed_by: str,
    findings: int,
    attached: str | None,
    copies: Iterable[Copy] = (),
) -> Signed:
    body = receipts.build(
        hub=settings.HUB_ID,
        transmission=str(transmission),
        step=step.value,
        manifest=manifest_digest(manifest),
        at=at,
        by=by,
        sealed_by=sealed_by,
        findings=findings,
        attached=attached,
        copies=copies,
    )
    return Signed(body, keyring().receipt_signer.sign(body, at))
